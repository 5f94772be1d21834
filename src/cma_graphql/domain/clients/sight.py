"""Who sees which cases, and through them which clients: the record rules of decisions 19 and 26.

A client's scope is that of its cases, so the rule of this room has to read tables of a later one. They stand
here by name; an architecture test compares the columns with the models.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, column, exists, false, not_, or_, table, true
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_CLIENT, ACTOR_TEAMS, ACTOR_USER

CASES: Any = table(
    "cases",
    column("centre_id"),
    column("id"),
    column("client_id"),
    column("advisor_id"),
    column("team_id"),
    column("restricted"),
    column("status"),
    column("deleted_at"),
)
OPEN_STATUSES = ("NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "REOPENED")
"""The states in which a case is open (domain reference 5.2), by name for the same reason."""
CASE_TEAM: Any = table(
    "case_team_members", column("centre_id"), column("case_id"), column("user_id"), column("removed_at")
)


def own_case(case: Any) -> ColumnElement[bool]:
    """Match the cases whose advisor or team member the actor is: **O** in the permission matrix."""
    return or_(
        case.advisor_id == ACTOR_USER,
        exists().where(
            CASE_TEAM.c.centre_id == ACTOR_CENTRE,
            CASE_TEAM.c.case_id == case.id,
            CASE_TEAM.c.user_id == ACTOR_USER,
            CASE_TEAM.c.removed_at.is_(None),
        ),
    )


def visible_case(case: Any, sight: Sight) -> ColumnElement[bool] | None:
    """Match the cases an actor with this sight sees; None: all of the centre's."""
    match sight:
        case Sight.EVERYTHING:
            return None
        case Sight.CENTRE:
            return or_(not_(case.restricted), own_case(case))
        case Sight.TEAM:
            return or_(own_case(case), and_(case.team_id == any_(ACTOR_TEAMS), not_(case.restricted)))
        case Sight.OWN:
            return own_case(case)
        case Sight.RECORD:
            return case.client_id == ACTOR_CLIENT  # type: ignore[no-any-return]
        case Sight.NOTHING:
            return false()


def visible_client(client: Any, sight: Sight) -> ColumnElement[bool] | None:
    """Match the clients an actor with this sight sees; None: all of the centre's.

    A client without a case belongs to whoever recorded it; where the sight is the whole centre, to all.
    """
    if sight is Sight.EVERYTHING:
        return None
    if sight is Sight.NOTHING:
        return false()
    if sight is Sight.RECORD:
        return client.id == ACTOR_CLIENT  # type: ignore[no-any-return]
    cases = CASES.alias("sight_cases")
    of_client = and_(cases.c.centre_id == ACTOR_CENTRE, cases.c.client_id == client.id, cases.c.deleted_at.is_(None))
    rule = visible_case(cases.c, sight)
    through_a_case = exists().where(of_client, true() if rule is None else rule)
    without_a_case = not_(exists().where(of_client))
    if sight is Sight.CENTRE:
        return or_(through_a_case, without_a_case)
    return or_(through_a_case, and_(client.created_by == ACTOR_USER, without_a_case))
