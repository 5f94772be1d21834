"""Who may tick off and waive requirements of which cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.policy import reached
from cma_graphql.domain.compliance.models import Mandatory
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRights:
    """What an actor may do with the requirements of one case, as far as rights go."""

    tick: bool
    waive: bool


async def rights_over(reads: Reads, case_ids: Sequence[UUID]) -> list[ComplianceRights]:
    """Answer what the actor may do with the requirements of each of these visible cases: at most one statement."""
    tick, waive = Permission.COMPLIANCE_TICK, Permission.COMPLIANCE_WAIVE
    within = await reached(reads, [tick, waive], case_ids)
    return [ComplianceRights(tick=case_id in within[tick], waive=case_id in within[waive]) for case_id in case_ids]


def require_may_set_aside(actor: Actor, mandatory: str) -> None:
    """Raise Forbidden where a mandatory requirement is called inapplicable by somebody who may not waive it."""
    if mandatory == Mandatory.YES and not actor.may(Permission.COMPLIANCE_WAIVE):
        raise Forbidden(
            Permission.COMPLIANCE_WAIVE.name,
            "That a mandatory requirement does not apply is for those to say who may waive it.",
        )


def require_not_own_case(actor: Actor, case: Case) -> None:
    """Raise Invalid where somebody would waive what their own case owes: nobody approves their own work."""
    if case.advisor_id == actor.user_id:
        raise Invalid("id", "own-work", "Nobody waives what their own case owes: a colleague who may waive does.")


def require_of_the_centre(actor: Actor, permission: Permission) -> None:
    """Raise Forbidden where somebody above the centres would change what is one centre's own."""
    actor.require(permission)
    if actor.at_platform:
        raise Forbidden(permission.name, "A centre's frameworks are its own: its manager changes them.")
