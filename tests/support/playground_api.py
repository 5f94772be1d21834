"""A small server of the contract that the playground relies on: sign-in, two centres, their cases, and one change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, build_schema, graphql_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cma_graphql.core.clock import now
from cma_graphql.transport.playground.page import playground_page, playground_routes

CONTRACT = Path(__file__).with_name("playground_contract.graphql")
PASSWORD = "correct horse battery staple"
ADVISOR_EMAIL = "asha.khan@example.org"
TRAINEE_EMAIL = "tom.reid@example.org"
ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=1)

Record = dict[str, Any]
Info = GraphQLResolveInfo


@dataclass
class SignIn:
    """One signed-in person in one centre."""

    email: str
    membership: Record


@dataclass
class Api:
    """All that this server knows, in memory; its methods are the root fields."""

    people: dict[str, Record] = field(default_factory=dict)
    memberships: dict[str, list[Record]] = field(default_factory=dict)
    centre_cases: dict[str, list[Record]] = field(default_factory=dict)
    access: dict[str, SignIn] = field(default_factory=dict)
    renewals: dict[str, SignIn] = field(default_factory=dict)

    def sign_in_of(self, info: Info) -> SignIn:
        """Tell who is asking; nobody is refused."""
        if info.context is None:
            raise GraphQLError("You are not signed in.", extensions={"code": "UNAUTHENTICATED"})
        return self.access[info.context]

    def own_cases(self, info: Info) -> list[Record]:
        """Return the cases of the centre that is asked from."""
        return self.centre_cases[self.sign_in_of(info).membership["centre"]["id"]]

    def session(self, sign_in: SignIn) -> Record:
        """Issue a pair of tokens."""
        access, renewal = secrets.token_urlsafe(), secrets.token_urlsafe()
        self.access[access] = self.renewals[renewal] = sign_in
        return {
            "accessToken": access,
            "accessTokenExpiresAt": (now() + ACCESS_LIFETIME).isoformat(),
            "refreshToken": renewal,
            "refreshTokenExpiresAt": (now() + REFRESH_LIFETIME).isoformat(),
        }

    def me(self, info: Info) -> Record:
        """Tell the viewer."""
        sign_in = self.sign_in_of(info)
        return {
            "user": self.people[sign_in.email],
            **sign_in.membership,
            "permissions": ["CASE_READ", "CASE_UPDATE"],
            "centres": self.memberships[sign_in.email],
        }

    def node(self, info: Info, **arguments: Any) -> Record | None:
        """Find a case of the viewer's centre."""
        return next((case for case in self.own_cases(info) if case["id"] == arguments["id"]), None)

    def cases(self, info: Info, **arguments: Any) -> Record:
        """List cases by status, in the order of their opening."""
        wanted = (arguments.get("filter") or {}).get("status")
        found = [case for case in self.own_cases(info) if wanted is None or case["status"] in wanted]
        found.sort(key=lambda case: str(case["openedOn"]), reverse=arguments["orderBy"] == "OPENED_ON_DESC")
        return page_of(found, arguments["first"])

    def clients(self, info: Info, **arguments: Any) -> Record:
        """List the clients of the viewer's cases."""
        return page_of([case["client"] for case in self.own_cases(info)], arguments["first"])

    def login(self, _info: Info, **arguments: Any) -> Record:
        """Give tokens for an address and a password."""
        asked = arguments["input"]
        if asked["email"] not in self.people or asked["password"] != PASSWORD:
            return refusal("UNAUTHENTICATED", "The e-mail address or the password is wrong.")
        return granted(self.session(SignIn(asked["email"], self.memberships[asked["email"]][0])))

    def refresh(self, _info: Info, **arguments: Any) -> Record:
        """Give tokens for a refresh token, once."""
        sign_in = self.renewals.pop(arguments["input"]["refreshToken"], None)
        return (
            refusal("UNAUTHENTICATED", "That token is used up.") if sign_in is None else granted(self.session(sign_in))
        )

    def logout(self, info: Info) -> Record:
        """End every token of the person."""
        email = self.sign_in_of(info).email
        for tokens in (self.access, self.renewals):
            for token in [token for token, sign_in in tokens.items() if sign_in.email == email]:
                del tokens[token]
        return {"errors": []}

    def centre_switch(self, info: Info, **arguments: Any) -> Record:
        """Give tokens for another of the person's centres."""
        email = self.sign_in_of(info).email
        for membership in self.memberships[email]:
            if membership["centre"]["id"] == arguments["input"]["centreId"]:
                return granted(self.session(SignIn(email, membership)))
        return refusal("NOT_FOUND", "There is no such centre.")

    def case_hold(self, info: Info, **arguments: Any) -> Record:
        """Hold a case at the version the caller read."""
        asked = arguments["input"]
        case = self.node(info, id=asked["id"])
        if case is None:
            return refusal("NOT_FOUND", "There is no such record.")
        if case["version"] != asked["expectedVersion"]:
            return refusal("CONFLICT", "The record has changed since you read it.")
        case.update(status="ON_HOLD", version=case["version"] + 1)
        return {"case": case, "errors": []}

    def root(self) -> Record:
        """Return the root fields by their names."""
        switch_and_hold = {"centreSwitch": self.centre_switch, "caseHold": self.case_hold}
        names = ("me", "node", "cases", "clients", "login", "refresh", "logout")
        return {name: getattr(self, name) for name in names} | switch_and_hold


