"""Prepares and executes operations by the same rules, whichever way they came."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import strawberry
from graphql import OperationDefinitionNode, OperationType

from cma_graphql.core.errors import DeadlineExceeded
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.operations import Operations, Result
from cma_graphql.graph.prepared import Documents, PreparedDocument
from cma_graphql.graph.refusals import DEADLINE_EXCEEDED, INTROSPECTION_DISABLED, Refusal, RequestRefused
from cma_graphql.transport.answers import HttpRefused
from cma_graphql.transport.graphql_request import GraphQLRequest
from cma_graphql.transport.record import RequestRecord

Redacted = Sequence[Mapping[str, object]]
Extensions = Mapping[str, object]
"""What an answer says besides its data and errors."""


class OperationContext(Protocol):
    """What the edge needs of the context that resolvers are given."""

    operation_name: str
    """Set by the edge once the document is known to be valid; empty for an operation without a name."""

    @property
    def redacted(self) -> Redacted:
        """Positions whose values were withheld (decision 19)."""
        ...

    @property
    def may_introspect(self) -> bool:
        """Whether this caller may ask for the schema."""
        ...

    @property
    def signed_in(self) -> bool:
        """Whether this caller has signed in."""
        ...

    def log_fields(self) -> Mapping[str, str]:
        """Say for the access log what kind of actor calls and for which centre; nothing personal."""
        ...


class ContextFactory(Protocol):
    """Makes the context of one operation: entering it signs the caller in, leaving it gives back what it holds."""

    def __call__(self, facts: RequestFacts, /) -> AbstractAsyncContextManager[OperationContext]:
        """Prepare a context. Entering it raises Unauthenticated or Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation of a valid document, and what was sent with it."""

    prepared: PreparedDocument
    operation: OperationDefinitionNode
    request: GraphQLRequest

    @property
    def type(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.operation.operation

    @property
    def name(self) -> str:
        """The operation's own name; empty where it has none."""
        return self.operation.name.value if self.operation.name else ""


class Executing:
    """Executes the operations of one schema, each in a context of its own."""

    def __init__(
        self, *, schema: strawberry.Schema, context_factory: ContextFactory, limits: Limits, suggestions: bool
    ) -> None:
        """Take the schema and who makes contexts. `suggestions` (“Did you mean …”) are for development."""
        self.documents = Documents(schema, limits, suggestions=suggestions)
        self.operations = Operations(schema, suggestions=suggestions)
        self.context_factory = context_factory
        self.limits = limits

    def prepare(self, request: GraphQLRequest, record: RequestRecord) -> Asked:
        """Find the operation that is asked for, price it, and note both. Raises RequestRefused."""
        prepared = self.documents.prepare(request.query)
        operation = prepared.operation(request.operation_name)
        record.operation_name = operation.name.value if operation.name else None
        record.operation_type = operation.operation.value
        record.cost = self.documents.admit(prepared, operation, request.variables)
        return Asked(prepared, operation, request)

    async def execute(self, asked: Asked, facts: RequestFacts, record: RequestRecord) -> tuple[Result, Extensions]:
        """Sign the caller in, execute a query or mutation, and tell what it cost and what was withheld.

        Both are bounded by the deadline. An operation that is stopped while executing is answered as executed: null
        data and one error, as the specification has it; what a mutation's earlier fields did is done. Before that it
        raises DeadlineExceeded; and Unauthenticated, Unavailable, RequestRefused.
        """
        executing = False
        extensions: dict[str, object] = {"cost": record.cost}
        deadline = asyncio.timeout(self.limits.deadline_ms / 1000)
        try:
            async with deadline, self.context_factory(facts) as context:
                context.operation_name = asked.name
                record.actor = dict(context.log_fields())
                check_introspection(asked.prepared, context)
                executing = True
                result = await self.operations.execute(
                    asked.prepared, asked.operation, asked.request.variables, context, asked.request.extensions
                )
                if context.redacted:
                    extensions["redacted"] = list(context.redacted)
        except TimeoutError:
            if not deadline.expired():
                raise
            message = f"The operation was stopped: it took longer than {self.limits.deadline_ms} milliseconds."
            if not executing:
                raise DeadlineExceeded(message) from None
            return Result(None, [Refusal(DEADLINE_EXCEEDED, message)]), extensions
        return result, extensions


def check_introspection(prepared: PreparedDocument, context: OperationContext) -> None:
    """Refuse a document that asks for the schema where its caller may not: decided per request, never kept."""
    if prepared.introspects and not context.may_introspect:
        message = "This server does not show its schema to you."
        raise RequestRefused([Refusal(INTROSPECTION_DISABLED, message)])


def refuse_mutation_by_get(asked: Asked, method: str) -> None:
    """Refuse a mutation that comes by another method than POST, which a browser could be made to repeat."""
    if asked.type is OperationType.MUTATION and method != "POST":
        message = "A mutation needs the method POST."
        raise HttpRefused(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": "POST"})
