"""Lists of clients: every filter, every order, every refusal of a filter by its field."""

from datetime import date
from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from support.asking import Graph
from support.data import Data
from support.operations import document

CLIENTS = document("clients")
NAMES = """
query ($filter: ClientFilter, $orderBy: ClientOrder! = NAME_ASC, $first: Int, $after: String) {
  clients(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { lastName } }
  }
}
"""


async def _names(graph: Graph, actor: Any, **variables: Any) -> list[str]:
    answer = await graph.run(NAMES, as_=actor, **variables)
    assert answer.errors == []
    connection = answer.data["clients"]
    names = [edge["node"]["lastName"] for edge in connection["edges"]]
    assert connection["totalCount"] >= len(names)
    return names


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"nameStartsWith": "ok"}, ["Okafor", "O'Keefe"]),
        ({"nameStartsWith": "o'KEEFE  jo"}, ["O'Keefe"]),
        ({"nameStartsWith": "okeefe ann"}, []),
        ({"postcodeStartsWith": "ls1"}, ["O'Keefe", "Okafor"]),
        ({"postcodeStartsWith": "LS1 1"}, ["Okafor"]),
        ({"postcodeStartsWith": "_"}, []),
        ({"reference": " leeds1-c-2 "}, ["O'Keefe"]),
        ({"reference": "LEEDS1-C"}, []),
        ({"email": "AMARA@example.org"}, ["Okafor"]),
        ({"birthYear": 1975}, ["O'Keefe"]),
        ({"birthYear": -2_147_483_648}, []),
        ({"birthYear": None, "nameStartsWith": None}, ["O'Keefe", "Okafor", "Zhang"]),
        ({"nationalInsuranceNumber": "AB123456"}, ["Okafor"]),
        (
            {"createdFrom": "0001-01-01T00:00:00Z", "createdBefore": "9999-12-31T23:59:59Z"},
            ["O'Keefe", "Okafor", "Zhang"],
        ),
        ({"createdBefore": "2000-01-01T00:00:00Z"}, []),
        ({"nameStartsWith": "ok", "birthYear": 1975}, ["O'Keefe"]),
    ],
)
async def test_conditions(graph: Graph, data: Data, condition: dict[str, Any], found: list[str]) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    await data.a_client(
        centre,
        first_name="Amara",
        last_name="Okafor",
        reference="LEEDS1-C-1",
        postcode="LS1 1AA",
        email="amara@example.org",
        national_insurance_number="AB123456C",
    )
    await data.a_client(
        centre,
        first_name="Jo",
        last_name="O'Keefe",
        reference="LEEDS1-C-2",
        postcode="LS1 4AP",
        date_of_birth=date(1975, 1, 1),
    )
    await data.a_client(centre, last_name="Zhang", postcode="M1 1AE")
    assert sorted(await _names(graph, manager, filter=condition)) == sorted(found)


async def test_orders_and_pages(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    for name in ("Okafor", "zhang", "Ábalos"):
        await data.a_client(centre, last_name=name)
    assert await _names(graph, manager) == ["Ábalos", "Okafor", "zhang"]
    assert await _names(graph, manager, orderBy="NAME_DESC") == ["zhang", "Okafor", "Ábalos"]
    assert await _names(graph, manager, orderBy="CREATED_AT_ASC") == ["Okafor", "zhang", "Ábalos"]
    assert await _names(graph, manager, orderBy="CREATED_AT_DESC") == ["Ábalos", "zhang", "Okafor"]
    page = (await graph.run(NAMES, as_=manager, first=2)).data["clients"]
    assert page["pageInfo"]["hasNextPage"] is True
    assert await _names(graph, manager, after=page["pageInfo"]["endCursor"]) == ["zhang"]


@pytest.mark.parametrize(
    ("condition", "field", "rule"),
    [
        ({"nameStartsWith": ""}, "filter.name_starts_with", "blank"),
        ({"nameStartsWith": " \u200b"}, "filter.name_starts_with", "blank"),
        ({"nameStartsWith": "'"}, "filter.name_starts_with", "blank"),
        ({"nameStartsWith": "%"}, "filter.name_starts_with", "blank"),
        ({"nameStartsWith": "a\x00"}, "filter.name_starts_with", "control-character"),
        ({"nameStartsWith": "x" * 201}, "filter.name_starts_with", "too-long"),
        ({"nameStartsWith": "\ud800"}, "filter.name_starts_with", "lone-surrogate"),
        ({"postcodeStartsWith": " "}, "filter.postcode_starts_with", "blank"),
        ({"postcodeStartsWith": "LS1 1AA LS1"}, "filter.postcode_starts_with", "too-long"),
        ({"postcodeStartsWith": "\x00"}, "filter.postcode_starts_with", "control-character"),
        ({"reference": ""}, "filter.reference", "blank"),
        ({"reference": "x" * 41}, "filter.reference", "too-long"),
        ({"reference": "a\x00"}, "filter.reference", "control-character"),
        ({"email": "nobody"}, "filter.email", "email"),
        ({"email": "a\x00@example.org"}, "filter.email", "email"),
        ({"nationalInsuranceNumber": "QQ123456C"}, "filter.national_insurance_number", "national-insurance-number"),
    ],
)
async def test_a_malformed_condition_is_refused_by_its_field(
    graph: Graph, data: Data, condition: dict[str, Any], field: str, rule: str
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    answer = await graph.run(NAMES, as_=manager, filter=condition)
    assert answer.data is None
    (error,) = answer.errors
    assert (error.original_error.code, error.original_error.field, error.original_error.rule) == (
        "INVALID",
        field,
        rule,
    )


async def test_a_year_beyond_32_bits_is_refused_before_anything_is_asked(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    answer = await graph.run(NAMES, as_=manager, filter={"birthYear": 2**31})
    assert "birthYear" in answer.errors[0].message
    assert answer.statements == 0


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR, Role.CLIENT])
async def test_finding_by_a_sensitive_value_takes_its_permission_in_the_whole_centre(
    graph: Graph, data: Data, role: Role
) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    answer = await graph.run(NAMES, as_=actor, filter={"nationalInsuranceNumber": "AB123456C"})
    assert answer.codes == ["FORBIDDEN"]
    program = await data.a_service(centre, Permission.CLIENT_READ)
    answer = await graph.run(NAMES, as_=program, filter={"nationalInsuranceNumber": "AB123456C"})
    assert answer.codes == ["FORBIDDEN"]


async def test_the_access_log_hears_that_somebody_looked_by_number(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre, national_insurance_number="AB123456C")
    answer = await graph.run(NAMES, as_=manager, filter={"nationalInsuranceNumber": "AB123456C"})
    assert answer.context.seen_clients == {client}
    assert answer.context.seen_fields == {"clients.national_insurance_number"}


async def test_statements_do_not_grow_with_the_page(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    trainee = await data.a_member(centre, Role.TRAINEE)
    counts = []
    for _ in range(2):
        for _ in range(3):
            client = await data.a_client(centre, recorded_by=trainee.user_id, national_insurance_number="AB123456C")
            await data.a_consent(centre, client)
        counts.append((await graph.run(CLIENTS, as_=trainee)).statements)
    assert counts[0] == counts[1]
