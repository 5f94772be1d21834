"""Opens a case."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.codes import format_case_number
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.selectors import default_course
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import (
    BillingMethod,
    Case,
    CaseCategory,
    CaseStage,
    CaseStatus,
    Level,
    Priority,
)
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.casework.advisors import lock_colleague, require_capacity, whose_by_default
from cma_graphql.domain.casework.choosing import choose_advisor
from cma_graphql.domain.casework.reading import (
    check_value,
    read_amount,
    read_case_tags,
    read_description,
    read_optional_reason,
    read_summary,
    read_title,
)
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.compliance.services.begin import begin_new_cases
from cma_graphql.domain.staffing.assignments import note_assignment
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.users.models import Team
from cma_graphql.domain.workflow.services.begin import begin_as_it_opens
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LAST_NUMBER = 999_999


async def open_case(
    uow: UnitOfWork,
    *,
    client_id: UUID,
    case_type_id: UUID,
    title: str,
    description: str,
    summary: str | None = None,
    tags: Sequence[str] = (),
    category: CaseCategory | None = None,
    priority: Priority | None = None,
    complexity: Level | None = None,
    risk_level: Level = Level.MEDIUM,
    restricted: bool = False,
    estimated_value: Decimal | None = None,
    actual_cost: Decimal | None = None,
    billing_method: BillingMethod | None = None,
    team_id: UUID | None = None,
    advisor_id: UUID | None = None,
    unassigned: bool = False,
    auto_assign: bool = False,
    skills: Collection[AdvisorSkill] = (),
    override_capacity_reason: str | None = None,
) -> UUID:
    """Open a case for a client whom the actor sees; one with an advisor is ASSIGNED at once, any other NEW.

    What is not said of its category, priority, complexity and billing is as its type proposes. An advisor's own case
    it is, unless it names another advisor or says `unassigned` (decision 26); `auto_assign` gives it to whom its
    score names, of those with these skills, or has it wait in triage. Its number is gap-free within centre and
    London year (decision 14), taken last before the record is added. It begins with the checklists that its type
    asks for (domain reference 4.3) and the workflow of its type's template. Raises Forbidden, ApprovalRequired
    (trainees), Invalid, InvalidInput, NotFound, LimitReached (capacity, numbers).
    """
    uow.actor.require(Permission.CASE_CREATE)
    faults = Faults()
    case = Case(
        id=new_id(),
        client_id=client_id,
        case_type_id=case_type_id,
        team_id=team_id,
        title=read_title(faults, title),
        description=read_description(faults, description),
        summary=read_summary(faults, summary),
        tags=read_case_tags(faults, tags),
        stage=CaseStage.TRIAGE.value,
        risk_level=risk_level.value,
        restricted=restricted,
        estimated_value=read_amount(faults, "estimated_value", estimated_value),
        actual_cost=read_amount(faults, "actual_cost", actual_cost),
        opened_on=today(),
    )
    kind = await uow.get(CaseType, case_type_id, field="case_type_id")
    _propose(case, kind, category=category, priority=priority, complexity=complexity, billing_method=billing_method)
    billed = BillingMethod(case.billing_method)
    check_value(faults, estimated_value=estimated_value, actual_cost=actual_cost, billing_method=billed)
    faults.raise_any()
    override = read_optional_reason(override_capacity_reason, field="override_capacity_reason")

    course = await default_course(uow, case_type_id)  # before anybody has to wait for what is locked
    await uow.lock(Client, client_id, field="client_id")
    if not kind.active:
        raise Invalid("case_type_id", "inactive", "New cases are not of this type any more.")
    case.compliance_required = kind.requires_compliance_review
    case.legal_review_required = kind.requires_legal_review
    chosen = await _choose(uow, case, advisor_id, skills) if auto_assign else None
    if unassigned or isinstance(chosen, TriageReason):
        case.advisor_id = None
    else:
        case.advisor_id = chosen or advisor_id or whose_by_default(uow.actor)
    case.status = (CaseStatus.NEW if case.advisor_id is None else CaseStatus.ASSIGNED).value
    if case.advisor_id is not None:
        await _give(uow, case, case.advisor_id, override=override)
    if team_id is not None:
        await uow.lock(Team, team_id, field="team_id")
    case.case_number = await _next_number(uow, case.opened_on)
    await cases.add_case(uow, case, override_capacity_reason=override)
    if isinstance(chosen, TriageReason):
        await cases.triage_case(uow, case, chosen)
    await begin_new_cases(uow, [case])
    await begin_as_it_opens(uow, case, course)
    return case.id


def _propose(
    case: Case,
    kind: CaseType,
    *,
    category: CaseCategory | None,
    priority: Priority | None,
    complexity: Level | None,
    billing_method: BillingMethod | None,
) -> None:
    """Take what is not said of a case from its type."""
    case.category = kind.category if category is None else category.value
    case.priority = kind.default_priority if priority is None else priority.value
    case.complexity = kind.default_complexity if complexity is None else complexity.value
    case.billing_method = kind.default_billing_method if billing_method is None else billing_method.value


async def _choose(
    uow: UnitOfWork, case: Case, advisor_id: UUID | None, skills: Collection[AdvisorSkill]
) -> UUID | TriageReason:
    if advisor_id is not None:
        raise Invalid("advisor_id", "auto-assign", "Name an advisor, or have one chosen.")
    return await choose_advisor(uow, case, skills=skills)


async def _give(uow: UnitOfWork, case: Case, advisor_id: UUID, *, override: str | None) -> None:
    advisor = await lock_colleague(uow, advisor_id, permission=Permission.CASE_UPDATE, field="advisor_id")
    if override is None:
        await require_capacity(uow, advisor, case_id=case.id, complexity=case.complexity)
    elif advisor_id != uow.actor.user_id:
        # One may take on too much oneself; to load it on a colleague takes the right to assign.
        uow.actor.require(Permission.CASE_ASSIGN)
    case.assigned_at = now()
    await note_assignment(uow, advisor_id, case.assigned_at)


async def _next_number(uow: UnitOfWork, opened_on: date) -> str:
    sequence = await uow.next_number(f"case:{opened_on.year}")
    try:
        return format_case_number(year=opened_on.year, sequence=sequence)
    except FormatError:
        raise LimitReached("case-numbers", _LAST_NUMBER, "All case numbers of this year are taken.") from None
