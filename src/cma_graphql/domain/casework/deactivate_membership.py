"""Keeps a person from acting for the centre any more."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import one_line
from cma_graphql.domain.auth.models import SessionEnd
from cma_graphql.domain.auth.sessions import end_sessions
from cma_graphql.domain.casework.cases_in_hand import require_no_open_cases
from cma_graphql.domain.casework.leaving import answer_for, lock_what_is_left
from cma_graphql.domain.users.changes import begin_change, deactivate
from cma_graphql.domain.users.teams import leave_all_teams
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LONGEST_REASON = 500


async def deactivate_membership(uow: UnitOfWork, *, user_id: UUID, version: int, reason: str) -> UUID:
    """Deactivate a member, take them out of their teams and end their sessions here; their name stays where it is.

    Their appointments to come, and the tasks and stages that are theirs by name, are somebody else's from now on, and
    so are the approvals on which too few are left to decide.
    Raises Forbidden, NotFound, Conflict, TransitionRefused, and Invalid or InvalidInput (rules `has-open-cases`
    with the number of cases that need another advisor first, `supervises`, `last-manager`,
    `last-administrator`).
    """
    uow.actor.require(Permission.USER_MANAGE)
    at = now()
    left = await lock_what_is_left(uow, at, by=user_id)
    member = await begin_change(uow, user_id=user_id, version=version, of_rights=True)
    said = read_field("reason", one_line, reason, max_length=_LONGEST_REASON)
    await require_no_open_cases(
        uow, "advisor", member.id, field="id", message="This person advises open cases: give them to others first."
    )
    await deactivate(uow, member, reason=said)
    await leave_all_teams(uow, member.id)
    # Else what was signed in before, a lost device say, would be signed in again once the person is reactivated.
    await end_sessions(uow, user_id=member.id, because=SessionEnd.MEMBERSHIP, centre_id=uow.actor.centre_id)
    await answer_for(uow, left, at)
    return member.id
