"""How decisions count: who may decide on an approval next, and what the decisions so far come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.workflow.states import ApprovalState


class Decision(StrEnum):
    """What an approver says (domain reference 5.4)."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    REQUEST_CHANGES = "REQUEST_CHANGES"
    DELEGATE = "DELEGATE"
    ABSTAIN = "ABSTAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One approver's decision, and the role in which it was made."""

    user_id: UUID
    decision: Decision
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Whose approval something takes.

    Each seat is filled by one person's approval, and says the roles of which one will do. SINGLE has one seat, ANY as
    many as it takes approvers, ALL one for everybody who holds the role, SEQUENTIAL one for each role in their order.
    """

    seats: tuple[frozenset[Role], ...]
    sequential: bool = False

    def open_seats(self, votes: Sequence[Vote]) -> list[frozenset[Role]]:
        """Answer the seats that are still to be filled, of a sequence with the next one first."""
        return seats_left(self.seats, [vote.role for vote in votes if vote.decision is Decision.APPROVE])

    def next_seats(self, votes: Sequence[Vote]) -> list[frozenset[Role]]:
        """Answer the seats that may be filled now: of a sequence the next one alone."""
        left = self.open_seats(votes)
        return left[:1] if self.sequential else left

    def role_for(self, roles: frozenset[Role], votes: Sequence[Vote]) -> Role | None:
        """Answer the role in which somebody with these roles would decide now; None where it is not for them."""
        fitting = (seat & roles for seat in self.next_seats(votes))
        return next((min(found) for found in fitting if found), None)

    def asked_now(self, votes: Sequence[Vote]) -> list[Role]:
        """Answer the roles that may decide now."""
        return sorted({role for seat in self.next_seats(votes) for role in seat})

    def outcome(self, votes: Sequence[Vote]) -> ApprovalState:
        """Tell what the decisions come to: one refusal settles it, and so do approvals on every seat."""
        for vote in votes:
            if vote.decision is Decision.REJECT:
                return ApprovalState.REJECTED
            if vote.decision is Decision.REQUEST_CHANGES:
                return ApprovalState.CHANGES_REQUESTED
        return ApprovalState.PENDING if self.open_seats(votes) else ApprovalState.APPROVED


def seats_left(seats: Sequence[frozenset[Role]], taken: Sequence[Role]) -> list[frozenset[Role]]:
    """Answer the seats without those that approvals in these roles fill, each the first narrowest that it fits."""
    left = list(seats)
    for role in taken:
        fitting = [seat for seat in left if role in seat]
        if fitting:
            left.remove(min(fitting, key=len))
    return left


def panel_of(kind: str, *, roles: Sequence[Role], needed: int) -> Panel:
    """Make the panel of an approval's type, by the roles that it names and the number of people that it needs."""
    if kind == ApprovalType.SEQUENTIAL:
        return Panel(seats=tuple(frozenset({role}) for role in roles), sequential=True)
    return Panel(seats=(frozenset(roles),) * needed)


def voted(votes: Sequence[Vote], user_id: UUID, *, delegated: bool = True) -> bool:
    """Tell whether somebody has decided, or given the decision away: nobody decides twice.

    What was given away comes back where it is not `delegated` any more: to somebody who may not decide, that is.
    """
    mine = (vote.decision for vote in votes if vote.user_id == user_id)
    return any(delegated or decision is not Decision.DELEGATE for decision in mine)
