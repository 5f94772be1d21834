"""The enums of tasks and of the diary, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.tasks import events
from cma_graphql.domain.tasks.diary_selectors import DiaryKind, DiaryScope
from cma_graphql.domain.tasks.models import RuleCode, TaskKind, TaskOrigin, TaskState
from cma_graphql.graph.enums import described

__all__ = ["DiaryKind", "DiaryScope", "RuleCode", "TaskEventName", "TaskKind", "TaskOrder", "TaskOrigin", "TaskState"]

described(
    TaskKind,
    "What sort of work a task is.",
    {
        "CALL": "To ring somebody.",
        "LETTER": "To write to somebody.",
        "MEETING": "To meet somebody.",
        "REVIEW": "To look at a case again.",
        "DEADLINE": "To do something before a day that somebody else has set.",
        "COURT": "To prepare for a court, or for bailiffs.",
        "FOLLOW_UP": "To come back to a note.",
        "OTHER": "Something else.",
    },
)
described(
    TaskState,
    "What became of a task.",
    {"OPEN": "It is to be done.", "DONE": "It is done.", "CANCELLED": "It is not to be done any more."},
)
described(
    TaskOrigin,
    "Where a task comes from.",
    {
        "HAND": "Somebody made it.",
        "RULE": "A rule made it of a date, with which it keeps step.",
        "FOLLOW_UP": "It comes from a note's follow-up, with which it keeps step.",
    },
)
described(
    RuleCode,
    "The rules by which tasks come by themselves.",
    {
        "CASE_REVIEW": "A case is to be looked at again: on that day.",
        "HOLD_REVIEW": "A case on hold is to be looked at again: on that day.",
        "DEBT_ACTION": "A debt has a next step with a day: on that day.",
        "COURT_DATE_WEEK": "That day is a court's or a bailiff's: a week before.",
        "COURT_DATE_DAY": "That day is a court's or a bailiff's: the day before.",
        "STAGE_WAIT": "A day that a stage of the workflow waits for has passed: at once.",
        "NOTE_FOLLOW_UP": "A note has a follow-up: on that day.",
        "CASE_RETENTION": "A case that has ended is kept no longer: on that day.",
        "TEMPLATE_NOTICE": "A rule of the case's template tells somebody of a stage or an approval.",
        "APPOINTMENT_REQUEST": "A client asks for an appointment: on the next day on which the centre is open.",
    },
)
described(
    DiaryScope,
    "Whose diary it is; never more than the viewer sees.",
    {
        "MINE": "What the viewer does: own tasks, and the dates of cases whose advisor they are.",
        "TEAM": "Besides, the cases of the viewer's teams.",
        "CENTRE": "Everything that the viewer sees.",
    },
)
described(
    DiaryKind,
    "What an entry of the diary is.",
    {
        "TASK": "An open task.",
        "CASE_REVIEW": "A case is to be looked at again, and no task stands for that yet.",
        "DEBT_DATE": "A debt's next step, for which no task stands yet.",
        "COMPLIANCE_DEADLINE": "Something on a checklist of a case falls due.",
    },
)


class TaskOrder(StrEnum):
    """The orders a list of tasks can be in."""

    DUE_AT_ASC = "DUE_AT_ASC"
    DUE_AT_DESC = "DUE_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    TaskOrder,
    "The orders a list of tasks can be in.",
    {
        "DUE_AT_ASC": "What is due first, first.",
        "DUE_AT_DESC": "What is due last, first.",
        "CREATED_AT_ASC": "Oldest first.",
        "CREATED_AT_DESC": "Newest first.",
    },
)


class TaskEventName(StrEnum):
    """The events of tasks, by the names that the log has for them."""

    CREATED = events.TaskCreated.name
    UPDATED = events.TaskUpdated.name
    ASSIGNED = events.TaskAssigned.name
    SNOOZED = events.TaskSnoozed.name
    MOVED = events.TaskMoved.name
    COMPLETED = events.TaskCompleted.name
    CANCELLED = events.TaskCancelled.name
    REOPENED = events.TaskReopened.name
    DUE = events.TaskDue.name
    OVERDUE = events.TaskOverdue.name


described(
    TaskEventName,
    "What may happen to a task.",
    {
        "CREATED": "There is something to do.",
        "UPDATED": "Its title, details, kind, priority or day changed, or who sees it.",
        "ASSIGNED": "Somebody else does it.",
        "SNOOZED": "It was put off.",
        "MOVED": "The date that it keeps step with moved, and it with the date.",
        "COMPLETED": "It is done.",
        "CANCELLED": "It is not to be done any more.",
        "REOPENED": "It is to be done after all.",
        "DUE": "Its day has come.",
        "OVERDUE": "It was not done by when it was due.",
    },
)
