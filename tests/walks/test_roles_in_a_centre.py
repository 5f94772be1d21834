"""Inside one centre, each role sees the records and the sensitive values that are its own to see, no others."""

import json
from collections.abc import Set as AbstractSet

import pytest
import strawberry

from support.asking import Graph
from support.walking import Question, objects_of, walk
from walks.conftest import World

ALL = {"own", "shared", "team", "restricted", "trainees", "nobodys", "portal"}
CASES: dict[str, AbstractSet[str]] = {
    "CENTRE_MANAGER": ALL,
    "COMPLIANCE_OFFICER": ALL,
    "ADVISOR": {"own", "shared", "team"},
    "TRAINEE": {"shared", "trainees"},
    "AUDITOR": ALL - {"restricted"},
    "SERVICE": ALL - {"restricted"},
    "CLIENT": {"portal"},
}
CASELESS = {"CENTRE_MANAGER", "COMPLIANCE_OFFICER", "ADVISOR", "AUDITOR", "SERVICE"}
NINOS: dict[str, AbstractSet[str]] = {
    "CENTRE_MANAGER": ALL | {"caseless"},
    "COMPLIANCE_OFFICER": ALL | {"caseless"},
    "ADVISOR": {"own", "shared", "caseless"},
    "TRAINEE": set(),
    "AUDITOR": set(),
    "SERVICE": set(),
    "CLIENT": {"portal"},
}
NOTES: dict[str, AbstractSet[str]] = {**NINOS, "TRAINEE": {"shared", "trainees"}}


@pytest.fixture(scope="module")
def questions(schema: strawberry.Schema, worlds: tuple[World, World]) -> list[Question]:
    """Ask everything of two clients; what is asked by no id is the same question for both, and asked once."""
    here, _ = worlds
    asked: list[Question] = []
    for client_id in here.ids["client"][:2]:
        supply = here.supply(id=client_id, ids=here.ids["case"] + here.ids["client"])
        asked += [question for question in walk(schema, supply, depth=2) if question not in asked]
    return asked


@pytest.mark.usefixtures("compiled_whatever_its_size")
@pytest.mark.parametrize("role", sorted(CASES))
async def test_a_role_sees_its_records_and_no_others(
    role: str, graph: Graph, worlds: tuple[World, World], questions: list[Question]
) -> None:
    here, _ = worlds
    visible_cases = {here.cases[name].hex for name in CASES[role]}
    visible_clients = {here.clients[name].hex for name in CASES[role]}
    if role in CASELESS:
        visible_clients.add(here.clients["caseless"].hex)
    seen_cases: set[str] = set()
    seen_clients: set[str] = set()
    clear_ninos: set[str] = set()
    notes: set[str] = set()
    for asked in questions:
        answer = await graph.run(asked.text, as_=here.actors[role], **asked.variables)
        assert "?" not in answer.codes, (asked.text[:300], answer.errors)
        text = json.dumps(answer.data)
        clear_ninos |= {name for name, nino in here.ninos.items() if nino in text}
        for item in objects_of(answer.data):
            found = item.get("id")
            if isinstance(found, str) and found.startswith("case_"):
                seen_cases.add(found.removeprefix("case_"))
            elif isinstance(found, str) and found.startswith("client_"):
                seen_clients.add(found.removeprefix("client_"))
            if item.get("safeContactNote") is not None:
                notes.add(item["id"].removeprefix("client_"))
    assert seen_cases == visible_cases
    assert seen_clients == visible_clients
    assert clear_ninos == NINOS[role]
    assert notes == {here.clients[name].hex for name in NOTES[role]}


@pytest.mark.parametrize("role", sorted(CASES))
async def test_counts_are_of_what_the_role_sees(role: str, graph: Graph, worlds: tuple[World, World]) -> None:
    here, _ = worlds
    answer = await graph.run("{ cases { totalCount } clients { totalCount } }", as_=here.actors[role])
    assert answer.data["cases"]["totalCount"] == len(CASES[role])
    assert answer.data["clients"]["totalCount"] == len(CASES[role]) + (role in CASELESS)
