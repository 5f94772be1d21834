"""Deletes a team that has no open case."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.cases_in_hand import require_no_open_cases
from cma_graphql.domain.users.models import Team
from cma_graphql.domain.users.teams import remove_team
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delete_team(uow: UnitOfWork, *, team_id: UUID, version: int) -> UUID:
    """Delete a team so that its history stays, and it may be restored.

    Raises Forbidden, NotFound, Conflict, Invalid (rule `has-open-cases`).
    """
    uow.actor.require(Permission.USER_MANAGE)
    team = await uow.lock(Team, team_id, version=version)
    await require_no_open_cases(
        uow, "team", team.id, field="id", message="The team has open cases: make them another team's first."
    )
    return await remove_team(uow, team)
