"""Signs people in through the schema, from an address of their own, and reads what the security log says."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.integrations.email.null import NullSender
from cma_graphql.integrations.email.port import OutgoingEmail
from support.asking import Answer, Graph
from support.data import Data

PASSWORD = "harbour lantern seventy"
OTHER_PASSWORD = "velvet compass thirteen"

TOKENS = "session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }"
ERRORS = "errors { __typename code message path ... on ValidationError { rule } }"
LOGIN = f"mutation ($input: LoginInput!) {{ login(input: $input) {{ {TOKENS} {ERRORS} }} }}"
REFRESH = f"mutation ($input: RefreshInput!) {{ refresh(input: $input) {{ {TOKENS} {ERRORS} }} }}"
SWITCH = f"mutation ($input: CentreSwitchInput!) {{ centreSwitch(input: $input) {{ {TOKENS} {ERRORS} }} }}"
LOGOUT = f"mutation {{ logout {{ {ERRORS} }} }}"
ME = """
{ me { user { id email firstName lastName } centre { id code name } roles permissions
       centres { centre { id code name } roles } } }
"""


@dataclass
class Person:
    """Somebody with a password, at one centre or several."""

    user_id: UUID
    email: str
    password: str = PASSWORD


@dataclass
class Tokens:
    """What a sign-in handed out."""

    access: str
    refresh: str
    raw: dict[str, Any] = field(repr=False)

    @property
    def header(self) -> str:
        """The Authorization header."""
        return f"Bearer {self.access}"


@dataclass
class SigningIn:
    """Whole sign-in flows, as a front end goes through them."""

    graph: Graph
    data: Data
    sign_in: SignIn
    letters: NullSender
    address: str = field(
        default_factory=lambda: f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    )
    _hash: str = ""

    async def a_person(self, centre: UUID, *roles: Role, person: Person | None = None, **given: Any) -> Person:
        """Make somebody of a centre who can sign in; of one more centre, where they are given."""
        if person is not None:
            await self.data.a_member(centre, *roles, user_id=person.user_id, email=person.email, **given)
            return person
        email = given.pop("email", f"person-{secrets.token_hex(8)}@example.org")
        actor = await self.data.a_member(centre, *roles, email=email, password_hash=await self.password_hash(), **given)
        return Person(actor.user_id, email)

    async def password_hash(self) -> str:
        """Answer the hash of everybody's password, made once."""
        if not SigningIn._hash:
            SigningIn._hash = await hash_password(PASSWORD)
        return SigningIn._hash

    async def run(self, operation: str, *, tokens: Tokens | None = None, **variables: Any) -> Answer:
        """Run an operation with these tokens, or as nobody."""
        header = tokens.header if tokens is not None else None
        return await self.graph.run(operation, authorization=header, from_=self.address, **variables)

    async def try_login(self, email: str, password: str = PASSWORD, **given: Any) -> Any:
        """Answer the payload of a login."""
        answer = await self.run(LOGIN, input={"email": email, "password": password, **given})
        assert answer.errors == []
        return answer.data["login"]

    async def log_in(self, person: Person, **given: Any) -> Tokens:
        """Sign somebody in."""
        return tokens_of(await self.try_login(person.email, person.password, **given))

    async def try_refresh(self, token: str) -> Any:
        """Answer the payload of a refresh."""
        answer = await self.run(REFRESH, input={"refreshToken": token})
        assert answer.errors == []
        return answer.data["refresh"]

    async def actor(self, header: str | None) -> Actor:
        """Answer who an Authorization header stands for."""
        return await actor_for(self.sign_in, header, self.facts())

    def facts(self) -> RequestFacts:
        """Answer the facts of a request from this address."""
        return RequestFacts("test-request", self.address, "tests", None, 20_000)

    def letters_to(self, email: str) -> list[OutgoingEmail]:
        """Answer the letters to an address."""
        return [letter for letter in self.letters.sent if letter.to == email]

    async def security(self, centre: UUID) -> list[tuple[str, dict[str, Any]]]:
        """Answer the kinds and details of the rows about this address in a centre's security log, oldest first."""
        rows = await self.rows(
            "SELECT kind, details FROM security_log WHERE centre_id = $1 AND remote_address = $2 ORDER BY id",
            centre,
            self.address,
        )
        return [(row["kind"], json.loads(row["details"])) for row in rows]

    async def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run a statement as the owner: to look, or to bring about what nobody may."""
        connection = await asyncpg.connect(self.data.owner)
        try:
            found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
            return found
        finally:
            await connection.close()


def tokens_of(payload: Any) -> Tokens:
    """Read the tokens of a payload that must have some."""
    assert payload["errors"] == []
    session = payload["session"]
    return Tokens(session["accessToken"], session["refreshToken"], session)


def centre_id(centre: UUID) -> str:
    """Write a centre's id."""
    return f"centre_{centre.hex}"
