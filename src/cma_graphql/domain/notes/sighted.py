"""Notes together with who sees them, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, not_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import audience_of_row, team_users
from cma_graphql.domain.clients.sighted import audiences_of_clients
from cma_graphql.domain.notes.audience import audience_on
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.selectors import NOTE_COLUMNS
from cma_graphql.domain.users.models import TeamMember
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


def beside_in_team(person: Any) -> Any:
    """Select, as a column beside a case's, whether a person sees it as one of its team's (`notes.taking`)."""
    member = exists().where(
        of_centre(TeamMember),
        TeamMember.removed_at.is_(None),
        TeamMember.team_id == Case.team_id,
        TeamMember.user_id == person,
    )
    return and_(not_(Case.restricted), member).label("beside")


@statement
def notes_and_cases(_sight: Sight) -> AnySelect:
    """Select these notes with what of their cases settles who sees them, whoever asks; none of a deleted case."""
    return (
        select(
            *NOTE_COLUMNS,
            Case.advisor_id,
            Case.team_id,
            Case.restricted,
            team_users(),
            beside_in_team(Note.created_by),
        )
        .outerjoin(Case, and_(Case.centre_id == Note.centre_id, Case.id == Note.case_id, of_centre(Case)))
        .where(
            of_centre(Note),
            Note.deleted_at.is_(None),
            or_(Note.case_id.is_(None), and_(Case.id.is_not(None), Case.deleted_at.is_(None))),
            Note.id == any_(KEYS),
        )
    )


async def notes_and_audiences(reads: Reads, note_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these notes and who sees each, by two statements; deleted ones, and those of deleted cases, are not."""
    rows = await reads.all(notes_and_cases, keys=list(note_ids))
    places = await places_of(reads, rows)
    return {row["key"]: (row, _audience(row, place)) for row, place in zip(rows, places, strict=True) if place}


async def places_of(reads: Reads, rows: Sequence[Record]) -> list[Audience | None]:
    """Answer who sees the case, or the client, that each of these records hangs on; None for neither, or a deleted."""
    clients = await audiences_of_clients(
        reads, [row["client_id"] for row in rows if row["case_id"] is None and row["client_id"] is not None]
    )
    return [clients.get(row["client_id"]) if row["case_id"] is None else audience_of_row(row) for row in rows]


def may_lose_confidences(actor: Actor, before: Audience | None, after: Audience | None) -> bool:
    """Tell whether somebody who saw a case and sees it still may see fewer of its confidential notes and tasks.

    Whoever has it through their team alone sees those that are open to the team, and what they wrote.
    """
    if actor.sight is not Sight.TEAM or before is None:
        return False
    return actor.user_id in before.user_ids and (after is None or actor.user_id not in after.user_ids)


def _audience(row: Record, place: Audience) -> Audience:
    return audience_on(
        place,
        author_id=row["created_by"],
        confidential=row["confidential"],
        visible_to_client=row["visible_to_client"],
        author_beside=row["created_by"] if row["beside"] else None,
    )
