"""Search finds records by their words, within what the viewer sees."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from support.asking import Graph
from support.data import Data

SEARCH = """
query ($query: String!, $kinds: [SearchKind!], $first: Int! = 10) {
  search(query: $query, kinds: $kinds, first: $first) { kind hasMore hits { kind title matched node { id } } }
}"""


async def titles(graph: Graph, viewer: Actor, query: str, **given: Any) -> dict[str, list[str]]:
    answer = await graph.run(SEARCH, as_=viewer, query=query, **given)
    assert answer.errors == []
    return {group["kind"]: [hit["title"] for hit in group["hits"]] for group in answer.data["search"]}


@pytest.fixture
async def centre(data: Data) -> Any:
    return await data.a_centre()


@pytest.fixture
async def manager(data: Data, centre: Any) -> Actor:
    return await data.a_member(centre, Role.CENTRE_MANAGER)


@pytest.mark.parametrize(
    "query",
    [
        "siobhan",
        "SIOBHÁN",
        "o'brien-smythe",
        "obrien",
        "smythe siobhan",
        "obriensmythe",
        "sio smy obr",
        "LS1 4AP",
        "ls14ap",
        "leeds-c-0042",
        "leeds 42",
        "07700 900123",
        "+44 7700 900123",
        "0044 7700 900 123",
        "Siobhan.S@Example.org",
        "siobhan.s@ex",
    ],
)
async def test_a_client_is_found_by_what_people_type(
    graph: Graph, data: Data, centre: Any, manager: Actor, query: str
) -> None:
    await data.a_client(
        centre,
        first_name="Siobhán",
        last_name="O’Brien-Smythe",  # noqa: RUF001 - as word processors write it
        reference="LEEDS-C-0042",
        postcode="LS1 4AP",
        phone_primary="+447700900123",
        email="siobhan.s@example.org",
    )
    await data.a_client(centre, first_name="Alex", last_name="Jones")
    found = await titles(graph, manager, query)
    assert found["CLIENT"] == ["Siobhán O’Brien-Smythe"]  # noqa: RUF001
    assert found["CASE"] == []


async def test_every_word_has_to_match(graph: Graph, data: Data, centre: Any, manager: Actor) -> None:
    await data.a_client(centre, first_name="Alex", last_name="Khan")
    await data.a_client(centre, first_name="Mary", last_name="Khan")
    assert (await titles(graph, manager, "khan mary"))["CLIENT"] == ["Mary Khan"]
    assert (await titles(graph, manager, "khan nobody"))["CLIENT"] == []
    assert (await titles(graph, manager, "han"))["CLIENT"] == []


async def test_exact_words_come_before_beginnings_then_the_name(
    graph: Graph, data: Data, centre: Any, manager: Actor
) -> None:
    for first, last in [("Zoe", "Smith"), ("Ann", "Smithson"), ("Bea", "Smith"), ("Smith", "Aaron")]:
        await data.a_client(centre, first_name=first, last_name=last)
    found = await graph.run(SEARCH, as_=manager, query="smith", kinds=["CLIENT"])
    (group,) = found.data["search"]
    assert [hit["title"] for hit in group["hits"]] == ["Smith Aaron", "Bea Smith", "Zoe Smith", "Ann Smithson"]
    assert [hit["matched"] for hit in group["hits"]] == [["smith"], ["smith"], ["smith"], ["smithson"]]
    assert {hit["kind"] for hit in group["hits"]} == {"CLIENT"}
    assert not group["hasMore"]


async def test_a_case_is_found_by_its_number_and_title(graph: Graph, data: Data, centre: Any, manager: Actor) -> None:
    case = await data.a_case(centre, title="Council tax arrears")
    number = (await graph.run("{ cases { edges { node { caseNumber } } } }", as_=manager)).data["cases"]["edges"][0][
        "node"
    ]["caseNumber"]
    for query in (number, number.lower(), number.replace("-", ""), "arrears council"):
        answer = await graph.run(SEARCH, as_=manager, query=query, kinds=["CASE"])
        (hit,) = answer.data["search"][0]["hits"]
        assert hit["node"]["id"] == f"case_{case.hex}"
        assert hit["title"] == f"{number} Council tax arrears"


async def test_each_viewer_finds_what_is_theirs_to_see(graph: Graph, data: Data, centre: Any) -> None:
    team = await data.a_team(centre)
    advisor = await data.a_member(centre)
    colleague = await data.a_member(centre, team_ids=(team,))
    trainee = await data.a_member(centre, Role.TRAINEE)
    clients = {name: await data.a_client(centre, first_name=name, last_name="Quill") for name in "ABCD"}
    await data.a_client(centre, first_name="E", last_name="Quill", recorded_by=advisor.user_id)
    await data.a_case(centre, client_id=clients["A"], advisor=advisor, title="Quill one")
    await data.a_case(centre, client_id=clients["B"], advisor=colleague, team_id=team, title="Quill two")
    await data.a_case(
        centre, client_id=clients["C"], advisor=colleague, team_members=(trainee,), restricted=True, title="Quill three"
    )
    await data.a_case(centre, client_id=clients["D"], team_id=team, title="Quill four")
    stranger = await data.a_centre()
    await data.a_client(stranger, first_name="X", last_name="Quill")
    portal = await data.a_member(centre, Role.CLIENT, client_id=clients["B"])
    seen = {
        await data.a_member(centre, Role.CENTRE_MANAGER): "ABCDE",
        await data.a_member(centre, Role.AUDITOR): "ABDE",
        advisor: "AE",
        colleague: "BCD",
        trainee: "C",
        portal: "B",
    }
    for viewer, names in seen.items():
        found = await titles(graph, viewer, "quill")
        assert found["CLIENT"] == [f"{name} Quill" for name in names], viewer.roles
        assert len(found["CASE"]) == len(names.replace("E", "")), viewer.roles


async def test_a_kind_that_one_may_not_read_is_left_out(graph: Graph, data: Data, centre: Any) -> None:
    service = await data.a_service(centre, Permission.CASE_READ)
    await data.a_case(centre, title="Pension arrears")
    found = await titles(graph, service, "pension")
    assert list(found) == ["CASE"]
    assert len(found["CASE"]) == 1
    papers = await data.a_service(centre, Permission.DOCUMENT_ACCESS)
    assert list(await titles(graph, papers, "pension")) == ["DOCUMENT"]
    administrator = await data.an_administrator()
    assert await titles(graph, administrator, "pension") == {}


async def test_only_the_wanted_kinds_are_searched(graph: Graph, manager: Actor) -> None:
    answer = await graph.run(SEARCH, as_=manager, query="anything", kinds=["CASE"])
    assert [group["kind"] for group in answer.data["search"]] == ["CASE"]
    assert answer.statements == 1


async def test_more_than_asked_for_is_said(graph: Graph, data: Data, centre: Any, manager: Actor) -> None:
    for number in range(3):
        await data.a_client(centre, first_name=f"N{number}", last_name="Umber")
    for first, shown, more in ((2, 2, True), (3, 3, False)):
        answer = await graph.run(SEARCH, as_=manager, query="umber", kinds=["CLIENT"], first=first)
        (group,) = answer.data["search"]
        assert (len(group["hits"]), group["hasMore"]) == (shown, more)


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("", "blank"),
        ("  ' - ", "blank"),
        ("a", "too-short"),
        ("7", "too-short"),
        ("smith j", "too-short"),
        ("ab cd ef gh ij kl mn", "too-many-words"),
        ("x" * 201, "too-long"),
        ("ab\x00cd", "control-character"),
    ],
)
async def test_a_query_that_cannot_be_searched_is_refused(graph: Graph, manager: Actor, query: str, rule: str) -> None:
    answer = await graph.run(SEARCH, as_=manager, query=query)
    assert answer.data is None
    (error,) = answer.errors
    assert (error.original_error.field, error.original_error.rule) == ("query", rule)


@pytest.mark.parametrize("first", [0, -1, 51])
async def test_a_number_out_of_bounds_is_refused(graph: Graph, manager: Actor, first: int) -> None:
    answer = await graph.run(SEARCH, as_=manager, query="smith", first=first)
    assert [error.original_error.rule for error in answer.errors] == ["page-size"]


async def test_a_national_insurance_number_finds_its_client_for_those_who_read_it(
    graph: Graph, data: Data, centre: Any, manager: Actor
) -> None:
    client = await data.a_client(
        centre, first_name="Ida", last_name="Nemo", national_insurance_number="AB123456C", reference="AB123456"
    )
    advisor = await data.a_member(centre)
    await data.a_case(centre, client_id=client, advisor=advisor)
    other = await data.a_client(centre, first_name="Otto", last_name="Nemo", national_insurance_number="AB654321C")
    assert (await titles(graph, manager, "AB 65 43 21 C"))["CLIENT"] == ["Otto Nemo"]
    assert (await titles(graph, manager, "ab654321"))["CLIENT"] == ["Otto Nemo"]
    assert (await titles(graph, advisor, "AB123456C"))["CLIENT"] == []
    answer = await graph.run(SEARCH, as_=manager, query="AB654321C", kinds=["CLIENT"])
    assert answer.data["search"][0]["hits"][0]["matched"] == []
    assert answer.data["search"][0]["hits"][0]["node"]["id"] == f"client_{other.hex}"
