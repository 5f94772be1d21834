"""The compiled executor: what it calls and how often, what it leaves to graphql-core, and that nothing outlives it."""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, parse
from strawberry.extensions import SchemaExtension

from cma_graphql.execution.counts import Way
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.execution.executor import CompiledExecutor
from cma_graphql.execution.literals import arguments_of
from cma_graphql.execution.plans import plans_of
from support.comparing import assert_agreed
from support.thicket import CHANCE, Context, thicket
from support.torture import Context as TortureContext
from support.torture import torture_schema

COMPILED, REFERENCE = thicket(compiled=True), thicket(compiled=False)


@pytest.fixture(autouse=True)
def no_faults() -> Iterator[None]:
    """Let nothing go wrong by chance, and nothing be logged."""
    CHANCE.faults, CHANCE.salt = 0.0, 0
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def way_of(change: Callable[[], object], schema: Any = COMPILED) -> Way:
    """Tell in which way the last of the operations was executed."""
    counts = plans_of(schema._schema).counts
    before = dict(counts)
    change()
    (way,) = [way for way in Way if counts[way] > before.get(way, 0)]
    return way


async def ask(text: str, *, schema: Any = COMPILED, context: Any = None, **variables: Any) -> Any:
    """Execute an operation until it is compiled, and answer its last result."""
    counts = plans_of(schema._schema).counts
    for _ in range(2):
        compiled = counts[Way.COMPILED]
        given = Context() if context is None else context
        given.done.clear()
        result = await schema.execute(text, variable_values=variables, context_value=given)
        if counts[Way.COMPILED] > compiled:
            return result
    raise AssertionError(f"not compiled: {counts}")


async def both(text: str, **variables: Any) -> tuple[Any, Any]:
    """Execute an operation in both ways, and answer the contexts."""
    before, after = Context(), Context()
    reference = await REFERENCE.execute(text, variable_values=variables, context_value=before)
    given = await ask(text, context=after, **variables)
    assert_agreed(reference, given, text, ordered=True)
    return before, after


# What is kept of graphql-core's ways


async def test_errors_are_told_in_the_order_of_the_document() -> None:
    CHANCE.faults = 0.5
    fields = "id text note number ratio flag colour when day money tags maybeTags grid colours"
    for salt in range(30):
        CHANCE.salt = salt
        await both(f"{{ things {{ ... on Leaf {{ {fields} place }} ... on Other {{ title }} }} }}")


async def test_a_resolver_that_is_waited_for_tells_its_error_after_those_that_are_not() -> None:
    CHANCE.faults, CHANCE.salt = 0.5, 3
    for salt in range(20):
        CHANCE.salt = salt
        await both("{ maybeBranch { maybeLeaf { slow note ratio maybeTags } maybeChild { id } maybeLeaves { note } } }")


async def test_root_fields_of_a_mutation_follow_one_another() -> None:
    text = "mutation { a: set(value: 1) { id maybeChild { id } } b: tryToSet(value: 2) { id } c: set(value: 3) { id } }"
    before, after = await both(text)
    assert after.done == before.done == ["begin 1", "end 1", "set1", "try 2", "begin 3", "end 3"]


async def test_nothing_follows_in_a_mutation_whose_answer_is_null() -> None:
    CHANCE.faults = 1.0
    text = "mutation { a: tryToSet(value: 1) { id } b: set(value: 2) { id } c: tryToSet(value: 3) { id } }"
    before, after = await both(text)
    assert after.done == before.done == ["try 1", "begin 2", "end 2"]


async def test_a_batch_is_one_call_a_position_and_its_extensions_are_asked_once() -> None:
    context = Context(permitted=False)
    result = await ask("{ branches { batchLeaf { withheld } batchLeaves { id } } }", context=context)
    assert result.errors is None
    assert result.data["branches"][0] == {"batchLeaf": {"withheld": None}, "batchLeaves": None}
    assert sorted(context.redacted) == [("branches", "batchLeaf", "withheld"), ("branches", "batchLeaves")]


async def test_a_batch_whose_extension_knows_one_object_only_is_not_without_it() -> None:
    result = await ask("{ branches { batchLeaf { outcry loud } } }")
    assert result.data["branches"][0]["batchLeaf"] == {"outcry": "r0b None!", "loud": "r0b!"}


