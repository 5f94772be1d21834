"""Whose approval the end of a case takes.

A vulnerable client's case of high risk is closed by two people (domain reference 5.4): one proposes it, another
approves it. That holds for managers, too: who closes it outright would ask for it and approve it at once, and nobody
approves their own work. It holds for what would go round it: nobody works on a resolved case any more, nor on a
cancelled one. Resolving is proposed likewise; cancelling is not, since closing is what is proposed instead.
"""

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import ApprovalRequired
from cma_graphql.domain.case_templates import definition
from cma_graphql.domain.cases.models import Case, CaseStatus, ClosureReason
from cma_graphql.domain.casework.guards import NOTHING_TO_DO
from cma_graphql.domain.casework.taking import PROPOSALS
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.compliance.selectors import says_vulnerable
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.approval_selectors import approvers_present
from cma_graphql.domain.workflow.conditions import HIGH
from cma_graphql.domain.workflow.policy import whose_work
from cma_graphql.domain.workflow.services.asking import USUAL, rule_for
from cma_graphql.persistence.unit_of_work import UnitOfWork

_SAID = {CaseStatus.CLOSED: "to close it", CaseStatus.RESOLVED: "to resolve it"}


async def is_for_two(uow: UnitOfWork, case: Case, reason: ClosureReason | None = None) -> bool:
    """Tell whether a locked case ends, for this reason, by two people: one of high risk, of a vulnerable client.

    Vulnerable is whose checklist says that one of the circumstances holds of which it asks, and who is reached with
    care alone (`safe_contact_note`).
    """
    if case.risk_level not in HIGH or reason in NOTHING_TO_DO:
        return False
    client = await uow.get(Client, case.client_id, field=None)
    return client.safe_contact_note is not None or await says_vulnerable(uow, case.id)


async def require_not_for_two(
    uow: UnitOfWork, case: Case, reason: ClosureReason | None = None, *, instead: CaseStatus = CaseStatus.CLOSED
) -> None:
    """Raise ApprovalRequired where one person alone would end such a case, naming how what is done `instead` is asked.

    Closing is to be proposed, unless it is resolving.
    """
    if await is_for_two(uow, case, reason):
        raise ApprovalRequired(
            Permission.CASE_APPROVE.name,
            f"The client is vulnerable and the case of high risk: propose {_SAID[instead]}, and somebody else approves "
            "it.",
            propose_by=PROPOSALS[instead],
        )


async def approval_of_ending(uow: UnitOfWork, case: Case, reason: ClosureReason | None = None) -> definition.Approval:
    """Answer who approves that a locked case is closed or resolved: a manager; of such a case as its template says.

    Where the centre has too few of those, besides the people whose work it is, a manager does.
    """
    if not await is_for_two(uow, case, reason):
        return USUAL
    rule = await rule_for(uow, case, ApprovalSubject.VULNERABLE_HIGH_RISK_CLOSURE)
    workers = whose_work(uow.actor.user_id, case.advisor_id)
    there = {row["key"] for row in await approvers_present(uow, rule.approver_roles)} - workers
    return rule if len(there) >= rule.min_approvers else USUAL
