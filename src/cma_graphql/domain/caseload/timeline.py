"""What happened in a case, across the rooms, the last first: one statement a page, whatever there is."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.models import CaseStatusChange
from cma_graphql.domain.debts.models import DebtPayment
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.outcomes.models import Outcome
from cma_graphql.persistence.listing import Page, no_facets, page_of, read_place
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, statement
from cma_graphql.persistence.window import Window

ORDER = "AT_DESC"
_CURSOR = (bindparam("at", type_=DateTime(timezone=True)), bindparam("key", type_=Uuid()))


class TimelineKind(StrEnum):
    """What an entry of a timeline is about."""

    STATUS_CHANGE = "STATUS_CHANGE"
    DOCUMENT = "DOCUMENT"
    PAYMENT = "PAYMENT"
    OUTCOME = "OUTCOME"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of one kind come from: its table, with when it was and by whom."""

    entity: Any
    at: Any
    by: Any
    permission: Permission = Permission.CASE_READ
    """What one needs to see such entries, beside the record rule."""

    def entries(self, kind: TimelineKind, sight: Sight) -> Any:
        """Select the entries of this kind in a case."""
        return select(
            self.at.label("at"),
            self.entity.id.label("key"),
            literal(kind.value, Text()).label("kind"),
            self.by.label("actor_id"),
        ).where(live(self.entity, sight), self.entity.case_id == any_(KEYS))


SOURCES: Mapping[TimelineKind, Source] = {
    TimelineKind.STATUS_CHANGE: Source(CaseStatusChange, CaseStatusChange.changed_at, CaseStatusChange.changed_by),
    TimelineKind.DOCUMENT: Source(Document, Document.created_at, Document.created_by, Permission.DOCUMENT_ACCESS),
    TimelineKind.PAYMENT: Source(DebtPayment, DebtPayment.recorded_at, DebtPayment.recorded_by),
    TimelineKind.OUTCOME: Source(Outcome, Outcome.created_at, Outcome.created_by),
}
"""What a timeline is made of: a later room adds its own."""


def _entries(sight: Sight, kinds: tuple[TimelineKind, ...]) -> Any:
    return union_all(*(SOURCES[kind].entries(kind, sight) for kind in kinds)).subquery("entries")


@statement
def timeline_page(sight: Sight, kinds: tuple[TimelineKind, ...], backward: bool, continued: bool) -> AnySelect:  # noqa: FBT001 - a statement's shape
    """Select a page of these kinds of entry in a case: the last first, or from the end, the first first."""
    entry = _entries(sight, kinds).c
    place = tuple_(entry.at, entry.key)
    beyond = place > tuple_(*_CURSOR) if backward else place < tuple_(*_CURSOR)
    return (
        select(entry.at, entry.key, entry.kind, entry.actor_id)
        .where(*([beyond] if continued else []))
        .order_by(*((entry.at, entry.key) if backward else (entry.at.desc(), entry.key.desc())))
        .limit(bindparam("page_limit", type_=Integer()))
    )


@statement
def timeline_total(sight: Sight, kinds: tuple[TimelineKind, ...]) -> AnySelect:
    """Count these kinds of entry in a case."""
    return select(func.count().label("total")).select_from(_entries(sight, kinds))


@statement
def status_changes_by_key(sight: Sight) -> AnySelect:
    """Select these steps of cases from state to state."""
    return select(
        CaseStatusChange.id.label("key"),
        CaseStatusChange.from_status,
        CaseStatusChange.to_status,
        CaseStatusChange.reason,
        CaseStatusChange.changed_at,
        CaseStatusChange.changed_by,
    ).where(live(CaseStatusChange, sight), CaseStatusChange.id == any_(KEYS))


@statement
def payments_by_key(sight: Sight) -> AnySelect:
    """Select these payments on debts."""
    return select(
        DebtPayment.id.label("key"),
        DebtPayment.client_id,
        DebtPayment.debt_id,
        DebtPayment.paid_on,
        DebtPayment.amount,
        DebtPayment.lowers_balance,
        DebtPayment.note,
        DebtPayment.recorded_at,
        DebtPayment.recorded_by,
    ).where(live(DebtPayment, sight), DebtPayment.id == any_(KEYS))


def kinds_for(actor: Actor, wanted: Collection[TimelineKind] | None) -> tuple[TimelineKind, ...]:
    """Answer which of the kinds that are wanted the actor may see at all, in their order."""
    return tuple(
        kind for kind, source in SOURCES.items() if (wanted is None or kind in wanted) and actor.may(source.permission)
    )


async def page_of_timeline(
    reads: Reads, case_id: UUID, *, window: Window, wanted: Collection[TimelineKind] | None = None
) -> Page:
    """Answer a page of what happened in a case, as far as the actor sees it. Raises Invalid for a foreign cursor."""
    kinds = kinds_for(reads.actor, wanted)
    keys = [case_id]
    place = read_place(window, ORDER, _CURSOR, refusal="This is no cursor of a timeline.")
    given = {} if place is None else {"at": place[0], "key": place[1]}
    rows: Sequence[Record] = []
    if kinds:
        shape = (kinds, window.backward, place is not None)
        rows = await reads.all(timeline_page, *shape, keys=keys, page_limit=window.size + 1, **given)

    async def count() -> int:
        row = await reads.one(timeline_total, kinds, keys=keys) if kinds else None
        return 0 if row is None else int(row["total"])

    return page_of(rows, window, order=ORDER, keys=("at", "key"), count=count, facet=no_facets)


async def subjects(
    reads: Reads,
    kind: TimelineKind,
    entries: Sequence[tuple[str, UUID]],
    load: Callable[[Reads, Sequence[UUID]], Awaitable[list[Record | None]]],
) -> list[Record | None]:
    """Answer the records that entries of one kind are about, None for entries of other kinds."""
    wanted = [key for named, key in entries if named == kind]
    found = dict(zip(wanted, await load(reads, wanted), strict=True)) if wanted else {}
    return [found[key] if named == kind else None for named, key in entries]


async def status_changes(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these steps of cases."""
    return await aligned(reads, status_changes_by_key, keys)


async def payments(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these payments."""
    return await aligned(reads, payments_by_key, keys)
