"""Queries about the viewer, their sign-ins, and the centre's keys."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.auth.selectors import service_keys
from cma_graphql.domain.auth.sessions import own_sessions, require_person
from cma_graphql.graph.auth.types import ServiceKey, SignedInSession, Viewer
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query


@strawberry.type
class AuthQueries:
    """What can be asked about signing in."""

    @query(requires=None, description="Who is signed in, where, and with which rights. Programs' keys have no `me`.")
    async def me(self, info: Info) -> Viewer:
        """Answer the viewer."""
        require_person(info.context.actor)
        return Viewer(actor=info.context.actor)

    @query(requires=None, description="The viewer's own sign-ins that have not ended, the last used first.", size=5)
    async def sessions(self, info: Info) -> list[SignedInSession]:
        """List the viewer's sessions."""
        actor = info.context.actor
        return [SignedInSession.of(row, actor) for row in await own_sessions(info.context.reader)]

    @query(
        requires=Permission.INTEGRATION_MANAGE,
        description="The keys of the centre's programs, the newest first; at most 50 are good at the same time.",
        size=25,
    )
    async def service_keys(self, info: Info) -> list[ServiceKey]:
        """List the centre's keys."""
        return await service_keys(info.context.reader)  # type: ignore[return-value]
