"""Who sees which cases, and through them which clients: the record rules of decisions 19 and 26.

A client's scope is that of its cases, so the rule of this room has to read tables of a later one. They stand
here by name; an architecture test compares the columns with the models.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    column,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
    union_all,
)
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
NOT_ENDED = (*OPEN_STATUSES, "REFERRED")
"""Those, and that of a case whose recipient is being waited for."""
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


def cases_seen(sight: Sight) -> Any:
    """Select the keys and clients of the cases that an actor with a narrow sight sees; None where the sight is wide.

    A case that is the actor's for two reasons comes twice.
    """
    return union_all(*arms).subquery("seen") if (arms := _reasons(sight)) else None


def case_keys_seen(sight: Sight) -> Any:
    """Select only the keys of those cases, for lists of cases."""
    seen = cases_seen(sight)
    return None if seen is None else select(seen.c.id.label("key"))


def case_keys_searched(sight: Sight) -> Any:
    """Select the keys of those cases, or of a client's own, for searches: words are looked for in these alone."""
    return select(_cases_of_client().c.id.label("key")) if sight is Sight.RECORD else case_keys_seen(sight)


def keys_on_cases_seen(entity: Any, *, deleted: bool = False) -> Callable[[Sight], Any]:
    """Make the source of a list of what hangs on cases: its keys on those that a narrow sight sees, or a client has."""

    def keys(sight: Sight) -> Any:
        seen = _cases_of_client() if sight is Sight.RECORD else cases_seen(sight)
        if seen is None:
            return None
        there = [entity.centre_id == ACTOR_CENTRE, entity.case_id == seen.c.id]
        if hasattr(entity, "deleted_at"):
            there.append(entity.deleted_at.is_not(None) if deleted else entity.deleted_at.is_(None))
        return select(entity.id.label("key")).where(*there)

    return keys


def _cases_of_client() -> Any:
    return (
        select(CASES.c.id)
        .where(CASES.c.centre_id == ACTOR_CENTRE, CASES.c.deleted_at.is_(None), CASES.c.client_id == ACTOR_CLIENT)
        .subquery("seen")
    )


def _reasons(sight: Sight) -> list[Any]:
    if sight not in {Sight.OWN, Sight.TEAM}:
        return []
    here = and_(CASES.c.centre_id == ACTOR_CENTRE, CASES.c.deleted_at.is_(None))
    keys = select(CASES.c.id, CASES.c.client_id)
    in_team = (
        CASE_TEAM.c.centre_id == ACTOR_CENTRE,
        CASE_TEAM.c.case_id == CASES.c.id,
        CASE_TEAM.c.user_id == ACTOR_USER,
        CASE_TEAM.c.removed_at.is_(None),
    )
    own = [keys.where(here, CASES.c.advisor_id == ACTOR_USER), keys.where(here, *in_team)]
    of_teams = keys.where(here, CASES.c.team_id == any_(ACTOR_TEAMS), not_(CASES.c.restricted))
    return own if sight is Sight.OWN else [*own, of_teams]


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
    through_a_case = looked_up(of_client, true() if rule is None else rule)
    if sight is Sight.CENTRE:
        # Who has no hidden case is seen, with cases or without. Hidden cases are few, and have an index of their own.
        hidden = exists().where(of_client, cases.c.restricted, not_(own_case(cases.c)))
        return or_(not_(hidden), through_a_case)
    return or_(through_a_case, and_(client.created_by == ACTOR_USER, not_(looked_up(of_client))))


def looked_up(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match where there is a case, looked for record by record.

    OFFSET 0 keeps PostgreSQL from reading all cases of the centre into a hash table for one page of a list.
    """
    return exists(select(literal_column("1")).where(*conditions).offset(literal_column("0")))