async def test_arguments_are_read_once_a_position(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(definition: Any, node: Any) -> Any:
        reads = arguments_of(definition, node)

        def count(variables: Any) -> Any:
            read.append(node.name.value)
            return reads(variables)

        return count

    monkeypatch.setattr("cma_graphql.execution.calling.arguments_of", counted)
    text = "query ($n: Int!, $t: Int!) { branches(most: $n) { children(most: 2) { batchLeaf { times(times: $t) } } } }"
    result = await ask(text, n=3, t=2)
    assert read == ["branches", "children", "times"]
    assert result.data["branches"][2]["children"][1]["batchLeaf"] == {"times": "r21br21b"}
    read.clear()
    again = await ask(text, n=3, t=1)
    assert again.data["branches"][2]["children"][1]["batchLeaf"] == {"times": "r21b"}
    assert read == ["branches", "times"]  # what no variable is in is not read again


async def test_a_resolver_is_told_what_graphql_core_would_tell_it() -> None:
    @strawberry.type
    class Told:
        @strawberry.field
        def all(self, info: strawberry.Info) -> list[str]:
            raw, path = info._raw_info, info.path.as_list()
            selected: Any = info.selected_fields[0]
            return [
                *(
                    info.field_name,
                    info.python_name,
                    str(raw.return_type),
                    str(raw.parent_type),
                    str(path),
                ),
                *(selected.name, str(info.variable_values), str(info.root_value), str(info.context), *raw.fragments),
                *(str(info.operation.name and info.operation.name.value), str(info.input_extensions)),
                *(str(info.schema is schema), str(raw.is_awaitable(1)), str(raw.abort_signal)),
            ]

    @strawberry.type
    class Asked:
        @strawberry.field
        def told(self) -> list[Told]:
            return [Told(), Told()]

    text = "query Q($v: Boolean!) { told { ...F @include(if: $v) } } fragment F on Told { all }"
    answers: list[Any] = []
    for executor in (DrainingExecutor, CompiledExecutor):
        schema = strawberry.Schema(Asked, execution_context_class=executor)
        answers.append(await schema.execute(text, {"v": True}, context_value="context", root_value="root"))
    assert answers[0].data == answers[1].data
    assert answers[1].data["told"][1]["all"][:6] == ["all", "all", "[String!]!", "Told", "['told', 1, 'all']", "all"]
    assert plans_of(schema._schema).counts == {Way.COMPILED: 1}


async def test_an_event_of_a_subscription_is_compiled_too() -> None:
    text = "subscription { grown(most: 3) { id leaf { place } children { batchLeaf { shared } } } }"
    seen = []
    for schema in (REFERENCE, COMPILED):
        counts = plans_of(schema._schema).counts
        before = counts[Way.COMPILED]
        events: Any = await schema.subscribe(text, context_value=Context())
        seen.append([(event.data, event.errors) async for event in events])
        assert counts[Way.COMPILED] - before == (3 if schema is COMPILED else 0)
    assert seen[0] == seen[1]
    assert [event["grown"]["id"] for event, _ in seen[1]] == ["e0", "e1", "e2"]


def test_what_waits_for_nothing_is_executed_without_an_event_loop() -> None:
    text = '{ branch(seed: "s") { id leaf { text } leaves { id } } }'
    expected = REFERENCE.execute_sync(text, context_value=Context())
    assert way_of(lambda: COMPILED.execute_sync(text, context_value=Context())) is Way.COMPILED
    assert COMPILED.execute_sync(text, context_value=Context()).data == expected.data


@pytest.mark.parametrize("field", ["maybeChild", "children"])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_waits_cannot_be_executed_without_an_event_loop(field: str) -> None:
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
    try:
        asyncio.set_event_loop(None)  # as another's asyncio.run leaves it
        result = COMPILED.execute_sync(f"{{ branches {{ {field} {{ id }} }} }}", context_value=Context())
    finally:
        asyncio.set_event_loop_policy(before)
    assert [error.message for error in result.errors or ()] == ["GraphQL execution failed to complete synchronously."]
    del result
    gc.collect()  # while the filters above hold


# What is left to graphql-core


async def test_the_first_sight_is_graphql_cores_unless_there_are_lists() -> None:
    async def first(text: str) -> list[Way]:
        schema = thicket(compiled=True)
        counts = plans_of(schema._schema).counts
        for _ in range(2):
            await schema.execute(text, context_value=Context())
        return list(counts.elements())

    assert await first("{ branch { id tags: name } }") == [Way.FIRST_SIGHT, Way.COMPILED]
    assert await first("{ branch { leaves { id } } }") == [Way.COMPILED, Way.COMPILED]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("{ __schema { queryType { name } } branches { id } }", Way.INTROSPECTION),
        ("{ branches { boughs { id } } }", Way.NESTED_LISTS),
        ("{ branches { " + " ".join(f"a{number}: id" for number in range(1000)) + " } }", Way.TOO_LARGE),
    ],
)
async def test_what_is_not_understood_is_graphql_cores_and_counted(text: str, way: Way) -> None:
    counts = plans_of(COMPILED._schema).counts
    for _ in range(2):
        before = counts[way]
        result = await COMPILED.execute(text, context_value=Context())
        assert counts[way] == before + 1
    reference = await REFERENCE.execute(text, context_value=Context())
    assert (result.data, result.errors) == (reference.data, reference.errors)


