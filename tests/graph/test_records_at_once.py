"""Pages under pages multiply: an operation ends where it asks for more records than one answer is to hold."""

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph import context
from cma_graphql.persistence import listing
from support.asking import Graph
from support.data import Data

CASES = "{ cases { edges { node { caseType { cases(first: 10) { edges { node { id } } } } } } } }"
PEOPLE = "{ memberships { edges { node { teams { members { teams { members { id } } } } } } } }"


async def _manager(data: Data, *, cases: int = 0, colleagues: int = 0) -> Actor:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    team = await data.a_team(centre)
    for _ in range(cases):
        await data.a_case(centre, client_id=client)
    for _ in range(colleagues):
        await data.a_member(centre, team_ids=(team,))
    return await data.a_member(centre, Role.CENTRE_MANAGER)


async def test_pages_under_pages_are_refused_before_they_are_read(
    data: Data, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = await _manager(data, cases=4)
    monkeypatch.setattr(listing, "MOST_AT_ONCE", 40)
    assert (await graph.run(CASES, as_=manager)).errors == []
    monkeypatch.setattr(listing, "MOST_AT_ONCE", 39)
    answer = await graph.run(CASES, as_=manager)
    assert set(answer.codes) == {"LIMIT_REACHED"}
    assert answer.statements == 2  # the cases and their types


async def test_lists_under_lists_end_where_one_answer_does(
    data: Data, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = await _manager(data, colleagues=5)
    answer = await graph.run(PEOPLE, as_=manager)
    assert (answer.errors, answer.context.records) == ([], 6 + 5 + 5 * 5 + 5 * 5 + 5 * 5 * 5)
    monkeypatch.setattr(context, "MOST_RECORDS", answer.context.records - 1)
    answer = await graph.run(PEOPLE, as_=manager)
    assert set(answer.codes) == {"LIMIT_REACHED"}
