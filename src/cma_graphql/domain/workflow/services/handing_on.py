"""Hands approvals on where too few are left who may decide: people leave, or lose their role (record 72)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.events import Audience, Change, Publicity
from cma_graphql.domain.case_templates.kinds import APPROVERS, ApprovalType, NotificationMoment
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_audience
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.approval_selectors import approvers_present, decisions_of_approvals, votes_of
from cma_graphql.domain.workflow.counting import Vote
from cma_graphql.domain.workflow.events import ApprovalHandedOn
from cma_graphql.domain.workflow.services.deciding import asked_about, panel_about
from cma_graphql.domain.workflow.telling import queue_notices
from cma_graphql.persistence.unit_of_work import UnitOfWork

People = Mapping[UUID, frozenset[Role]]
"""Who may approve at the centre at present, and in which roles."""


async def hand_on(
    uow: UnitOfWork,
    approvals: Sequence[Approval],
    at: datetime,
    *,
    cases: Mapping[UUID, Case],
    audiences: Mapping[UUID | None, Audience],
) -> int:
    """Have others decide on locked pending approvals of locked cases, where too few are left; answer of how many.

    Nothing is approved by it: somebody has to decide yet, and nobody on their own work.
    """
    if not approvals:
        return 0
    found = await approvers_present(uow, sorted(APPROVERS))
    people = {row["key"]: frozenset(map(Role, row["roles"])) for row in found}
    said = await decisions_of_approvals(uow, [approval.id for approval in approvals])
    handed_on = []
    for approval, rows in zip(approvals, said, strict=True):
        changes = uow.change(approval, **who_decides(approval, votes_of(rows), people, at))
        if changes:
            handed_on.append((approval, changes))
    await uow.flush()
    for approval, changes in handed_on:
        case = cases[approval.case_id]
        told = {"role": Change(None, Role.CENTRE_MANAGER.value, Publicity.OPEN)} if "handed_on_at" in changes else {}
        tell_audience(
            uow,
            audiences[case.id],
            ApprovalHandedOn,
            approval,
            {**changes, **told},
            case_id=case.id,
            client_id=case.client_id,
        )
    for case_id in sorted({approval.case_id for approval, changes in handed_on if "handed_on_at" in changes}):
        await queue_notices(uow, cases[case_id], NotificationMoment.APPROVAL_REQUESTED)
    return len(handed_on)


def who_decides(approval: Approval, votes: Sequence[Vote], people: People, at: datetime) -> dict[str, object]:
    """Answer the columns that change of a pending approval, for those who are left to be enough; none where they are.

    What was given to somebody who may not decide is those people's again who gave it away. Of ALL, who has gone is not
    waited for, as long as somebody is; else, and of the other types, the centre's managers are asked.
    """
    columns: dict[str, object] = {}
    asked, delegate = asked_about(approval), approval.delegated_to
    waits = delegate is not None and not asked.has_decided(votes, delegate)
    if delegate is not None and waits and people.get(delegate, frozenset()).isdisjoint(approval.asked_roles):
        asked = replace(asked, delegated_to=None)
        columns["delegated_to"] = None
    seats = panel_about(approval, votes).next_seats(votes)
    roles = frozenset[Role]().union(*seats, {Role.CENTRE_MANAGER} if asked.managers else ())
    left = [
        person
        for person, held in people.items()
        if held & roles and person not in asked.workers and not asked.has_decided(votes, person)
    ]
    missing = len(seats) - len(left)
    if missing <= 0:
        return columns
    if approval.approval_type == ApprovalType.ALL:
        columns["needed"] = approval.needed - (len(seats) - max(1, len(left)))
    if not left or approval.approval_type != ApprovalType.ALL:
        managers = sorted({*approval.asked_roles, Role.CENTRE_MANAGER.value})
        columns |= {"handed_on_at": approval.handed_on_at or at, "asked_roles": managers}
    return columns
