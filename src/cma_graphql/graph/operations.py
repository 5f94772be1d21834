"""Executes one prepared operation within its deadline, and leaves nothing running behind it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard, cast

import strawberry
from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    assert_valid_schema,
    default_field_resolver,
    default_type_resolver,
)
from strawberry.execution import optimized_is_awaitable

from cma_graphql.execution.coercing import Coercers
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.execution.variables import Variables
from cma_graphql.graph.prepared import PreparedDocument
from cma_graphql.graph.refusals import OPERATION_NOT_SERVED, Refusal, RequestRefused
from cma_graphql.graph.variables import explain_variables

_SUBSCRIBE = "A subscription is answered with events: ask with “Accept: text/event-stream”, or over a WebSocket."
_IS_AWAITABLE = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation that was executed came to: data, which may be null, and its errors, not yet masked."""

    data: dict[str, Any] | None
    errors: list[GraphQLError] = field(default_factory=list)


class Operations:
    """Executes operations of one schema. The schema must be built with a DrainingExecutor."""

    def __init__(self, schema: strawberry.Schema, *, suggestions: bool) -> None:
        """Take the schema. `suggestions` lets errors name input fields and enum values that exist."""
        executor_class: type[object] = schema.execution_context_class
        if not issubclass(executor_class, DrainingExecutor):
            raise TypeError("The schema needs execution_context_class=DrainingExecutor, or a class derived from it.")
        if schema.extensions or schema.directives:
            raise TypeError("Schema extensions and operation directives are not run by this server.")
        self._schema: GraphQLSchema = schema._schema  # noqa: SLF001 - strawberry offers no public way to it
        self._executor_class = executor_class
        self._coercers = Coercers()
        assert_valid_schema(self._schema)
        self._suggestions = suggestions

    @property
    def schema(self) -> GraphQLSchema:
        """The schema, as graphql-core has it."""
        return self._schema

    async def execute(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: object,
        extensions: Mapping[str, Any] | None = None,
    ) -> Result:
        """Execute a query or mutation. Raises RequestRefused when its variables do not fit.

        Whoever cancels it gets the cancellation back only after its resolvers have ended.
        """
        if operation.operation is OperationType.SUBSCRIPTION:
            refusal = Refusal(OPERATION_NOT_SERVED, _SUBSCRIBE)
            raise RequestRefused([refusal])
        result = await self.executor(prepared, operation, variables, context, extensions).run()
        return Result(result.data, list(result.errors or ()))

    def executor(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: object = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> DrainingExecutor:
        """Make what executes an operation, its variables coerced. Raises RequestRefused when they do not fit."""
        name = operation.name.value if operation.name else ""
        known = prepared.known.get(name)
        if known is None:
            known = prepared.known[name] = Variables(self._schema, operation, self._coercers)
        values = known.coerce(variables)
        if values is None or prepared.fragments is None:
            return self._built(prepared, operation, variables, context, extensions)
        return self._executor_class(
            self._schema,
            prepared.fragment_definitions,
            prepared.fragments,
            None,
            context,
            operation,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=_IS_AWAITABLE,
            hide_suggestions=not self._suggestions,
            operation_extensions=dict(extensions or {}),
        )

    def _built(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: object,
        extensions: Mapping[str, Any] | None,
    ) -> DrainingExecutor:
        """Make it as graphql-core does, which coerces what is unusual and says what does not fit."""
        executor = self._executor_class.build(
            self._schema,
            prepared.document,
            context_value=context,
            raw_variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
            is_awaitable=_IS_AWAITABLE,
            hide_suggestions=not self._suggestions,
            operation_extensions=dict(extensions or {}),
        )
        if isinstance(executor, list):
            raise RequestRefused(explain_variables(self._schema, operation, variables))
        return cast("DrainingExecutor", executor)
