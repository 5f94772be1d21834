"""What an approval may ask for: as many as there can be, of those who may approve, never of oneself."""

from collections.abc import Mapping

from cma_graphql.access.permissions import Role
from cma_graphql.core.faults import Faults
from cma_graphql.domain.case_templates.definition import Approval
from cma_graphql.domain.case_templates.kinds import APPROVERS, ApprovalType
from cma_graphql.domain.case_templates.models import MOST_APPROVERS, MOST_DAYS

_APPROVERS = sorted(APPROVERS)


def check_approval(faults: Faults, within: str, approval: Approval, *, doer: Role | None = None) -> None:
    """Note what is wrong with an approval by itself; `doer` is the role whose work it approves."""
    roles = approval.approver_roles
    unknown = sorted({role.value for role in roles if role not in APPROVERS})
    if unknown:
        faults.add(
            f"{within}.approver_roles",
            "cannot-approve",
            f"{', '.join(unknown)} cannot approve: {' and '.join(_APPROVERS)} can.",
            unknown=unknown,
            allowed=_APPROVERS,
        )
    elif doer is not None and set(roles) == {doer}:
        faults.add(
            f"{within}.approver_roles",
            "own-work",
            "Whoever does the stage would approve it: nobody approves their own work.",
            role=doer.value,
        )
    _check_number(faults, within, approval)
    if approval.deadline_days is not None and not 1 <= approval.deadline_days <= MOST_DAYS:
        faults.add(
            f"{within}.deadline_days",
            "range",
            f"An approval is due within 1 to {MOST_DAYS} days.",
            minimum=1,
            maximum=MOST_DAYS,
        )


def check_people(faults: Faults, within: str, approval: Approval, holders: Mapping[Role, int]) -> None:
    """Note an approval by more people than hold the role at the centre: nobody could ever complete it."""
    if approval.approval_type not in {ApprovalType.ANY, ApprovalType.ALL}:
        return
    most = sum(holders.get(role, 0) for role in approval.approver_roles)
    if approval.min_approvers > max(most, 1):
        faults.add(
            f"{within}.min_approvers",
            "too-few-people",
            f"The centre has {most} of this role, fewer than would have to approve.",
            maximum=most,
        )


def _check_number(faults: Faults, within: str, approval: Approval) -> None:
    roles, least = approval.approver_roles, approval.min_approvers
    if approval.approval_type is ApprovalType.SEQUENTIAL:
        if len(set(roles)) != len(roles):
            faults.add(f"{within}.approver_roles", "duplicate", "Each role approves once.")
        elif len(roles) < 2:  # noqa: PLR2004 - one after another
            faults.add(
                f"{within}.approver_roles",
                "no-order",
                "One after another takes two roles or more, in the order in which they approve.",
                minimum=2,
            )
        most = len(roles)
        fits = least == most
    else:
        if len(roles) != 1:
            faults.add(f"{within}.approver_roles", "one-role", "Name the one role of those who approve.")
        most = 1 if approval.approval_type is ApprovalType.SINGLE else MOST_APPROVERS
        fits = 1 <= least <= most
    if not fits:
        faults.add(
            f"{within}.min_approvers",
            "approvers",
            f"{approval.approval_type.value} cannot have {least} approvers.",
            minimum=most if approval.approval_type is ApprovalType.SEQUENTIAL else 1,
            maximum=most,
        )
