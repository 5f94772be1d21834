"""Executes one prepared operation within its deadline, and leaves nothing running behind it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard, cast

import strawberry
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from strawberry.execution import optimized_is_awaitable

from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.graph.prepared import PreparedDocument
from cma_graphql.graph.refusals import OPERATION_NOT_SERVED, Refusal, RequestRefused
from cma_graphql.graph.variables import explain_variables


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
            refusal = Refusal(OPERATION_NOT_SERVED, "Subscriptions are not served at this address.")
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
        executor = self._executor_class.build(
            self._schema,
            prepared.document,
            context_value=context,
            raw_variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
            is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
            hide_suggestions=not self._suggestions,
            operation_extensions=dict(extensions or {}),
        )
        if isinstance(executor, list):
            raise RequestRefused(explain_variables(self._schema, operation, variables))
        return cast("DrainingExecutor", executor)
