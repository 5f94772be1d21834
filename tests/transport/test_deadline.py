"""An operation that takes too long is stopped, and nothing of it is left running."""

import asyncio
from typing import Any

import pytest

from cma_graphql.graph.limits import Limits
from cma_graphql.transport.answers import SEPTEMBER_2026
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.negotiation import GRAPHQL_RESPONSE, JSON
from support.edge import Edge
from support.polling import until
from support.torture import Contexts, codes, torture_schema
from transport.conftest import MakeEdge

SHORT = Limits(deadline_ms=60)


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
async def test_a_query_beyond_its_deadline_has_null_data_and_one_error(new_edge: MakeEdge, accept: str) -> None:
    edge = new_edge(limits=SHORT)
    answer = await edge.run("{ hello wait }", accept=accept)
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] is None
    [error] = body["errors"]
    assert error["extensions"]["code"] == "DEADLINE_EXCEEDED"
    assert "60 milliseconds" in error["message"]


async def test_the_released_edition_calls_that_partial(new_edge: MakeEdge) -> None:
    answer = await new_edge(limits=SHORT, edition=SEPTEMBER_2026).run("{ wait }")
    assert answer.status_code == 294


async def test_every_resolver_has_ended_before_the_context_is_left(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=SHORT)
    await edge.run('{ a: wait(name: "aaaaa") b: wait(name: "b") c: wait(name: "ccc") }')
    [context] = edge.contexts.made
    assert context.ended == ["b cancelled", "ccc cancelled", "aaaaa cancelled", "context"]


async def test_a_batch_ends_with_its_operation(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=SHORT)
    answer = await edge.run("{ thing { things { batch } } }")
    assert codes(answer.json()["errors"]) == ["DEADLINE_EXCEEDED"]
    assert edge.contexts.made[0].ended == ["batch cancelled", "context"]


async def test_a_batch_in_time_is_one_call(edge: Edge) -> None:
    running = asyncio.create_task(edge.run("{ thing { things { batch } } }"))
    context = await the_context(edge)
    context.release.set()
    assert (await running).json()["data"] == {"thing": {"things": [{"batch": "thing 1"}, {"batch": "thing 2"}]}}
    assert context.ended == ["batch done", "context"]


async def test_siblings_of_a_field_that_fails_at_once_are_not_left_running(edge: Edge) -> None:
    answer = await edge.run("{ hello thing { slow fails } }")
    assert answer.json()["data"] is None
    assert codes(answer.json()["errors"]) == ["NOT_FOUND"]
    assert edge.contexts.made[0].ended == ["slow cancelled", "context"]


async def test_siblings_of_a_batch_that_fails_are_not_left_running(edge: Edge) -> None:
    answer = await edge.run("{ thing { batch fails } }")
    assert codes(answer.json()["errors"]) == ["NOT_FOUND"]
    assert [each for each in edge.contexts.made[0].ended if each != "batch cancelled"] == ["context"]


async def test_a_mutation_beyond_its_deadline_is_stopped_too(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=SHORT)
    answer = await edge.run("mutation { write }")
    assert codes(answer.json()["errors"]) == ["DEADLINE_EXCEEDED"]
    assert edge.contexts.made[0].ended == ["write cancelled", "context"]


async def test_signing_in_counts_towards_the_deadline(new_edge: MakeEdge) -> None:
    answer = await new_edge(limits=SHORT, contexts=Contexts(hold=True)).run("{ hello }")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert codes(answer.json()["errors"]) == ["DEADLINE_EXCEEDED"]
    assert "data" not in answer.json()


async def test_nothing_is_cancelled_in_time(new_edge: MakeEdge) -> None:
    edge = new_edge()
    running = asyncio.create_task(edge.run('{ a: wait(name: "a") b: wait(name: "b") }'))
    context = await the_context(edge)
    context.release.set()
    answer = await running
    assert answer.json()["data"] == {"a": "a", "b": "b"}
    assert context.ended == ["a done", "b done", "context"]


async def the_context(edge: Edge) -> Any:
    """Wait until a resolver waits, and give its context."""
    await until(lambda: edge.contexts.made and edge.contexts.made[0].entered.is_set())
    return edge.contexts.made[0]


def test_a_schema_that_cannot_be_drained_is_refused(new_edge: MakeEdge) -> None:
    with pytest.raises(TypeError, match="DrainingExecutor"):
        new_edge(execution_context_class=None)
    assert torture_schema() is not None


class Connection:
    """A client's connection that can be closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def receive(self) -> dict[str, str]:
        """Wait for the end."""
        await self.closed.wait()
        return {"type": "http.disconnect"}


async def test_a_watched_block_ends_when_the_client_goes() -> None:
    connection = Connection()

    async def block() -> None:
        async with CancelledWhenGone(connection.receive, watched=True):
            connection.closed.set()
            await asyncio.Event().wait()

    with pytest.raises(ClientGone):
        await block()
    assert task_is_clean()


async def test_a_block_that_is_not_watched_runs_to_its_end() -> None:
    connection = Connection()
    connection.closed.set()
    async with CancelledWhenGone(connection.receive, watched=False):
        await asyncio.sleep(0)
        done = True
    assert done


async def test_the_client_goes_in_the_moment_the_block_ends() -> None:
    async def block() -> None:
        async with CancelledWhenGone(Connection().receive, watched=True) as watch:
            task = asyncio.current_task()
            assert task is not None
            watch._gone = True
            task.cancel()

    with pytest.raises(ClientGone):
        await block()
    assert task_is_clean()
    await asyncio.sleep(0)  # would raise, were a cancellation still on its way


async def test_a_cancellation_from_outside_passes_through() -> None:
    connection = Connection()
    entered = asyncio.Event()

    async def block() -> None:
        async with CancelledWhenGone(connection.receive, watched=True):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_block_passes_through() -> None:
    with pytest.raises(ValueError, match="mine"):
        async with CancelledWhenGone(Connection().receive, watched=True):
            raise ValueError("mine")


def task_is_clean() -> bool:
    """Tell whether no cancellation is on its way to the test."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0
