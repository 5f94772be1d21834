"""The platform makes, suspends and closes centres; managers keep their own one's particulars."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.graph.node import read_any_id, write_id
from cma_graphql.persistence.writing import unit_of_work
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.refusals import refusals
from support.trail import audit_of, events_of

CASE_TYPES = "{ caseTypes { code active } }"


def _code() -> str:
    return f"N{new_id().hex[-9:].upper()}"


def _new(**given: Any) -> dict[str, Any]:
    return {
        "name": "Leeds Debt Advice",
        "code": _code(),
        "organisationType": "INDEPENDENT_CHARITY",
        "jurisdiction": "SCOTLAND",
        **given,
    }


async def _run(graph: Graph, field: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.run(document(field), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


async def _do(graph: Graph, field: str, actor: Actor, centre: UUID, version: int = 1, **given: Any) -> dict[str, Any]:
    said = {"id": write_id("centre", centre), "expectedVersion": version, **given}
    return await _run(graph, field, actor, **said)


def _key(node: dict[str, Any]) -> UUID:
    read = read_any_id(node["id"])
    assert read is not None
    return read.key


async def test_a_centre_is_made_ready_for_work(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator(Role.NETWORK_ADMIN)
    made = await _run(
        graph,
        "centreCreate",
        administrator,
        **_new(code=" abc" + _code()[-6:].lower(), postcode="ls11aa", phone="0113 496 0000", email="Help@Example.ORG"),
    )
    assert made["errors"] == []
    shown = made["centre"]
    assert (shown["status"], shown["version"], shown["manager"]) == ("ACTIVE", 1, None)
    assert shown["code"].startswith("ABC")
    assert (shown["postcode"], shown["phone"], shown["email"]) == ("LS1 1AA", "+441134960000", "Help@example.org")
    assert shown["viewerCan"] == {"update": True, "suspend": True, "reactivate": False, "close": True}
    centre = _key(shown)
    (event,) = await events_of(data, centre)
    assert (event.seq, event.name, event.subject_id, event.actor_kind) == (1, "centre.created", centre, "PLATFORM")
    assert event.changes["jurisdiction"] == {"old": None, "new": "SCOTLAND"}
    assert event.changes["name"] is None
    (entry,) = await audit_of(data, centre)
    assert (entry.seq, entry.actor_id) == (1, administrator.user_id)

    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    kinds = (await graph.run(CASE_TYPES, as_=manager)).data["caseTypes"]
    usual = (await graph.run(CASE_TYPES, as_=await data.a_member(await data.a_centre()))).data["caseTypes"]
    assert kinds == usual != []
    client = await data.a_client(centre, national_insurance_number="AB123456C")  # sealed with the centre's own key
    asked = "query ($id: ID!) { client(id: $id) { nationalInsuranceNumber } }"
    answer = await graph.run(asked, as_=manager, id=write_id("client", client))
    assert answer.data["client"]["nationalInsuranceNumber"] == "AB123456C"


async def test_a_code_is_one_centres(graph: Graph, data: Data) -> None:
    administrator, code = await data.an_administrator(), _code()
    payloads = await asyncio.gather(
        *(_run(graph, "centreCreate", administrator, **_new(code=text)) for text in (code, code.lower()))
    )
    assert sorted(refusals(payload) for payload in payloads) == [[], [("ValidationError", "input.code", "unique")]]


async def test_a_repeated_creation_makes_one_centre(graph: Graph, data: Data) -> None:
    administrator, said = await data.an_administrator(), _new(idempotencyKey="the one")
    first, again = await asyncio.gather(*(_run(graph, "centreCreate", administrator, **said) for _ in range(2)))
    assert {first["replayed"], again["replayed"]} == {True, False}
    assert first["centre"] == again["centre"]
    assert len(await events_of(data, _key(first["centre"]))) == 1
    other = await _run(graph, "centreCreate", administrator, **{**said, "code": _code()})
    assert refusals(other) == [("ValidationError", "input.idempotencyKey", "idempotency-key-reused")]
    colleague = await data.an_administrator()
    theirs = await _run(graph, "centreCreate", colleague, **{**said, "code": _code()})
    assert (theirs["errors"], theirs["centre"]["id"] == first["centre"]["id"]) == ([], False)


async def test_a_key_of_yesterday_makes_no_second_centre_and_repeats_none(graph: Graph, data: Data) -> None:
    administrator, said = await data.an_administrator(), _new(idempotencyKey="the one")
    await _run(graph, "centreCreate", administrator, **said)
    with stopped(now() + timedelta(hours=25)):
        late = await _run(graph, "centreCreate", administrator, **{**said, "code": _code()})
    assert refusals(late) == [("ValidationError", "input.idempotencyKey", "idempotency-key-reused")]


async def test_a_refused_creation_may_be_repeated_under_its_key(graph: Graph, data: Data) -> None:
    administrator, taken = await data.an_administrator(), _code()
    await _run(graph, "centreCreate", administrator, **_new(code=taken))
    refused = await _run(graph, "centreCreate", administrator, **_new(code=taken, idempotencyKey="k"))
    assert refusals(refused) == [("ValidationError", "input.code", "unique")]
    mended = await _run(graph, "centreCreate", administrator, **_new(idempotencyKey="k"))
    assert (mended["errors"], mended["replayed"]) == ([], False)


async def test_every_fault_of_a_new_centre_is_told(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator()
    refused = await _run(
        graph,
        "centreCreate",
        administrator,
        **_new(name=" ", code="?", organisationType="PLATFORM", postcode="nowhere", phone="1", email="nobody"),
    )
    assert refusals(refused) == [
        ("ValidationError", "input.name", "blank"),
        ("ValidationError", "input.code", "centre-code"),
        ("ValidationError", "input.organisationType", "organisation-type"),
        ("ValidationError", "input.postcode", "postcode"),
        ("ValidationError", "input.phone", "phone"),
        ("ValidationError", "input.email", "email"),
    ]
    bad_key = await _run(graph, "centreCreate", administrator, **_new(idempotencyKey=""))
    assert refusals(bad_key) == [("ValidationError", "input.idempotencyKey", "idempotency-key")]


@pytest.mark.parametrize("role", [Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.CLIENT])
async def test_only_the_platform_makes_suspends_and_closes(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    forbidden = [("ForbiddenError", "")]
    assert refusals(await _run(graph, "centreCreate", actor, **_new())) == forbidden
    for field in ("centreSuspend", "centreReactivate", "centreClose"):
        assert refusals(await _do(graph, field, actor, centre)) == forbidden
    assert await events_of(data, centre) == []


async def test_a_manager_keeps_the_own_centre(graph: Graph, data: Data) -> None:
    centre, elsewhere = await data.a_centre(city="Leeds"), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    changed = await _do(graph, "centreUpdate", manager, centre, name="New Name", email="us@example.org", city=None)
    assert (changed["centre"]["name"], changed["centre"]["city"]) == ("New Name", None)
    assert (changed["centre"]["email"], changed["centre"]["version"]) == ("us@example.org", 2)
    assert changed["centre"]["viewerCan"] == {"update": True, "suspend": False, "reactivate": False, "close": False}
    (event,) = await events_of(data, centre)
    assert (event.name, event.version) == ("centre.updated", 2)
    assert event.changes == {"name": None, "email": None, "city": None}
    (entry,) = await audit_of(data, centre)
    assert entry.changes["city"] == {"old": "Leeds", "new": None}
    assert refusals(await _do(graph, "centreUpdate", manager, centre, 1, name="Old")) == [
        ("ConflictError", "input.expectedVersion")
    ]
    same = await _do(graph, "centreUpdate", manager, centre, 2, name="New Name")
    assert (same["errors"], same["centre"]["version"]) == ([], 2)
    assert refusals(await _do(graph, "centreUpdate", manager, elsewhere, name="Mine")) == [
        ("NotFoundError", "input.id")
    ]
    advisor = await data.a_member(centre)
    assert refusals(await _do(graph, "centreUpdate", advisor, centre, 2, name="Mine")) == [("ForbiddenError", "")]
    assert len(await events_of(data, centre)) == 1
    assert await events_of(data, elsewhere) == []


async def test_the_code_is_fixed_by_the_first_number(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    code = _code()
    changed = await _do(graph, "centreUpdate", manager, centre, code=code.lower())
    assert changed["centre"]["code"] == code
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        await uow.next_number("client")
    assert refusals(await _do(graph, "centreUpdate", manager, centre, 2, code=_code())) == [
        ("ValidationError", "input.code", "code-in-use")
    ]
    assert (await _do(graph, "centreUpdate", manager, centre, 2, code=code))["errors"] == []


async def test_a_code_that_another_centre_has_is_refused(graph: Graph, data: Data) -> None:
    taken, centre = _code(), await data.a_centre()
    await data.a_centre(code=taken)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    assert refusals(await _do(graph, "centreUpdate", manager, centre, code=taken)) == [
        ("ValidationError", "input.code", "unique")
    ]
    assert await events_of(data, centre) == []


async def test_a_centre_goes_through_its_states(graph: Graph, data: Data) -> None:
    centre, administrator = await data.a_centre(), await data.an_administrator()
    refused = await _do(graph, "centreReactivate", administrator, centre)
    assert [(error["from"], error["to"], error["allowed"]) for error in refused["errors"]] == [
        ("ACTIVE", "ACTIVE", ["SUSPENDED", "CLOSED"])
    ]
    suspended = await _do(graph, "centreSuspend", administrator, centre)
    assert (suspended["centre"]["status"], suspended["centre"]["version"]) == ("SUSPENDED", 2)
    assert suspended["centre"]["viewerCan"] == {"update": True, "suspend": False, "reactivate": True, "close": True}
    assert refusals(await _do(graph, "centreSuspend", administrator, centre, 1)) == [
        ("ConflictError", "input.expectedVersion")
    ]
    active = await _do(graph, "centreReactivate", administrator, centre, 2)
    assert active["centre"]["status"] == "ACTIVE"
    case = await data.a_case(centre)
    refused = await _do(graph, "centreClose", administrator, centre, 3)
    assert refusals(refused) == [("ValidationError", "input.id", "has-open-cases")]
    other = await data.a_centre()
    await data.a_case(other, status="CLOSED")
    closed = await _do(graph, "centreClose", administrator, other)
    assert (closed["errors"], closed["centre"]["status"]) == ([], "CLOSED")
    assert closed["centre"]["viewerCan"]["reactivate"] is False
    for field in ("centreSuspend", "centreReactivate", "centreClose"):
        assert refusals(await _do(graph, field, administrator, other, 2)) == [("TransitionError", "")]
    assert [event.name for event in await events_of(data, centre)] == ["centre.suspended", "centre.reactivated"]
    (event,) = await events_of(data, other)
    assert (event.name, event.changes) == ("centre.closed", {"status": {"old": "ACTIVE", "new": "CLOSED"}})
    assert case.hex not in str(refused)


async def test_the_platform_itself_is_no_centre_to_change(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator()
    for field, given in (
        ("centreUpdate", {"name": "Mine"}),
        ("centreSuspend", {}),
        ("centreClose", {}),
        ("centreSetManager", {"managerId": None}),
    ):
        assert refusals(await _do(graph, field, administrator, PLATFORM_CENTRE, **given)) == [
            ("NotFoundError", "input.id")
        ]
        assert refusals(await _do(graph, field, administrator, new_id(), **given)) == [("NotFoundError", "input.id")]


async def test_who_answers_for_a_centre(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    first = await data.a_member(centre, Role.CENTRE_MANAGER, first_name="Ada", last_name="First")
    second = await data.a_member(centre, Role.CENTRE_MANAGER)
    invited = await data.a_member(centre, Role.CENTRE_MANAGER, status="INVITED")
    advisor, stranger = await data.a_member(centre), await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)

    async def named(person: Actor | None, version: int = 1, by: Actor = first) -> dict[str, Any]:
        manager = None if person is None else write_id("membership", person.user_id)
        return await _do(graph, "centreSetManager", by, centre, version, managerId=manager)

    not_one = [("ValidationError", "input.managerId", "not-a-manager")]
    assert refusals(await named(advisor)) == not_one
    assert refusals(await named(invited)) == not_one
    assert refusals(await named(stranger)) == [("NotFoundError", "input.managerId")]
    assert refusals(await named(first, by=advisor)) == [("ForbiddenError", "")]
    assert (await named(first))["centre"]["manager"]["fullName"] == "Ada First"
    assert (await named(None, 2))["centre"]["manager"] is None
    assert (await named(first, 3))["centre"]["version"] == 4

    lost = await graph.run(
        document("membershipUpdate"),
        as_=second,
        input={"id": write_id("membership", first.user_id), "expectedVersion": 1, "roles": ["ADVISOR"]},
    )
    assert lost.data["membershipUpdate"]["errors"] == []
    asked = await graph.run(document("centre"), as_=second, id=write_id("centre", centre))
    assert (asked.data["centre"]["manager"], asked.data["centre"]["version"]) == (None, 5)
    told = [(event.name, event.changes) for event in await events_of(data, centre)]
    ada = str(first.user_id)
    assert told == [
        ("centre.manager_changed", {"manager_id": {"old": None, "new": ada}}),
        ("centre.manager_changed", {"manager_id": {"old": ada, "new": None}}),
        ("centre.manager_changed", {"manager_id": {"old": None, "new": ada}}),
        ("membership.roles_changed", {"roles": {"old": ["CENTRE_MANAGER"], "new": ["ADVISOR"]}}),
        ("centre.manager_changed", {"manager_id": {"old": ada, "new": None}}),
    ]


async def test_staff_see_the_own_centre_alone(graph: Graph, data: Data) -> None:
    centre, elsewhere = await data.a_centre(name="Ours"), await data.a_centre()
    advisor = await data.a_member(centre)
    listed = (await graph.run(document("centres"), as_=advisor)).data["centres"]
    assert (listed["totalCount"], [edge["node"]["name"] for edge in listed["edges"]]) == (1, ["Ours"])
    assert listed["edges"][0]["node"]["memberships"]["totalCount"] == 1
    for strange in (elsewhere, PLATFORM_CENTRE):
        asked = await graph.run(document("centre"), as_=advisor, id=write_id("centre", strange))
        assert (asked.data, asked.errors) == ({"centre": None}, [])
    none = await graph.run(document("centres"), as_=advisor, filter={"status": ["CLOSED", "SUSPENDED"]})
    assert none.data["centres"]["totalCount"] == 0
