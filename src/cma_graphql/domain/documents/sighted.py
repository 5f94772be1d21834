"""Documents together with who sees them, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import audience_of_row, team_users
from cma_graphql.domain.documents.audience import audience_on
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.documents.selectors import DOCUMENT_COLUMNS
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


@statement
def documents_and_cases(_sight: Sight) -> AnySelect:
    """Select these documents with what of their cases settles who sees them, whoever asks; none of a deleted case."""
    return (
        select(*DOCUMENT_COLUMNS, Case.advisor_id, Case.team_id, Case.restricted, team_users())
        .outerjoin(Case, and_(Case.centre_id == Document.centre_id, Case.id == Document.case_id, of_centre(Case)))
        .where(
            of_centre(Document),
            Document.deleted_at.is_(None),
            or_(Document.case_id.is_(None), and_(Case.id.is_not(None), Case.deleted_at.is_(None))),
            Document.id == any_(KEYS),
        )
    )


async def documents_and_audiences(reads: Reads, document_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these documents and who sees each, by one statement; deleted ones, and those of deleted cases, are not."""
    rows = await reads.all(documents_and_cases, keys=list(document_ids))
    return {row["key"]: (row, _audience(row)) for row in rows}


def may_lose_documents(actor: Actor, before: Audience | None, after: Audience | None) -> bool:
    """Tell whether somebody who saw a case and sees it still may see fewer of its documents.

    Whoever has it through their team alone sees those that are open to the centre, and not its own people's.
    """
    if actor.sight is not Sight.TEAM or before is None:
        return False
    return actor.user_id in before.user_ids and (after is None or actor.user_id not in after.user_ids)


def _audience(row: Record) -> Audience:
    return audience_on(
        None if row["case_id"] is None else audience_of_row(row),
        access_level=row["access_level"],
        with_client=row["shared_with_client"] or row["from_client"],
    )
