"""Whatever is asked, and whatever goes wrong, compiled plans answer as graphql-core does (decision 33)."""

import asyncio
import gc
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, ExecutionResult, parse, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cma_graphql.execution.counts import Way
from cma_graphql.execution.plans import plans_of
from support.comparing import assert_agreed
from support.operations_at_random import Operation, Writer
from support.thicket import CHANCE, Context, thicket

COMPILED, REFERENCE = thicket(compiled=True), thicket(compiled=False)
COUNTS = plans_of(COMPILED._schema).counts
FAULTS = (0.0, 0.05, 0.3)
_LEFT_OUT = frozenset({"Branch.boughs"})


# Where an answer is null already, graphql-core gives up coroutines that it never awaits. Ours are watched in
# test_executor.py.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


async def answered(schema: Any, operation: Operation, document: DocumentNode, *, permitted: bool) -> Any:
    """Execute an operation, and let what graphql-core leaves running in the background come to its end."""
    context = Context(permitted=permitted)
    executor = schema.execution_context_class.build(
        schema._schema, document, context_value=context, raw_variable_values=operation.variables
    )
    result = executor.execute_operation()
    if not isinstance(result, ExecutionResult):
        result = await result
    while left := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(left)
    return result, context


def compare(operation: Operation, *, permitted: bool = True) -> None:
    """Ask both executors: the compiled one once more where it left the first sight to graphql-core."""

    async def both() -> None:
        document = parse(operation.text)
        reference, _ = await answered(REFERENCE, operation, document, permitted=permitted)
        compiled = COUNTS[Way.COMPILED]
        given, _ = await answered(COMPILED, operation, document, permitted=permitted)
        if COUNTS[Way.COMPILED] == compiled:
            given, _ = await answered(COMPILED, operation, document, permitted=permitted)
        assert COUNTS[Way.COMPILED] == compiled + 1, operation
        assert_agreed(reference, given, operation, ordered=False)

    asyncio.run(both())


@pytest.mark.parametrize("faults", FAULTS)
def test_any_query_is_answered_alike(faults: float, pytestconfig: pytest.Config) -> None:
    number = int(pytestconfig.getoption("compared_operations")) // (2 * len(FAULTS))

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(random=st.randoms(use_true_random=True), salt=st.integers(0, 10_000), permitted=st.booleans())
    def any_query(random: Random, salt: int, permitted: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        CHANCE.faults, CHANCE.salt = faults, salt
        operation = Writer(COMPILED._schema, random, leave_out=_LEFT_OUT).write()
        assume(not validate(COMPILED._schema, parse(operation.text)))
        compare(operation, permitted=permitted)

    any_query()
    gc.collect()  # while the filters above hold
