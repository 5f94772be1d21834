"""Task, as the schema shows it."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.tasks import selectors
from cma_graphql.domain.tasks.models import Activity
from cma_graphql.domain.tasks.notice_selectors import subjects_of_notices
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.loading import load_nodes
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.refs import CaseRef, ClientRef, MembershipRef
from cma_graphql.graph.tasks.enums import RuleCode, TaskKind, TaskOrigin, TaskState

PREFIXES = {
    Activity.NOTE: "note",
    Activity.DOCUMENT: "document",
    Activity.BUDGET_SHEET: "budgetsheet",
    Activity.COMPLIANCE_ITEM: "complianceitem",
}
"""The ids of the records that show that a task is done."""
_SOURCES = {
    RuleCode.NOTE_FOLLOW_UP.value: "note",
    RuleCode.CASE_REVIEW.value: "case",
    RuleCode.HOLD_REVIEW.value: "case",
    RuleCode.CASE_RETENTION.value: "case",
    RuleCode.STAGE_WAIT.value: "workflowstage",
    RuleCode.APPOINTMENT_REQUEST.value: "appointmentrequest",
}
"""The ids of the records that rules go by; all others go by debts, but for notices of stages and approvals."""


@node_type(table="tasks", load=selectors.tasks_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="Something to be done by a day or an hour: on a case, on a client, or on neither.")
class Task(Node):
    """One task."""

    prefix: ClassVar[str] = "task"
    client_column: ClassVar[str | None] = "client_id"

    title: str = strawberry.field(description="What is to be done.")
    details: str | None = strawberry.field(description="What else there is to say of it.")
    kind: TaskKind = strawberry.field(description="What sort of work it is.")
    priority: Priority = strawberry.field(description="How soon it needs attention.")
    due_on: date = strawberry.field(description="The day on which it is due, in London.")
    due_at: datetime = strawberry.field(
        description="The instant from which it is overdue: the hour at which it is due, or the end of the day."
    )
    timed: bool = strawberry.field(description="Whether it is due at an hour, not on a day.")
    confidential: bool = strawberry.field(
        description="Whether only those see it who see the confidential note that it comes from."
    )
    state: TaskState = strawberry.field(description="What became of it.")
    origin: TaskOrigin = strawberry.field(description="Where it comes from.")
    rule: RuleCode | None = strawberry.field(description="The rule that made it; null where somebody did.")
    snoozes: int = strawberry.field(description="How often it was put off.")
    snooze_reason: str | None = strawberry.field(description="Why it was put off the last time.")
    completed_at: datetime | None = strawberry.field(description="When it was done.")
    outcome: str | None = strawberry.field(description="What came of it.")
    cancelled_at: datetime | None = strawberry.field(description="When it was cancelled.")
    cancel_reason: str | None = strawberry.field(
        description="Why it was cancelled; null where the date that it kept step with is gone."
    )
    author_elsewhere: str | None = strawberry.field(
        description="Who made it at the centre that the case came from, by name; null where it was made here."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID | None]
    assignee_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]
    completed_by: strawberry.Private[UUID | None]
    source_id: strawberry.Private[UUID | None]
    closed_by_kind: strawberry.Private[str | None]
    closed_by_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is open and was not done in time.")
    def overdue(self) -> bool:
        """Compare with the present instant."""
        return self.state == TaskState.OPEN and self.due_at <= now()

    @relation(description="The case it is on; null where it is on none.", requires=Permission.CASE_READ, reads=())
    async def case(tasks: list["Task"], info: Info) -> list[CaseRef | None]:
        """Answer each task's case."""
        found = iter(await cases_by_id(reader_for(info), [key for task in tasks if (key := task.case_id) is not None]))
        return [None if task.case_id is None else next(found) for task in tasks]

    @relation(description="The client it is about, if any.", requires=Permission.CLIENT_READ, reads=())
    async def client(tasks: list["Task"], info: Info) -> list[ClientRef | None]:
        """Answer each task's client."""
        keys = [key for task in tasks if (key := task.client_id) is not None]
        found = iter(await clients_by_id(reader_for(info), keys))
        return [None if task.client_id is None else next(found) for task in tasks]

    @relation(
        description="Who does it; null: the case's advisor, whoever that is.", requires=Permission.USER_READ, reads=()
    )
    async def assignee(tasks: list["Task"], info: Info) -> list[MembershipRef | None]:
        """Answer who does each task."""
        return await memberships_by_optional_id(reader_for(info), [task.assignee_id for task in tasks])

    @relation(description="Who made it; null where the product itself did.", requires=Permission.USER_READ, reads=())
    async def creator(tasks: list["Task"], info: Info) -> list[MembershipRef | None]:
        """Answer who made each task."""
        return await memberships_by_id(reader_for(info), [task.created_by for task in tasks])

    @relation(description="Who did it.", requires=Permission.USER_READ, reads=())
    async def completer(tasks: list["Task"], info: Info) -> list[MembershipRef | None]:
        """Answer who did each task."""
        return await memberships_by_optional_id(reader_for(info), [task.completed_by for task in tasks])

    @relation(
        description="The record whose date it keeps step with: a case, a debt, a note, a client's request; of a "
        "template's notice the stage or the approval; null where the viewer does not see it, and where somebody made "
        "the task."
    )
    async def source(tasks: list["Task"], info: Info) -> list[Node | None]:
        """Answer what each task comes from."""
        told = [key for task in tasks if task.rule == RuleCode.TEMPLATE_NOTICE and (key := task.source_id) is not None]
        notices = await subjects_of_notices(reader_for(info), sorted(set(told))) if told else {}

        def named(task: "Task") -> str:
            key = task.source_id
            if key is None:
                return ""
            if task.rule == RuleCode.TEMPLATE_NOTICE:
                return write_id(*notices[key]) if key in notices else ""
            return write_id(_SOURCES.get(task.rule or "", "debt"), key)

        ids = [named(task) for task in tasks]
        return await load_nodes(info.context, ids)

    @relation(description="The record that shows that it is done, where there is one and the viewer sees it.", reads=())
    async def closed_by(tasks: list["Task"], info: Info) -> list[Node | None]:
        """Answer what closed each task."""
        ids = [
            ""
            if task.closed_by_id is None
            else write_id(PREFIXES[Activity(task.closed_by_kind or "")], task.closed_by_id)
            for task in tasks
        ]
        return await load_nodes(info.context, ids)

    history = history_by("subject_id")
