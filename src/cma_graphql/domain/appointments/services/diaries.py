"""How a manager settles the centre's diary: its week, its bank holidays, its reminders, the days of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, LimitReached
from cma_graphql.core.events import STAFF, Change, Changes, Event, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.diary_models import DiarySettings, HolidayRegion, OpeningDay, OpeningException
from cma_graphql.domain.appointments.diary_selectors import (
    MOST_EXCEPTIONS,
    diary_of_centre,
    exceptions_between,
    number_of_exceptions,
)
from cma_graphql.domain.appointments.events import DiaryUpdated, OpeningExceptionAdded, OpeningExceptionWithdrawn
from cma_graphql.domain.appointments.local_time import LATEST, read_minute
from cma_graphql.persistence.unit_of_work import UnitOfWork

CONFIGURE = Permission.CENTRE_CONFIGURE
MOST_REMINDERS = 5
EARLIEST_REMINDER = 336
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """When a centre is open on one day of the week, as somebody said it: `09:00`, `17:00`."""

    weekday: int
    opens: str
    closes: str


async def update_diary(
    uow: UnitOfWork,
    *,
    version: int,
    holiday_region: HolidayRegion,
    reminder_hours: Sequence[int],
    week: Sequence[OpeningHours],
) -> UUID:
    """Settle how the centre keeps its diary; on the days that the week does not name it is closed.

    A diary that nobody has settled yet has version 0. Raises Forbidden, Conflict, Invalid, InvalidInput.
    """
    _require(uow)
    hours, reminders = _read_week(week, reminder_hours)
    settings = await _taken(uow, version)
    values = {"holiday_region": holiday_region.value, "reminder_hours": reminders}
    if settings is None:
        changes: dict[str, Change] = dict(uow.add(DiarySettings(id=new_id(), **values)))
    else:
        changes = dict(uow.change(settings, **values))
    changes |= await _write_week(uow, hours)
    if settings is not None and changes:
        uow.touch(settings)
    if changes:
        await _tell(uow, DiaryUpdated, changes)
    return uow.actor.centre_id


async def add_opening_exception(
    uow: UnitOfWork, *, on_day: date, reason: str, opens: str | None = None, closes: str | None = None
) -> UUID:
    """Say that a day to come is unlike its weekday: closed, or open at other times, a bank holiday included.

    Raises Forbidden, Invalid or InvalidInput (rule `exists` where something is said of that day already),
    LimitReached.
    """
    _require(uow)
    faults = Faults()
    why = faults.read("reason", one_line, reason, max_length=REASON_LENGTH)
    hours = None
    if (opens is None) != (closes is None):
        faults.add("closes", "hours", "Say from when until when the centre is open, or neither: then it is closed.")
    elif opens is not None and closes is not None:
        hours = _read_hours(faults, "opens", "closes", opens, closes)
    if not today() <= on_day < LATEST:
        faults.add("on_day", "future", "That is said of a day to come.", after=today().isoformat())
    faults.raise_any()
    counted = await uow.one(number_of_exceptions, first=today())
    if counted is not None and counted["number"] >= MOST_EXCEPTIONS:
        raise LimitReached("opening-exceptions", MOST_EXCEPTIONS)
    if await exceptions_between(uow, on_day, on_day):
        raise Invalid("on_day", "exists", "Something is said of this day already: withdraw that first.")
    exception = OpeningException(
        id=new_id(),
        on_day=on_day,
        opens_minute=None if hours is None else hours[0],
        closes_minute=None if hours is None else hours[1],
        reason=why,
        withdrawn_at=None,
    )
    await _tell(uow, OpeningExceptionAdded, uow.add(exception))
    return exception.id


async def withdraw_opening_exception(uow: UnitOfWork, *, exception_id: UUID, version: int) -> UUID:
    """Let a day be like its weekday again. Raises Forbidden, NotFound, Conflict, Invalid (rule `withdrawn`)."""
    _require(uow)
    exception = await uow.lock(OpeningException, exception_id, version=version)
    if exception.withdrawn_at is not None:
        raise Invalid("id", "withdrawn", "This day is like its weekday again already.")
    changes = {**uow.change(exception, withdrawn_at=now()), "on_day": Change(exception.on_day, None, Publicity.OPEN)}
    await _tell(uow, OpeningExceptionWithdrawn, changes)
    return exception.id


def _require(uow: UnitOfWork) -> None:
    uow.actor.require(CONFIGURE)
    if uow.actor.at_platform:
        raise Forbidden(CONFIGURE.name, "A centre's diary is its own: its manager settles it.")


async def _taken(uow: UnitOfWork, version: int) -> DiarySettings | None:
    """Lock the diary's settings in their version; None where there are none yet."""
    found = await uow.one(diary_of_centre)
    if found is not None and found["key"] is not None:
        return await uow.lock(DiarySettings, found["key"], version=version)
    if version:
        raise Conflict(table="diary_settings", record_id=uow.actor.centre_id, current_version=0)
    return None


