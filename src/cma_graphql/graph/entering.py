"""Enters and leaves operations: signs the caller in, makes the context, notes afterwards whom it was shown."""

from dataclasses import dataclass
from types import TracebackType

from cma_graphql.access.actor import Actor
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.context import Context
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationContexts:
    """Makes the contexts of operations; one for the whole application."""

    database: Database
    keys: CentreKeys
    sign_in: SignIn
    storage: DocumentStorage
    access_log: AccessRecorder
    introspection_for: str
    """Who may ask for the schema: everyone, signed-in, or nobody."""

    def __call__(self, facts: RequestFacts, /) -> "_Operation":
        """Prepare a context. Entering it raises Unauthenticated or Unavailable."""
        return _Operation(self, facts)

    def of(self, actor: Actor, facts: RequestFacts) -> Context:
        """Make the context of one execution as an actor, who may not introspect; whoever makes it closes it."""
        return Context(actor, facts, self.database, self.keys, self.sign_in, self.storage, may_introspect=False)


class _Operation:
    """The context of one operation while it lasts."""

    __slots__ = ("_context", "_facts", "_parts")

    def __init__(self, parts: OperationContexts, facts: RequestFacts) -> None:
        self._parts = parts
        self._facts = facts

    async def __aenter__(self) -> Context:
        facts, parts = self._facts, self._parts
        actor = await actor_for(parts.sign_in, facts.authorization, facts)
        context = self._context = parts.of(actor, facts)
        allowed = parts.introspection_for
        context.may_introspect = allowed == "everyone" or (allowed == "signed-in" and context.signed_in)
        return context

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        context = self._context
        try:
            await context.end_reading()
        finally:
            seen = context.seen_clients, context.seen_fields
            self._parts.access_log.note(context.actor, context.operation_name, *seen)
