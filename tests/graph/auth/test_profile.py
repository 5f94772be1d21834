"""A person's own name: one for the network, said in each centre's audit trail."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from support.data import Data
from support.signing_in import ERRORS, SigningIn, Tokens

UPDATE = f"""
mutation ($input: ProfileUpdateInput!) {{ profileUpdate(input: $input) {{
    user {{ firstName lastName }} {ERRORS}
}} }}
"""


async def update(signing_in: SigningIn, tokens: Tokens, **given: Any) -> Any:
    answer = await signing_in.run(UPDATE, tokens=tokens, input=given)
    assert answer.errors == []
    return answer.data["profileUpdate"]


async def test_a_name_changes_at_every_centre_and_each_says_so(signing_in: SigningIn, data: Data) -> None:
    here, there, invited = await data.a_centre(), await data.a_centre(), await data.a_centre()
    person = await signing_in.a_person(here, first_name="Ama", last_name="Okafor")
    await signing_in.a_person(there, person=person, first_name="Ama", last_name="Okafor")
    await signing_in.a_person(invited, person=person, status="INVITED", first_name="As", last_name="Typed")
    tokens = await signing_in.log_in(person, centreId=f"centre_{here.hex}")
    payload = await update(signing_in, tokens, lastName="  Reid ")
    assert payload == {"user": {"firstName": "Ama", "lastName": "Reid"}, "errors": []}
    rows = await signing_in.rows("SELECT * FROM memberships WHERE user_id = $1", person.user_id)
    shown = {row["centre_id"]: (row["first_name"], row["last_name"], row["name_key"], row["version"]) for row in rows}
    assert shown[here] == shown[there] == ("Ama", "Reid", "reid ama", 2)
    assert shown[invited][:2] == ("As", "Typed")
    for centre in (here, there):
        entries = await signing_in.rows(
            "SELECT action, actor_id, subject_id, changes FROM audit_logs WHERE centre_id = $1", centre
        )
        assert [(row["action"], row["actor_id"], row["subject_id"]) for row in entries] == [
            ("membership.updated", person.user_id, person.user_id)
        ]
        assert '"last_name": {"new": "Reid", "old": "Okafor"}' in entries[0]["changes"]
    assert await signing_in.rows("SELECT FROM audit_logs WHERE centre_id = $1", invited) == []
    assert ("profile.changed", {}) in await signing_in.security(here)


async def test_what_is_left_out_stays(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    tokens = await signing_in.log_in(await signing_in.a_person(centre, first_name="Ama", last_name="Okafor"))
    assert (await update(signing_in, tokens))["user"] == {"firstName": "Ama", "lastName": "Okafor"}
    assert await signing_in.rows("SELECT FROM audit_logs WHERE centre_id = $1", centre) == []


async def test_a_name_cannot_be_null(signing_in: SigningIn, data: Data) -> None:
    tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    answer = await signing_in.run(UPDATE, tokens=tokens, input={"firstName": None})
    assert answer.data is None
    assert len(answer.errors) == 1


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [({"firstName": " "}, "firstName", "blank"), ({"lastName": "x" * 101}, "lastName", "too-long")],
)
async def test_a_name_that_cannot_be_one_changes_nothing(
    signing_in: SigningIn, data: Data, given: dict[str, str], path: str, rule: str
) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    tokens = await signing_in.log_in(person)
    payload = await update(signing_in, tokens, **given)
    assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", path], rule)]
    (row,) = await signing_in.rows("SELECT version FROM memberships WHERE user_id = $1", person.user_id)
    assert row["version"] == 1


async def test_a_client_of_the_portal_has_a_name_too(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    person = await signing_in.a_person(centre, Role.CLIENT, client_id=client, first_name="Ama", last_name="Okafor")
    payload = await update(signing_in, await signing_in.log_in(person), firstName="Abena")
    assert payload["user"] == {"firstName": "Abena", "lastName": "Okafor"}
    (entry,) = await signing_in.rows("SELECT actor_kind, client_id FROM audit_logs WHERE centre_id = $1", centre)
    assert (entry["actor_kind"], entry["client_id"]) == ("CLIENT", client)


async def test_a_program_has_no_name_to_change(signing_in: SigningIn, data: Data) -> None:
    service = await data.a_service(await data.a_centre(), Permission.CASE_READ)
    answer = await signing_in.graph.run(UPDATE, as_=service, input={"firstName": "Robot"})
    assert answer.data["profileUpdate"]["errors"][0]["__typename"] == "ForbiddenError"
