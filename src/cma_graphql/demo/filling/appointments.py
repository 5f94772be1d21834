"""The appointments of filled cases, of the newest ones alone: one to come of each that is at work, or one kept."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.appointments.models import Appointment, AppointmentStatus, AppointmentType, MeetingMode
from cma_graphql.domain.appointments.request_models import AppointmentRequest, RequestStatus

SINCE_DAYS = 60
_A_DAY = 6
"""How many appointments an advisor has a day."""
_ASKS = 10
"""Of so many newest cases at work the client of one asks for a further appointment."""
_MINUTES = 60
_WEEK = 5
"""Days from Monday on; appointments of the rest of this week come first."""


def fill_appointments(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather appointments, an advisor's one after the other, so that nobody is in two places at once."""
    first = today() - timedelta(days=SINCE_DAYS)
    for place, case in enumerate(cases):
        if case.opened_at.date() < first or case.client_id in centre.booked:
            continue
        number = centre.booked[case.advisor_id]
        centre.booked.update((case.advisor_id, case.client_id))
        day = _day_at_work(number // _A_DAY) if case.at_work else case.opened_at.date()
        starts_at = datetime.combine(day, time(9 + number % _A_DAY), LONDON)
        rows.add(
            Appointment,
            centre_id=centre.centre_id,
            id=new_id(),
            case_id=case.case_id,
            client_id=case.client_id,
            advisor_id=case.advisor_id,
            appointment_type=random.choice(list(AppointmentType)).value,
            status=(AppointmentStatus.SCHEDULED if case.at_work else AppointmentStatus.ATTENDED).value,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=_MINUTES),
            duration_minutes=_MINUTES,
            meeting_mode=random.choice(list(MeetingMode)).value,
            outcome_summary=None if case.at_work else "Went through the letters and agreed what comes next.",
            follow_up_required=False,
            **tracked(case.opened_at, case.advisor_id),
        )
        if case.at_work and place % _ASKS == 0:
            _ask(rows, centre, case)


def _ask(rows: Rows, centre: FilledCentre, case: FilledCase) -> None:
    """Gather what a client asks for a further appointment by."""
    rows.add(
        AppointmentRequest,
        centre_id=centre.centre_id,
        id=new_id(),
        client_id=case.client_id,
        case_id=case.case_id,
        from_portal=False,
        status=RequestStatus.OPEN.value,
        meeting_mode=MeetingMode.PHONE.value,
        preferred_times=[],
        note="Would like to go through the new letters.",
        **tracked(case.opened_at, case.advisor_id),
    )


def _day_at_work(number: int) -> date:
    """Answer the day of the centre's week that comes after so many others, from tomorrow on."""
    monday = today() + timedelta(days=7 - today().weekday())
    left = max(0, _WEEK - 1 - today().weekday())
    if number < left:
        return today() + timedelta(days=1 + number)
    weeks, days = divmod(number - left, _WEEK)
    return monday + timedelta(weeks=weeks, days=days)
