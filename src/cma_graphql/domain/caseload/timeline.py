"""What happened in a case, across the rooms, the last first: one statement a page, whatever there is."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, func, literal, or_, select, tuple_, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.cases.models import CaseStatusChange, of_visible_case
from cma_graphql.domain.debts.models import DebtPayment
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.outcomes.models import Outcome
from cma_graphql.domain.referrals.models import Referral, ReferralDirection
from cma_graphql.domain.tasks.models import Task
from cma_graphql.domain.workflow.approval_models import ApprovalDecision
from cma_graphql.domain.workflow.approval_selectors import DECISION_COLUMNS
from cma_graphql.domain.workflow.models import WorkflowStageStep
from cma_graphql.domain.workflow.selectors import STEP_COLUMNS
from cma_graphql.domain.workflow.states import StageState
from cma_graphql.persistence.listing import Page, no_facets, page_of, read_place
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, statement
from cma_graphql.persistence.window import Window

ORDER = "AT_DESC"
_CURSOR = (
    bindparam("at", type_=DateTime(timezone=True)),
    bindparam("key", type_=Uuid()),
    bindparam("kind", type_=Text()),
)


class TimelineKind(StrEnum):
    """What an entry of a timeline is about."""

    STATUS_CHANGE = "STATUS_CHANGE"
    DOCUMENT = "DOCUMENT"
    PAYMENT = "PAYMENT"
    OUTCOME = "OUTCOME"
    NOTE = "NOTE"
    STAGE = "STAGE"
    APPROVAL = "APPROVAL"
    APPOINTMENT = "APPOINTMENT"
    TASK = "TASK"
    TASK_DONE = "TASK_DONE"
    REFERRAL = "REFERRAL"
    REFERRAL_ANSWERED = "REFERRAL_ANSWERED"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of one kind come from: its table, with when it was and by whom."""

    entity: Any
    at: Any
    by: Any
    permission: Permission = Permission.CASE_READ
    """What one needs to see such entries, beside the record rule."""
    where: tuple[Any, ...] = ()
    """Which rows of the table are entries; all unless said."""

    def entries(self, kind: TimelineKind, sight: Sight) -> Any:
        """Select the entries of this kind in a case."""
        return select(
            self.at.label("at"),
            self.entity.id.label("key"),
            literal(kind.value, Text()).label("kind"),
            self.by.label("actor_id"),
        ).where(live(self.entity, sight), self.entity.case_id == any_(KEYS), *self.where)


_SETTLED = (StageState.COMPLETED, StageState.REJECTED, StageState.SKIPPED)
_OPENED_AGAIN = (StageState.COMPLETED, StageState.SKIPPED)
_TOLD = or_(
    *(WorkflowStageStep.to_state == state.value for state in _SETTLED),
    *(WorkflowStageStep.from_state == state.value for state in _OPENED_AGAIN),
)
"""What a reader of a case wants of its stages: what came of each. That its turn came, or that it ended with the case,
is told by what is beside it."""
_LEFT = or_(Referral.direction == ReferralDirection.IN.value, Referral.sent_at.is_not(None))

SOURCES: Mapping[TimelineKind, Source] = {
    TimelineKind.STATUS_CHANGE: Source(CaseStatusChange, CaseStatusChange.changed_at, CaseStatusChange.changed_by),
    TimelineKind.DOCUMENT: Source(Document, Document.created_at, Document.created_by, Permission.DOCUMENT_ACCESS),
    TimelineKind.PAYMENT: Source(DebtPayment, DebtPayment.recorded_at, DebtPayment.recorded_by),
    TimelineKind.OUTCOME: Source(Outcome, Outcome.created_at, Outcome.created_by),
    TimelineKind.NOTE: Source(Note, Note.created_at, Note.created_by),
    TimelineKind.STAGE: Source(
        WorkflowStageStep, WorkflowStageStep.changed_at, WorkflowStageStep.changed_by, where=(_TOLD,)
    ),
    TimelineKind.APPROVAL: Source(ApprovalDecision, ApprovalDecision.decided_at, ApprovalDecision.user_id),
    TimelineKind.APPOINTMENT: Source(Appointment, Appointment.created_at, Appointment.created_by),
    TimelineKind.TASK: Source(Task, Task.created_at, Task.created_by),
    TimelineKind.TASK_DONE: Source(Task, Task.completed_at, Task.completed_by, where=(Task.completed_at.is_not(None),)),
    TimelineKind.REFERRAL: Source(
        Referral,
        func.coalesce(Referral.sent_at, Referral.created_at),
        func.coalesce(Referral.sent_by, Referral.created_by),
        where=(_LEFT,),
    ),
    TimelineKind.REFERRAL_ANSWERED: Source(
        Referral, Referral.answered_at, Referral.answered_by, where=(Referral.answered_at.is_not(None),)
    ),
}
"""What a timeline is made of: a later room adds its own."""


