"""Asks the schema in process, as any actor, and tells what it cost."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.context import Context
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import RequestRefused
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys

_ANY = 1_000_000
_KEPT_TOKENS = 150_000
"""What a walk asks for, so that it is there for the next role."""


@dataclass
class Answer:
    """What an operation answered."""

    data: Any
    errors: list[Any]
    redacted: list[Any]
    statements: int
    context: Context

    @property
    def codes(self) -> list[str]:
        """The codes of the errors."""
        return [getattr(error.original_error, "code", "?") for error in self.errors]


@dataclass
class Graph:
    """The schema over one database."""

    schema: strawberry.Schema
    database: Database
    keys: CentreKeys
    sign_in: SignIn
    storage: DocumentStorage

    async def run(
        self,
        operation: str,
        *,
        as_: Actor | None = None,
        authorization: str | None = None,
        from_: str = "127.0.0.1",
        **variables: Any,
    ) -> Answer:
        """Run an operation as an actor, nobody unless said; or as whoever an Authorization header stands for."""
        facts = _facts(from_, authorization)
        context = self._context(as_ or await actor_for(self.sign_in, authorization, facts), facts)
        result = await self._execute(operation, variables, context)
        await context.end_reading()
        return Answer(result.data, list(result.errors or ()), context.redacted, context.statements, context)

    async def _execute(self, operation: str, variables: dict[str, Any], context: Context) -> Any:
        """Execute as the server does, parsed and validated once; what is not valid, strawberry tells of."""
        try:
            prepared = self._documents.prepare(operation)
            return await self._operations.execute(prepared, prepared.operation(None), variables, context)
        except RequestRefused:
            return await self.schema.execute(operation, variable_values=variables, context_value=context)

    def _context(self, actor: Actor, facts: RequestFacts) -> Context:
        return Context(
            actor=actor,
            facts=facts,
            database=self.database,
            keys=self.keys,
            sign_in=self.sign_in,
            storage=self.storage,
        )

    @cached_property
    def _documents(self) -> Documents:
        unlimited = Limits(
            tokens=_ANY,
            fields=_ANY,
            depth=_ANY,
            aliases=_ANY,
            directives=_ANY,
            root_fields=_ANY,
            cost=_ANY,
            values=_ANY,
        )
        return Documents(self.schema, unlimited, suggestions=True, kept_tokens=_KEPT_TOKENS)

    @cached_property
    def _operations(self) -> Operations:
        return Operations(self.schema, suggestions=True)


def _facts(from_: str, authorization: str | None) -> RequestFacts:
    return RequestFacts(
        request_id="test-request",
        remote_address=from_,
        user_agent="tests",
        authorization=authorization,
        deadline_ms=20_000,
    )
