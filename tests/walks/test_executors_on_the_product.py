"""Over the product's own schema, on centres full of data, as each role and with faults, both executors answer alike."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
import strawberry
from graphql import parse, validate

from cma_graphql.execution.counts import Way
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.execution.plans import plans_of
from cma_graphql.graph.schema import make_schema
from cma_graphql.persistence.database import Reader
from cma_graphql.persistence.reads import Statement
from support.asking import Answer, Graph
from support.comparing import assert_agreed
from support.operations_at_random import Operation, Writer
from support.walking import bare
from walks.conftest import World
from walks.test_two_centres import ROLES

FAULTS = (0.0, 0.1)


@pytest.fixture(scope="module")
def reference(graph: Graph) -> Graph:
    """Ask the same database, by graphql-core alone."""
    schema = make_schema()
    schema.execution_context_class = DrainingExecutor
    return Graph(schema, graph.database, graph.keys, graph.sign_in, graph.storage)


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, share: float, salt: int) -> Iterator[None]:
    """Let reads fail for some statements, the same each time."""
    read = Reader.read

    async def sometimes(self: Reader, statement: Statement, *given: Any, **more: Any) -> Any:
        if Random(f"{salt} {statement.__name__}").random() < share:  # noqa: S311 - nothing secret
            await asyncio.sleep(0)
            raise RuntimeError(f"{statement.__name__} fails")
        return await read(self, statement, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read", sometimes)
        yield


def written(schema: strawberry.Schema, world: World, random: Random) -> Operation | None:
    """Write an operation over the product's schema, None where chance wrote one that is not valid."""
    supply = world.supply(id=random.choice(world.ids[random.choice(list(world.ids))]), first=random.choice([1, 3, 20]))
    writer = Writer(bare(schema), random, supply, depth=5, most=50)
    operation = writer.write()
    return None if validate(bare(schema), parse(operation.text)) else operation


def told(answer: Answer) -> Any:
    """Answer what is noted of an answer besides its data."""
    context = answer.context
    redacted = sorted(map(repr, answer.redacted))
    return redacted, context.seen_clients, context.seen_fields, context.records


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("role", ROLES)
async def test_any_query_is_answered_alike(  # noqa: PLR0917 - fixtures
    role: str,
    faults: float,
    graph: Graph,
    reference: Graph,
    worlds: tuple[World, World],
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    here, _ = worlds
    wanted = int(pytestconfig.getoption("compared_operations")) // (2 * len(FAULTS) * len(ROLES))
    counts = plans_of(bare(graph.schema)).counts
    compared, seed = 0, 0
    while compared < wanted:
        seed += 1
        operation = written(graph.schema, here, Random(f"{role} {faults} {seed}"))  # noqa: S311 - nothing secret
        if operation is None:
            continue
        with failing(monkeypatch, faults, seed):
            expected = await reference.run(operation.text, as_=here.actors[role], **operation.variables)
            compiled = counts[Way.COMPILED]
            given = await graph.run(operation.text, as_=here.actors[role], **operation.variables)
            if counts[Way.COMPILED] == compiled:  # the first sight was left to graphql-core
                given = await graph.run(operation.text, as_=here.actors[role], **operation.variables)
            assert counts[Way.COMPILED] == compiled + 1, operation
        assert_agreed(expected, given, operation, ordered=False)
        if not expected.errors:
            assert told(given) == told(expected), operation
            assert given.statements == expected.statements, operation
        compared += 1
    gc.collect()  # while the filters above hold
