"""How much people carry: the open cases they advise on, in points (domain reference 5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, text
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission, Reach, Role, reach_of
from cma_graphql.core.errors import Invalid
from cma_graphql.core.ids import SYSTEM_ACTOR
from cma_graphql.domain.cases.models import Case, Level
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, of_centre, statement

POINTS: Mapping[Level, int] = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3, Level.CRITICAL: 5}
"""What an open case counts against its advisor's capacity, by complexity."""

_OPEN = text("cases.status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'REOPENED')")
"""Open cases, as the index of them says it: an advisor's closed ones are not read."""
_NO_CASE = SYSTEM_ACTOR
"""A key that no case has."""
_WORKS_ON_CASES = frozenset({Reach.OWN, Reach.TEAM, Reach.CENTRE})


def unfit(status: str, roles: Sequence[str], *, permission: Permission, field: str) -> Invalid | None:
    """Find why somebody in this state, with these roles, cannot work on a case."""
    if status != MembershipStatus.ACTIVE:
        return Invalid(field, "inactive", "This person does not act for the centre at present.")
    if reach_of(frozenset(map(Role, roles)), permission) not in _WORKS_ON_CASES:
        return Invalid(
            field,
            "lacks-permission",
            f"This person's roles do not hold the permission {permission.name}.",
            permission=permission.name,
        )
    return None


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries."""

    open_cases: int = 0
    points: int = 0

    def with_more(self, cases: int, complexity: str) -> "Load":
        """Answer the load with so many cases more of a complexity."""
        return Load(self.open_cases + cases, self.points + cases * POINTS[Level(complexity)])


@statement
def open_cases_by_advisor(_sight: Sight) -> AnySelect:
    """Count the open cases of these advisors by complexity, whoever asks: what they carry does not depend on it."""
    return (
        select(Case.advisor_id.label("user_id"), Case.complexity, func.count().label("cases"))
        .where(
            of_centre(Case),
            Case.deleted_at.is_(None),
            Case.advisor_id == any_(KEYS),
            Case.id != bindparam("besides", type_=Uuid()),
            _OPEN,
        )
        .group_by(Case.advisor_id, Case.complexity)
    )


async def loads_of(reads: Reads, membership_ids: Sequence[UUID], *, besides: UUID = _NO_CASE) -> list[Load]:
    """Answer what these people carry, in their order, by one statement; one case may be left out."""
    wanted = list(dict.fromkeys(membership_ids))
    found = dict.fromkeys(wanted, Load())
    if wanted:
        for row in await reads.all(open_cases_by_advisor, keys=wanted, besides=besides):
            found[row["user_id"]] = found[row["user_id"]].with_more(row["cases"], row["complexity"])
    return [found[key] for key in membership_ids]
