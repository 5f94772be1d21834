"""The centre says that it may know a person already, without showing whom the asker may not see (feature F2)."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import events_of

CREATE = document("clientCreate")
LOOK = document("clientPossibleDuplicates")
PERSON = {"firstName": "Amara", "lastName": "Okafor", "dateOfBirth": "1980-05-17"}
NAMED: dict[str, Any] = {"first_name": "Amara", "last_name": "Okafor"}


async def _create(graph: Graph, actor: Any, **given: Any) -> Any:
    answer = await graph.run(CREATE, as_=actor, input=given)
    assert answer.errors == []
    return answer.data["clientCreate"]


async def _look(graph: Graph, actor: Any, **given: Any) -> Any:
    answer = await graph.run(LOOK, as_=actor, input=given)
    assert answer.errors == []
    return answer.data["clientPossibleDuplicates"]


async def test_one_that_the_asker_sees_is_named(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    known = write_id("client", await data.a_client(centre, recorded_by=advisor.user_id, **NAMED))
    refused = await _create(graph, advisor, **PERSON)
    assert refused["client"] is None
    assert refused["errors"] == [
        {
            "__typename": "ValidationError",
            "code": "INVALID",
            "message": "One client of this centre may be the same person. "
            "Look before you record the person a second time.",
            "path": ["input", "acceptPossibleDuplicate"],
            "rule": "possible-duplicate",
            "parameters": [{"name": "count", "value": "1"}, {"name": "clientIds", "value": known}],
        }
    ]
    assert await events_of(data, centre) == []
    looked = await _look(graph, advisor, **PERSON)
    assert [client["id"] for client in looked["visible"]] == [known]
    assert looked["othersExist"] is False


async def test_of_those_beyond_the_askers_sight_it_is_said_only_that_they_exist(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    trainee = await data.a_member(centre, Role.TRAINEE)
    own = write_id("client", await data.a_client(centre, recorded_by=trainee.user_id, **NAMED))
    for _ in range(2):
        hidden = await data.a_client(centre, **NAMED)
        await data.a_case(centre, client_id=hidden, restricted=True)
    (error,) = (await _create(graph, trainee, **PERSON))["errors"]
    assert error["message"] == (
        "3 clients of this centre may be the same person. Ask a manager, who sees those that you do not."
    )
    assert error["parameters"] == [{"name": "count", "value": "3"}, {"name": "clientIds", "value": own}]
    looked = await _look(graph, trainee, **PERSON)
    assert ([client["id"] for client in looked["visible"]], looked["othersExist"]) == ([own], True)


async def test_whoever_has_looked_records_the_person_all_the_same(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    await data.a_client(centre, **NAMED)
    accepted = await _create(graph, advisor, **PERSON, acceptPossibleDuplicate=True)
    assert (accepted["errors"], accepted["client"]["lastName"]) == ([], "Okafor")


async def test_a_refusal_takes_no_number(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    assert (await _create(graph, advisor, **PERSON))["client"]["reference"].endswith("-C-1")
    assert (await _create(graph, advisor, **PERSON))["errors"][0]["rule"] == "possible-duplicate"
    assert (await _create(graph, advisor, **{**PERSON, "firstName": "Ada"}))["client"]["reference"].endswith("-C-2")


@pytest.mark.parametrize(
    ("known", "given", "found"),
    [
        ({}, {}, True),
        ({"first_name": "AMARA", "last_name": "Ọkafor"}, {}, True),
        ({"first_name": "Ada"}, {}, False),
        ({"date_of_birth": None}, {}, False),
        ({}, {"dateOfBirth": "1980-12-31"}, True),
        ({}, {"dateOfBirth": "1981-05-17"}, False),
        ({}, {"dateOfBirth": None}, False),
        ({"date_of_birth": None, "postcode": "LS1 1AA"}, {"dateOfBirth": None, "postcode": "ls11aa"}, True),
        ({"first_name": "Ada", "postcode": "LS1 1AA"}, {"postcode": "LS1 1AA"}, False),
        ({"first_name": "X", "email": "a@example.org"}, {"email": "A@example.org"}, True),
        ({"first_name": "X", "email": "b@example.org"}, {"email": "a@example.org"}, False),
        (
            {"first_name": "X", "national_insurance_number": "AB123456C"},
            {"nationalInsuranceNumber": "ab 12 34 56"},
            True,
        ),
        (
            {"first_name": "X", "national_insurance_number": "AB123457C"},
            {"nationalInsuranceNumber": "AB123456C"},
            False,
        ),
    ],
)
async def test_what_two_records_of_one_person_share(
    graph: Graph,
    data: Data,
    known: dict[str, Any],
    given: dict[str, Any],
    found: bool,  # noqa: FBT001 - a table
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    await data.a_client(centre, **{**NAMED, **known})
    looked = await _look(graph, manager, **{**PERSON, **given})
    assert (len(looked["visible"]), looked["othersExist"]) == (int(found), False)


async def test_names_without_letters_are_nobodys(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    await data.a_client(centre, first_name="-", last_name="?")
    looked = await _look(graph, manager, firstName="!", lastName="…", dateOfBirth="1980-05-17")
    assert looked == {"visible": [], "othersExist": False}


async def test_a_deleted_client_and_another_centres_twin_do_not_count(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(here, Role.CENTRE_MANAGER)
    twin: dict[str, Any] = {
        **NAMED,
        "email": "a@example.org",
        "national_insurance_number": "AB123456C",
        "postcode": "LS1 1AA",
    }
    await data.a_client(there, **twin)
    gone = await data.a_client(here, **twin)
    await graph.run(document("clientDelete"), as_=manager, input={"id": write_id("client", gone), "expectedVersion": 1})
    same = {**PERSON, "email": "a@example.org", "nationalInsuranceNumber": "AB123456C", "postcode": "LS1 1AA"}
    assert await _look(graph, manager, **same) == {"visible": [], "othersExist": False}
    assert (await _create(graph, manager, **same))["errors"] == []


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.CLIENT])
async def test_only_whoever_records_clients_may_ask(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    answer = await graph.run(LOOK, as_=actor, input=PERSON)
    assert answer.codes == ["FORBIDDEN"]


async def test_a_program_that_may_not_read_is_told_only_that_there_are_some(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    await data.a_client(centre, **NAMED)
    program = await data.a_service(centre, Permission.CLIENT_CREATE, Permission.CASE_READ)
    assert await _look(graph, program, **PERSON) == {"visible": [], "othersExist": True}
    (error,) = (await _create(graph, program, **PERSON))["errors"]
    assert error["parameters"] == [{"name": "count", "value": "1"}, {"name": "clientIds", "value": ""}]


async def test_faults_of_the_query_name_the_field_and_the_rule(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    answer = await graph.run(LOOK, as_=manager, input={**PERSON, "firstName": " ", "postcode": "QA1 1AA"})
    (error,) = answer.errors
    faults = error.original_error.faults
    assert [(fault.field, fault.rule) for fault in faults] == [
        ("input.first_name", "blank"),
        ("input.postcode", "postcode"),
    ]
