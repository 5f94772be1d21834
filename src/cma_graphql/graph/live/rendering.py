"""Executes a subscription's operation for one event, and writes the answer once for all who are to have it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from cma_graphql.access.actor import Actor
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.core.json_text import write_json
from cma_graphql.core.request import RequestFacts
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.graph.context import Context
from cma_graphql.graph.live.noticing import NoticingActor
from cma_graphql.graph.masking import format_errors
from cma_graphql.graph.prepared import PreparedDocument
from cma_graphql.graph.refusals import DEADLINE_EXCEEDED, Refusal
from cma_graphql.persistence.database import Reader

MakeContext = Callable[[Actor, RequestFacts], Context]
"""Makes the context of one execution; whoever has it made ends its reading."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Operation:
    """A subscription's operation, its variables read: what an event's answer depends on besides the viewer."""

    executor: DrainingExecutor
    name: str
    key: tuple[str, str, str]
    """Its text, its name, and the variables that its selection uses; those of the root field settle what is told."""

    @classmethod
    def of(
        cls,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        executor: DrainingExecutor,
    ) -> "Operation":
        """Make it."""
        used = _Used()
        visit(operation, used)
        for definition in prepared.document.definitions:
            if isinstance(definition, FragmentDefinitionNode):
                visit(definition, used)
        given = {name: variables[name] for name in used.names if name in variables}
        name = operation.name.value if operation.name else ""
        text = operation.loc.source.body if operation.loc else ""
        return cls(executor, name, (text, name, orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode()))


class _Used(Visitor):
    """Collects the variables of an operation, but for those that are given to its root field alone."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._depth = 0

    def enter_variable_definition(self, *_: Any) -> Any:
        """Pass over: a variable that is declared is not used by that."""
        return self.SKIP

    def enter_field(self, *_: Any) -> None:
        """Go a level down."""
        self._depth += 1

    def leave_field(self, *_: Any) -> None:
        """Come up again."""
        self._depth -= 1

    def enter_fragment_definition(self, *_: Any) -> None:
        """Take what a fragment uses for used below the root: which fields it stands under is not looked for."""
        self._depth += 1

    def enter_argument(self, _node: Node, _key: Any, parent: Any, _path: Any, ancestors: list[Any]) -> Any:
        """Pass over the root field's own."""
        of_field = any(isinstance(each, FieldNode) for each in (parent, *ancestors[-1:]))
        return self.SKIP if self._depth == 1 and of_field else None

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        """Take it."""
        self.names.add(node.name.value)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer that is written, and whom it was of."""

    body: bytes
    clients: frozenset[UUID]
    fields: frozenset[str]
    personal: bool
    """Whether it is for one viewer alone."""


class Rendering:
    """One snapshot as one viewer, in which answers are made."""

    def __init__(self, context: Context, actor: NoticingActor, reader: Reader) -> None:
        self._context = context
        self._actor = actor
        self.reader = reader
        """For reading, in the same snapshot, what is to be decided before the answer is made."""

    async def answer(self, operation: Operation, payload: object) -> Rendered:
        """Execute an operation over what a subscription field answers. Raises Unavailable where nothing can be read.

        Any other error stands in the answer, as in a query's, that it took longer than it may among them.
        """
        context = self._context
        context.operation_name = operation.name
        executor: Any = operation.executor.build_per_event_executor(payload)
        executor.context_value = context
        data, errors = await _bounded(executor, context.facts.deadline_ms)
        if any(_was_unavailable(error) for error in errors):
            raise Unavailable
        body: dict[str, Any] = {}
        if errors:
            body["errors"] = format_errors(errors, request_id=context.facts.request_id)
        body["data"] = data
        if context.redacted:
            body["extensions"] = {"redacted": list(context.redacted)}
        context.redacted = []
        clients, seen = context.turn_page()
        return Rendered(
            body=write_json(body),
            clients=frozenset(clients),
            fields=frozenset(seen),
            personal=self.reader.personal or self._actor.was_asked,
        )


async def _bounded(executor: DrainingExecutor, deadline_ms: int) -> tuple[Any, Sequence[GraphQLError]]:
    try:
        async with asyncio.timeout(deadline_ms / 1000):
            result = await executor.run()
    except TimeoutError:
        return None, [Refusal(DEADLINE_EXCEEDED, f"The answer took longer than {deadline_ms} milliseconds.")]
    return result.data, list(result.errors or ())


def _was_unavailable(error: BaseException | None) -> bool:
    while isinstance(error, GraphQLError):
        error = error.original_error
    return isinstance(error, Unavailable)


@asynccontextmanager
async def rendering(make_context: MakeContext, actor: Actor, facts: RequestFacts) -> AsyncGenerator[Rendering]:
    """Open a snapshot as a viewer; nothing is read before something is asked for."""
    noticing = NoticingActor.like(actor)
    context = make_context(noticing, replace(facts, request_id=new_id().hex, authorization=None))
    reader = context.database.reader(actor, timeout_ms=facts.deadline_ms, shown_as=noticing)
    context.read_through(reader)
    try:
        yield Rendering(context, noticing, reader)
    finally:
        await context.end_reading()