def page_of(records: Sequence[Record], first: int) -> Record:
    """Return the first records as a page of a connection."""
    return {
        "totalCount": len(records),
        "edges": [{"node": record} for record in records[:first]],
        "pageInfo": {"hasNextPage": len(records) > first, "endCursor": None},
    }


def granted(session: Record) -> Record:
    """Answer with tokens."""
    return {"session": session, "errors": []}


def refusal(code: str, message: str) -> Record:
    """Answer with one refusal."""
    return {"errors": [{"__typename": "Refusal", "code": code, "message": message}]}


def person(number: int, email: str, first_name: str, last_name: str) -> Record:
    """Make a person."""
    return {"id": f"user_{number:032x}", "email": email, "firstName": first_name, "lastName": last_name}


def case_of(number: int, name: str) -> Record:
    """Make a client with one case in progress, the advisor's own."""
    client: Record = {"__typename": "Client", "id": f"client_{number:032x}", "fullName": name}
    case: Record = {
        "__typename": "Case",
        "id": f"case_{number:032x}",
        "version": 1,
        "caseNumber": f"CASE-2026-{number:06d}",
        "status": "IN_PROGRESS",
        "openedOn": f"2026-03-{number:02d}",
        "client": client,
        "advisor": {"id": f"membership_{1:032x}", "fullName": "Asha Khan"},
    }
    client["cases"] = page_of([case], 1)
    return case


def filled_api() -> Api:
    """Make two centres with cases, an advisor of both and a trainee of one."""
    northgate = {"id": f"centre_{1:032x}", "name": "Northgate Advice", "code": "NGA"}
    harbour = {"id": f"centre_{2:032x}", "name": "Harbour Debt Centre", "code": "HDC"}
    clients = {northgate["id"]: ("Mary Price", "Joe Flynn", "Inga Costa"), harbour["id"]: ("Ravi Shah", "Ann Moore")}
    numbers = iter(range(1, 10))
    return Api(
        people={
            ADVISOR_EMAIL: person(1, ADVISOR_EMAIL, "Asha", "Khan"),
            TRAINEE_EMAIL: person(2, TRAINEE_EMAIL, "Tom", "Reid"),
        },
        memberships={
            ADVISOR_EMAIL: [
                {"centre": northgate, "roles": ["ADVISOR"]},
                {"centre": harbour, "roles": ["CENTRE_MANAGER"]},
            ],
            TRAINEE_EMAIL: [{"centre": northgate, "roles": ["TRAINEE"]}],
        },
        centre_cases={centre: [case_of(next(numbers), name) for name in names] for centre, names in clients.items()},
    )


def contract_app() -> Starlette:
    """Make the server: the playground for a browser, GraphQL for a POST, 401 for a token it does not know."""
    schema = build_schema(CONTRACT.read_text(encoding="utf-8"))
    api = filled_api()

    async def graphql(request: Request) -> Response:
        if request.method == "GET":
            return await playground_page(request)
        header = request.headers.get("authorization")
        token = None if header is None else header.removeprefix("Bearer ")
        if token is not None and token not in api.access:
            error = {"message": "Your sign-in has ended.", "extensions": {"code": "UNAUTHENTICATED"}}
            return JSONResponse({"errors": [error]}, status_code=401)
        asked = await request.json()
        answer = graphql_sync(
            schema,
            asked["query"],
            root_value=api.root(),
            context_value=token,
            variable_values=asked.get("variables"),
            operation_name=asked.get("operationName"),
        )
        return JSONResponse(answer.formatted)

    return Starlette(routes=[Route("/graphql", graphql, methods=["GET", "POST"]), *playground_routes()])
