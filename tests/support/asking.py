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
        result: Any = await self.schema.execute(operation, variable_values=variables, context_value=context)
        await context.end_reading()
        return Answer(result.data, result.errors or [], context.redacted, context.statements, context)

    async def run_again(self, operation: str, *, as_: Actor, **variables: Any) -> Answer:
        """Run an operation that is run many times: as the server does, parsed and validated once."""
        context = self._context(as_, _facts("127.0.0.1", None))
        prepared = self._documents.prepare(operation)
        try:
            result = await self._operations.execute(prepared, prepared.operation(None), variables, context)
        except RequestRefused as refused:
            return Answer(None, list(refused.errors), [], 0, context)
        await context.end_reading()
        return Answer(result.data, result.errors, context.redacted, context.statements, context)

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
        return Documents(
            self.schema, Limits(tokens=1_000_000, fields=1_000_000), suggestions=True, kept_tokens=1_000_000
        )

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
