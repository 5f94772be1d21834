"""The timeline of a case, as the schema shows it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.selectors import appointments_by_id
from cma_graphql.domain.caseload import timeline
from cma_graphql.domain.caseload.timeline import TimelineKind
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.notes.selectors import notes_by_id
from cma_graphql.domain.outcomes.selectors import outcomes_by_id
from cma_graphql.domain.referrals.selectors import referrals_by_id
from cma_graphql.domain.tasks.selectors import tasks_by_id
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.cases.types import CaseStatusChange
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.lines import DebtPayment
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import query, relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import (
    AppointmentRef,
    DocumentRef,
    MembershipRef,
    NoteRef,
    OutcomeRef,
    ReferralRef,
    TaskRef,
)
from cma_graphql.graph.workflow.approval_types import ApprovalDecision
from cma_graphql.graph.workflow.types import WorkflowStageStep

described(
    TimelineKind,
    "What an entry of a timeline is about.",
    {
        "STATUS_CHANGE": "The case took a step from state to state: `statusChange`.",
        "DOCUMENT": "A paper was handed in: `document`.",
        "PAYMENT": "A payment on a debt was recorded: `payment`.",
        "OUTCOME": "An outcome was recorded: `outcome`.",
        "NOTE": "A note was written: `note`.",
        "STAGE": "A stage of the workflow was completed, rejected or skipped, or opened again: `stageStep`.",
        "APPROVAL": "An approver decided: `approvalDecision`.",
        "APPOINTMENT": "An appointment was booked: `appointment`.",
        "TASK": "A task was made: `task`.",
        "TASK_DONE": "A task was done: `task`.",
        "REFERRAL": "The case was referred, or came by a referral: `referral`.",
        "REFERRAL_ANSWERED": "A referral was answered, or withdrawn: `referral`.",
    },
)
_READS = ("kind",)
_OF_STEPS = frozenset({TimelineKind.STATUS_CHANGE})
_OF_TASKS = frozenset({TimelineKind.TASK, TimelineKind.TASK_DONE})
_OF_REFERRALS = frozenset({TimelineKind.REFERRAL, TimelineKind.REFERRAL_ANSWERED})
_NOBODY = UUID(int=0)
"""No case's key, for an id that is none: its timeline is empty."""


@strawberry.type(description="Something that happened in a case; the field that fits its kind tells what.")
class TimelineEntry(FromRecord):
    """One entry."""

    at: datetime = strawberry.field(description="When it was recorded.")
    kind: TimelineKind = strawberry.field(description="What it is about.")
    key: strawberry.Private[UUID]
    actor_id: strawberry.Private[UUID | None]

    @relation(description="Who did it.", requires=Permission.USER_READ, reads=())
    async def actor(entries: list["TimelineEntry"], info: Info) -> list[MembershipRef | None]:
        """Answer who did each."""
        return await memberships_by_optional_id(reader_for(info), [entry.actor_id for entry in entries])

    @relation(description="The step, where it is one.", reads=_READS)
    async def status_change(entries: list["TimelineEntry"], info: Info) -> list[CaseStatusChange | None]:
        """Answer the steps among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, _OF_STEPS, named, timeline.status_changes)  # type: ignore[return-value]

    @relation(
        description="The paper, where it is about one that the viewer sees.",
        requires=Permission.DOCUMENT_ACCESS,
        reads=_READS,
    )
    async def document(entries: list["TimelineEntry"], info: Info) -> list[DocumentRef | None]:
        """Answer the papers among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, {TimelineKind.DOCUMENT}, named, documents_by_id)

    @relation(description="The payment, where it is about one.", reads=_READS)
    async def payment(entries: list["TimelineEntry"], info: Info) -> list[DebtPayment | None]:
        """Answer the payments among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, {TimelineKind.PAYMENT}, named, timeline.payments)  # type: ignore[return-value]

    @relation(description="The outcome, where it is about one.", reads=_READS)
    async def outcome(entries: list["TimelineEntry"], info: Info) -> list[OutcomeRef | None]:
        """Answer the outcomes among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, {TimelineKind.OUTCOME}, named, outcomes_by_id)

    @relation(description="The note, where it is about one that the viewer sees.", reads=_READS)
    async def note(entries: list["TimelineEntry"], info: Info) -> list[NoteRef | None]:
        """Answer the notes among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(reader_for(info), {TimelineKind.NOTE}, named, notes_by_id)

    @relation(description="What came of the stage, where it is about one.", reads=_READS)
    async def stage_step(entries: list["TimelineEntry"], info: Info) -> list[WorkflowStageStep | None]:
        """Answer the steps of stages among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, {TimelineKind.STAGE}, named, timeline.stage_steps)  # type: ignore[return-value]

    @relation(description="What the approver said, where one did.", reads=_READS)
    async def approval_decision(entries: list["TimelineEntry"], info: Info) -> list[ApprovalDecision | None]:
        """Answer the decisions among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(info.context.reader, {TimelineKind.APPROVAL}, named, timeline.decisions)  # type: ignore[return-value]

    @relation(description="The appointment as it is now, where it is about one.", reads=_READS)
    async def appointment(entries: list["TimelineEntry"], info: Info) -> list[AppointmentRef | None]:
        """Answer the appointments among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(reader_for(info), {TimelineKind.APPOINTMENT}, named, appointments_by_id)

    @relation(description="The task as it is now, where it is about one.", reads=_READS)
    async def task(entries: list["TimelineEntry"], info: Info) -> list[TaskRef | None]:
        """Answer the tasks among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(reader_for(info), _OF_TASKS, named, tasks_by_id)

    @relation(description="The referral as it is now, where it is about one.", reads=_READS)
    async def referral(entries: list["TimelineEntry"], info: Info) -> list[ReferralRef | None]:
        """Answer the referrals among them."""
        named = [(entry.kind, entry.key) for entry in entries]
        return await timeline.subjects(reader_for(info), _OF_REFERRALS, named, referrals_by_id)


KindsArgument = Annotated[
    list[TimelineKind] | None, strawberry.argument(description="Only entries of these kinds; of all unless said.")
]


@strawberry.type
class TimelineQueries:
    """What can be asked about what happened."""

    @query(
        requires=Permission.CASE_READ,
        description="What happened in a case, the last first, as far as the viewer sees it; nothing for a case that "
        "the viewer does not see.",
    )
    async def case_timeline(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        id: IdArgument,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        kinds: KindsArgument = None,
    ) -> Connection[TimelineEntry]:
        """Tell what happened in a case."""
        return await timeline.page_of_timeline(  # type: ignore[return-value]
            info.context.reader,
            find_id("case", id) or _NOBODY,
            window=window(first, after, last, before),
            wanted=kinds,
        )
