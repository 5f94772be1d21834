"""Jobs that were given up: who sees them, and what can be done with them."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.persistence.transaction import Transaction
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.jobs import a_dead_job
from support.operations import document, most_statements

LIST = """
query ($state: DeadJobState! = DEAD) {
  deadJobs(state: $state) {
    totalCount
    edges { node { id name state attempts error message settledAt version history { edges { node { action } } } } }
  }
}
"""
ERRORS = """errors {
  __typename code path
  ... on ForbiddenError { requiredPermission }
  ... on ConflictError { currentVersion }
  ... on TransitionError { from to allowed }
}"""
RETRY = f"""
mutation ($input: DeadJobRetryInput!) {{
  deadJobRetry(input: $input) {{ deadJob {{ id state settledAt version }} replayed {ERRORS} }}
}}
"""
DISCARD = f"""
mutation ($input: DeadJobDiscardInput!) {{
  deadJobDiscard(input: $input) {{ deadJob {{ id state settledAt version }} replayed {ERRORS} }}
}}
"""


def the_id(key: UUID) -> str:
    return f"deadjob_{key.hex}"


async def listed(graph: Graph, actor: Actor, state: str = "DEAD") -> Any:
    answer = await graph.run(LIST, as_=actor, state=state)
    assert answer.errors == []
    return [edge["node"] for edge in answer.data["deadJobs"]["edges"]]


async def settle(graph: Graph, actor: Actor, document: str, key: UUID, version: int = 1, **given: Any) -> Any:
    answer = await graph.run(document, as_=actor, input={"id": the_id(key), "expectedVersion": version, **given})
    assert answer.errors == []
    (payload,) = answer.data.values()
    return payload


async def queued(acting: Acting, centre: UUID) -> list[tuple[str, str, str]]:
    """Answer the centre's queued jobs: name, payload, key."""
    rows = await acting.rows.fetch(
        "SELECT entrypoint, convert_from(payload, 'UTF8') AS payload, dedupe_key FROM jobs.pgqueuer "
        "WHERE convert_from(payload, 'UTF8')::jsonb ->> 'centre' = $1 ORDER BY id",
        str(centre),
    )
    return [tuple(row) for row in rows]


