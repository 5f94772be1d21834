"""The rules by which tasks come by themselves: data, each with the dates of the product's that it goes by.

Dates whose tables come later, a creditor's reply or the end of a moratorium, come with their rooms: a rule each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.kinds import Channel, NotificationMoment, StageType
from cma_graphql.domain.cases.models import Case, CaseStatus, Priority
from cma_graphql.domain.cases.retention import RETENTION_YEARS
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.debts.kinds import DebtStatus, EnforcementStage
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.notes.reading import LAST_DAY
from cma_graphql.domain.tasks.models import RuleCode, TaskKind
from cma_graphql.domain.tasks.notice_models import Notice
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.states import ENDED as ENDED_STAGES
from cma_graphql.domain.workflow.states import ApprovalState, StageState
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import AnySelect, live

OWED = (DebtStatus.ACTIVE, DebtStatus.DISPUTED, DebtStatus.IN_BREATHING_SPACE, DebtStatus.IN_SOLUTION)
"""The states of debts whose dates still matter."""
BEFORE_A_COURT = (
    EnforcementStage.CLAIM,
    EnforcementStage.WARRANT,
    EnforcementStage.WRIT,
    EnforcementStage.CHARGING_ORDER,
    EnforcementStage.ATTACHMENT_OF_EARNINGS,
    EnforcementStage.BANKRUPTCY_PETITION,
    EnforcementStage.POSSESSION_CLAIM,
    EnforcementStage.EVICTION_DATE,
)
"""The stages of enforcement in which the day of a debt's next step is a court's or a bailiff's."""

Source = Callable[[Sight], AnySelect]
"""Selects the records that have such a date: `source_id`, `case_id`, `client_id` and `day`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule."""

    code: RuleCode
    kind: TaskKind
    title: str
    priority: Priority
    source: Source
    days: int = 0
    """How many days after the date the task is due; before it, where negative."""
    ahead: int | None = None
    """How many days before the date its task is made, where the date is years away; None: as soon as it is known."""
    begins: bool = True
    """Whether the task is made of the date; one that is made with its notice is only taken away again."""


def london_day(instant: Any) -> Any:
    """Answer the day in London on which an instant falls."""
    return cast(func.timezone("Europe/London", instant), Date)


def values(*members: Any) -> Any:
    """Answer an array of enum values to compare with."""
    return func.string_to_array(",".join(member.value for member in members), literal(","))


def _reviews(*statuses: CaseStatus) -> Source:
    def select_reviews(sight: Sight) -> AnySelect:
        return select(
            Case.id.label("source_id"),
            Case.id.label("case_id"),
            Case.client_id,
            london_day(Case.next_review_at).label("day"),
        ).where(live(Case, sight), Case.next_review_at.is_not(None), Case.status == any_(values(*statuses)))

    return select_reviews


def _debts(*stages: EnforcementStage) -> Source:
    its_case = aliased(Case, name="its_case")  # a name of its own: the rule of debts looks at cases, too

    def select_debts(sight: Sight) -> AnySelect:
        found = (
            select(Debt.id.label("source_id"), Debt.case_id, Debt.client_id, Debt.next_action_on.label("day"))
            .join(its_case, (its_case.centre_id == Debt.centre_id) & (its_case.id == Debt.case_id))
            .where(
                live(Debt, sight),
                its_case.deleted_at.is_(None),
                its_case.status == any_(values(*OPEN)),
                Debt.next_action_on <= LAST_DAY,
                Debt.status == any_(values(*OWED)),
            )
        )
        return found.where(Debt.enforcement_stage == any_(values(*stages))) if stages else found

    return select_debts


def _retention(sight: Sight) -> AnySelect:
    """Select ended cases by the day from which they are kept no longer."""
    day = cast(Case.closed_on + func.make_interval(RETENTION_YEARS), Date)
    return select(Case.id.label("source_id"), Case.id.label("case_id"), Case.client_id, day.label("day")).where(
        live(Case, sight),
        Case.closed_on.is_not(None),
        Case.status == any_(values(CaseStatus.CLOSED, CaseStatus.CANCELLED)),
    )