async def _write_week(uow: UnitOfWork, hours: dict[int, tuple[int, int]]) -> dict[str, Change]:
    """Write the week; answer what changed, each weekday by its number."""
    query = select(OpeningDay.id).where(OpeningDay.centre_id == uow.actor.centre_id)
    kept = await uow.lock_all(OpeningDay, [row["id"] for row in await uow.connection.run(query)])
    changes = dict[str, Change]()
    for day in kept:
        opens, closes = hours.get(day.weekday, (None, None))
        for name, change in uow.change(day, opens_minute=opens, closes_minute=closes).items():
            changes[f"{name}_{day.weekday}"] = change
    missing = set(range(1, 8)) - {day.weekday for day in kept}
    for weekday in sorted(missing):
        opens, closes = hours.get(weekday, (None, None))
        uow.add_lines([OpeningDay(id=new_id(), weekday=weekday, opens_minute=opens, closes_minute=closes)])
        changes[f"opens_minute_{weekday}"] = Change(None, opens, Publicity.OPEN)
        changes[f"closes_minute_{weekday}"] = Change(None, closes, Publicity.OPEN)
    return changes


def _read_week(
    week: Sequence[OpeningHours], reminder_hours: Sequence[int]
) -> tuple[dict[int, tuple[int, int]], list[int]]:
    faults = Faults()
    read = dict[int, tuple[int, int]]()
    for place, day in enumerate(week):
        at = f"week.{place}"
        if not 1 <= day.weekday <= 7:  # noqa: PLR2004 - Sunday
            faults.add(f"{at}.weekday", "weekday", "A weekday is 1, Monday, to 7, Sunday.", minimum=1, maximum=7)
        elif day.weekday in read:
            faults.add(f"{at}.weekday", "duplicate", "Name each weekday once.")
        hours = _read_hours(faults, f"{at}.opens", f"{at}.closes", day.opens, day.closes)
        read[day.weekday] = hours or (0, 0)
    reminders = sorted(set(reminder_hours), reverse=True)
    if len(reminders) > MOST_REMINDERS or any(not 1 <= hours <= EARLIEST_REMINDER for hours in reminders):
        faults.add(
            "reminder_hours",
            "reminders",
            f"At most {MOST_REMINDERS} reminders, each 1 to {EARLIEST_REMINDER} hours before.",
            maximum=MOST_REMINDERS,
            earliest=EARLIEST_REMINDER,
        )
    faults.raise_any()
    return read, reminders


def _read_hours(faults: Faults, first: str, second: str, opens: str, closes: str) -> tuple[int, int] | None:
    start = faults.read(first, read_minute, opens)
    end = faults.read(second, read_minute, closes)
    if start is None or end is None:
        return None
    if start >= end:
        faults.add(second, "order", "A centre closes after it opens.", opens=opens)
    return start, end


async def _tell(uow: UnitOfWork, event: type[Event], changes: Changes) -> None:
    await uow.flush()
    uow.record(event(subject_id=uow.actor.centre_id), changes=changes, before=STAFF, after=STAFF)
