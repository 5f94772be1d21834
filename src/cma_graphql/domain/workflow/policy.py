"""Who may do what with stages and approvals of which cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import STAFF_ROLES, Permission, Reach, Role, reach_of
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.domain.cases.policy import reached
from cma_graphql.domain.workflow.counting import Panel, Vote, voted
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRights:
    """What an actor may do with the stages of one case, as far as rights go."""

    progress: bool
    reassign: bool
    cancel: bool


async def rights_over(reads: Reads, case_ids: Sequence[UUID]) -> list[StageRights]:
    """Answer what the actor may do with the stages of each of these visible cases: at most one statement."""
    progress, cancel = Permission.WORKFLOW_PROGRESS, Permission.CASE_APPROVE
    within = await reached(reads, [progress, cancel], case_ids)
    return [
        StageRights(
            progress=case_id in within[progress], reassign=case_id in within[progress], cancel=case_id in within[cancel]
        )
        for case_id in case_ids
    ]


def reaches_the_centre(roles: frozenset[Role], permission: Permission, *, at_least: Reach = Reach.CENTRE) -> bool:
    """Tell whether somebody with these roles reaches so far with a permission."""
    return reach_of(roles, permission).rank >= at_least.rank


DO_STAGES = tuple(
    role
    for role in Role
    if role in STAFF_ROLES and reaches_the_centre(frozenset({role}), Permission.WORKFLOW_PROGRESS, at_least=Reach.OWN)
)
"""The roles whose holders can be given stages."""


def whose_work(requested_by: UUID, assignee_id: UUID | None) -> frozenset[UUID]:
    """Answer who has no say in an approval: whoever asked for it, and whose work it is."""
    return frozenset({requested_by} if assignee_id is None else {requested_by, assignee_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who decides on an approval, besides the roles of its panel."""

    workers: frozenset[UUID]
    """Who has no say in it."""
    managers: bool
    """Whether the managers are asked, too: nobody decided in time, or too few of those who were to are left."""
    delegated_to: UUID | None
    """To whom it is given at present: who gave it away has decided by that."""

    def has_decided(self, votes: Sequence[Vote], user_id: UUID) -> bool:
        """Tell whether somebody has had their say, or has given it to somebody who has it yet."""
        return voted(votes, user_id, delegated=self.delegated_to not in {None, user_id})


def asked_of(
    *,
    requested_by: UUID,
    assignee_id: UUID | None,
    escalated_at: datetime | None,
    handed_on_at: datetime | None,
    delegated_to: UUID | None,
) -> Asked:
    """Answer who decides on an approval of which this is known."""
    return Asked(
        workers=whose_work(requested_by, assignee_id),
        managers=escalated_at is not None or handed_on_at is not None,
        delegated_to=delegated_to,
    )


def may_decide(actor: Actor, panel: Panel, votes: Sequence[Vote], asked: Asked) -> Role | None:
    """Answer the role in which the actor may decide on an approval now; None: it is not for them."""
    if actor.kind is not ActorKind.STAFF or actor.reach(Permission.CASE_APPROVE) is not Reach.CENTRE:
        return None
    if actor.user_id in asked.workers or asked.has_decided(votes, actor.user_id):
        return None
    role = panel.role_for(actor.roles, votes)
    if role is None and asked.managers and Role.CENTRE_MANAGER in actor.roles and panel.next_seats(votes):
        return min(panel.next_seats(votes)[0])
    return role


def require_may_decide(actor: Actor, panel: Panel, votes: Sequence[Vote], asked: Asked) -> Role:
    """Answer the same role, or raise what says who may: Invalid (own work, decided), Forbidden (another role)."""
    roles = [role.value for role in panel.asked_now(votes)]
    if actor.user_id in asked.workers:
        raise Invalid(
            "id", "own-work", f"Nobody approves their own work: somebody else does, {' or '.join(roles)}.", roles=roles
        )
    if asked.has_decided(votes, actor.user_id):
        raise Invalid("id", "already-decided", "You have decided on this already: others do now.", roles=roles)
    role = may_decide(actor, panel, votes, asked)
    if role is None:
        raise Forbidden(Permission.CASE_APPROVE.name, f"This is to be decided by {' or '.join(roles)} of the centre.")
    return role
