"""The people in a household: added, changed, removed; one partner; their age by birth or by band; who sees what."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.households import a_household, a_household_member
from support.operations import document, most_statements
from support.trail import audit_of, events_of

CHILD = {"firstName": "Noor", "relationship": "CHILD", "dependant": True}
PARTNER = {"firstName": "Kim", "relationship": "PARTNER", "dependant": False}
ADD, UPDATE, REMOVE = "householdMemberAdd", "householdMemberUpdate", "householdMemberRemove"
MEMBERS = """query ($id: ID!) { node(id: $id) { ... on Household { version members { id firstName dateOfBirth
    birthYear version } } } }"""


async def ask(graph: Graph, name: str, actor: Actor, **given: Any) -> Any:
    """Run a mutation's document; answer its payload."""
    answer = await graph.run(document(name), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(name)
    return answer.data[name]


async def a_home(data: Data, **given: Any) -> tuple[UUID, Actor, UUID, str]:
    """Make a centre with a manager and a client's household."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    household = await a_household(data, centre, await data.a_client(centre), **given)
    return centre, manager, household, write_id("household", household)


async def members(graph: Graph, actor: Actor, home: str) -> Any:
    """Read a household's version and members."""
    answer = await graph.run(MEMBERS, as_=actor, id=home)
    assert answer.errors == []
    return answer.data["node"]


def faults(payload: Any) -> list[tuple[str, str]]:
    return [(error["path"][1], error["rule"]) for error in payload["errors"]]


async def test_a_member_is_added_and_the_household_moves_on(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data, children_under_16=1)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        payload = await ask(
            graph,
            ADD,
            manager,
            householdId=home,
            **CHILD,
            lastName=" Khan ",
            dateOfBirth="2015-06-07",
            financiallyLinked=True,
        )
    assert payload["errors"] == []
    member = payload["member"]
    assert member.pop("id").startswith("householdmember_")
    assert member == {
        "firstName": "Noor",
        "lastName": "Khan",
        "relationship": "CHILD",
        "dateOfBirth": "2015-06-07",
        "birthYear": 2015,
        "ageScheme": None,
        "ageBand": None,
        "dependant": True,
        "financiallyLinked": True,
        "employmentStatuses": [],
        "createdAt": "2026-03-01T09:30:00.000Z",
        "updatedAt": "2026-03-01T09:30:00.000Z",
        "version": 1,
        "household": {"id": home, "version": 2},
    }
    assert (payload["household"]["version"], payload["household"]["discrepancies"]) == (2, [])
    (event,) = await events_of(data, centre)
    assert (event.name, event.entity, event.version) == ("household.member_added", "householdmember", 1)
    assert event.changes["date_of_birth"] is None
    assert event.changes["first_name"] is None
    assert event.changes["household_id"] == {"old": None, "new": str(household)}
    (entry,) = await audit_of(data, centre)
    assert entry.changes["date_of_birth"] is None  # sealed: a digest in the chain alone
    assert entry.changes["first_name"] == {"old": None, "new": "Noor"}


async def test_a_partner_has_employment_and_others_have_none(graph: Graph, data: Data) -> None:
    _, manager, _, home = await a_home(data)
    employed = {"employmentStatuses": ["CARER", "EMPLOYED_PART_TIME", "CARER"]}
    assert faults(await ask(graph, ADD, manager, householdId=home, **CHILD, **employed)) == [
        ("employmentStatuses", "partner-only")
    ]
    payload = await ask(graph, ADD, manager, householdId=home, **PARTNER, **employed)
    assert payload["member"]["employmentStatuses"] == ["EMPLOYED_PART_TIME", "CARER"]
    given = {"id": payload["member"]["id"], "expectedVersion": 1}
    assert faults(await ask(graph, UPDATE, manager, **given, relationship="SIBLING")) == [
        ("employmentStatuses", "partner-only")
    ]
    moved = await ask(graph, UPDATE, manager, **given, relationship="SIBLING", employmentStatuses=[])
    assert (moved["errors"], moved["member"]["relationship"]) == ([], "SIBLING")


async def test_there_is_one_partner_at_a_time(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data)
    first = await a_household_member(data, centre, household, relationship="SPOUSE", dependant=False)
    sibling = await a_household_member(data, centre, household, relationship="SIBLING", dependant=False)
    assert faults(await ask(graph, ADD, manager, householdId=home, **PARTNER)) == [("relationship", "partner-recorded")]
    become = {"id": write_id("householdmember", sibling), "expectedVersion": 1, "relationship": "CIVIL_PARTNER"}
    assert faults(await ask(graph, UPDATE, manager, **become)) == [("relationship", "partner-recorded")]
    same = {"id": write_id("householdmember", first), "expectedVersion": 1, "relationship": "CIVIL_PARTNER"}
    assert (await ask(graph, UPDATE, manager, **same))["errors"] == []
    await ask(graph, REMOVE, manager, id=write_id("householdmember", first), expectedVersion=2)
    assert (await ask(graph, ADD, manager, householdId=home, **PARTNER))["errors"] == []


async def test_a_partner_is_no_dependant(graph: Graph, data: Data) -> None:
    _, manager, _, home = await a_home(data)
    payload = await ask(graph, ADD, manager, householdId=home, **{**PARTNER, "dependant": True})
    assert faults(payload) == [("dependant", "partner-not-dependant")]


async def test_an_age_is_a_birth_or_a_band(graph: Graph, data: Data) -> None:
    _, manager, _, home = await a_home(data)
    both = await ask(graph, ADD, manager, householdId=home, **CHILD, dateOfBirth="2015-06-07", ageBand="CHILD_BAND_1")
    assert faults(both) == [("ageBand", "birth-or-band")]
    unknown = await ask(graph, ADD, manager, householdId=home, **CHILD, ageBand="TEENAGER")
    assert faults(unknown) == [("ageBand", "age-band")]
    assert unknown["errors"][0]["parameters"] == [
        {"name": "scheme", "value": "SFS"},
        {"name": "codes", "value": "CHILD_BAND_1,CHILD_BAND_2,OTHER_DEPENDANT"},
    ]
    half = await ask(graph, ADD, manager, householdId=home, **CHILD, ageScheme="CFS")
    assert faults(half) == [("ageBand", "age-band")]
    added = await ask(graph, ADD, manager, householdId=home, **CHILD, ageBand="CHILD_BAND_1")
    assert (added["member"]["ageScheme"], added["member"]["ageBand"]) == ("SFS", "CHILD_BAND_1")
    key = added["member"]["id"]
    born = await ask(graph, UPDATE, manager, id=key, expectedVersion=1, dateOfBirth="2015-06-07")
    assert [born["member"][name] for name in ("dateOfBirth", "birthYear", "ageScheme", "ageBand")] == [
        "2015-06-07",
        2015,
        None,
        None,
    ]
    again = await ask(graph, UPDATE, manager, id=key, expectedVersion=2, ageScheme="CFS", ageBand="CHILD_BAND_2")
    assert [again["member"][name] for name in ("dateOfBirth", "birthYear", "ageScheme", "ageBand")] == [
        None,
        None,
        "CFS",
        "CHILD_BAND_2",
    ]
    gone = await ask(graph, UPDATE, manager, id=key, expectedVersion=3, ageBand=None)
    assert (gone["errors"], gone["member"]["ageScheme"], gone["member"]["ageBand"]) == ([], None, None)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("firstName", " ", "blank"),
        ("firstName", "x" * 101, "too-long"),
        ("lastName", "a\x00b", "control-character"),
        ("dateOfBirth", "2999-01-01", "date-in-future"),
        ("dateOfBirth", "1900-01-01", "maximum-age"),
    ],
)
async def test_bad_input_names_field_and_rule(graph: Graph, data: Data, field: str, value: str, rule: str) -> None:
    centre, manager, _, home = await a_home(data)
    payload = await ask(graph, ADD, manager, householdId=home, **{**CHILD, field: value})
    assert faults(payload) == [(field, rule)]
    assert (await members(graph, manager, home)) == {"version": 1, "members": []}
    assert await events_of(data, centre) == []


