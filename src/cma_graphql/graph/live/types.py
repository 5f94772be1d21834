"""What subscriptions of every room may answer besides their events."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import strawberry

from cma_graphql.graph.enums import described


class ResyncReason(StrEnum):
    """Why events cannot be told one by one."""

    OUT_OF_RETENTION = "OUT_OF_RETENTION"
    RIGHTS_CHANGED = "RIGHTS_CHANGED"


described(
    ResyncReason,
    "Why what has happened cannot be told event by event.",
    {
        "OUT_OF_RETENTION": "The events after the cursor are not kept any more.",
        "RIGHTS_CHANGED": "The viewer's roles or teams have changed, and with them what they see.",
    },
)

AfterCursor = Annotated[
    str | None,
    strawberry.argument(description="A cursor: all that has happened behind it is told first. Unset: from now on."),
]


@strawberry.type(description="Nothing has happened: the connection stands, and the cursor moves on.")
class Heartbeat:
    """A sign of life; the first answer of every subscription is one."""

    cursor: str = strawberry.field(description="What to subscribe after, to go on from here.")


@strawberry.type(
    description="A record has left the viewer's sight: closed to them, moved or deleted. Take it off the screen."
)
class Removed:
    """The last that is told of a record, unless it comes back into sight."""

    id: strawberry.ID = strawberry.field(description="The record's id.")
    cursor: str = strawberry.field(description="What to subscribe after, to go on behind this.")
    occurred_at: datetime = strawberry.field(description="When it happened.")


@strawberry.type(
    description="Events were passed over. Query again what is on the screen; events behind the cursor follow."
)
class ResyncRequired:
    """What the subscriber has is not to be brought up to date by events."""

    reason: ResyncReason = strawberry.field(description="Why.")
    cursor: str = strawberry.field(description="Behind which the events stand that follow.")
