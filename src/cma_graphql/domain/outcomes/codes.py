"""The outcomes that advice can have, by group (domain reference 5.1)."""

from collections.abc import Mapping
from enum import StrEnum


class OutcomeGroup(StrEnum):
    """What kind of outcome a code names."""

    SOLUTION = "SOLUTION"
    INFORMAL = "INFORMAL"
    PROTECTION = "PROTECTION"
    MONEY = "MONEY"
    PERSON = "PERSON"
    NONE = "NONE"


class OutcomeCode(StrEnum):
    """One outcome of advice."""

    DRO_MADE = "DRO_MADE"
    DRO_REFUSED = "DRO_REFUSED"
    DRO_REVOKED = "DRO_REVOKED"
    BANKRUPTCY_ORDER = "BANKRUPTCY_ORDER"
    IVA_APPROVED = "IVA_APPROVED"
    IVA_REJECTED = "IVA_REJECTED"
    DMP_STARTED = "DMP_STARTED"
    ADMIN_ORDER_MADE = "ADMIN_ORDER_MADE"
    COMPOSITION_ORDER = "COMPOSITION_ORDER"
    BREATHING_SPACE_COMPLETED = "BREATHING_SPACE_COMPLETED"
    BREATHING_SPACE_CANCELLED = "BREATHING_SPACE_CANCELLED"
    MHCM_COMPLETED = "MHCM_COMPLETED"
    DAS_APPROVED = "DAS_APPROVED"
    MAP_AWARDED = "MAP_AWARDED"
    SEQUESTRATION_AWARDED = "SEQUESTRATION_AWARDED"
    PTD_PROTECTED = "PTD_PROTECTED"
    MORATORIUM_SCOT = "MORATORIUM_SCOT"
    PRO_RATA_AGREED = "PRO_RATA_AGREED"
    TOKEN_AGREED = "TOKEN_AGREED"  # noqa: S105 - token payments
    HOLD_AGREED = "HOLD_AGREED"
    INTEREST_FROZEN = "INTEREST_FROZEN"
    FULL_FINAL_SETTLED = "FULL_FINAL_SETTLED"
    PARTIAL_WRITE_OFF = "PARTIAL_WRITE_OFF"
    WRITE_OFF = "WRITE_OFF"
    REPAID = "REPAID"
    SELF_HELP = "SELF_HELP"
    LIABILITY_REMOVED = "LIABILITY_REMOVED"
    STATUTE_BARRED = "STATUTE_BARRED"
    EVICTION_PREVENTED = "EVICTION_PREVENTED"
    REPOSSESSION_PREVENTED = "REPOSSESSION_PREVENTED"
    DISCONNECTION_PREVENTED = "DISCONNECTION_PREVENTED"
    ENFORCEMENT_STOPPED = "ENFORCEMENT_STOPPED"
    FINE_REMITTED = "FINE_REMITTED"
    INCOME_GAINED = "INCOME_GAINED"
    EXPENDITURE_REDUCED = "EXPENDITURE_REDUCED"
    GRANT_AWARDED = "GRANT_AWARDED"
    DEBT_WRITTEN_OFF = "DEBT_WRITTEN_OFF"
    DEBT_RESCHEDULED = "DEBT_RESCHEDULED"
    CONFIDENCE_UP = "CONFIDENCE_UP"
    WELLBEING_UP = "WELLBEING_UP"
    BUDGETING_SKILL_UP = "BUDGETING_SKILL_UP"
    NO_CHANGE = "NO_CHANGE"
    UNKNOWN = "UNKNOWN"


class GainBasis(StrEnum):
    """Whether an amount is had once or every year."""

    ONE_OFF = "ONE_OFF"
    ANNUAL = "ANNUAL"


class GainCertainty(StrEnum):
    """How sure an amount is."""

    CONFIRMED = "CONFIRMED"
    ESTIMATED = "ESTIMATED"


_LAST_OF: Mapping[OutcomeCode, OutcomeGroup] = {
    OutcomeCode.MORATORIUM_SCOT: OutcomeGroup.SOLUTION,
    OutcomeCode.STATUTE_BARRED: OutcomeGroup.INFORMAL,
    OutcomeCode.FINE_REMITTED: OutcomeGroup.PROTECTION,
    OutcomeCode.DEBT_RESCHEDULED: OutcomeGroup.MONEY,
    OutcomeCode.BUDGETING_SKILL_UP: OutcomeGroup.PERSON,
    OutcomeCode.UNKNOWN: OutcomeGroup.NONE,
}


def _grouped() -> dict[OutcomeCode, OutcomeGroup]:
    """Give each code the group of the next last one: the enum lists them group by group, as the reference does."""
    groups: dict[OutcomeCode, OutcomeGroup] = {}
    waiting: list[OutcomeCode] = []
    for code in OutcomeCode:
        waiting.append(code)
        if code in _LAST_OF:
            groups.update(dict.fromkeys(waiting, _LAST_OF[code]))
            waiting.clear()
    return groups


GROUP_OF: Mapping[OutcomeCode, OutcomeGroup] = _grouped()
"""The group of every code."""

STATUTORY = frozenset(
    {
        OutcomeCode.DRO_MADE,
        OutcomeCode.BANKRUPTCY_ORDER,
        OutcomeCode.IVA_APPROVED,
        OutcomeCode.ADMIN_ORDER_MADE,
        OutcomeCode.COMPOSITION_ORDER,
        OutcomeCode.DAS_APPROVED,
        OutcomeCode.MAP_AWARDED,
        OutcomeCode.SEQUESTRATION_AWARDED,
        OutcomeCode.PTD_PROTECTED,
        OutcomeCode.MORATORIUM_SCOT,
    }
)
"""The outcomes by which a client is in a solution that the law gives them."""

ENDED_BY: Mapping[OutcomeCode, OutcomeCode] = {OutcomeCode.DRO_MADE: OutcomeCode.DRO_REVOKED}
"""The outcome by which such a solution ends before its time."""

WITH_AMOUNT = frozenset(code for code, group in GROUP_OF.items() if group is OutcomeGroup.MONEY)
"""The outcomes that are an amount of money; the others have none."""

RECURRING = frozenset({OutcomeCode.INCOME_GAINED, OutcomeCode.EXPENDITURE_REDUCED})
"""Those that may come every year; the other amounts are had once."""
