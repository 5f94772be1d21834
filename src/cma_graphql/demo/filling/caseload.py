"""Clients and cases by the thousand, spread over six years as a caseload is: most closed, the newest at work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from uuid import UUID

import orjson

from cma_graphql.core.clock import today
from cma_graphql.core.formats.codes import client_reference, format_case_number
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.ids import new_id
from cma_graphql.demo.cases import MATTERS, TAGS
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.demo.people import make_person
from cma_graphql.domain.cases.models import (
    BillingMethod,
    Case,
    CaseCategory,
    CaseStage,
    CaseStatus,
    CaseStatusChange,
    ClosureReason,
    Level,
    Priority,
    ResolutionType,
)
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.clients.derived import client_name_key, national_insurance_index
from cma_graphql.domain.clients.models import (
    Client,
    ClientConsent,
    ConsentChannel,
    ConsentPurpose,
    EmploymentStatus,
    MaritalStatus,
)

YEARS = 6
_CASES_PER_CLIENT = 1.25
_OPEN_DAYS = 300
"""After about so many days a case is closed."""
_STATES_AT_WORK = (
    (2, CaseStatus.NEW),
    (3, CaseStatus.ASSIGNED),
    (12, CaseStatus.IN_PROGRESS),
    (3, CaseStatus.ON_HOLD),
    (2, CaseStatus.RESOLVED),
    (1, CaseStatus.REOPENED),
)
_STATES_AT_THE_END = ((40, CaseStatus.CLOSED), (2, CaseStatus.REFERRED), (2, CaseStatus.CANCELLED))
_BEFORE = {
    CaseStatus.NEW: (),
    CaseStatus.ASSIGNED: (),
    CaseStatus.IN_PROGRESS: (CaseStatus.ASSIGNED,),
    CaseStatus.ON_HOLD: (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS),
    CaseStatus.RESOLVED: (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS),
    CaseStatus.CLOSED: (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.RESOLVED),
    CaseStatus.REOPENED: (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.RESOLVED),
    CaseStatus.REFERRED: (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS),
    CaseStatus.CANCELLED: (CaseStatus.ASSIGNED,),
}


@dataclass(frozen=True, slots=True)
class FilledCase:
    """What of a case the rows that hang on it refer to."""

    case_id: UUID
    client_id: UUID
    advisor_id: UUID
    opened_at: datetime
    status: CaseStatus
    joint: bool
    case_type_id: UUID
    stage: CaseStage
    debts: list[UUID] = field(default_factory=list)
    papers: list[UUID] = field(default_factory=list)
    """The documents that may serve as evidence."""

    @property
    def at_work(self) -> bool:
        """Whether it is neither closed, nor referred, nor cancelled."""
        return self.status not in {CaseStatus.CLOSED, CaseStatus.REFERRED, CaseStatus.CANCELLED}


def opening_days(random: Random, cases: int) -> list[date]:
    """Answer on which days so many cases were opened, in order: more of them the nearer to today."""
    last, days = today(), YEARS * 365
    return sorted(last - timedelta(days=int(days * random.random() ** 1.3)) for _ in range(cases))


def fill_caseload(
    rows: Rows, centre: FilledCentre, random: Random, days: Iterator[date], most: int
) -> list[FilledCase]:
    """Gather up to so many cases, opened on the next of these days, with their clients; answer them."""
    made: list[FilledCase] = []
    known: list[UUID] = []
    for day in islice(days, most):
        opened_at = datetime.combine(day, time(random.randint(9, 16), random.randint(0, 59)), UTC)
        again = known and random.random() > 1 / _CASES_PER_CLIENT
        client_id = random.choice(known) if again else _client(rows, centre, random, opened_at)
        known.append(client_id)
        made.append(_case(rows, centre, random, client_id, opened_at))
    return made


def _client(rows: Rows, centre: FilledCentre, random: Random, at: datetime) -> UUID:
    client_id, person = new_id(), make_person(random, centre.place, today=today())
    recorded_by = random.choice(centre.advisors).user_id
    nino = person.national_insurance_number
    rows.add(
        Client,
        centre_id=centre.centre_id,
        id=client_id,
        reference=client_reference(centre_code=centre.code, sequence=centre.next_number("client")),
        title=person.title,
        first_name=person.first_name,
        last_name=person.last_name,
        name_key=client_name_key(first_name=person.first_name, last_name=person.last_name),
        date_of_birth=centre.seal(Client, "date_of_birth", client_id, person.date_of_birth.isoformat()),
        birth_year=person.date_of_birth.year,
        national_insurance_number=centre.seal(Client, "national_insurance_number", client_id, nino),
        national_insurance_index=national_insurance_index(centre.vault, centre.centre_id, nino),
        phone_primary=person.phone,
        email=person.email,
        email_key=email_key(person.email),
        address_line1=person.address_line1,
        city=person.city,
        postcode=person.postcode,
        postcode_key=postcode_key(person.postcode),
        marital_status=random.choice(list(MaritalStatus)).value,
        employment_statuses=[random.choice(list(EmploymentStatus)).value],
        dependents=random.choice((0, 0, 1, 2, 3)),
        **tracked(at, recorded_by),
    )
    for purpose in (ConsentPurpose.ADVICE, ConsentPurpose.CREDITOR_CONTACT):
        rows.add(
            ClientConsent,
            centre_id=centre.centre_id,
            id=new_id(),
            client_id=client_id,
            purpose=purpose.value,
            channel=random.choice(list(ConsentChannel)).value,
            wording_version=f"{at.year}-04",
            given_at=at,
            recorded_by=recorded_by,
        )
    return client_id


def _state(random: Random, at: datetime) -> CaseStatus:
    aged = (today() - at.date()).days > random.gauss(_OPEN_DAYS, _OPEN_DAYS / 3)
    often, states = zip(*(_STATES_AT_THE_END if aged else _STATES_AT_WORK), strict=True)
    chosen: CaseStatus = random.choices(states, often)[0]
    return chosen


def _case(rows: Rows, centre: FilledCentre, random: Random, client_id: UUID, at: datetime) -> FilledCase:
    case_id, status = new_id(), _state(random, at)
    advisor_id = random.choice(centre.advisors).user_id
    title, description = random.choice(MATTERS)
    category, stage = random.choice(list(CaseCategory)), random.choice(list(CaseStage))
    case_type_id = random.choice(centre.case_types)
    steps = _history(rows, centre, random, case_id, status, advisor_id, at)
    day = at.date()
    rows.add(
        Case,
        centre_id=centre.centre_id,
        id=case_id,
        case_number=format_case_number(year=day.year, sequence=centre.next_number(f"case:{day.year}")),
        client_id=client_id,
        case_type_id=case_type_id,
        advisor_id=None if status is CaseStatus.NEW else advisor_id,
        team_id=random.choice(centre.teams) if random.random() < 1 / 2 else None,
        title=title,
        description=description,
        tags=orjson.dumps(TAGS.get(title, ())).decode(),
        category=category.value,
        status=status.value,
        stage=stage.value,
        priority=random.choices(list(Priority), (3, 10, 4, 1))[0].value,
        complexity=random.choices(list(Level), (5, 8, 3, 1))[0].value,
        risk_level=random.choices(list(Level), (6, 8, 3, 1))[0].value,
        restricted=random.random() < 1 / 100,
        compliance_required=random.random() < 1 / 10,
        legal_review_required=False,
        billing_method=BillingMethod.NONE.value,
        opened_on=day,
        assigned_at=None if status is CaseStatus.NEW else at,
        **_result(random, status, steps),
        **tracked(at, advisor_id, changed_at=steps),
    )
    if random.random() < 1 / 8:
        rows.add(
            CaseTeamMember,
            centre_id=centre.centre_id,
            id=new_id(),
            case_id=case_id,
            user_id=random.choice(centre.advisors).user_id,
            added_at=at,
            added_by=centre.manager.user_id,
        )
    return FilledCase(case_id, client_id, advisor_id, at, status, category is CaseCategory.JOINT, case_type_id, stage)


def _history(  # noqa: PLR0917 - a case's steps
    rows: Rows, centre: FilledCentre, random: Random, case_id: UUID, status: CaseStatus, by: UUID, at: datetime
) -> datetime:
    """Gather the steps that led to a state; answer when the last was taken."""
    before: CaseStatus | None = None
    for step in (*_BEFORE[status], status):
        rows.add(
            CaseStatusChange,
            centre_id=centre.centre_id,
            id=new_id(),
            case_id=case_id,
            from_status=before.value if before else None,
            to_status=step.value,
            changed_at=at,
            changed_by=by,
        )
        before, at = step, max(at, min(at + timedelta(days=random.randint(1, 120)), _this_morning()))
    return at


def _this_morning() -> datetime:
    return datetime.combine(today(), time(), UTC)


def _result(random: Random, status: CaseStatus, at: datetime) -> dict[str, object]:
    match status:
        case CaseStatus.ON_HOLD:
            review = _this_morning() + timedelta(days=random.randint(-10, 40))
            return {"hold_reason": "Waiting for documents.", "next_review_at": review}
        case CaseStatus.RESOLVED | CaseStatus.CLOSED:
            resolved: dict[str, object] = {
                "resolved_at": at,
                "resolution_type": random.choice(list(ResolutionType)).value,
                "resolution_summary": "The client has a budget and a plan for each debt.",
            }
            if status is CaseStatus.RESOLVED:
                return resolved
            return {**resolved, "closed_on": at.date(), "closure_reason": ClosureReason.ADVICE_COMPLETE.value}
        case CaseStatus.REFERRED:
            return {"referred_to": "The county's housing advice service"}
        case CaseStatus.CANCELLED:
            return {"cancellation_reason": "Opened twice for the same matter."}
        case _:
            return {}
