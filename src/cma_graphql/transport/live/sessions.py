"""What the transports need of signing in: who a connection is, and the news that it is nobody any more."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cma_graphql.core.request import RequestFacts


class LiveSession(Protocol):
    """The session, or key, behind one connection."""

    @property
    def whose(self) -> tuple[UUID, UUID]:
        """The centre, and the person or key."""
        ...

    @property
    def ends_at(self) -> datetime:
        """When the token ends, or what it stands for."""
        ...

    async def renew(self, facts: RequestFacts) -> bool:
        """Go on with a newer token; False where it is another session's. Raises Unauthenticated, Unavailable."""
        ...

    def forget(self) -> None:
        """Watch it no longer."""
        ...

    def log_fields(self) -> Mapping[str, str]:
        """Say for the access log what kind of actor it is and of which centre; nothing personal."""
        ...


class Sessions(Protocol):
    """Knows sessions, and watches those behind connections."""

    async def enter(self, facts: RequestFacts, ended: Callable[[], None]) -> LiveSession:
        """Verify the header, and call `ended` within a second of its end. Raises Unauthenticated, Unavailable."""
        ...
