"""A centre's diary and the feeds of its advisors' diaries, as the schema shows them."""

from datetime import date, datetime
from typing import Annotated, ClassVar

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments import diary_selectors
from cma_graphql.domain.appointments.local_time import write_minute
from cma_graphql.domain.appointments.openings import bank_holidays
from cma_graphql.graph.appointments.enums import HolidayRegion
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type

FirstDay = Annotated[date, strawberry.argument(description="The first day.")]
LastDay = Annotated[date, strawberry.argument(description="The last day, itself within; at most a year later.")]


@strawberry.type(description="When a centre is open on one day of the week.")
class OpeningDay:
    """One day of the week."""

    weekday: int = strawberry.field(description="1 is Monday, 7 is Sunday.")
    opens: str = strawberry.field(description="From when, by the clock in London: `09:00`.")
    closes: str = strawberry.field(description="Until when.")


@node_type(
    table="opening_exceptions", load=diary_selectors.opening_exceptions_by_id, requires=Permission.REFERENCE_READ
)
@strawberry.type(description="A day that is unlike its weekday, a bank holiday included.")
class OpeningException(Node):
    """One day."""

    prefix: ClassVar[str] = "openingexception"

    on_day: date = strawberry.field(description="The day.")
    reason: str = strawberry.field(description="Why; clients of the portal read it, too.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    opens_minute: strawberry.Private[int | None]
    closes_minute: strawberry.Private[int | None]

    @strawberry.field(description="From when the centre is open; null: it is closed.")
    def opens(self) -> str | None:
        """Write the time."""
        return None if self.opens_minute is None else write_minute(self.opens_minute)

    @strawberry.field(description="Until when it is open; null: it is closed.")
    def closes(self) -> str | None:
        """Write the time."""
        return None if self.closes_minute is None else write_minute(self.closes_minute)


@strawberry.type(description="A day on which banks, and the centre with them, are closed.")
class BankHoliday:
    """One bank holiday."""

    on_day: date = strawberry.field(description="The day.")
    name: str = strawberry.field(description="What it is called.")


@strawberry.type(description="When a centre is open, and how it reminds of appointments.")
class OpeningTimes:
    """The diary of the viewer's centre."""

    holiday_region: HolidayRegion = strawberry.field(description="Whose bank holidays it keeps.")
    reminder_hours: list[int] = strawberry.field(
        description="How many hours before an appointment it is reminded of, the earliest reminder first."
    )
    week: list[OpeningDay] = strawberry.field(
        description="When it is open, from Monday on; on days that are not there it is closed."
    )
    version: int = strawberry.field(
        description="Counts its changes, 0 where nobody has settled anything; send it back as `expectedVersion`."
    )

    @relation(description="The days from one to another that are unlike their weekday.", size=5)
    async def exceptions(
        diaries: list["OpeningTimes"], info: Info, from_day: FirstDay, until_day: LastDay
    ) -> list[list[OpeningException]]:
        """Answer each diary's exceptions."""
        return [await diary_selectors.exceptions_between(info.context.reader, from_day, until_day) for _ in diaries]  # type: ignore[misc]

    @relation(description="The bank holidays from one day to another.", size=10)
    async def bank_holidays(
        diaries: list["OpeningTimes"],
        info: Info,  # noqa: ARG002 - a relation's arguments
        from_day: FirstDay,
        until_day: LastDay,
    ) -> list[list[BankHoliday]]:
        """Answer each diary's bank holidays."""
        return [
            [
                BankHoliday(on_day=day, name=name)
                for day, name in bank_holidays(diary.holiday_region, from_day, until_day)
            ]
            for diary in diaries
        ]


async def diary_now(info: Info) -> OpeningTimes:
    """Read how the viewer's centre keeps its diary: two statements."""
    reader = info.context.reader
    settled = await reader.one(diary_selectors.diary_of_centre)
    week = diary_selectors.week_of(await reader.all(diary_selectors.opening_days))
    return OpeningTimes(
        holiday_region=diary_selectors.region_of(settled),
        reminder_hours=list(diary_selectors.reminders_of_centre(settled)),
        week=[
            OpeningDay(weekday=weekday, opens=write_minute(opens), closes=write_minute(closes))
            for weekday, opens, closes in week
        ],
        version=0 if settled is None else settled["version"] or 0,
    )


@node_type(table="calendar_feeds", load=diary_selectors.feeds_by_id, requires=Permission.APPOINTMENT_WRITE)
@strawberry.type(description="An address at which a calendar program reads the viewer's own appointments.")
class CalendarFeed(Node):
    """One address; the address itself is shown once, when it is made."""

    prefix: ClassVar[str] = "calendarfeed"

    created_at: datetime = strawberry.field(description="When it was made.")
    revoked_at: datetime | None = strawberry.field(description="When it was ended.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