async def test_a_new_born_may_be_recorded(graph: Graph, data: Data) -> None:
    _, manager, _, home = await a_home(data)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        payload = await ask(graph, ADD, manager, householdId=home, **CHILD, dateOfBirth="2026-03-01")
    assert payload["member"]["birthYear"] == 2026


@pytest.mark.parametrize("field", ["firstName", "relationship", "dependant", "financiallyLinked", "employmentStatuses"])
async def test_some_of_it_cannot_be_taken_away(graph: Graph, data: Data, field: str) -> None:
    centre, manager, household, _ = await a_home(data)
    member = write_id("householdmember", await a_household_member(data, centre, household))
    payload = await ask(graph, UPDATE, manager, id=member, expectedVersion=1, **{field: None})
    assert faults(payload) == [(field, "required")]


async def test_what_is_as_before_moves_nothing_on(graph: Graph, data: Data) -> None:
    centre, manager, household, _home = await a_home(data)
    member = await a_household_member(data, centre, household, date_of_birth=date(2015, 6, 7))
    payload = await ask(
        graph,
        UPDATE,
        manager,
        id=write_id("householdmember", member),
        expectedVersion=1,
        firstName="Robin",
        dateOfBirth="2015-06-07",
    )
    assert (payload["errors"], payload["member"]["version"], payload["household"]["version"]) == ([], 1, 1)
    assert await events_of(data, centre) == []


