"""How far a checklist, or a case by all of them, has come: computed here and nowhere else.

*Binding* is what has to be met: a mandatory requirement always, a conditional one once somebody said that its
condition holds, an optional one never. *Owed* is what is binding and open, or has failed.

The completion is done weight by applicable weight, in per cent (domain reference 4.2). Applicable is neither what does
not apply nor what was waived nor a conditional requirement whose condition nobody has said to hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cma_graphql.domain.compliance.models import NOT_DUE, BaseStatus, ComplianceStatus, ItemState, Mandatory

_HUNDRED = Decimal(100)
_PLACES = Decimal("0.01")
_LATE_IS_OVERDUE = frozenset({BaseStatus.PENDING, BaseStatus.IN_PROGRESS})
_SET_ASIDE = frozenset({ItemState.NOT_APPLICABLE, ItemState.WAIVED})
_MET = frozenset({ComplianceStatus.COMPLIANT, ComplianceStatus.WAIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What of an item its checklist's progress follows from."""

    state: str
    mandatory: str
    binding: bool
    weight: int
    deadline_on: date | None

    @property
    def owed(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state == ItemState.FAILED or (self.state == ItemState.OPEN and self.binding)

    @property
    def applicable(self) -> bool:
        """Whether its weight counts."""
        if self.state in _SET_ASIDE:
            return False
        return self.state != ItemState.OPEN or self.binding or self.mandatory != Mandatory.CONDITIONAL

    @property
    def untouched(self) -> bool:
        """Whether nobody has said anything about it."""
        return self.state == ItemState.OPEN and not (self.binding and self.mandatory == Mandatory.CONDITIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a checklist stands, as its row keeps it."""

    base_status: BaseStatus
    completion: Decimal
    done_weight: int
    applicable_weight: int
    due_on: date

    def columns(self) -> dict[str, object]:
        """Answer the columns that a checklist's row keeps it in."""
        return {**asdict(self), "base_status": self.base_status.value}


def progress_of(items: Sequence[ItemFacts]) -> Progress:
    """Answer where a checklist of these items stands."""
    status = _base_status(items)
    done = sum(item.weight for item in items if item.state == ItemState.DONE)
    applicable = sum(item.weight for item in items if item.applicable)
    return Progress(
        base_status=status,
        completion=_completion(done, applicable, met=status in {BaseStatus.COMPLIANT, BaseStatus.WAIVED}),
        done_weight=done,
        applicable_weight=applicable,
        due_on=min((item.deadline_on for item in items if item.owed and item.deadline_on is not None), default=NOT_DUE),
    )


def _base_status(items: Sequence[ItemFacts]) -> BaseStatus:
    """Tell the status whatever the day: a failure weighs most, then what is owed."""
    states = {item.state for item in items}
    if ItemState.FAILED in states:
        return BaseStatus.NON_COMPLIANT
    if ItemState.WAIVED in states and states <= _SET_ASIDE:
        return BaseStatus.WAIVED
    if items and all(item.untouched for item in items):
        return BaseStatus.PENDING
    if any(item.owed for item in items):
        return BaseStatus.IN_PROGRESS
    return BaseStatus.COMPLIANT


def _completion(done: int, applicable: int, *, met: bool) -> Decimal:
    """Answer a percentage with two places; where nothing applies, nothing is left or nothing has begun."""
    if applicable == 0:
        return _HUNDRED.quantize(_PLACES) if met else Decimal(0).quantize(_PLACES)
    return (_HUNDRED * done / applicable).quantize(_PLACES, ROUND_HALF_UP)


def status_on(day: date, *, base_status: str, due_on: date) -> ComplianceStatus:
    """Answer a checklist's status on a London day: OVERDUE is what is owed past its deadline and did not fail."""
    if due_on < day and base_status in _LATE_IS_OVERDUE:
        return ComplianceStatus.OVERDUE
    return ComplianceStatus(base_status)


def case_status(statuses: Iterable[ComplianceStatus]) -> ComplianceStatus | None:
    """Roll the statuses of a case's checklists up: the worst counts; None where it has no checklist."""
    found = set(statuses)
    if not found:
        return None
    for worst in (ComplianceStatus.NON_COMPLIANT, ComplianceStatus.OVERDUE):
        if worst in found:
            return worst
    if len(found) == 1:
        return found.pop()
    return ComplianceStatus.COMPLIANT if found <= _MET else ComplianceStatus.IN_PROGRESS


def case_completion(*, done_weight: int, applicable_weight: int, status: ComplianceStatus | None) -> Decimal | None:
    """Answer how much of a case's compliance is done, by weight over all of its checklists; None without any."""
    return None if status is None else _completion(done_weight, applicable_weight, met=status in _MET)
