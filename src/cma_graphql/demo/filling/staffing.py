"""Who is there to work at a filled centre: what its advisors can do and carry, when they work, who goes on leave."""

from datetime import datetime, time, timedelta
from random import Random

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.staffing.models import Absence, AbsenceKind, AdvisorProfile, AdvisorSkill, WorkingHours

CAPACITY = 300
"""Points: about half as many again as an advisor's share of the caseload comes to."""
_WEEKDAYS = range(1, 6)
_LANGUAGES = ("cy", "pl", "ur", "pa", "ro", "so")
_LEAVE_FROM, _LEAVE_UNTIL = 30, 90
"""In how many days leave begins: after the appointments that are booked."""
_ON_LEAVE = 1 / 4


def fill_staffing(rows: Rows, centre: FilledCentre, random: Random) -> None:
    """Gather a profile and a week of each advisor, and leave of every fourth, which a colleague covers.

    Trainees are given no case automatically.
    """
    at = now()
    for member in centre.advisors:
        rows.add(
            AdvisorProfile,
            centre_id=centre.centre_id,
            user_id=member.user_id,
            accepts_new_cases=Role.TRAINEE not in member.roles,
            skills=[skill.value for skill in AdvisorSkill if random.random() < 1 / 3],
            languages=[random.choice(_LANGUAGES)] if random.random() < 1 / 3 else [],
            last_assigned_at=None,
            **tracked(at, centre.manager.user_id),
        )
        for weekday in _WEEKDAYS:
            rows.add(
                WorkingHours,
                centre_id=centre.centre_id,
                id=new_id(),
                user_id=member.user_id,
                weekday=weekday,
                start_minute=9 * 60,
                end_minute=17 * 60,
                added_at=at,
                added_by=centre.manager.user_id,
            )
    for member, cover in zip(centre.advisors, centre.advisors[1:], strict=False):
        if random.random() < _ON_LEAVE:
            _add_leave(rows, centre, random, member, cover)


def _add_leave(rows: Rows, centre: FilledCentre, random: Random, member: Actor, cover: Actor) -> None:
    first = today() + timedelta(days=random.randint(_LEAVE_FROM, _LEAVE_UNTIL))
    starts_at, ends_at = (datetime.combine(day, time(), LONDON) for day in (first, first + timedelta(days=7)))
    rows.add(
        Absence,
        centre_id=centre.centre_id,
        id=new_id(),
        user_id=member.user_id,
        kind=AbsenceKind.ANNUAL_LEAVE.value,
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=True,
        cover_id=cover.user_id,
        **tracked(now(), member.user_id),
    )
