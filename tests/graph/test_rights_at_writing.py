"""What a mutation answers besides doing it: no more than its caller may read, and not after the right has gone."""

from dataclasses import replace
from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from support.asking import Graph
from support.data import Data

ERRORS = "errors { __typename ... on ForbiddenError { requiredPermission } }"
UPDATE_CLIENT = (
    f"mutation ($input: ClientUpdateInput!) {{ clientUpdate(input: $input) {{ client {{ email }} {ERRORS} }} }}"
)
CONSENT = f"""
mutation ($input: ClientConsentRecordInput!) {{ clientConsentRecord(input: $input) {{
    client {{ email }} consent {{ purpose }} {ERRORS}
}} }}
"""
UPDATE_CASE = f"mutation ($input: CaseUpdateInput!) {{ caseUpdate(input: $input) {{ case {{ title }} {ERRORS} }} }}"
DELETE_CLIENT = f"""
mutation ($input: ClientDeleteInput!) {{ clientDelete(input: $input) {{
    deletedClient {{ lastName }} replayed {ERRORS}
}} }}
"""
INVITE = f"""
mutation ($input: MembershipInviteInput!) {{ membershipInvite(input: $input) {{ membership {{ email }} {ERRORS} }} }}
"""


async def test_a_key_that_changes_clients_does_not_read_them_by_changing_nothing(data: Data, graph: Graph) -> None:
    centre = await data.a_centre()
    client = f"client_{(await data.a_client(centre, email='amara@example.org')).hex}"
    key = await data.a_service(centre, Permission.CASE_READ, Permission.CLIENT_UPDATE)
    answer = await graph.run(UPDATE_CLIENT, as_=key, input={"id": client, "expectedVersion": 1})
    assert answer.data == {"clientUpdate": {"client": None, "errors": []}}
    given = {"clientId": client, "purpose": "ADVICE", "channel": "ONLINE", "wordingVersion": "1"}
    answer = await graph.run(CONSENT, as_=key, input=given)
    assert answer.data == {"clientConsentRecord": {"client": None, "consent": None, "errors": []}}


async def test_a_key_that_changes_cases_does_not_read_them_by_changing_nothing(data: Data, graph: Graph) -> None:
    centre = await data.a_centre()
    case = f"case_{(await data.a_case(centre)).hex}"
    key = await data.a_service(centre, Permission.CLIENT_READ, Permission.CASE_UPDATE)
    answer = await graph.run(UPDATE_CASE, as_=key, input={"id": case, "expectedVersion": 1})
    assert answer.data == {"caseUpdate": {"case": None, "errors": []}}


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.AUDITOR])
async def test_nothing_is_repeated_for_whom_the_right_was_taken_from(data: Data, graph: Graph, role: Role) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = f"client_{(await data.a_client(centre, recorded_by=manager.user_id)).hex}"
    deletion = {"id": client, "expectedVersion": 1, "idempotencyKey": "k"}
    invitation = {
        "email": f"{centre.hex}@example.org",
        "firstName": "Amara",
        "lastName": "Okafor",
        "roles": ["ADVISOR"],
        "idempotencyKey": "k",
    }

    async def both() -> list[Any]:
        deleted = await graph.run(DELETE_CLIENT, as_=actor, input=deletion)
        invited = await graph.run(INVITE, as_=actor, input=invitation)
        return [deleted.data["clientDelete"], invited.data["membershipInvite"]]

    actor = manager
    assert [each["errors"] for each in await both()] == [[], []]
    actor = replace(manager, roles=frozenset({role}))
    refused = [
        {"__typename": "ForbiddenError", "requiredPermission": name} for name in ("CLIENT_DELETE", "USER_MANAGE")
    ]
    deleted, invited = await both()
    assert deleted == {"deletedClient": None, "replayed": False, "errors": refused[:1]}
    assert invited == {"membership": None, "errors": refused[1:]}
