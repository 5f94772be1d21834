"""Reads what a line tells of a case: the state it is in, and what belongs to that state and to no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.formats.text import multiline, name_key, one_line
from cma_graphql.domain.cases.models import (
    BillingMethod,
    CaseCategory,
    CaseStage,
    CaseStatus,
    Level,
    Priority,
)
from cma_graphql.domain.cases.retention import RETENTION_YEARS, years_after
from cma_graphql.domain.casework.reading import (
    REASON_LENGTH,
    RECIPIENT_LENGTH,
    SUMMARY_LENGTH,
    check_value,
    read_amount,
    read_case_tags,
    read_description,
    read_review,
    read_satisfaction,
    read_summary,
    read_title,
)
from cma_graphql.domain.debts.details import read_past_day

_LONGEST_CODE = 60
_LONGEST_NAME = 200
_RESULT = ("resolved_on", "resolution_type", "resolution_summary")
_OF_A_STATE: Mapping[CaseStatus, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CaseStatus.ON_HOLD: (("hold_reason", "review_on"), ()),
    CaseStatus.RESOLVED: (_RESULT, ("satisfaction",)),
    CaseStatus.CLOSED: (("closed_on", "closure_reason"), ("closure_note", "satisfaction", *_RESULT)),
    CaseStatus.REFERRED: (("referred_to",), ()),
    CaseStatus.CANCELLED: (("cancellation_reason",), ()),
}
"""What a case in a state has to say of it, and what it may say; in any other state it says none of that."""
_SETTLED = frozenset({name for needed, may in _OF_A_STATE.values() for name in (*needed, *may)})
_ADVISED = frozenset({CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.RESOLVED})
CONSENTED = frozenset({CaseStatus.IN_PROGRESS, CaseStatus.RESOLVED})
"""The states that a case comes to only with the client's consent to advice (casework/guards.py)."""
_LIMITS = {
    "hold_reason": REASON_LENGTH,
    "resolution_summary": SUMMARY_LENGTH,
    "closure_note": REASON_LENGTH,
    "cancellation_reason": REASON_LENGTH,
}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a line tells of one."""

    line: int
    reference: str
    client: str
    case_type: str
    advisor: str | None
    """The key of the e-mail address of a member of the centre."""
    team: str | None
    """The key of a team's name."""
    status: CaseStatus
    opened_on: date
    columns: Mapping[str, object]


def read_case(faults: Faults, line: int, reference: str, given: dict[str, Any]) -> CaseLine:
    """Read a case."""
    opened_on: date = given.get("opened_on") or today()
    faults.read("opened_on", read_past_day, opened_on)
    advisor = faults.read("advisor", _member_key, given["advisor"]) if "advisor" in given else None
    billing = given.get("billing_method", BillingMethod.NONE)
    estimated = read_amount(faults, "estimated_value", given.get("estimated_value"))
    cost = read_amount(faults, "actual_cost", given.get("actual_cost"))
    check_value(faults, estimated_value=estimated, actual_cost=cost, billing_method=billing)
    status = _status(faults, given)
    columns: dict[str, object] = {
        "title": read_title(faults, given.get("title", "")),
        "description": read_description(faults, given.get("description", "")),
        "summary": read_summary(faults, given.get("summary")),
        "tags": read_case_tags(faults, given.get("tags", ())),
        "category": given.get("category", CaseCategory.PERSONAL).value,
        "stage": given.get("stage", CaseStage.TRIAGE).value,
        "priority": given.get("priority", Priority.MEDIUM).value,
        "complexity": given.get("complexity", Level.MEDIUM).value,
        "risk_level": given.get("risk_level", Level.MEDIUM).value,
        "restricted": given.get("restricted", False),
        "estimated_value": estimated,
        "actual_cost": cost,
        "billing_method": billing.value,
        "status": status.value,
        "opened_on": opened_on,
        **_of_its_state(faults, status, opened_on, given),
    }
    return CaseLine(
        line,
        reference,
        faults.read("client", one_line, given.get("client", ""), max_length=_LONGEST_NAME) or "",
        faults.read("case_type", one_line, given.get("case_type", ""), max_length=_LONGEST_CODE) or "",
        advisor,
        name_key(faults.read("team", one_line, given["team"], max_length=_LONGEST_NAME) or "")
        if "team" in given
        else None,
        status,
        opened_on,
        columns,
    )


def _member_key(text: str) -> str:
    return email_key(normalise_email(text))


def _status(faults: Faults, given: dict[str, Any]) -> CaseStatus:
    """Answer a case's state; where none is said, it follows from whether somebody advises it."""
    advised = "advisor" in given
    status: CaseStatus | None = given.get("status")
    if status is None:
        return CaseStatus.ASSIGNED if advised else CaseStatus.NEW
    if status is CaseStatus.REOPENED:
        faults.add("status", "reopened", "A reopened case is at work: say ASSIGNED or IN_PROGRESS.")
    elif status is CaseStatus.NEW and advised:
        faults.add("advisor", "advisor-unexpected", "A new case has no advisor: say ASSIGNED, or leave it empty.")
    elif status in _ADVISED and not advised:
        faults.add("advisor", "advisor-missing", f"A case that is {status} has an advisor.", status=status.value)
    return status


def _of_its_state(faults: Faults, status: CaseStatus, opened_on: date, given: dict[str, Any]) -> dict[str, object]:
    """Read what belongs to the state; refuse what belongs to others."""
    needed, may = _OF_A_STATE.get(status, ((), ()))
    for name in needed:
        if name not in given:
            faults.add(name, "required", f"A case that is {status} has this.", status=status.value)
    for name in sorted(_SETTLED & given.keys() - {*needed, *may}):
        faults.add(name, "not-in-this-state", f"A case that is {status} has none.", status=status.value)
    read: dict[str, object] = {}
    for name in (*needed, *may):
        if name in given:
            read |= _settled(faults, name, given[name], opened_on)
    return read


def _settled(faults: Faults, name: str, value: Any, opened_on: date) -> dict[str, object]:
    """Read one of those columns; answer what the case keeps of it."""
    if name == "review_on":
        return {"next_review_at": read_review(faults, value)}
    if name == "resolved_on":
        faults.read(name, _day_since, value, opened_on)
        return {"resolved_at": datetime.combine(value, time.min, LONDON)}
    if name == "satisfaction":
        return {name: read_satisfaction(faults, value)}
    kept: object
    match name:
        case "closed_on":
            kept = faults.read(name, _closed_on, value, opened_on)
        case "closure_reason" | "resolution_type":
            kept = value.value
        case "referred_to":
            kept = faults.read(name, one_line, value, max_length=RECIPIENT_LENGTH)
        case _:
            kept = faults.read(name, multiline, value, max_length=_LIMITS[name])
    return {name: kept}


def _day_since(day: date, opened_on: date) -> date:
    """Return a day on which something became of a case; refuse with `future`, `minimum`, `before-opened`."""
    if read_past_day(day) < opened_on:
        raise FormatError("before-opened", "This is before the case was opened.", opened_on=opened_on.isoformat())
    return day


def _closed_on(day: date, opened_on: date) -> date:
    """Return the day of a case's end; refuse with `retention` what may not be kept any more."""
    if today() > years_after(_day_since(day, opened_on), RETENTION_YEARS):
        raise FormatError(
            "retention",
            f"The case ended more than {RETENTION_YEARS} years ago: it is not to be kept, and so not imported.",
            years=RETENTION_YEARS,
        )
    return day
