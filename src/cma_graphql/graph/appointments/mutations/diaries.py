"""Mutations of the centre's diary, and of the feeds of one's own."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.calendar import feed_path, new_feed_token
from cma_graphql.domain.appointments.services import diaries, feeds
from cma_graphql.graph.appointments.diary_types import CalendarFeed, OpeningException, OpeningTimes, diary_now
from cma_graphql.graph.appointments.enums import HolidayRegion
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write

_WHAT = strawberry.argument(description="What to do.")


@strawberry.input(description="When the centre is open on one day of the week.")
class OpeningDayInput:
    """One day of the week."""

    weekday: int = strawberry.field(description="1 is Monday, 7 is Sunday.")
    opens: str = strawberry.field(description="From when, by the clock in London: `09:00`.")
    closes: str = strawberry.field(description="Until when; `24:00` is the day's end.")


@strawberry.input(description="How the centre keeps its diary from now on.")
class OpeningTimesUpdateInput(MutationInput):
    """The whole of it."""

    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")
    holiday_region: HolidayRegion = strawberry.field(description="Whose bank holidays it keeps.")
    reminder_hours: list[int] = strawberry.field(
        description="How many hours before an appointment it is reminded of: at most 5 times, 1 to 336 hours before."
    )
    week: list[OpeningDayInput] = strawberry.field(
        description="When it is open; on days of the week that are not named it is closed."
    )


@strawberry.type(description="The diary as it is kept now.")
class OpeningTimesUpdatePayload(Payload):
    """What openingTimesUpdate answers."""

    opening_times: OpeningTimes | None = strawberry.field(
        default=None, description="The diary; null where it was refused."
    )


@strawberry.input(description="A day to come that is unlike its weekday.")
class OpeningExceptionAddInput(MutationInput):
    """One day."""

    on_day: date = strawberry.field(description="The day; a bank holiday may be one.")
    reason: str = strawberry.field(description="Why, in up to 200 characters.")
    opens: str | None = strawberry.field(default=None, description="From when the centre is open; null: it is closed.")
    closes: str | None = strawberry.field(default=None, description="Until when it is open; null: it is closed.")


@strawberry.type(description="The day, unlike its weekday.")
class OpeningExceptionAddPayload(Payload):
    """What openingExceptionAdd answers."""

    opening_exception: OpeningException | None = strawberry.field(
        default=None, description="The day; null where it was refused."
    )


@strawberry.input(description="A day that is like its weekday again.")
class OpeningExceptionWithdrawInput(MutationInput):
    """One day."""

    id: strawberry.ID = strawberry.field(description="What was said of the day.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="Whether the day is like its weekday again.")
class OpeningExceptionWithdrawPayload(Payload):
    """What openingExceptionWithdraw answers."""

    withdrawn_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of what was said of the day; null where it was refused."
    )


@strawberry.input(description="An address of the viewer's own appointments.")
class CalendarFeedCreateInput(MutationInput):
    """Nothing but the key under which it is done once."""


@strawberry.type(description="The address.")
class CalendarFeedCreatePayload(Payload):
    """What calendarFeedCreate answers."""

    calendar_feed: CalendarFeed | None = strawberry.field(default=None, description="The feed; null where refused.")
    path: str | None = strawberry.field(
        default=None,
        description="Its path on this server, for a calendar program to subscribe to: whoever has it reads when the "
        "viewer's appointments are. It is shown this once; null where the mutation was replayed.",
    )


@strawberry.input(description="An address to end.")
class CalendarFeedRevokeInput(MutationInput):
    """One feed."""

    id: strawberry.ID = strawberry.field(description="The feed.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="The feed, ended.")
class CalendarFeedRevokePayload(Payload):
    """What calendarFeedRevoke answers."""

    calendar_feed: CalendarFeed | None = strawberry.field(default=None, description="The feed; null where refused.")


@strawberry.type
class DiaryMutations:
    """What can be done with diaries."""

    @mutation(
        requires=Permission.CENTRE_CONFIGURE,
        description="Settle when the centre is open, whose bank holidays it keeps and when it reminds of appointments. "
        "Appointments that are booked already stay.",
    )
    async def opening_times_update(
        self, info: Info, input: Annotated[OpeningTimesUpdateInput, _WHAT]
    ) -> OpeningTimesUpdatePayload:
        """Settle the diary."""
        outcome = await write(
            info,
            diaries.update_diary,
            input,
            version=input.expected_version,
            holiday_region=input.holiday_region,
            reminder_hours=input.reminder_hours,
            week=[diaries.OpeningHours(weekday=day.weekday, opens=day.opens, closes=day.closes) for day in input.week],
        )
        return OpeningTimesUpdatePayload(opening_times=await diary_now(info), replayed=outcome.replayed)

    @mutation(
        requires=Permission.CENTRE_CONFIGURE,
        description="Say that a day to come is unlike its weekday: closed, or open at other times.",
    )
    async def opening_exception_add(
        self, info: Info, input: Annotated[OpeningExceptionAddInput, _WHAT]
    ) -> OpeningExceptionAddPayload:
        """Add an exception."""
        outcome = await write(
            info,
            diaries.add_opening_exception,
            input,
            on_day=input.on_day,
            reason=input.reason,
            opens=input.opens,
            closes=input.closes,
        )
        return OpeningExceptionAddPayload(
            opening_exception=await reread(info, OpeningException, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(requires=Permission.CENTRE_CONFIGURE, description="Let a day be like its weekday again.")
    async def opening_exception_withdraw(
        self, info: Info, input: Annotated[OpeningExceptionWithdrawInput, _WHAT]
    ) -> OpeningExceptionWithdrawPayload:
        """Withdraw an exception."""
        key = read_id("openingexception", input.id)
        outcome = await write(
            info,
            diaries.withdraw_opening_exception,
            input,
            exception_id=key,
            version=input.expected_version,
        )
        return OpeningExceptionWithdrawPayload(withdrawn_id=input.id, replayed=outcome.replayed)

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Make an address at which a calendar program reads the viewer's own appointments: when, in which "
        "way and the case number, nobody's name. It is shown this once.",
    )
    async def calendar_feed_create(
        self, info: Info, input: Annotated[CalendarFeedCreateInput, _WHAT]
    ) -> CalendarFeedCreatePayload:
        """Make a feed."""
        token = new_feed_token(info.context.actor.centre_id)
        outcome = await write(info, feeds.create_calendar_feed, input, token=token)
        return CalendarFeedCreatePayload(
            calendar_feed=await reread(info, CalendarFeed, outcome.subject_ids[0]),
            path=None if outcome.replayed else feed_path(token),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="End an address of the viewer's own appointments for good.",
    )
    async def calendar_feed_revoke(
        self, info: Info, input: Annotated[CalendarFeedRevokeInput, _WHAT]
    ) -> CalendarFeedRevokePayload:
        """End a feed."""
        key = read_id("calendarfeed", input.id)
        outcome = await write(info, feeds.revoke_calendar_feed, input, feed_id=key, version=input.expected_version)
        return CalendarFeedRevokePayload(calendar_feed=await reread(info, CalendarFeed, key), replayed=outcome.replayed)