def _places(entry: Any) -> tuple[Any, ...]:
    """Answer what entries stand in order by; a task is an entry of two kinds."""
    return entry.at, entry.key, entry.kind


@statement
def timeline_page(sight: Sight, kinds: tuple[TimelineKind, ...], backward: bool, continued: bool) -> AnySelect:  # noqa: FBT001 - a statement's shape
    """Select a page of these kinds of entry in a case: the last first, or from the end, the first first.

    Of each kind no more than the page holds, merged. The case itself has to be in sight: an appointment is also seen by
    whose diary it is in.
    """
    limit = bindparam("page_limit", type_=Integer())
    cursor = tuple_(*_CURSOR)

    def in_order(entry: Any) -> list[Any]:
        return [place if backward else place.desc() for place in _places(entry)]

    parts = []
    for number, kind in enumerate(kinds):
        entry = SOURCES[kind].entries(kind, sight).subquery(f"kind_{number}").c
        place = tuple_(*_places(entry))
        beyond = place > cursor if backward else place < cursor
        part = select(*entry).where(*([beyond] if continued else [])).order_by(*in_order(entry)).limit(limit)
        parts.append(select(*part.subquery(f"part_{number}").c))
    merged = union_all(*parts).subquery("entries").c
    return select(*merged).where(of_visible_case(any_(KEYS), sight)).order_by(*in_order(merged)).limit(limit)


@statement
def timeline_total(sight: Sight, kinds: tuple[TimelineKind, ...]) -> AnySelect:
    """Count these kinds of entry in a case."""
    entries = union_all(*(SOURCES[kind].entries(kind, sight) for kind in kinds)).subquery("entries")
    return select(func.count().label("total")).select_from(entries).where(of_visible_case(any_(KEYS), sight))


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


@statement
def stage_steps_by_key(sight: Sight) -> AnySelect:
    """Select these steps of stages."""
    return select(*STEP_COLUMNS).where(live(WorkflowStageStep, sight), WorkflowStageStep.id == any_(KEYS))


@statement
def decisions_by_key(sight: Sight) -> AnySelect:
    """Select what approvers said, by the keys of their decisions."""
    return select(*DECISION_COLUMNS).where(live(ApprovalDecision, sight), ApprovalDecision.id == any_(KEYS))


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
    given = {} if place is None else dict(zip(("at", "key", "kind"), place, strict=True))
    rows: Sequence[Record] = []
    if kinds:
        shape = (kinds, window.backward, place is not None)
        rows = await reads.all(timeline_page, *shape, keys=keys, page_limit=window.size + 1, **given)

    async def count() -> int:
        row = await reads.one(timeline_total, kinds, keys=keys) if kinds else None
        return 0 if row is None else int(row["total"])

    return page_of(rows, window, order=ORDER, keys=("at", "key", "kind"), count=count, facet=no_facets)


async def subjects(
    reads: Reads,
    kinds: Collection[TimelineKind],
    entries: Sequence[tuple[str, UUID]],
    load: Callable[[Reads, Sequence[UUID]], Awaitable[list[Record | None]]],
) -> list[Record | None]:
    """Answer the records that entries of these kinds are about, None for entries of other kinds."""
    wanted = [key for named, key in entries if named in kinds]
    found = dict(zip(wanted, await load(reads, wanted), strict=True)) if wanted else {}
    return [found[key] if named in kinds else None for named, key in entries]


async def status_changes(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these steps of cases."""
    return await aligned(reads, status_changes_by_key, keys)


async def payments(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these payments."""
    return await aligned(reads, payments_by_key, keys)


async def stage_steps(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these steps of stages."""
    return await aligned(reads, stage_steps_by_key, keys)


async def decisions(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these decisions of approvers."""
    return await aligned(reads, decisions_by_key, keys)