async def test_a_manager_sees_those_of_the_centre(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(here, Role.CENTRE_MANAGER)
    key = await a_dead_job(data, here)
    await a_dead_job(data, there)
    assert await listed(graph, manager) == [
        {
            "id": the_id(key),
            "name": "jobs.test",
            "state": "DEAD",
            "attempts": 8,
            "error": "builtins.ValueError",
            "message": "Raised at cma_graphql.worker:1 work.",
            "settledAt": None,
            "version": 1,
            "history": {"edges": [{"node": {"action": "job.died"}}]},
        }
    ]


async def test_those_above_the_centres_see_the_platforms_alone(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator()
    centre = await data.a_centre()
    ours, theirs = await a_dead_job(data, PLATFORM_CENTRE), await a_dead_job(data, centre)
    keys = [job["id"] for job in await listed(graph, administrator)]
    assert the_id(ours) in keys
    assert the_id(theirs) not in keys
    assert (await settle(graph, administrator, DISCARD, theirs))["errors"][0]["code"] == "NOT_FOUND"
    assert (await settle(graph, administrator, DISCARD, ours))["deadJob"]["state"] == "DISCARDED"


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_nobody_else_sees_or_touches_them(role: Role, graph: Graph, data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    member = await data.a_member(centre, role)
    key = await a_dead_job(data, centre)
    assert (await graph.run(LIST, as_=member)).codes == ["FORBIDDEN"]
    node = await graph.run("query ($id: ID!) { node(id: $id) { id } }", as_=member, id=the_id(key))
    assert (node.data, node.errors) == ({"node": None}, [])
    for mutation in (RETRY, DISCARD):
        payload = await settle(graph, member, mutation, key)
        assert payload["deadJob"] is None
        (error,) = payload["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "INTEGRATION_MANAGE")
    assert [event["name"] for event in await acting.events(centre)] == ["job.died"]
    assert await queued(acting, centre) == []


async def test_a_retry_queues_the_job_and_stands_in_the_trail(graph: Graph, data: Data, acting: Acting) -> None:
    centre, subject = await data.a_centre(), new_id()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    key = await a_dead_job(data, centre, subject_id=subject)
    payload = await settle(graph, manager, RETRY, key)
    assert payload["errors"] == []
    assert payload["deadJob"].pop("settledAt") is not None
    assert payload["deadJob"] == {"id": the_id(key), "state": "RETRIED", "version": 2}
    said = f'{{"ids": {{"subject_id": "{subject}"}}, "centre": "{centre}"}}'
    assert await queued(acting, centre) == [("jobs.test", said, f"{centre}:jobs.test:{key}")]
    assert await listed(graph, manager) == []
    assert [job["id"] for job in await listed(graph, manager, "RETRIED")] == [the_id(key)]
    retried = (await acting.events(centre))[-1]
    assert (retried["name"], retried["actor_id"], retried["subject_id"]) == ("job.retried", manager.user_id, key)
    assert retried["changes"]["state"] == {"old": "DEAD", "new": "RETRIED"}
    assert [entry["action"] for entry in await acting.audit(centre)] == ["job.died", "job.retried"]


async def test_what_is_settled_stays_settled(graph: Graph, data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    key = await a_dead_job(data, centre)
    assert (await settle(graph, manager, DISCARD, key))["deadJob"]["state"] == "DISCARDED"
    for mutation, target in ((RETRY, "RETRIED"), (DISCARD, "DISCARDED")):
        (stale,) = (await settle(graph, manager, mutation, key))["errors"]
        assert (stale["__typename"], stale["currentVersion"]) == ("ConflictError", 2)
        (refused,) = (await settle(graph, manager, mutation, key, version=2))["errors"]
        assert (refused["__typename"], refused["from"], refused["to"]) == ("TransitionError", "DISCARDED", target)
    assert await queued(acting, centre) == []
    assert [event["name"] for event in await acting.events(centre)] == ["job.died", "job.discarded"]


async def test_a_repeated_retry_queues_once(graph: Graph, data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    key = await a_dead_job(data, centre)
    first = await settle(graph, manager, RETRY, key, idempotencyKey="once")
    again = await settle(graph, manager, RETRY, key, idempotencyKey="once")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["deadJob"] == first["deadJob"]
    assert len(await queued(acting, centre)) == 1


async def test_another_centres_job_is_not_found(graph: Graph, data: Data, acting: Acting) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(here, Role.CENTRE_MANAGER)
    key = await a_dead_job(data, there)
    for mutation in (RETRY, DISCARD):
        (error,) = (await settle(graph, manager, mutation, key))["errors"]
        assert (error["__typename"], error["code"]) == ("NotFoundError", "NOT_FOUND")
    assert [event["name"] for event in await acting.events(there)] == ["job.died"]


async def test_each_operation_keeps_the_price_of_its_document(
    graph: Graph, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    jobs = [await a_dead_job(data, centre) for _ in range(5)]
    written: list[str] = []

    def count(method: str) -> None:
        really = getattr(Transaction, method)

        async def counted(self: Transaction, text: str, *given: Any) -> Any:
            written.append(text)
            return await really(self, text, *given)

        monkeypatch.setattr(Transaction, method, counted)

    count("fetch")
    count("execute")
    for name, job in (("deadJobRetry", jobs[0]), ("deadJobDiscard", jobs[1])):
        written.clear()
        given = {"id": the_id(job), "expectedVersion": 1, "idempotencyKey": name}
        answer = await graph.run(document(name), as_=manager, input=given)
        assert answer.data[name]["errors"] == []
        assert len(written) + answer.statements == most_statements(name), written
    for size in (2, 50):
        answer = await graph.run(document("deadJobs"), as_=manager, first=size)
        assert len(answer.data["deadJobs"]["edges"]) == min(3, size)
        assert answer.statements == most_statements("deadJobs")
