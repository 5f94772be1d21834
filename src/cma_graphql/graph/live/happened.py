"""What every event that subscriptions tell says of itself, whichever room's it is."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Record


@strawberry.interface(name="Event", description="Something that happened, told to those who see what it happened to.")
class Happened:
    """One event, with the record as it is when the event is delivered."""

    name: str = strawberry.field(description="What happened, such as `case.status_changed` or `document.uploaded`.")
    cursor: str = strawberry.field(description="What to subscribe after, to go on behind this event.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    actor_kind: ActorKind = strawberry.field(description="What sort of actor did it.")
    actor_id: strawberry.Private[UUID]
    entity: strawberry.Private[str]
    subject_id: strawberry.Private[UUID]
    record: strawberry.Private[Record | None]

    @classmethod
    def of(cls, event: Happening, record: Record | None, cursor: str) -> Self:
        """Make it from what happened, the record as it is now and the cursor."""
        return cls(
            name=event.name,
            cursor=cursor,
            occurred_at=event.occurred_at,
            actor_kind=ActorKind(event.actor_kind),
            actor_id=event.actor_id,
            entity=event.entity,
            subject_id=event.subject_id,
            record=record,
        )

    @relation(description="Who did it, where it was a person of the centre.", requires=Permission.USER_READ)
    async def actor(happened: list["Happened"], info: Info) -> list[MembershipRef | None]:
        """Answer who did each."""
        return await memberships_by_id(info.context.reader, [event.actor_id for event in happened])
