"""A client's household is recorded once and changed: who may, what is refused, what is left behind."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.households import a_household, a_household_member
from support.operations import document, most_statements
from support.trail import audit_of, events_of

READ = """query ($id: ID!) { client(id: $id) { household { id tenure tenureOther childrenUnder16 children16To18
    otherDependants nonDependants vehicles jointApplication notes totalInHousehold version client { id } } } }"""
STATED = {
    "tenure": "TENANT_PRIVATE",
    "childrenUnder16": 2,
    "children16To18": 1,
    "otherDependants": 1,
    "nonDependants": 3,
    "vehicles": 1,
    "jointApplication": True,
    "notes": "Landlord\r\nabroad.",
}


async def ask(graph: Graph, name: str, actor: Actor, **given: Any) -> Any:
    """Run a mutation's document; answer its payload."""
    answer = await graph.run(document(name), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(name)
    return answer.data[name]


async def shown(graph: Graph, actor: Actor, client: UUID) -> Any:
    """Read a client's household."""
    answer = await graph.run(READ, as_=actor, id=write_id("client", client))
    assert answer.errors == []
    return answer.data["client"] and answer.data["client"]["household"]


async def test_a_household_is_recorded_as_it_was_stated(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre, recorded_by=advisor.user_id)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        payload = await ask(graph, "householdRecord", advisor, clientId=write_id("client", client), **STATED)
    assert payload["errors"] == []
    household = payload["household"]
    assert household["id"].startswith("household_")
    assert {name: household[name] for name in STATED} == {**STATED, "notes": "Landlord\nabroad."}
    assert (household["tenureOther"], household["version"], household["members"]) == (None, 1, [])
    assert household["createdAt"] == household["updatedAt"] == "2026-03-01T09:30:00.000Z"
    assert household["client"] == {"id": write_id("client", client), "household": {"id": household["id"]}}
    # The client, the partner of a joint statement, and the seven whom the header counts.
    assert household["totalInHousehold"] == 9
    assert household["discrepancies"] == []
    (event,) = await events_of(data, centre)
    assert (event.name, event.entity, event.client_id, event.version) == (
        "household.recorded",
        "household",
        client,
        1,
    )
    assert (event.audience_before, event.audience_after["user_ids"]) == (None, [str(advisor.user_id)])
    assert event.changes["children_under_16"] == {"old": None, "new": 2}
    assert event.changes["notes"] is None
    (entry,) = await audit_of(data, centre)
    assert entry.changes["notes"] == {"old": None, "new": "Landlord\nabroad."}


async def test_what_is_not_stated_is_none_and_unknown(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    payload = await ask(
        graph, "householdRecord", manager, clientId=write_id("client", client), tenure=None, vehicles=None
    )
    household = payload["household"]
    assert [household[name] for name in STATED] == [None, 0, 0, 0, 0, 0, False, None]
    assert household["totalInHousehold"] == 1


async def test_a_client_has_one_household(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await a_household(data, centre, client, vehicles=1)
    payload = await ask(graph, "householdRecord", manager, clientId=write_id("client", client), vehicles=2)
    assert payload["household"] is None
    (error,) = payload["errors"]
    assert (error["rule"], error["path"]) == ("already-recorded", ["input", "clientId"])
    assert (await shown(graph, manager, client))["vehicles"] == 1
    assert await events_of(data, centre) == []


async def test_a_key_records_it_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    given = {"clientId": write_id("client", await data.a_client(centre)), "idempotencyKey": "form-3", **STATED}
    first, again = [await ask(graph, "householdRecord", manager, **given) for _ in range(2)]
    assert (first["replayed"], again["replayed"], again["household"]) == (False, True, first["household"])
    assert len(await events_of(data, centre)) == 1


async def test_what_is_left_out_stays_and_null_takes_away(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    household = await a_household(data, centre, client, children_under_16=2, notes="Old", vehicles=1)
    payload = await ask(
        graph,
        "householdUpdate",
        manager,
        id=write_id("household", household),
        expectedVersion=1,
        childrenUnder16=1,
        children16To18=1,
        notes=None,
    )
    assert payload["errors"] == []
    seen = await shown(graph, manager, client)
    assert (seen["childrenUnder16"], seen["children16To18"], seen["notes"]) == (1, 1, None)
    assert (seen["vehicles"], seen["tenure"], seen["version"]) == (1, "TENANT_SOCIAL", 2)
    (event,) = await events_of(data, centre)
    assert (event.name, event.version) == ("household.updated", 2)
    assert event.changes == {
        "children_under_16": {"old": 2, "new": 1},
        "children_16_to_18": {"old": 0, "new": 1},
        "notes": None,
    }
    assert event.audience_before == event.audience_after


async def test_what_is_as_before_changes_nothing(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    household = await a_household(data, centre, await data.a_client(centre), vehicles=1)
    given = {"id": write_id("household", household), "expectedVersion": 1}
    for same in ({}, {"vehicles": 1, "tenure": "TENANT_SOCIAL", "notes": None}):
        payload = await ask(graph, "householdUpdate", manager, **given, **same)
        assert (payload["errors"], payload["household"]["version"]) == ([], 1)
    assert await events_of(data, centre) == []


async def test_another_tenure_is_said_in_words_and_only_another_one(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))

    async def refused(**given: Any) -> Any:
        (error,) = (await ask(graph, "householdRecord", manager, clientId=client, **given))["errors"]
        return error["path"][1], error["rule"]

    assert await refused(tenure="OTHER") == ("tenureOther", "required")
    assert await refused(tenure="OTHER", tenureOther=None) == ("tenureOther", "required")
    assert await refused(tenure="OTHER", tenureOther="  ") == ("tenureOther", "blank")
    assert await refused(tenure="OWNER", tenureOther="A boat") == ("tenureOther", "tenure-not-other")
    assert await refused(tenureOther="A boat") == ("tenureOther", "tenure-not-other")
    recorded = await ask(graph, "householdRecord", manager, clientId=client, tenure="OTHER", tenureOther=" A boat ")
    household = recorded["household"]
    assert household["tenureOther"] == "A boat"
    key = household["id"]
    gone = await ask(graph, "householdUpdate", manager, id=key, expectedVersion=1, tenureOther=None)
    assert [(error["path"][1], error["rule"]) for error in gone["errors"]] == [("tenureOther", "required")]
    moved = await ask(graph, "householdUpdate", manager, id=key, expectedVersion=1, tenure="TENANT_SOCIAL")
    assert (moved["errors"], moved["household"]["tenureOther"]) == ([], None)


@pytest.mark.parametrize("field", ["childrenUnder16", "children16To18", "otherDependants", "nonDependants", "vehicles"])
async def test_a_count_is_bounded_and_not_taken_away(graph: Graph, data: Data, field: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    household = await a_household(data, centre, await data.a_client(centre))
    given = {"id": write_id("household", household), "expectedVersion": 1}
    for value, rule in ((-1, "range"), (31, "range"), (None, "required")):
        (error,) = (await ask(graph, "householdUpdate", manager, **given, **{field: value}))["errors"]
        assert (error["rule"], error["path"]) == (rule, ["input", field])
    most = await ask(graph, "householdUpdate", manager, **given, **{field: 30})
    assert most["household"][field] == 30


async def test_every_fault_is_told_at_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    payload = await ask(
        graph,
        "householdRecord",
        manager,
        clientId=write_id("client", client),
        tenure="OTHER",
        vehicles=99,
        notes="x" * 2_001,
    )
    assert {(error["path"][1], error["rule"]) for error in payload["errors"]} == {
        ("vehicles", "range"),
        ("notes", "too-long"),
        ("tenureOther", "required"),
    }
    assert await shown(graph, manager, client) is None


async def test_a_stale_version_is_refused_with_the_household_as_it_is(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    household = await a_household(data, centre, client)
    given = {"id": write_id("household", household), "expectedVersion": 1}
    await ask(graph, "householdUpdate", manager, **given, vehicles=1)
    (error,) = (await ask(graph, "householdUpdate", manager, **given, vehicles=2))["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", 2)
    assert error["current"] == {"id": write_id("household", household)}
    assert (await shown(graph, manager, client))["vehicles"] == 1


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_roles_that_change_no_client_are_refused(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    other, client = await data.a_client(centre), await data.a_client(centre)
    household = write_id("household", await a_household(data, centre, client))
    recorded = await ask(graph, "householdRecord", actor, clientId=write_id("client", other))
    changed = await ask(graph, "householdUpdate", actor, id=household, expectedVersion=1, vehicles=1)
    for payload in (recorded, changed):
        (error,) = payload["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")
    assert (await shown(graph, actor, client))["vehicles"] == 0
    assert await events_of(data, centre) == []


async def test_an_advisor_changes_the_households_of_own_and_team_clients_only(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    colleague = await data.a_member(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    theirs, teams = await data.a_client(centre), await data.a_client(centre)
    await data.a_case(centre, client_id=theirs, advisor=colleague)
    await data.a_case(centre, client_id=teams, advisor=colleague, team_id=team)
    payload = await ask(graph, "householdRecord", advisor, clientId=write_id("client", theirs))
    assert (payload["errors"][0]["__typename"], payload["errors"][0]["path"]) == (
        "NotFoundError",
        ["input", "clientId"],
    )
    payload = await ask(graph, "householdRecord", advisor, clientId=write_id("client", teams))
    assert payload["errors"] == []


async def test_whoever_sees_a_client_but_may_not_change_it_is_forbidden(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    both = await data.a_member(centre, Role.TRAINEE, Role.AUDITOR)
    household = write_id("household", await a_household(data, centre, await data.a_client(centre)))
    (error,) = (await ask(graph, "householdUpdate", both, id=household, expectedVersion=1, vehicles=1))["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")


async def test_the_portal_reads_the_own_household_and_changes_nothing(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    own, other = await data.a_client(centre), await data.a_client(centre)
    portal = await data.a_member(centre, Role.CLIENT, client_id=own)
    household = await a_household(data, centre, own, vehicles=1)
    hidden = await a_household(data, centre, other)
    assert (await shown(graph, portal, own))["vehicles"] == 1
    assert await shown(graph, portal, other) is None
    answer = await graph.run("query ($id: ID!) { node(id: $id) { id } }", as_=portal, id=write_id("household", hidden))
    assert answer.data == {"node": None}
    (error,) = (
        await ask(graph, "householdUpdate", portal, id=write_id("household", household), expectedVersion=1, vehicles=2)
    )["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")
    assert (await shown(graph, portal, own))["vehicles"] == 1


async def test_another_centre_finds_neither_client_nor_household(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    stranger = await data.a_member(there, Role.CENTRE_MANAGER)
    client = await data.a_client(here)
    household = write_id("household", await a_household(data, here, client))
    recorded = await ask(graph, "householdRecord", stranger, clientId=write_id("client", client))
    changed = await ask(graph, "householdUpdate", stranger, id=household, expectedVersion=1, vehicles=1)
    assert (recorded["errors"][0]["__typename"], recorded["errors"][0]["path"]) == (
        "NotFoundError",
        ["input", "clientId"],
    )
    assert (changed["errors"][0]["__typename"], changed["errors"][0]["path"]) == ("NotFoundError", ["input", "id"])
    assert await events_of(data, here) == await events_of(data, there) == []


async def test_a_program_needs_the_permissions_that_its_key_names(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    writer = await data.a_service(centre, Permission.CLIENT_UPDATE, Permission.CASE_READ)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    payload = await ask(graph, "householdRecord", writer, clientId=write_id("client", client), vehicles=1)
    assert (payload["errors"], payload["household"]) == ([], None)  # written, and not told
    assert (await shown(graph, manager, client))["vehicles"] == 1


async def test_a_deleted_clients_household_is_gone_with_the_client(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    household = write_id("household", await a_household(data, centre, client))
    await ask(graph, "clientDelete", manager, id=write_id("client", client), expectedVersion=1)
    (error,) = (await ask(graph, "householdUpdate", manager, id=household, expectedVersion=1, vehicles=1))["errors"]
    assert error["__typename"] == "NotFoundError"


async def test_the_total_counts_a_partner_once_and_discrepancies_are_told(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    household = await a_household(data, centre, client, joint_application=True, children_under_16=2, non_dependants=1)
    operation = """query ($id: ID!) { client(id: $id) { household { totalInHousehold
        discrepancies { count stated recorded } } } }"""

    async def told() -> Any:
        answer = await graph.run(operation, as_=manager, id=write_id("client", client))
        return answer.data["client"]["household"]

    assert await told() == {"totalInHousehold": 5, "discrepancies": []}
    await a_household_member(data, centre, household, age_scheme="SFS", age_band="CHILD_BAND_1")
    await a_household_member(data, centre, household, age_scheme="SFS", age_band="CHILD_BAND_2")
    await a_household_member(data, centre, household, relationship="LODGER", dependant=False)
    assert await told() == {
        "totalInHousehold": 5,
        "discrepancies": [
            {"count": "PARTNER", "stated": 1, "recorded": 0},
            {"count": "CHILDREN_UNDER_16", "stated": 2, "recorded": 1},
            {"count": "CHILDREN_16_TO_18", "stated": 0, "recorded": 1},
        ],
    }
    await a_household_member(data, centre, household, relationship="SPOUSE", dependant=False)
    assert (await told())["totalInHousehold"] == 5
    assert "PARTNER" not in {item["count"] for item in (await told())["discrepancies"]}


async def test_a_partner_of_a_sole_statement_lives_there_all_the_same(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    household = await a_household(data, centre, client)
    await a_household_member(data, centre, household, relationship="PARTNER", dependant=False)
    assert (await shown(graph, manager, client))["totalInHousehold"] == 2


async def test_of_two_who_record_it_at_once_the_second_is_told(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))
    payloads = await asyncio.gather(*(ask(graph, "householdRecord", manager, clientId=client) for _ in range(2)))
    rules = [[error["rule"] for error in payload["errors"]] for payload in payloads]
    assert sorted(rules) == [[], ["already-recorded"]]
    assert len(await events_of(data, centre)) == 1