async def test_a_change_moves_member_and_household_on(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data)
    member = write_id(
        "householdmember", await a_household_member(data, centre, household, date_of_birth=date(2015, 6, 7))
    )
    payload = await ask(graph, UPDATE, manager, id=member, expectedVersion=1, lastName="Hall", dateOfBirth=None)
    assert [payload["member"][name] for name in ("lastName", "firstName", "dateOfBirth", "birthYear", "version")] == [
        "Hall",
        "Robin",
        None,
        None,
        2,
    ]
    assert payload["household"]["version"] == 2
    (event,) = await events_of(data, centre)
    assert (event.name, event.version) == ("household.member_updated", 2)
    assert event.changes == {"last_name": None, "date_of_birth": None, "birth_year": {"old": 2015, "new": None}}
    stale = await ask(graph, UPDATE, manager, id=member, expectedVersion=1, lastName="Hill")
    (error,) = stale["errors"]
    assert (error["__typename"], error["currentVersion"], error["current"]) == ("ConflictError", 2, {"id": member})
    sheet = await ask(graph, "householdUpdate", manager, id=home, expectedVersion=1, vehicles=1)
    assert sheet["errors"][0]["__typename"] == "ConflictError"  # a line's change is the sheet's


async def test_a_member_is_removed_and_stays_in_the_history(graph: Graph, data: Data) -> None:
    centre, manager, household, _home = await a_home(data)
    member = await a_household_member(data, centre, household)
    stale = await ask(graph, REMOVE, manager, id=write_id("householdmember", member), expectedVersion=7)
    assert stale["errors"][0]["__typename"] == "ConflictError"
    payload = await ask(graph, REMOVE, manager, id=write_id("householdmember", member), expectedVersion=1)
    assert (payload["errors"], payload["household"]["version"], payload["household"]["members"]) == ([], 2, [])
    (event,) = await events_of(data, centre)
    assert (event.name, event.subject_id, event.audience_after) == ("household.member_removed", member, None)
    assert event.audience_before is not None
    again = await ask(graph, REMOVE, manager, id=write_id("householdmember", member), expectedVersion=2)
    assert again["errors"][0]["__typename"] == "NotFoundError"


async def test_thirty_may_live_there(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data)
    for _ in range(30):
        await a_household_member(data, centre, household)
    payload = await ask(graph, ADD, manager, householdId=home, **CHILD)
    (error,) = payload["errors"]
    assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "household-members", 30)
    assert len((await members(graph, manager, home))["members"]) == 30


