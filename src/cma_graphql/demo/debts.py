"""Plausible debts: what is owed to whom, how much, and how far enforcement has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cma_graphql.domain.debts.kinds import EnforcementStage, Liability

_NONE = EnforcementStage.NONE
# The type, the register's creditor, the least and the most that is owed, how often, the furthest enforcement.
_KINDS: tuple[tuple[str, str, int, int, int, EnforcementStage], ...] = (
    ("RENT_ARREARS", "PRIVATE_LANDLORD", 400, 3_500, 8, EnforcementStage.POSSESSION_CLAIM),
    ("RENT_ARREARS", "HOUSING_ASSOCIATION", 300, 2_800, 8, EnforcementStage.POSSESSION_CLAIM),
    ("MORTGAGE_ARREARS", "MORTGAGE_LENDER", 900, 9_000, 3, EnforcementStage.POSSESSION_CLAIM),
    ("SECURED_LOAN_ARREARS", "SECURED_LENDER", 500, 6_000, 1, EnforcementStage.LETTER_BEFORE_CLAIM),
    ("COUNCIL_TAX", "LOCAL_COUNCIL", 250, 2_600, 12, EnforcementStage.ENFORCEMENT_AGENT),
    ("GAS", "ENERGY_SUPPLIER", 120, 1_800, 6, EnforcementStage.DISCONNECTION),
    ("ELECTRICITY", "ENERGY_SUPPLIER", 120, 2_200, 6, EnforcementStage.DISCONNECTION),
    ("WATER", "WATER_COMPANY", 150, 1_900, 6, EnforcementStage.COLLECTOR),
    ("TV_LICENCE", "TV_LICENSING", 60, 180, 2, _NONE),
    ("MAGISTRATES_FINE", "HMCTS", 100, 1_200, 3, EnforcementStage.ENFORCEMENT_AGENT),
    ("CHILD_MAINTENANCE", "CMS", 200, 4_000, 1, _NONE),
    ("INCOME_TAX", "HMRC", 300, 9_000, 2, EnforcementStage.REMINDER),
    ("TAX_CREDIT_OVERPAYMENT", "HMRC", 200, 5_000, 3, _NONE),
    ("BENEFIT_OVERPAYMENT", "DWP", 100, 4_000, 4, _NONE),
    ("SOCIAL_FUND", "DWP", 80, 800, 2, _NONE),
    ("HP_ESSENTIAL", "MOTOR_FINANCE", 1_500, 14_000, 3, EnforcementStage.DEFAULT_NOTICE),
    ("LOGBOOK_LOAN", "LOGBOOK_LENDER", 500, 4_000, 1, EnforcementStage.DEFAULT_NOTICE),
    ("PARKING_PCN", "LOCAL_COUNCIL", 70, 600, 3, EnforcementStage.ENFORCEMENT_AGENT),
    ("CREDIT_CARD", "CARD_ISSUER", 300, 12_000, 24, EnforcementStage.CCJ),
    ("STORE_CARD", "CATALOGUE", 100, 2_500, 6, EnforcementStage.COLLECTOR),
    ("CATALOGUE", "CATALOGUE", 150, 3_500, 10, EnforcementStage.COLLECTOR),
    ("OVERDRAFT", "BANK", 150, 3_000, 10, EnforcementStage.DEFAULT_NOTICE),
    ("BANK_LOAN", "BANK", 1_000, 18_000, 8, EnforcementStage.CCJ),
    ("PAYDAY", "PAYDAY_LENDER", 100, 1_500, 8, EnforcementStage.COLLECTOR),
    ("DOORSTEP", "HOME_CREDIT", 100, 1_200, 4, EnforcementStage.REMINDER),
    ("BNPL", "BNPL_PROVIDER", 40, 900, 6, EnforcementStage.REMINDER),
    ("CREDIT_UNION", "CREDIT_UNION", 200, 3_000, 3, EnforcementStage.LETTER_BEFORE_CLAIM),
    ("PHONE_BROADBAND", "TELECOMS_PROVIDER", 60, 1_100, 9, EnforcementStage.COLLECTOR),
    ("FORMER_ENERGY", "ENERGY_SUPPLIER", 80, 1_500, 4, EnforcementStage.COLLECTOR),
    ("FAMILY_FRIENDS", "FAMILY_OR_FRIEND", 200, 5_000, 3, _NONE),
    ("STUDENT_LOAN", "SLC", 8_000, 45_000, 1, _NONE),
    ("PRIVATE_PARKING", "PARKING_COMPANY", 60, 400, 3, EnforcementStage.LETTER_BEFORE_CLAIM),
    ("MORTGAGE_SHORTFALL", "MORTGAGE_LENDER", 5_000, 40_000, 1, EnforcementStage.CCJ),
    ("OTHER_UNSECURED", "BANK", 100, 5_000, 2, EnforcementStage.COLLECTOR),
)
CREDITORS: tuple[str, ...] = (*dict.fromkeys(kind[1] for kind in _KINDS), "DEBT_COLLECTOR", "DEBT_PURCHASER")
"""The entries of the register that these debts are owed to, collectors last."""
_COLLECTORS = CREDITORS[-2:]
_WEIGHTS = [kind[4] for kind in _KINDS]
_STAGES = list(EnforcementStage)
_LOANS = frozenset({"CREDIT_CARD", "STORE_CARD", "CATALOGUE", "BANK_LOAN", "PAYDAY", "DOORSTEP", "CREDIT_UNION"})
_NUMBERS_OF_ACCOUNTS = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausibleDebt:
    """One debt; amounts in pounds."""

    type_code: str
    creditor_code: str
    collector_code: str | None
    balance: Decimal
    original_balance: Decimal
    monthly_payment: Decimal | None
    arrears: Decimal
    interest_rate: Decimal | None
    account_number: str
    liability: Liability
    incurred_on: date
    enforcement_stage: EnforcementStage
    judgment_on: date | None


def pounds(random: Random, least: int, most: int) -> Decimal:
    """Make an amount in whole pence, small ones more often than large ones."""
    pence = int(least * 100 + (most - least) * 100 * random.random() ** 2)
    return Decimal(pence).scaleb(-2)


def make_debts(random: Random, count: int, *, joint: bool, today: date) -> Sequence[PlausibleDebt]:
    """Make the debts of one case, no type twice at the same creditor."""
    chosen = dict.fromkeys(random.choices(_KINDS, _WEIGHTS, k=count))
    return [_debt(random, *kind, joint=joint, today=today) for kind in chosen]


def debt_of_every_type(random: Random, *, today: date) -> Sequence[PlausibleDebt]:
    """Make a debt of every type there is here."""
    return [_debt(random, *kind, joint=False, today=today) for kind in {kind[0]: kind for kind in _KINDS}.values()]


def _debt(  # noqa: PLR0917 - one line of the table
    random: Random,
    type_code: str,
    creditor_code: str,
    least: int,
    most: int,
    _often: int,
    furthest: EnforcementStage,
    *,
    joint: bool,
    today: date,
) -> PlausibleDebt:
    balance = pounds(random, least, most)
    incurred_on = today - timedelta(days=random.randint(200, 2_600))
    stage = random.choice([_NONE, _NONE, EnforcementStage.REMINDER, furthest])
    judged = stage in {EnforcementStage.CCJ, EnforcementStage.POSSESSION_CLAIM}
    loan = type_code in _LOANS
    return PlausibleDebt(
        type_code=type_code,
        creditor_code=creditor_code,
        collector_code=random.choice(_COLLECTORS) if stage is EnforcementStage.COLLECTOR else None,
        balance=balance,
        original_balance=balance + pounds(random, 0, most // 3),
        monthly_payment=pounds(random, 5, max(6, least // 2)) if loan else None,
        arrears=min(balance, pounds(random, 0, least)),
        interest_rate=random.choice((Decimal("0.00"), Decimal("19.90"), Decimal("34.90"))) if loan else None,
        account_number=f"{random.randrange(_NUMBERS_OF_ACCOUNTS):010d}",
        liability=Liability.JOINT if joint and random.random() < 1 / 2 else Liability.SOLE,
        incurred_on=incurred_on,
        enforcement_stage=stage,
        judgment_on=incurred_on + timedelta(days=150) if judged else None,
    )
