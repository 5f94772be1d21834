"""What a resolver is told of its place, made up only as far as it asks."""

from typing import Any

from graphql import FieldNode, GraphQLObjectType
from graphql.pyutils import Path
from strawberry.types.info import Info

from cma_graphql.execution.plan import Position
from cma_graphql.execution.run import Run


class PositionInfo:
    """graphql-core's GraphQLResolveInfo for one object of a position; a batch is told of the first."""

    __slots__ = ("_position", "_row", "_run")

    def __init__(self, position: Position, run: Run, row: int = 0) -> None:
        self._position = position
        self._run = run
        self._row = row

    @property
    def field_name(self) -> str:
        """The field's name in the schema."""
        return self._position.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        """Its places in the document."""
        return self._position.nodes

    @property
    def return_type(self) -> Any:
        """Its type."""
        return self._position.definition.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        """The type whose field it is."""
        return self._position.rows.type

    @property
    def path(self) -> Path:
        """Where in the answer it stands, indices included."""
        return self._run.path(self._position, self._row)

    @property
    def schema(self) -> Any:
        """The schema."""
        return self._run.executor.schema

    @property
    def fragments(self) -> Any:
        """The document's fragments."""
        return self._run.executor.fragment_definitions

    @property
    def root_value(self) -> Any:
        """What the root's fields are resolved from."""
        return self._run.executor.root_value

    @property
    def operation(self) -> Any:
        """The operation."""
        return self._run.executor.operation

    @property
    def variable_values(self) -> Any:
        """The variables' values, coerced."""
        return self._run.executor.variable_values.coerced

    @property
    def context(self) -> Any:
        """The operation's context."""
        return self._run.executor.context_value

    @property
    def is_awaitable(self) -> Any:
        """How awaitable values are known."""
        return self._run.executor.is_awaitable

    @property
    def abort_signal(self) -> Any:
        """What would abort the operation."""
        return self._run.executor.abort_signal

    @property
    def async_helpers(self) -> Any:
        """graphql-core's helpers for asynchronous resolvers."""
        return self._run.executor.async_helpers

    @property
    def operation_extensions(self) -> Any:
        """The request's extensions."""
        return self._run.executor.operation_extensions


def position_planned(info: Info[Any, Any]) -> Position | None:
    """Answer the position that a resolver is called for; None where graphql-core calls it."""
    raw: Any = info._raw_info  # noqa: SLF001 - strawberry tells nobody what it stands on
    return raw._position if isinstance(raw, PositionInfo) else None  # noqa: SLF001 - our own


def info_for(position: Position, run: Run, row: int = 0) -> Info[Any, Any]:
    """Make the info that strawberry's resolvers are given."""
    raw: Any = PositionInfo(position, run, row)
    made: Info[Any, Any] = run.info_class(_raw_info=raw, _field=position.declared)
    return made
