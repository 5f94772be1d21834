"""What an actor may do with a debt that it sees, as far as rights go."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.debts.selectors import own_debt_ids
from cma_graphql.persistence.reads import Reads

_WHOLE_CENTRE = frozenset({Reach.CENTRE, Reach.SCOPED})
_OWN = frozenset({Reach.OWN, Reach.TEAM})


@dataclass(frozen=True, slots=True)
class DebtRights:
    """What an actor may do with one debt."""

    update: bool
    read_account_number: bool


async def rights_over(reads: Reads, debt_ids: Sequence[UUID]) -> list[DebtRights]:
    """Answer what the actor may do with each of these debts, all visible, by at most one statement."""
    writing = writing_reach(reads.actor)
    reading = reads.actor.reach(Permission.CLIENT_READ_IDENTITY)
    mine = await own_debt_ids(reads, debt_ids) if {writing, reading} & _OWN and debt_ids else set()
    return [
        DebtRights(
            update=writing in _WHOLE_CENTRE or (writing in _OWN and key in mine),
            read_account_number=reading in _WHOLE_CENTRE
            or reading is Reach.RECORD
            or (reading in _OWN and key in mine),
        )
        for key in debt_ids
    ]


def writing_reach(actor: Actor) -> Reach:
    """Tell how far the actor may change debts: a client of the portal tells the advisor instead."""
    return Reach.NONE if actor.kind is ActorKind.CLIENT else actor.reach(Permission.DEBT_WRITE)


def require_staff(actor: Actor) -> None:
    """Raise Forbidden for a client of the portal, to whom a deleted debt is gone."""
    if writing_reach(actor) is Reach.NONE:
        raise Forbidden(Permission.DEBT_WRITE.name)
