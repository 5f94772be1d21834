"""Every select of a centre's diary, of who keeps one, and of the feeds of diaries."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, LargeBinary, Text, Uuid, and_, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.diary_models import (
    CalendarFeed,
    DiarySettings,
    HolidayRegion,
    OpeningDay,
    OpeningException,
)
from cma_graphql.domain.appointments.openings import USUAL_REGION, USUAL_REMINDERS, USUAL_WEEK, Openings
from cma_graphql.domain.centres.models import Centre, CentreStatus, Jurisdiction
from cma_graphql.domain.staffing.models import AdvisorProfile
from cma_graphql.domain.users.models import Membership, MembershipStatus, Team, TeamMember
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, of_centre, statement

EXCEPTION_COLUMNS = (
    OpeningException.id.label("key"),
    OpeningException.on_day,
    OpeningException.opens_minute,
    OpeningException.closes_minute,
    OpeningException.reason,
    OpeningException.version,
)
FEED_COLUMNS = (
    CalendarFeed.id.label("key"),
    CalendarFeed.user_id,
    CalendarFeed.created_at,
    CalendarFeed.revoked_at,
    CalendarFeed.version,
)
MOST_EXCEPTIONS = 400
MOST_FEEDS = 5


@statement
def diary_of_centre(sight: Sight) -> AnySelect:
    """Select how the centre keeps its diary, where anybody has settled it, and whose law it works under."""
    return (
        select(
            Centre.jurisdiction,
            DiarySettings.id.label("key"),
            DiarySettings.holiday_region,
            DiarySettings.reminder_hours,
            DiarySettings.version,
        )
        .outerjoin(DiarySettings, and_(DiarySettings.centre_id == ACTOR_CENTRE, DiarySettings.centre_id == Centre.id))
        .where(live(Centre, sight))
    )


@statement
def opening_days(sight: Sight) -> AnySelect:
    """Select when the centre is open, from Monday on."""
    return (
        select(OpeningDay.id.label("key"), OpeningDay.weekday, OpeningDay.opens_minute, OpeningDay.closes_minute)
        .where(live(OpeningDay, sight))
        .order_by(OpeningDay.weekday)
    )


@statement
def opening_exceptions(sight: Sight) -> AnySelect:
    """Select the days unlike their weekday within some days, the first first."""
    return (
        select(*EXCEPTION_COLUMNS)
        .where(
            live(OpeningException, sight),
            OpeningException.withdrawn_at.is_(None),
            OpeningException.on_day.between(bindparam("first", type_=Date()), bindparam("last", type_=Date())),
        )
        .order_by(OpeningException.on_day)
        .limit(MOST_EXCEPTIONS)
    )


@statement
def exceptions_by_key(sight: Sight) -> AnySelect:
    """Select these days unlike their weekday."""
    return select(*EXCEPTION_COLUMNS).where(
        live(OpeningException, sight), OpeningException.withdrawn_at.is_(None), OpeningException.id == any_(KEYS)
    )


@statement
def bookable_advisors(sight: Sight) -> AnySelect:
    """Select the people with one of these roles who are at work, with what they can do, by their names."""
    return (
        select(Membership.id.label("key"), Membership.roles, AdvisorProfile.skills)
        .outerjoin(
            AdvisorProfile,
            and_(
                AdvisorProfile.centre_id == ACTOR_CENTRE,
                AdvisorProfile.centre_id == Membership.centre_id,
                AdvisorProfile.id == Membership.id,
            ),
        )
        .where(
            live(Membership, sight),
            Membership.status == MembershipStatus.ACTIVE.value,
            Membership.roles.op("&&")(bindparam("roles", type_=ARRAY(Text()))),
        )
        .order_by(Membership.name_key, Membership.id)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def feeds_by_key(sight: Sight) -> AnySelect:
    """Select these feeds, where they are the actor's own."""
    return select(*FEED_COLUMNS).where(live(CalendarFeed, sight), CalendarFeed.id == any_(KEYS))


@statement
def good_feeds(sight: Sight) -> AnySelect:
    """Select the actor's own feeds that are not revoked, the newest first."""
    return (
        select(*FEED_COLUMNS)
        .where(live(CalendarFeed, sight), CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.created_at.desc(), CalendarFeed.id)
        .limit(MOST_FEEDS)
    )


