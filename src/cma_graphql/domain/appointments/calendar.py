"""An advisor's appointments as a calendar file (iCalendar, RFC 5545): when and how, never who.

What leaves the product for a calendar program, often on a telephone, says no more than the case number and the way of
meeting (record 0066): no name, no address, no note; nor the number of a case that the advisor does not see.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from icalendar import Calendar, Event

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.tokens import TokenKind, new_token, token_digest, token_kind
from cma_graphql.domain.appointments.diary_selectors import feed_by_digest
from cma_graphql.domain.appointments.models import AppointmentStatus, MeetingMode
from cma_graphql.domain.appointments.policy import BOOKABLE
from cma_graphql.domain.appointments.selectors import appointments_of_feed, numbers_by_case
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.reads import Record

SHOWN_BEFORE, SHOWN_AFTER = timedelta(days=30), timedelta(days=365)
MOST_SHOWN = 2_000
FEED_FOLDER = "/calendar"
PRODUCT = "-//cma-graphql//appointments//EN"
_CENTRE_LETTERS = 22
"""How many letters the 16 bytes of a centre's id take in a token."""
_MODES = {
    MeetingMode.IN_PERSON: "in person",
    MeetingMode.PHONE: "telephone",
    MeetingMode.VIDEO: "video call",
    MeetingMode.HOME_VISIT: "home visit",
    MeetingMode.OUTREACH: "outreach",
}
_STATES = {
    AppointmentStatus.SCHEDULED: "TENTATIVE",
    AppointmentStatus.CONFIRMED: "CONFIRMED",
    AppointmentStatus.ATTENDED: "CONFIRMED",
}
"""Of all others: CANCELLED, so that a calendar that has them takes them out."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar, and what it is told from an earlier one by."""

    body: bytes
    etag: str


def new_feed_token(centre_id: UUID) -> str:
    """Make the secret of an address; it begins with the centre, in whose tables alone it is then looked for."""
    start = base64.urlsafe_b64encode(centre_id.bytes).rstrip(b"=").decode()
    secret = new_token(TokenKind.CALENDAR)
    return f"{TokenKind.CALENDAR.value}{start}{secret.removeprefix(TokenKind.CALENDAR.value)}"


def feed_path(token: str) -> str:
    """Answer the path at which a token's calendar is read."""
    return f"{FEED_FOLDER}/{token}.ics"


async def calendar_of(database: Database, token: str) -> CalendarFile | None:
    """Answer the calendar that a token opens; None where it opens none, or not any more."""
    centre_id = _centre_of(token)
    if centre_id is None:
        return None
    async with database.read(system_of(centre_id)) as reader:
        feed = await reader.one(feed_by_digest, digest=token_digest(token))
        if feed is None or not any(Role(role) in BOOKABLE for role in feed["roles"]):
            return None
        start, end = now() - SHOWN_BEFORE, now() + SHOWN_AFTER
        rows = await reader.all(appointments_of_feed, advisor=feed["user_id"], start=start, end=end, most=MOST_SHOWN)
    body = write_calendar(rows, await _numbers(database, _whose(centre_id, feed), rows))
    return CalendarFile(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _whose(centre_id: UUID, feed: Record) -> Actor:
    """Answer whose diary a feed is of, as they would be signed in."""
    return Actor(
        kind=ActorKind.STAFF,
        centre_id=centre_id,
        user_id=feed["user_id"],
        roles=frozenset(role for role in Role if role.value in feed["roles"]),
        team_ids=tuple(feed["team_ids"]),
    )


async def _numbers(database: Database, actor: Actor, rows: Sequence[Record]) -> Mapping[UUID, str]:
    """Answer the numbers of the cases that somebody sees: a case that is closed to them is not named to them here."""
    wanted = list(dict.fromkeys(row["case_id"] for row in rows if row["case_id"] is not None))
    if not wanted:
        return {}
    async with database.read(actor) as reader:
        return {row["key"]: row["case_number"] for row in await reader.all(numbers_by_case, keys=wanted)}


def write_calendar(rows: Sequence[Record], numbers: Mapping[UUID, str]) -> bytes:
    """Write appointments as a calendar, with the numbers of their cases; the same appointments are the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Appointments")
    for row in rows:
        event = Event()
        event.add("uid", f"{row['key'].hex}@cma-graphql")
        event.add("dtstamp", row["updated_at"].replace(microsecond=0))
        event.add("sequence", row["version"])
        event.add("dtstart", row["starts_at"])
        event.add("dtend", row["ends_at"])
        way = _MODES[MeetingMode(row["meeting_mode"])]
        event.add("summary", f"{numbers.get(row['case_id'], 'Appointment')}, {way}")
        event.add("status", _STATES.get(AppointmentStatus(row["status"]), "CANCELLED"))
        event.add("class", "CONFIDENTIAL")
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def _centre_of(token: str) -> UUID | None:
    """Read whose centre's tables a token is to be looked for in."""
    if token_kind(token) is not TokenKind.CALENDAR:
        return None
    start = token.removeprefix(TokenKind.CALENDAR.value)[:_CENTRE_LETTERS]
    try:
        return UUID(bytes=base64.b64decode(f"{start}==", altchars=b"-_", validate=True))
    except ValueError:
        return None
