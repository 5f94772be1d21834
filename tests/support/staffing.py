"""Builders of staffing: what advisors can do, their weeks and absences."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now
from cma_graphql.domain.staffing.absences import record_absence
from cma_graphql.domain.staffing.hours import GivenInterval
from cma_graphql.domain.staffing.models import AbsenceKind, AdvisorSkill
from cma_graphql.domain.staffing.profiles import set_profile, set_working_hours
from cma_graphql.domain.staffing.upkeep import see_to_cover
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def a_week(data: Data, manager: Actor, user_id: UUID, *hours: tuple[int, str, str], version: int = 1) -> None:
    """Say when somebody works: Monday from nine to five unless said."""
    given = [GivenInterval(*interval) for interval in hours or ((1, "09:00", "17:00"),)]
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await set_working_hours(uow, user_id=user_id, version=version, hours=given)


async def an_absence(data: Data, actor: Actor, user_id: UUID, **given: Any) -> UUID:
    """Make an absence: now, for a day, unless said."""
    at = now()
    times = {} if "first_day" in given else {"starts_at": at, "ends_at": at + timedelta(days=1)}
    values = {"kind": AbsenceKind.ANNUAL_LEAVE, **times, **given}
    async with unit_of_work(data.database, data.keys, actor) as uow:
        return await record_absence(uow, user_id=user_id, values=values)


async def fill_staffing(data: Data, manager: Actor, away: Actor, cover: Actor, mark: str) -> None:
    """Give an advisor a profile, a week and an absence, and somebody the advisor's cases meanwhile."""
    async with unit_of_work(data.database, data.keys, manager) as uow:
        values = {"skills": [AdvisorSkill.HOUSING], "languages": ["cy"]}
        await set_profile(uow, user_id=away.user_id, version=1, values=values)
    await a_week(data, manager, away.user_id, version=2)
    await an_absence(data, manager, away.user_id, cover_id=cover.user_id, note=f"{mark} at sea")
    async with unit_of_work(data.database, data.keys, system_of(manager.centre_id)) as uow:
        await see_to_cover(uow, now())