@statement
def feed_by_digest(_sight: Sight) -> AnySelect:
    """Select whose feed a token opens, as long as they are at work at the centre, before anybody is anybody."""
    teams = (
        select(func.array_agg(TeamMember.team_id, type_=ARRAY(Uuid())))
        .join(Team, (Team.centre_id == TeamMember.centre_id) & (Team.id == TeamMember.team_id))
        .where(
            of_centre(TeamMember),
            of_centre(Team),
            Team.deleted_at.is_(None),
            TeamMember.removed_at.is_(None),
            TeamMember.user_id == CalendarFeed.user_id,
        )
        .correlate(CalendarFeed)
        .scalar_subquery()
    )
    return (
        select(
            CalendarFeed.id.label("key"),
            CalendarFeed.user_id,
            Membership.roles,
            func.coalesce(teams, bindparam("no_teams", [], type_=ARRAY(Uuid()))).label("team_ids"),
        )
        .join(Membership, and_(Membership.centre_id == CalendarFeed.centre_id, Membership.id == CalendarFeed.user_id))
        .join(Centre, Centre.id == CalendarFeed.centre_id)
        .where(
            of_centre(Centre),
            Centre.status == CentreStatus.ACTIVE.value,
            of_centre(CalendarFeed),
            of_centre(Membership),
            CalendarFeed.digest == bindparam("digest", type_=LargeBinary()),
            CalendarFeed.revoked_at.is_(None),
            Membership.status == MembershipStatus.ACTIVE.value,
        )
    )


@statement
def number_of_exceptions(sight: Sight) -> AnySelect:
    """Count the days to come that are unlike their weekday."""
    return select(func.count().label("number")).where(
        live(OpeningException, sight),
        OpeningException.withdrawn_at.is_(None),
        OpeningException.on_day >= bindparam("first", type_=Date()),
    )


async def openings_between(reads: Reads, first: date, last: date) -> Openings:
    """Answer when the centre is open on these days: three statements."""
    settled = await reads.one(diary_of_centre)
    week = await reads.all(opening_days)
    unlike = await reads.all(opening_exceptions, first=first, last=last)
    region = region_of(settled)
    exceptions = {row["on_day"]: _hours(row) for row in unlike}
    if not week:
        return Openings(region=region, exceptions=exceptions)
    return Openings(region=region, week={row["weekday"]: _hours(row) for row in week}, exceptions=exceptions)


def region_of(settled: Record | None) -> HolidayRegion:
    """Tell whose bank holidays a centre keeps: those that it said, or those of the law it works under."""
    if settled is None:
        return HolidayRegion.ENG
    chosen = settled["holiday_region"]
    return USUAL_REGION[Jurisdiction(settled["jurisdiction"])] if chosen is None else HolidayRegion(chosen)


def reminders_of_centre(settled: Record | None) -> tuple[int, ...]:
    """Tell how many hours before an appointment a centre reminds of it, the earliest first."""
    chosen = None if settled is None else settled["reminder_hours"]
    return tuple(sorted(USUAL_REMINDERS if chosen is None else chosen, reverse=True))


async def feeds_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these feeds, in their order, None for those that are not the actor's."""
    return await aligned(reads, feeds_by_key, keys)


async def exceptions_between(reads: Reads, first: date, last: date) -> Sequence[Record]:
    """Answer the days unlike their weekday within some days."""
    return await reads.all(opening_exceptions, first=first, last=last)


def week_of(rows: Sequence[Record]) -> list[tuple[int, int, int]]:
    """Answer a centre's week as weekday, opening and closing; the usual one where nobody said another."""
    week = {row["weekday"]: _hours(row) for row in rows} if rows else USUAL_WEEK
    return [(weekday, *hours) for weekday, hours in sorted(week.items()) if hours is not None]


def _hours(row: Record) -> tuple[int, int] | None:
    return None if row["opens_minute"] is None else (row["opens_minute"], row["closes_minute"])


async def opening_exceptions_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these days unlike their weekday, in their order, withdrawn ones left out."""
    return await aligned(reads, exceptions_by_key, keys)