async def test_each_act_is_refused_by_role_and_by_centre(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data)
    member = write_id("householdmember", await a_household_member(data, centre, household))
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    acts: dict[str, dict[str, Any]] = {
        ADD: {"householdId": home, **CHILD},
        UPDATE: {"id": member, "expectedVersion": 1, "firstName": "Other"},
        REMOVE: {"id": member, "expectedVersion": 1},
    }
    for name, given in acts.items():
        (forbidden,) = (await ask(graph, name, officer, **given))["errors"]
        assert (forbidden["__typename"], forbidden["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")
        (missing,) = (await ask(graph, name, stranger, **given))["errors"]
        field = "householdId" if name == ADD else "id"
        assert (missing["__typename"], missing["path"]) == ("NotFoundError", ["input", field])
    assert [one["firstName"] for one in (await members(graph, manager, home))["members"]] == ["Robin"]
    assert await events_of(data, centre) == []


async def test_a_date_of_birth_is_for_whom_the_clients_is(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    own, colleague = await data.a_member(centre), await data.a_member(centre, team_ids=(team,))
    auditor = await data.a_member(centre, Role.AUDITOR)
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, advisor=own, team_id=team)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    household = await a_household(data, centre, client)
    await a_household_member(data, centre, household, date_of_birth=date(2015, 6, 7))
    for actor, seen in ((own, "2015-06-07"), (portal, "2015-06-07"), (colleague, None), (auditor, None)):
        answer = await graph.run(MEMBERS, as_=actor, id=write_id("household", household))
        (member,) = answer.data["node"]["members"]
        assert (member["dateOfBirth"], member["birthYear"]) == (seen, 2015)
        fields = {"household_members.date_of_birth"} if seen else set()
        assert answer.context.seen_fields == fields
        assert answer.context.seen_clients == {client}
        hidden = [] if seen else ["CLIENT_READ_IDENTITY"]
        assert [entry["requiredPermission"] for entry in answer.redacted] == hidden


async def test_dependants_are_counted_by_the_bands_of_the_form_on_a_day(graph: Graph, data: Data) -> None:
    centre, manager, household, home = await a_home(data)
    for born in (date(2012, 3, 1), date(2010, 3, 2), date(2008, 1, 1), date(1950, 1, 1)):
        await a_household_member(data, centre, household, date_of_birth=born)
    await a_household_member(data, centre, household)  # of an age nobody knows
    await a_household_member(data, centre, household, date_of_birth=date(2020, 1, 1), dependant=False)
    await a_household_member(data, centre, household, relationship="SPOUSE", date_of_birth=date(1990, 1, 1))
    operation = """query ($id: ID!, $scheme: StatementScheme!, $asOf: Date) { node(id: $id) { ... on Household {
        dependantsByAgeBand(scheme: $scheme, asOf: $asOf) { scheme asOf unknown bands { count band { code } } } } } }"""

    async def counted(scheme: str, day: str | None) -> Any:
        answer = await graph.run(operation, as_=manager, id=home, scheme=scheme, asOf=day)
        assert answer.errors == []
        found = answer.data["node"]["dependantsByAgeBand"]
        return found["asOf"], [item["count"] for item in found["bands"]], found["unknown"]

    with clock.stopped(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        assert await counted("SFS", None) == ("2026-03-01", [2, 1, 1], 1)
        assert await counted("SFS", "2026-03-02") == ("2026-03-02", [1, 2, 1], 1)
        assert await counted("CFS", "2026-02-28") == ("2026-02-28", [1, 2, 1], 1)
        assert await counted("CFS", None) == ("2026-03-01", [0, 3, 1], 1)
        assert await counted("SFS", "2010-01-01") == ("2010-01-01", [], 3)  # before there was the form


async def test_days_cannot_be_tried_to_find_a_birthday(graph: Graph, data: Data) -> None:
    centre, _manager, household, home = await a_home(data)
    auditor = await data.a_member(centre, Role.AUDITOR)
    await a_household_member(data, centre, household, date_of_birth=date(2010, 3, 2))
    operation = """query ($id: ID!, $asOf: Date) { node(id: $id) { ... on Household {
        dependantsByAgeBand(asOf: $asOf) { bands { count } } } } }"""
    with clock.stopped(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        for day, told in ((None, True), ("2026-03-01", True), ("2026-03-02", False)):
            answer = await graph.run(operation, as_=auditor, id=home, asOf=day)
            assert answer.errors == []
            assert (answer.data["node"]["dependantsByAgeBand"] is not None) is told
            assert [entry["requiredPermission"] for entry in answer.redacted] == (
                [] if told else ["CLIENT_READ_IDENTITY"]
            )


async def test_the_catalogue_of_bands_is_open_to_read(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    answer = await graph.run(document("householdAgeBands"), as_=advisor, asOf="2026-03-01")
    assert answer.errors == []
    found = [
        (band["scheme"], band["name"], band["minAge"], band["maxAge"]) for band in answer.data["householdAgeBands"]
    ]
    assert found == [
        ("SFS", "Under 16", 0, 15),
        ("SFS", "16 to 18", 16, 18),
        ("SFS", "19 and over", 19, None),
        ("CFS", "Under 14", 0, 13),
        ("CFS", "14 to 18", 14, 18),
        ("CFS", "19 and over", 19, None),
    ]
