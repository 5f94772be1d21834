"""Asks the schema in process, as any actor, and tells what it cost."""

from dataclasses import dataclass
from typing import Any

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.context import Context
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
        facts = RequestFacts(
            request_id="test-request",
            remote_address=from_,
            user_agent="tests",
            authorization=authorization,
            deadline_ms=20_000,
        )
        actor = as_ or await actor_for(self.sign_in, authorization, facts)
        context = Context(
            actor=actor,
            facts=facts,
            database=self.database,
            keys=self.keys,
            sign_in=self.sign_in,
            storage=self.storage,
        )
        result: Any = await self.schema.execute(operation, variable_values=variables, context_value=context)
        await context.end_reading()
        return Answer(result.data, result.errors or [], context.redacted, context.statements, context)
