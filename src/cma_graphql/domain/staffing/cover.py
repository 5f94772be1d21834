"""Who sees to the cases of somebody who is away: their cover joins the cases' teams, and leaves them afterwards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, bindparam, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.staffing.models import Absence, CoveredCase
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.reads import AnySelect, Record, of_centre, statement
from cma_graphql.persistence.unit_of_work import UnitOfWork

AT_ONCE = 200
"""How many cases one transaction takes at most."""
_OPEN = [status.value for status in OPEN]
_AT = bindparam("at", type_=DateTime(timezone=True))


@statement
def covers_to_begin(_sight: Sight) -> AnySelect:
    """Select the open cases of people who are away whose cover is not on the case's team yet."""
    covered = select(CoveredCase.id).where(
        of_centre(CoveredCase),
        CoveredCase.absence_id == Absence.id,
        CoveredCase.case_id == Case.id,
        CoveredCase.ended_at.is_(None),
    )
    in_team = select(CaseTeamMember.id).where(
        of_centre(CaseTeamMember),
        CaseTeamMember.case_id == Case.id,
        CaseTeamMember.user_id == Absence.cover_id,
        CaseTeamMember.removed_at.is_(None),
    )
    return (
        select(Absence.id.label("absence_id"), Absence.user_id, Absence.cover_id, Case.id.label("case_id"))
        .join(Case, (Case.centre_id == Absence.centre_id) & (Case.advisor_id == Absence.user_id))
        .join(Membership, (Membership.centre_id == Absence.centre_id) & (Membership.id == Absence.cover_id))
        .where(
            of_centre(Absence),
            Absence.deleted_at.is_(None),
            of_centre(Case),
            Case.deleted_at.is_(None),
            of_centre(Membership),
            Absence.cover_id.is_not(None),
            Absence.starts_at <= _AT,
            Absence.ends_at > _AT,
            Membership.status == MembershipStatus.ACTIVE.value,
            Case.status == any_(bindparam("open_statuses", _OPEN, type_=ARRAY(Text()))),
            ~covered.exists(),
            ~in_team.exists(),
        )
        .order_by(Case.id)
        .limit(AT_ONCE)
    )


@statement
def covers_to_end(_sight: Sight) -> AnySelect:
    """Select the covered cases whose absence is over or cancelled, has another cover, or whose advisor is another.

    Nobody sees a deleted case; where it is restored its cover ends then.
    """
    return (
        select(CoveredCase.id.label("key"), CoveredCase.case_id, CoveredCase.team_member_id)
        .join(Absence, (Absence.centre_id == CoveredCase.centre_id) & (Absence.id == CoveredCase.absence_id))
        .join(Case, (Case.centre_id == CoveredCase.centre_id) & (Case.id == CoveredCase.case_id))
        .join(
            CaseTeamMember,
            (CaseTeamMember.centre_id == CoveredCase.centre_id) & (CaseTeamMember.id == CoveredCase.team_member_id),
        )
        .where(
            of_centre(CoveredCase),
            of_centre(Absence),
            of_centre(Case),
            Case.deleted_at.is_(None),
            of_centre(CaseTeamMember),
            CoveredCase.ended_at.is_(None),
            or_(
                Absence.deleted_at.is_not(None),
                Absence.ends_at <= _AT,
                Absence.starts_at > _AT,
                Absence.cover_id.is_distinct_from(CaseTeamMember.user_id),
                Case.advisor_id.is_distinct_from(Absence.user_id),
            ),
        )
        .order_by(CoveredCase.case_id)
        .limit(AT_ONCE)
    )


async def end_covers(uow: UnitOfWork, at: datetime) -> int:
    """Take covers off the teams of cases that they cover no more; answer how many cases that was."""
    rows = await uow.all(covers_to_end, at=at)
    found = await _lock_cases(uow, rows)
    covered = {row.id: row for row in await uow.lock_all(CoveredCase, [row["key"] for row in rows])}
    members = {row.id: row for row in await uow.lock_all(CaseTeamMember, [row["team_member_id"] for row in rows])}
    for row in rows:
        case, cover, member = found.get(row["case_id"]), covered.get(row["key"]), members.get(row["team_member_id"])
        if cover is not None and cover.ended_at is None:
            uow.change(cover, ended_at=now())
            if case is not None and member is not None and member.removed_at is None:
                await cases.remove_team_member(uow, case, member)
    return len(rows)


async def begin_covers(uow: UnitOfWork, at: datetime) -> int:
    """Put covers on the teams of the open cases of those who are away; answer how many cases that was."""
    rows = await uow.all(covers_to_begin, at=at)
    found = await _lock_cases(uow, rows)
    begun = 0
    for row in rows:
        case = found.get(row["case_id"])
        if case is None or case.advisor_id != row["user_id"]:
            continue  # it changed hands since it was selected
        member_id = await cases.add_team_member(uow, case, row["cover_id"])
        uow.add_lines(
            [
                CoveredCase(
                    id=new_id(),
                    absence_id=row["absence_id"],
                    case_id=case.id,
                    team_member_id=member_id,
                    begun_at=now(),
                    ended_at=None,
                )
            ]
        )
        begun += 1
    return begun


async def _lock_cases(uow: UnitOfWork, rows: Sequence[Record]) -> dict[UUID, Case]:
    """Lock cases before what hangs on them, in one order (decision 11)."""
    wanted = list(dict.fromkeys(row["case_id"] for row in rows))
    return {case.id: case for case in await uow.lock_all(Case, wanted)}
