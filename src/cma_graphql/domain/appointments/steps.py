"""Which state of an appointment may follow which."""

from collections.abc import Mapping

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.appointments.models import AppointmentStatus

_Status = AppointmentStatus
_ENDS = (
    _Status.ATTENDED,
    _Status.NO_SHOW,
    _Status.CANCELLED_BY_CLIENT,
    _Status.CANCELLED_BY_CENTRE,
    _Status.RESCHEDULED,
)
FOLLOWING: Mapping[AppointmentStatus, tuple[AppointmentStatus, ...]] = {
    _Status.SCHEDULED: (_Status.CONFIRMED, *_ENDS),
    _Status.CONFIRMED: _ENDS,
    _Status.ATTENDED: (),
    _Status.NO_SHOW: (_Status.ATTENDED,),  # who was late, and given up on, came after all
    _Status.CANCELLED_BY_CLIENT: (),
    _Status.CANCELLED_BY_CENTRE: (),
    _Status.RESCHEDULED: (),
}


def require_step(status: str, target: AppointmentStatus) -> None:
    """Raise TransitionRefused unless an appointment may go from its state to another."""
    allowed = FOLLOWING[AppointmentStatus(status)]
    if target not in allowed:
        raise TransitionRefused(source=status, target=target.value, allowed=[each.value for each in allowed])
