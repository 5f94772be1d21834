"""What each operation of signing in costs in statements is what the first line of its document says."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.persistence.database import Reader
from cma_graphql.persistence.transaction import Transaction
from support.data import Data
from support.signing_in import OTHER_PASSWORD, PASSWORD, SigningIn, Tokens, centre_id, tokens_of

FOLDER = Path(__file__).parents[2] / "operations"
THIRD_PASSWORD = "marble orchard twenty"


@dataclass
class Counting:
    """Counts statements while it counts."""

    number: int = 0


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Count what units of work and readers send, BEGIN and COMMIT left out."""
    counted = Counting()

    def watch(kind: type[Reader | Transaction], name: str) -> None:
        real = getattr(kind, name)

        async def watched(self: Any, *given: Any, **named: Any) -> Any:
            counted.number += 1
            return await real(self, *given, **named)

        monkeypatch.setattr(kind, name, watched)

    watch(Reader, "all")
    for name in ("fetch", "execute", "fetch_many", "execute_many"):
        watch(Transaction, name)
    return counted


async def test_every_operation_costs_what_it_says(signing_in: SigningIn, data: Data, counting: Counting) -> None:
    async def run(name: str, /, *, tokens: Tokens | None = None, **given: Any) -> Any:
        document = (FOLDER / f"{name}.graphql").read_text()
        bound = int(re.match(r"# statements: (\d+)", document).group(1))  # type: ignore[union-attr]
        if tokens is not None:
            await signing_in.actor(tokens.header)
        before = counting.number
        answer = await signing_in.run(document, tokens=tokens, **({"input": given} if given else {}))
        spent = counting.number - before
        await signing_in.sign_in.settle()
        assert answer.errors == []
        payload = answer.data[name]
        assert not isinstance(payload, dict) or payload.get("errors", []) == []
        assert spent <= bound, f"{name} costs {spent}"
        return payload

    def token_in_letter(email: str) -> str:
        return signing_in.letters_to(email)[-1].text.partition("#")[2].split()[0]

    here, there = await data.a_centre(), await data.a_centre()
    person = await signing_in.a_person(here, Role.CENTRE_MANAGER)
    await signing_in.a_person(there, Role.CENTRE_MANAGER, person=person)
    opened = await run("login", email=person.email, password=PASSWORD, centreId=centre_id(here))
    tokens = tokens_of(await run("refresh", refreshToken=tokens_of(opened).refresh))
    await run("me", tokens=tokens)
    invited = f"invited-{person.email}"
    key = {"idempotencyKey": "once"}
    member = await run(
        "membershipInvite", tokens=tokens, email=invited, firstName="A", lastName="B", roles=["ADVISOR"], **key
    )
    await run("invitationResend", tokens=tokens, membershipId=member["membership"]["id"], **key)
    await run("invitationAccept", token=token_in_letter(invited), password=OTHER_PASSWORD, firstName="C")
    ends = (clock.now() + timedelta(days=3)).isoformat()
    made = await run("serviceKeyCreate", tokens=tokens, name="Portal", scopes=["CASE_READ"], expiresAt=ends, **key)
    await run("serviceKeys", tokens=tokens)
    await run("serviceKeyRevoke", tokens=tokens, id=made["serviceKey"]["id"], expectedVersion=1, **key)
    await run("profileUpdate", tokens=tokens, firstName="Zoë")
    await run("passwordChange", tokens=tokens, currentPassword=PASSWORD, newPassword=OTHER_PASSWORD)
    again = tokens_of(await signing_in.try_login(person.email, OTHER_PASSWORD))
    (other,) = [entry["id"] for entry in await run("sessions", tokens=again) if not entry["current"]]
    await run("sessionRevoke", tokens=again, id=other)
    await run("centreSwitch", tokens=again, centreId=centre_id(there))
    await run("passwordResetRequest", email=person.email)
    await run("passwordReset", token=token_in_letter(person.email), newPassword=THIRD_PASSWORD)
    await run("logout", tokens=tokens_of(await signing_in.try_login(person.email, THIRD_PASSWORD)))
