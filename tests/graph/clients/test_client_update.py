"""A client's details change: what is left out stays, null takes away, nobody overwrites unseen."""

from typing import Any, cast

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import audit_of, events_of

UPDATE = document("clientUpdate")
CLIENT = document("client")


async def _update(graph: Graph, actor: Any, client: Any, version: int = 1, **given: Any) -> dict[str, Any]:
    answer = await graph.run(
        UPDATE, as_=actor, input={"id": write_id("client", client), "expectedVersion": version, **given}
    )
    assert answer.errors == []
    payload: dict[str, Any] = answer.data["clientUpdate"]
    return payload


async def test_what_is_left_out_stays_and_null_takes_away(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(
        centre,
        title="Ms",
        email="before@example.org",
        city="Leeds",
        postcode="LS1 1AA",
        national_insurance_number="AB123456C",
        safe_contact_note="Ring the sister.",
    )
    changed = await _update(graph, manager, client, lastName="Abbott", email=None, nationalInsuranceNumber=None)
    assert changed["errors"] == []
    shown = changed["client"]
    assert (shown["lastName"], shown["email"], shown["nationalInsuranceNumber"]) == ("Abbott", None, None)
    assert (shown["title"], shown["city"], shown["postcode"]) == ("Ms", "Leeds", "LS1 1AA")
    assert (shown["safeContactNote"], shown["dateOfBirth"]) == ("Ring the sister.", "1980-05-17")
    assert shown["version"] == 2


async def test_search_follows_the_change(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre, last_name="Before", national_insurance_number="AB123456C")
    await _update(
        graph,
        manager,
        client,
        lastName="Żółć",
        postcode="M1 1AE",
        email="Now@Example.org",
        nationalInsuranceNumber="CE123456D",
        dateOfBirth="1970-01-01",
    )
    found = "query ($filter: ClientFilter) { clients(filter: $filter) { totalCount } }"
    for condition, count in (
        ({"nameStartsWith": "zolc al"}, 1),
        ({"nameStartsWith": "before"}, 0),
        ({"postcodeStartsWith": "m1 1"}, 1),
        ({"email": "now@example.org"}, 1),
        ({"birthYear": 1970}, 1),
        ({"birthYear": 1980}, 0),
        ({"nationalInsuranceNumber": "CE 12 34 56"}, 1),
        ({"nationalInsuranceNumber": "AB123456C"}, 0),
    ):
        answer = await graph.run(found, as_=manager, filter=condition)
        assert (condition, answer.data["clients"]["totalCount"]) == (condition, count)


async def test_only_what_changed_is_told_and_words_not_at_all(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre, recorded_by=advisor.user_id, last_name="Before")
    await _update(graph, advisor, client, lastName="After", dependents=3, safeContactNote="Never ring.")
    (event,) = await events_of(data, centre)
    assert (event.name, event.version) == ("client.updated", 2)
    assert event.changes == {"last_name": None, "dependents": {"old": 0, "new": 3}, "safe_contact_note": None}
    assert event.audience_before == event.audience_after
    assert event.audience_after["user_ids"] == [str(advisor.user_id)]
    (entry,) = await audit_of(data, centre)
    assert entry.changes == {
        "last_name": {"old": "Before", "new": "After"},
        "dependents": {"old": 0, "new": 3},
        "safe_contact_note": None,
    }


async def test_details_as_before_change_nothing(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre, last_name="Same", national_insurance_number="AB123456C")
    same: dict[str, Any] = {"lastName": "Same", "nationalInsuranceNumber": "ab123456c", "dateOfBirth": "1980-05-17"}
    for given in (same, {}):
        changed = await _update(graph, manager, client, **given)
        assert (changed["errors"], changed["client"]["version"]) == ([], 1)
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("field", ["firstName", "lastName", "dependents", "employmentStatuses", "interpreterNeeded"])
async def test_some_details_cannot_be_taken_away(graph: Graph, data: Data, field: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    (error,) = (await _update(graph, manager, client, **cast("dict[str, Any]", {field: None})))["errors"]
    assert (error["__typename"], error["rule"], error["path"]) == ("ValidationError", "required", ["input", field])


async def test_a_stale_version_is_refused_with_the_record_as_it_is(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await _update(graph, manager, client, city="Leeds")
    refused = await _update(graph, manager, client, city="York")
    assert refused["client"] is None
    (error,) = refused["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", 2)
    assert error["current"] == {"id": write_id("client", client)}
    answer = await graph.run(CLIENT, as_=manager, id=write_id("client", client))
    assert (answer.data["client"]["city"], answer.data["client"]["version"]) == ("Leeds", 2)


async def test_a_replay_answers_the_client_as_it_is_now(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await _update(graph, manager, client, city="Leeds", idempotencyKey="move")
    await _update(graph, manager, client, version=2, city="York")
    again = await _update(graph, manager, client, city="Leeds", idempotencyKey="move")
    assert again["replayed"] is True
    assert (again["client"]["city"], again["client"]["version"]) == ("York", 3)
    assert len(await events_of(data, centre)) == 2


async def test_absent_and_null_are_two_inputs_under_one_key(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre, city="Leeds")
    await _update(graph, manager, client, idempotencyKey="k")
    (error,) = (await _update(graph, manager, client, city=None, idempotencyKey="k"))["errors"]
    assert error["rule"] == "idempotency-key-reused"


async def test_another_centres_client_is_not_found(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(there, Role.CENTRE_MANAGER)
    client = await data.a_client(here, city="Leeds")
    (error,) = (await _update(graph, manager, client, city="York"))["errors"]
    assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", "id"])
    assert await events_of(data, here) == await events_of(data, there) == []


async def test_whoever_works_on_a_case_of_the_client_or_in_its_team_may_change_it(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor, helper = await data.a_member(centre), await data.a_member(centre, Role.TRAINEE)
    colleague, stranger = await data.a_member(centre, team_ids=(team,)), await data.a_member(centre)
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, advisor=advisor, team_members=(helper,), team_id=team)
    for version, actor in enumerate((advisor, helper, colleague), start=1):
        assert (await _update(graph, actor, client, version=version, city=f"Town {version}"))["errors"] == []
    (error,) = (await _update(graph, stranger, client, version=4, city="York"))["errors"]
    assert error["__typename"] == "NotFoundError"


async def test_a_second_role_that_only_reads_lets_nobody_change_what_the_first_does_not_reach(
    graph: Graph, data: Data
) -> None:
    centre = await data.a_centre()
    both = await data.a_member(centre, Role.ADVISOR, Role.AUDITOR)
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, advisor=await data.a_member(centre))
    own = await data.a_client(centre)
    await data.a_case(centre, client_id=own, advisor=both)
    (error,) = (await _update(graph, both, client, city="York"))["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")
    assert (await _update(graph, both, own, city="York"))["errors"] == []


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_roles_that_only_read_are_refused(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    client = await data.a_client(centre)
    (error,) = (await _update(graph, actor, client, city="York"))["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")


async def test_a_program_changes_clients_where_its_key_says_so(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    writer = await data.a_service(centre, Permission.CLIENT_READ, Permission.CLIENT_UPDATE)
    reader = await data.a_service(centre, Permission.CLIENT_READ)
    assert (await _update(graph, writer, client, city="York"))["client"]["city"] == "York"
    (error,) = (await _update(graph, reader, client, version=2, city="Leeds"))["errors"]
    assert error["requiredPermission"] == "CLIENT_UPDATE"
