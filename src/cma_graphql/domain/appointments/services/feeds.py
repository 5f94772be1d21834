"""Addresses at which calendar programs read an advisor's appointments: made, shown once, revoked."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import LimitReached, TransitionRefused
from cma_graphql.core.events import Audience
from cma_graphql.core.ids import new_id
from cma_graphql.core.tokens import token_digest
from cma_graphql.domain.appointments.diary_models import CalendarFeed
from cma_graphql.domain.appointments.diary_selectors import MOST_FEEDS, good_feeds
from cma_graphql.domain.appointments.events import CalendarFeedCreated, CalendarFeedRevoked
from cma_graphql.domain.appointments.policy import require_bookable, require_staff
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def create_calendar_feed(uow: UnitOfWork, *, token: str) -> UUID:
    """Make an address of one's own appointments, good until it is revoked or one leaves the centre.

    `token` is the new secret; only its digest is kept, so that it can be shown this once. Raises Forbidden, Invalid
    (whoever has no appointments), LimitReached (5 good ones).
    """
    require_staff(uow.actor)
    member = await uow.lock(Membership, uow.actor.user_id, field=None)
    require_bookable(member)
    if len(await uow.all(good_feeds)) >= MOST_FEEDS:
        raise LimitReached("calendar-feeds", MOST_FEEDS)
    feed = CalendarFeed(id=new_id(), user_id=member.id, digest=token_digest(token), revoked_at=None)
    changes = {field: change for field, change in uow.add(feed).items() if field != "digest"}
    await uow.flush()
    uow.record(CalendarFeedCreated(subject_id=feed.id, version=feed.version), changes=changes, after=_whose(feed))
    uow.add(security_entry(uow.actor, "calendar_feed.created", {"feed": str(feed.id)}))
    return feed.id


async def revoke_calendar_feed(uow: UnitOfWork, *, feed_id: UUID, version: int) -> UUID:
    """End an address for good. Raises NotFound, Forbidden, Conflict, TransitionRefused for one that is revoked."""
    require_staff(uow.actor)
    feed = await uow.lock(CalendarFeed, feed_id, version=version)
    if feed.revoked_at is not None:
        raise TransitionRefused(source="REVOKED", target="REVOKED", allowed=())
    changes = uow.change(feed, revoked_at=now())
    await uow.flush()
    event = CalendarFeedRevoked(subject_id=feed.id, version=feed.version)
    uow.record(event, changes=changes, before=_whose(feed), after=_whose(feed))
    uow.add(security_entry(uow.actor, "calendar_feed.revoked", {"feed": str(feed.id)}))
    return feed.id


def _whose(feed: CalendarFeed) -> Audience:
    return Audience(user_ids=(feed.user_id,), restricted=True)
