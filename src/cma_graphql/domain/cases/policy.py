"""How far a permission reaches over cases: own, team, centre; for one case or for a page of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.cases.selectors import own_case_ids
from cma_graphql.persistence.reads import Reads

_WHOLE_CENTRE = frozenset({Reach.CENTRE, Reach.SCOPED, Reach.MASKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What of a case its rules look at."""

    id: UUID
    client_id: UUID
    team_id: UUID | None
    restricted: bool
    status: str

    @classmethod
    def of(cls, case: Case) -> Self:
        """Take them from a loaded record."""
        return cls(
            id=case.id,
            client_id=case.client_id,
            team_id=case.team_id,
            restricted=case.restricted,
            status=case.status,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRights:
    """What an actor may do with one case, as far as rights go; its state is another matter."""

    update: bool
    update_legal: bool
    assign: bool
    change_people: bool
    change_status: bool
    conclude: bool
    refer: bool
    reopen: bool
    cancel: bool
    delete: bool


def _takes_in(actor: Actor, reach: Reach, case: CaseFacts, *, own: bool) -> bool:
    """Tell whether a reach takes in a case that the actor sees."""
    match reach:
        case Reach.CENTRE | Reach.SCOPED | Reach.MASKED:
            return True
        case Reach.TEAM:
            return own or (case.team_id in actor.team_ids and not case.restricted)
        case Reach.OWN:
            return own
        case Reach.RECORD:
            return case.client_id == actor.client_id
        case _:
            return False


async def require_reach(reads: Reads, permission: Permission, case: Case) -> None:
    """Raise Forbidden where the actor's permission does not take in this case, which the actor sees."""
    reach = reads.actor.require(permission)
    own = reach not in _WHOLE_CENTRE and bool(await own_case_ids(reads, [case.id]))
    if not _takes_in(reads.actor, reach, CaseFacts.of(case), own=own):
        raise Forbidden(permission.name)


async def require_own(reads: Reads, permission: Permission, case: Case) -> None:
    """Raise Forbidden where the case is not the actor's own, managers excepted.

    For what settles who sees a case: being in its team, or a program, is not enough.
    """
    if reads.actor.require(permission) is Reach.CENTRE or await own_case_ids(reads, [case.id]):
        return
    raise Forbidden(permission.name)


def require_may_reopen(actor: Actor, case: Case) -> None:
    """Raise Forbidden where a cancelled case is reopened by somebody who does not manage the centre."""
    if case.status == CaseStatus.CANCELLED and actor.reach(Permission.CASE_REOPEN) is not Reach.CENTRE:
        raise Forbidden(Permission.CASE_REOPEN.name, "Only a manager reopens a cancelled case.")


async def reached(
    reads: Reads, permissions: Sequence[Permission], case_ids: Sequence[UUID]
) -> Mapping[Permission, Collection[UUID]]:
    """Answer, for each permission, which of these cases, all visible, it reaches: at most one statement.

    For what hangs on cases and is confined to the whole centre or to own cases; a team's reach takes a case's facts.
    """
    reaches = {permission: reads.actor.reach(permission) for permission in permissions}
    wanted = list(dict.fromkeys(case_ids))
    own = await own_case_ids(reads, wanted) if wanted and Reach.OWN in reaches.values() else set()
    within: Mapping[Reach, Collection[UUID]] = {
        Reach.CENTRE: frozenset(wanted),
        Reach.SCOPED: frozenset(wanted),
        Reach.OWN: own,
    }
    return {permission: within.get(reach, frozenset()) for permission, reach in reaches.items()}


async def staff_may_on(reads: Reads, permission: Permission, case_ids: Sequence[UUID]) -> list[bool]:
    """Tell of each of these visible cases whether the actor may change what hangs on it: at most one statement.

    A client of the portal tells the advisor instead.
    """
    if reads.actor.kind is ActorKind.CLIENT:
        return [False] * len(case_ids)
    within = (await reached(reads, [permission], case_ids))[permission]
    return [case_id in within for case_id in case_ids]


_DECIDING = (
    Permission.CASE_UPDATE,
    Permission.CASE_UPDATE_LEGAL,
    Permission.CASE_ASSIGN,
    Permission.CASE_CHANGE_STATUS,
    Permission.CASE_CONCLUDE,
    Permission.CORRESPONDENCE_SEND,
    Permission.CASE_REOPEN,
    Permission.CASE_CANCEL,
    Permission.CASE_DELETE,
)
_NEEDS_OWN = frozenset({Reach.OWN, Reach.TEAM})


async def rights_over(reads: Reads, cases: Sequence[CaseFacts]) -> list[CaseRights]:
    """Answer what the actor may do with each of these cases, by at most one statement."""
    actor = reads.actor
    reaches = {permission: actor.reach(permission) for permission in _DECIDING}
    asks = bool(cases) and not _NEEDS_OWN.isdisjoint(reaches.values())
    mine = await own_case_ids(reads, [case.id for case in cases]) if asks else set()

    def may(permission: Permission, case: CaseFacts) -> bool:
        return _takes_in(actor, reaches[permission], case, own=case.id in mine)

    return [
        CaseRights(
            update=may(Permission.CASE_UPDATE, case),
            update_legal=may(Permission.CASE_UPDATE_LEGAL, case),
            assign=may(Permission.CASE_ASSIGN, case),
            change_people=reaches[Permission.CASE_UPDATE] is Reach.CENTRE
            or (reaches[Permission.CASE_UPDATE] in _NEEDS_OWN and case.id in mine),
            change_status=may(Permission.CASE_CHANGE_STATUS, case),
            conclude=may(Permission.CASE_CONCLUDE, case),
            refer=may(Permission.CORRESPONDENCE_SEND, case),
            reopen=may(Permission.CASE_REOPEN, case)
            and (case.status != CaseStatus.CANCELLED or reaches[Permission.CASE_REOPEN] is Reach.CENTRE),
            cancel=may(Permission.CASE_CANCEL, case),
            delete=may(Permission.CASE_DELETE, case),
        )
        for case in cases
    ]
