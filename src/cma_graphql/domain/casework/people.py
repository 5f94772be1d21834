"""Settles who works on a case and who sees it: its team members, its team, its restriction."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid, LimitReached, NotFound
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.selectors import team_member_id, team_users
from cma_graphql.domain.cases.team_models import CaseTeamMember, Responsibility
from cma_graphql.domain.casework.advisors import lock_colleague
from cma_graphql.domain.casework.taking import take_own
from cma_graphql.domain.users.models import Team
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_TEAM_MEMBERS = 50
"""A case's team is a plain list, so it has a bound (decision 17)."""


async def add_case_team_member(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    member_id: UUID,
    responsibility: Responsibility | None = None,
) -> UUID:
    """Put an active colleague on a case's team, which makes the case their own, too (decision 26).

    A manager may, and whose own the case is. Raises Forbidden, NotFound, Conflict, Invalid, LimitReached.
    """
    case = await take_own(uow, case_id, version)
    await lock_colleague(uow, member_id, permission=Permission.CASE_READ, field="member_id")
    if member_id == case.advisor_id:
        raise Invalid("member_id", "already-advisor", "This person advises on the case.")
    present = await team_users(uow, case.id)
    if member_id in present:
        raise Invalid("member_id", "already-in-team", "This person is on the case's team already.")
    if len(present) >= MOST_TEAM_MEMBERS:
        raise LimitReached("case-team", MOST_TEAM_MEMBERS, f"A case's team has at most {MOST_TEAM_MEMBERS} people.")
    await cases.add_team_member(uow, case, member_id, responsibility=responsibility)
    return case.id


async def remove_case_team_member(uow: UnitOfWork, *, case_id: UUID, version: int, member_id: UUID) -> UUID:
    """Take somebody off a case's team; also oneself. Raises Forbidden, NotFound, Conflict."""
    case = await take_own(uow, case_id, version)
    row_id = await team_member_id(uow, case_id=case.id, user_id=member_id)
    if row_id is None:
        raise NotFound("member_id")
    await cases.remove_team_member(uow, case, await uow.lock(CaseTeamMember, row_id, field="member_id"))
    return case.id


async def set_case_team(uow: UnitOfWork, *, case_id: UUID, version: int, team_id: UUID | None) -> UUID:
    """Make a case one team's, whose members then see it unless it is restricted; None: no team's.

    Raises Forbidden, NotFound, Conflict.
    """
    case = await take_own(uow, case_id, version)
    if team_id is not None:
        await uow.lock(Team, team_id, field="team_id")
    await cases.change_team(uow, case, team_id)
    return case.id


async def restrict_case(uow: UnitOfWork, *, case_id: UUID, version: int) -> UUID:
    """Hide a case from all but its advisor, its team members, managers and compliance officers.

    Raises Forbidden, NotFound, Conflict.
    """
    case = await take_own(uow, case_id, version)
    await cases.change_restriction(uow, case, restricted=True)
    return case.id


async def unrestrict_case(uow: UnitOfWork, *, case_id: UUID, version: int) -> UUID:
    """Let its team and those who see the whole centre see a case again. Raises Forbidden, NotFound, Conflict."""
    case = await take_own(uow, case_id, version)
    await cases.change_restriction(uow, case, restricted=False)
    return case.id
