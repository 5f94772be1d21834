"""Changes what a person is at the centre, and what is said of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach, reach_of
from cma_graphql.core.clock import now
from cma_graphql.domain.casework.cases_in_hand import require_no_open_cases
from cma_graphql.domain.casework.leaving import answer_for, lock_what_is_left
from cma_graphql.domain.users.changes import begin_change, change_membership
from cma_graphql.persistence.unit_of_work import UnitOfWork

_RIGHTS = frozenset({"roles", "supervisor_id"})


async def update_membership(uow: UnitOfWork, *, user_id: UUID, version: int, values: Mapping[str, Any]) -> UUID:
    """Change a membership's `roles`, `phone`, `hire_date`, `qualification_level`, `capacity_points`, `supervisor_id`.

    What is absent stays. Whoever advises open cases keeps a role that works on cases: Invalid (`roles` with the
    rule `has-open-cases`). What the person may not do any more in the new roles is others' from now on, as it is of
    who leaves: appointments, tasks, stages, approvals.

    Raises Forbidden, NotFound, Conflict, InvalidInput, and Invalid as `change_membership` says.
    """
    uow.actor.require(Permission.USER_MANAGE)
    at = now()
    left = None
    if "roles" in values:
        left = await lock_what_is_left(uow, at, by=user_id, roles=frozenset(values["roles"]))
    member = await begin_change(uow, user_id=user_id, version=version, of_rights=bool(_RIGHTS & values.keys()))
    if "roles" in values and reach_of(frozenset(values["roles"]), Permission.CASE_UPDATE) is Reach.NONE:
        await require_no_open_cases(
            uow, "advisor", member.id, field="roles", message="This person advises open cases: give them to others."
        )
    await change_membership(uow, member, values)
    if left is not None:
        await answer_for(uow, left, at)
    return member.id
