"""Who may do what with stages and approvals of which cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach, Role, reach_of
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


def whose_work(requested_by: UUID, assignee_id: UUID | None) -> frozenset[UUID]:
    """Answer who has no say in an approval: whoever asked for it, and whose work it is."""
    return frozenset({requested_by} if assignee_id is None else {requested_by, assignee_id})


def may_decide(
    actor: Actor, panel: Panel, votes: Sequence[Vote], *, workers: Iterable[UUID], escalated: bool
) -> Role | None:
    """Answer the role in which the actor may decide on an approval now; None: it is not for them."""
    if actor.kind is not ActorKind.STAFF or actor.reach(Permission.CASE_APPROVE) is not Reach.CENTRE:
        return None
    if actor.user_id in set(workers) or voted(votes, actor.user_id):
        return None
    role = panel.role_for(actor.roles, votes)
    if role is None and escalated and Role.CENTRE_MANAGER in actor.roles and panel.next_seats(votes):
        return min(panel.next_seats(votes)[0])
    return role


def require_may_decide(
    actor: Actor, panel: Panel, votes: Sequence[Vote], *, workers: Iterable[UUID], escalated: bool
) -> Role:
    """Answer the same role, or raise what says who may: Invalid (own work, decided), Forbidden (another role)."""
    roles = [role.value for role in panel.asked_now(votes)]
    if actor.user_id in set(workers):
        raise Invalid(
            "id", "own-work", f"Nobody approves their own work: somebody else does, {' or '.join(roles)}.", roles=roles
        )
    if voted(votes, actor.user_id):
        raise Invalid("id", "already-decided", "You have decided on this already: others do now.", roles=roles)
    role = may_decide(actor, panel, votes, workers=workers, escalated=escalated)
    if role is None:
        raise Forbidden(Permission.CASE_APPROVE.name, f"This is to be decided by {' or '.join(roles)} of the centre.")
    return role