async def test_a_schema_extension_that_wraps_resolvers_is_not_left_out() -> None:
    seen: list[str] = []

    class Watching(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    schema = thicket(compiled=True, extensions=[Watching])
    for _ in range(2):
        await schema.execute("{ branches { id } }", context_value=Context())
    assert plans_of(schema._schema).counts[Way.MIDDLEWARE] == 2
    assert seen.count("branches") == 2


async def test_a_document_without_its_text_is_graphql_cores() -> None:
    executor = COMPILED.execution_context_class.build(
        COMPILED._schema, parse("{ branches { id } }", no_location=True), context_value=Context()
    )
    assert not isinstance(executor, list)
    running: Any = executor.execute_operation()
    counts = plans_of(COMPILED._schema).counts
    assert counts[Way.NO_TEXT] == 1
    assert len((await running).data["branches"]) == 2


# Nothing outlives it


def torture(text: str) -> tuple[TortureContext, Awaitable[Any]]:
    """Begin an operation of the torture schema with a plan."""
    schema = torture_schema(execution_context_class=COMPILED.execution_context_class)
    context = TortureContext(facts=None)  # type: ignore[arg-type] # nobody asks
    for _ in range(2):
        executor: Any = schema.execution_context_class.build(schema._schema, parse(text), context_value=context)
        plan = plans_of(schema._schema).find(executor.operation, executor.fragments, executor.variable_values)
    assert not isinstance(plan, Way)
    return context, executor.run()


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ('{ a: wait(name: "aaaaa") b: wait(name: "b") }', ["b cancelled", "aaaaa cancelled"]),
        ("{ thing { things { slow } } }", ["slow cancelled", "slow cancelled"]),
        ("{ thing { things { batch } } }", ["batch cancelled"]),
        ("{ thing { slow thing { thing { slow batch } } } }", ["slow cancelled", "slow cancelled", "batch cancelled"]),
        ("mutation { write }", ["write cancelled"]),
    ],
)
async def test_a_cancelled_operation_has_ended_when_it_says_so(text: str, ended: list[str]) -> None:
    others = asyncio.all_tasks()  # of the session's fixtures
    context, running = torture(text)
    task = asyncio.ensure_future(running)
    await context.entered.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert context.ended == ended
    assert asyncio.all_tasks() <= others


async def test_nothing_is_begun_for_an_answer_that_is_null() -> None:
    context, running = torture("{ thing { slow fails } }")
    result = await running
    assert result.data is None
    assert [error.path for error in result.errors] == [["thing", "fails"]]
    assert context.ended == []


async def test_the_same_exception_is_told_at_each_place() -> None:
    _, running = torture("{ a: shared b: shared }")
    errors: list[GraphQLError] = (await running).errors
    assert [error.path for error in errors] == [["a"], ["b"]]
    assert len({id(error.original_error) for error in errors}) == 1
