"""Every gate of the advice (domain reference 5.1): the workflow's own, and those that look at rooms above it."""

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.appointments.selectors import was_attended
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.workflow import gates
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def appointment_attended(uow: UnitOfWork, case: Case, shown: gates.Shown) -> Invalid | None:
    """Find a case without an appointment to which its client came; a stage left out for a reason will do instead."""
    if shown.skipped or await was_attended(uow, case.id):
        return None
    return Invalid(
        "id",
        "appointment-missing",
        "Book an appointment and write down that the client came; where none is needed, skip the stage with a reason.",
    )


GATES: gates.Gates = {**gates.GATES, CaseStage.APPOINTMENT: (appointment_attended,)}
"""What each advice stage is left through."""
