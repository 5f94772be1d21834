"""Gives a case to whoever is best placed to take it; where nobody is, somebody has to look at it."""

from collections.abc import Collection
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.transitions import OPEN, require_step
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.candidates import had_by
from cma_graphql.domain.casework.choosing import choose_advisor, require_chosen
from cma_graphql.domain.casework.giving import give_case
from cma_graphql.domain.casework.reading import read_optional_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.persistence.unit_of_work import UnitOfWork

BY_SCORE = "Given automatically, to who carries the least of what they can."


async def auto_assign_case(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    skills: Collection[AdvisorSkill] = (),
    reason: str | None = None,
) -> UUID:
    """Give a case to the advisor whom its score names, other than the present one.

    One without an advisor waits in triage where nobody fits. Raises Forbidden, ApprovalRequired, NotFound, Conflict,
    TransitionRefused, and Invalid with the rule `nobody-fits` where a case that has an advisor stays theirs.
    """
    case = await take(uow, Permission.CASE_ASSIGN, case_id, version)
    if case.status not in OPEN:
        require_step(case.status, CaseStatus.ASSIGNED)
    why = read_optional_reason(reason, field="reason") or BY_SCORE
    chosen = await choose_advisor(uow, case, skills=skills, besides=had_by(case.status, case.advisor_id))
    if isinstance(chosen, TriageReason) and case.advisor_id is None:
        await cases.triage_case(uow, case, chosen)
        return case.id
    advisor_id = require_chosen(chosen)
    await give_case(uow, case, advisor_id, reason=why)
    return case.id