def _notices(sight: Sight) -> AnySelect:
    """Select notices that gave somebody a task, for as long as there is something to be done about it."""
    to_do = or_(
        Notice.moment == any_(values(NotificationMoment.STAGE_COMPLETED, NotificationMoment.APPROVAL_DECIDED)),
        exists().where(
            WorkflowStage.centre_id == ACTOR_CENTRE,
            WorkflowStage.id == Notice.stage_id,
            WorkflowStage.deleted_at.is_(None),
            *(WorkflowStage.state != state.value for state in sorted(ENDED_STAGES)),
        ),
        exists().where(
            Approval.centre_id == ACTOR_CENTRE,
            Approval.id == Notice.approval_id,
            Approval.state == ApprovalState.PENDING.value,
        ),
    )
    its_case = aliased(Case, name="its_case")
    return (
        select(
            Notice.id.label("source_id"), Notice.case_id, its_case.client_id, london_day(Notice.occasion).label("day")
        )
        .join(its_case, (its_case.centre_id == Notice.centre_id) & (its_case.id == Notice.case_id))
        .where(live(Notice, sight), its_case.deleted_at.is_(None), Notice.channel == Channel.TASK.value, to_do)
    )


def _waits(sight: Sight) -> AnySelect:
    """Select the waits of which a day has passed (workflow/upkeep.py), with the day on which that was noticed."""
    waited = aliased(Case, name="waited")
    return (
        select(
            WorkflowStage.id.label("source_id"),
            WorkflowStage.case_id,
            WorkflowStage.client_id,
            london_day(WorkflowStage.late_at).label("day"),
        )
        .join(waited, (waited.centre_id == WorkflowStage.centre_id) & (waited.id == WorkflowStage.case_id))
        .where(
            live(WorkflowStage, sight),
            waited.deleted_at.is_(None),
            waited.status == any_(values(*OPEN)),
            WorkflowStage.stage_type == StageType.WAIT.value,
            WorkflowStage.state == StageState.IN_PROGRESS.value,
            WorkflowStage.late_at.is_not(None),
        )
    )


_AT_WORK = tuple(status for status in OPEN if status is not CaseStatus.ON_HOLD)

_EVERY_RULE = (
    Rule(
        code=RuleCode.CASE_REVIEW,
        kind=TaskKind.REVIEW,
        title="Look at the case again",
        priority=Priority.MEDIUM,
        source=_reviews(*_AT_WORK),
    ),
    Rule(
        code=RuleCode.HOLD_REVIEW,
        kind=TaskKind.REVIEW,
        title="Look whether the case can go on",
        priority=Priority.MEDIUM,
        source=_reviews(CaseStatus.ON_HOLD),
    ),
    Rule(
        code=RuleCode.DEBT_ACTION,
        kind=TaskKind.DEADLINE,
        title="Take the next step on a debt",
        priority=Priority.HIGH,
        source=_debts(),
    ),
    Rule(
        code=RuleCode.COURT_DATE_WEEK,
        kind=TaskKind.COURT,
        title="Prepare for a court date in a week",
        priority=Priority.HIGH,
        source=_debts(*BEFORE_A_COURT),
        days=-7,
    ),
    Rule(
        code=RuleCode.COURT_DATE_DAY,
        kind=TaskKind.COURT,
        title="Make sure of a court date tomorrow",
        priority=Priority.URGENT,
        source=_debts(*BEFORE_A_COURT),
        days=-1,
    ),
    Rule(
        code=RuleCode.CASE_RETENTION,
        kind=TaskKind.REVIEW,
        title="Decide whether the case is still to be kept",
        priority=Priority.LOW,
        source=_retention,
        ahead=28,
    ),
    Rule(
        code=RuleCode.TEMPLATE_NOTICE,
        kind=TaskKind.OTHER,
        title="",
        priority=Priority.MEDIUM,
        source=_notices,
        begins=False,
    ),
    Rule(
        code=RuleCode.STAGE_WAIT,
        kind=TaskKind.REVIEW,
        title="Look what came of a wait: the client's answer, or a review",
        priority=Priority.MEDIUM,
        source=_waits,
    ),
)
RULES: Mapping[RuleCode, Rule] = {rule.code: rule for rule in _EVERY_RULE}
