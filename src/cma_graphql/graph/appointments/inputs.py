"""How appointments are listed, and how times are said."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.domain.appointments.local_time import OUR_ZONE, LocalTime, When
from cma_graphql.graph.appointments.enums import (
    AppointmentEventName,
    AppointmentOrder,
    AppointmentStatus,
    AppointmentType,
    MeetingMode,
    Occurrence,
    RequestOrder,
    RequestStatus,
)
from cma_graphql.graph.node import find_id


@strawberry.input(
    description="Which appointments to list: every condition given has to hold; values in a list are alternatives."
)
class AppointmentFilter:
    """Conditions on appointments."""

    status: list[AppointmentStatus] | None = strawberry.field(default=None, description="Being in one of these states.")
    type: list[AppointmentType] | None = strawberry.field(default=None, description="Being for one of these.")
    mode: list[MeetingMode] | None = strawberry.field(default=None, description="Meeting in one of these ways.")
    advisor: list[strawberry.ID] | None = strawberry.field(default=None, description="With one of these advisors.")
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="About one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these clients.")
    not_with_case_advisor: bool | None = strawberry.field(
        default=None, description="`true`: about a case whose advisor is somebody else by now, or nobody."
    )
    own: bool | None = strawberry.field(default=None, description="`true`: standing in the viewer's own diary.")
    starts_from: datetime | None = strawberry.field(default=None, description="Beginning at this instant or later.")
    starts_before: datetime | None = strawberry.field(default=None, description="Beginning before this instant.")
    outcome_missing: bool | None = strawberry.field(
        default=None, description="`true`: over, without anybody having said how it went."
    )


@strawberry.input(description="Which events of appointments to be told of.")
class AppointmentEventFilter:
    """Conditions on events."""

    names: list[AppointmentEventName] | None = strawberry.field(
        default=None, description="Being one of these. That something has left the viewer's sight is always told."
    )


@strawberry.input(
    description="Which requests of appointments to list: every condition given has to hold; values in a list are "
    "alternatives."
)
class AppointmentRequestFilter:
    """Conditions on requests."""

    status: list[RequestStatus] | None = strawberry.field(default=None, description="Being in one of these states.")
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="About one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these clients.")
    mine: bool | None = strawberry.field(
        default=None,
        description="`true`: about a case whose advisor the viewer is; where they name none, of a client who has one.",
    )
    team: bool | None = strawberry.field(
        default=None, description="`true`: the viewer's, and those about cases of the viewer's teams."
    )


RequestFilterArgument = Annotated[
    AppointmentRequestFilter | None, strawberry.argument(description="Which requests of appointments.")
]
RequestOrderArgument = Annotated[RequestOrder, strawberry.argument(description="In which order.")]
AppointmentFilterArgument = Annotated[AppointmentFilter | None, strawberry.argument(description="Which appointments.")]
AppointmentOrderArgument = Annotated[AppointmentOrder, strawberry.argument(description="In which order.")]
AppointmentEventFilterArgument = Annotated[
    AppointmentEventFilter | None, strawberry.argument(description="Which events.")
]


@strawberry.input(description="A time as a clock on the wall shows it.")
class LocalTimeInput:
    """A day and a time."""

    day: date = strawberry.field(description="The day.")
    time: str = strawberry.field(description="The time, from `00:00` to `23:59`.")
    time_zone: str = strawberry.field(
        default=OUR_ZONE, description="Whose clock it is, by the name that the IANA database has for the zone."
    )
    occurrence: Occurrence | None = strawberry.field(
        default=None,
        description="Which of the two is meant, where the clock is put back and shows the time twice; it is refused "
        "without. A time that a clock put forward leaves out is refused in any case.",
    )


@strawberry.input(one_of=True, description="When something begins: an instant, or a local time.")
class StartInput:
    """A beginning."""

    instant: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="The instant, to the full minute."
    )
    local: LocalTimeInput | None = strawberry.field(default=strawberry.UNSET, description="What the clock shows then.")


def when(given: StartInput) -> When:
    """Answer a beginning as services take it; exactly one way of saying it is given."""
    if given.local:
        local = given.local
        return LocalTime(day=local.day, clock=local.time, zone=local.time_zone, occurrence=local.occurrence)
    assert isinstance(given.instant, datetime)  # noqa: S101 - the input is one of two
    return given.instant


_CHOICES = ("status", "type", "mode")
_IDS = (("advisor", "membership"), ("case", "case"), ("client", "client"))
_FLAGS = ("own", "outcome_missing", "not_with_case_advisor")
_BOUNDS = ("starts_from", "starts_before")


def appointment_filters(given: AppointmentFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    return {
        **{
            name: [member.value for member in chosen]
            for name in _CHOICES
            if (chosen := getattr(given, name)) is not None
        },
        **{name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None},
        **{name: True for name in _FLAGS if getattr(given, name)},
        **{name: bound for name in _BOUNDS if (bound := getattr(given, name)) is not None},
    }


def request_filters(given: AppointmentRequestFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    return {
        **({} if given.status is None else {"status": [member.value for member in given.status]}),
        **{name: _keys(name, ids) for name in ("case", "client") if (ids := getattr(given, name)) is not None},
        **{name: True for name in ("mine", "team") if getattr(given, name)},
    }


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]
