"""Adding a debt to a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Audience
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.parts import take_case_of, tell_audience
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.creditors.services import usable_creditor
from cma_graphql.domain.debts.details import DebtDetails, read_amount, read_debt, read_past_day
from cma_graphql.domain.debts.events import DebtAdded
from cma_graphql.domain.debts.kinds import DebtStatus, EnforcementStage, Liability
from cma_graphql.domain.debts.models import Debt, DebtBalance, DebtHolder, DebtType
from cma_graphql.domain.debts.selectors import count_debts
from cma_graphql.domain.debts.services.columns import columns_of
from cma_graphql.domain.debts.services.taking import told
from cma_graphql.persistence.reads import Reads
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_DEBTS = 200
"""How many live debts a case may have; lists of a case's debts have no pages because of it."""
_DEFAULTS: DebtDetails = {
    "interest_frozen": False,
    "liability": Liability.SOLE,
    "enforcement_stage": EnforcementStage.NONE,
    "fraud_alleged": False,
    "next_action_on": None,
}


async def add_debt(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    debt_type_id: UUID,
    creditor_id: UUID,
    current_balance: Decimal | None = None,
    balance_as_of: date | None = None,
    details: DebtDetails,
) -> UUID:
    """Add a debt to a case; answer its id. Its priority, and whether it is regulated credit, are its type's.

    The balance is of today unless said; the jurisdiction is the centre's unless said. Raises Forbidden, NotFound,
    Invalid, InvalidInput; LimitReached at 200 debts of the case.
    """
    case = await take_case_of(uow, Permission.DEBT_WRITE, case_id)
    kind = await usable_type(uow, debt_type_id)
    creditor = await usable_creditor(uow, creditor_id, field="creditor_id")
    await require_room(uow, case.id)
    usual = await jurisdiction_of_centre(uow)
    faults = Faults()
    said = read_new_debt(
        faults, details=details, current_balance=current_balance, balance_as_of=balance_as_of, jurisdiction=usual
    )
    faults.raise_any()
    debt = await new_debt(
        uow,
        said,
        case_id=case.id,
        client_id=case.client_id,
        creditor_id=creditor.id,
        debt_type_id=kind.id,
        priority=kind.default_priority,
        regulated_credit=kind.regulated_credit,
    )
    await add_debts(uow, [(debt, await audience_of(uow, case))])
    return debt.id


@dataclass(frozen=True, slots=True)
class NewDebt:
    """What was said of a new debt, as read."""

    kept: Mapping[str, object]
    balance: Decimal | None
    as_of: date | None


def read_new_debt(
    faults: Faults,
    *,
    details: DebtDetails,
    current_balance: Decimal | None,
    balance_as_of: date | None,
    jurisdiction: Jurisdiction,
) -> NewDebt:
    """Read what is said of a new debt; the jurisdiction holds unless the details say another."""
    kept = read_debt({**_DEFAULTS, "jurisdiction": jurisdiction, **details}, {}, faults)
    balance = None if current_balance is None else faults.read("current_balance", read_amount, current_balance)
    as_of = today() if balance_as_of is None else faults.read("balance_as_of", read_past_day, balance_as_of)
    if balance_as_of is not None and current_balance is None:
        faults.add("current_balance", "required", "Say what the balance was on that day.")
    return NewDebt(kept, balance, None if balance is None else as_of)


async def new_debt(uow: UnitOfWork, said: NewDebt, *, regulated_credit: str, **columns: object) -> Debt:
    """Make a debt of which this was said, to be added; `regulated_credit` is what its type says of it."""
    debt = Debt(
        id=new_id(),
        current_balance=said.balance,
        balance_as_of=said.as_of,
        status_changed_at=now(),
        **{"status": DebtStatus.ACTIVE.value, **columns},
    )
    for column, value in (await columns_of(uow, debt, {"regulated_credit": regulated_credit, **said.kept})).items():
        setattr(debt, column, value)
    return debt


async def add_debts(uow: UnitOfWork, debts: Sequence[tuple[Debt, Audience]]) -> None:
    """Add new debts with the beginnings of their histories, by few statements whatever their number.

    Each is told of to the audience beside it: those who see its case.
    """
    changes = [uow.add(debt) for debt, _ in debts]
    await uow.flush()
    for (debt, audience), change in zip(debts, changes, strict=True):
        _begin_history(uow, debt)
        tell_audience(
            uow, audience, DebtAdded, debt, told(change), case_id=debt.case_id, client_id=debt.client_id, new=True
        )


async def usable_type(uow: UnitOfWork, debt_type_id: UUID) -> DebtType:
    """Answer a type that a debt may be of. Raises NotFound; Invalid where it is not active."""
    kind = await uow.get(DebtType, debt_type_id, field="debt_type_id")
    if not kind.active:
        raise Invalid("debt_type_id", "inactive", "This type of debt is not in use any more.")
    return kind


async def require_room(uow: UnitOfWork, case_id: UUID) -> None:
    """Raise LimitReached where a case, which is locked, has as many debts as it may."""
    if await count_debts(uow, case_id) >= MOST_DEBTS:
        raise LimitReached("debts", MOST_DEBTS, f"A case has at most {MOST_DEBTS} debts.")


async def jurisdiction_of_centre(reads: Reads) -> Jurisdiction:
    """Answer where the actor's centre is, and so mostly its clients' debts are."""
    (centre,) = await centres_by_id(reads, [reads.actor.centre_id])
    if centre is None:
        raise LookupError("the actor's centre is not there")
    return Jurisdiction(centre["jurisdiction"])


def _begin_history(uow: UnitOfWork, debt: Debt) -> None:
    """Keep who held the debt from the beginning, and what it first stood at."""
    line = {
        "case_id": debt.case_id,
        "client_id": debt.client_id,
        "debt_id": debt.id,
        "recorded_at": now(),
        "recorded_by": uow.actor.user_id,
    }
    uow.add_lines([DebtHolder(id=new_id(), creditor_id=debt.creditor_id, position=0, **line)])
    if debt.current_balance is not None:
        uow.add_lines([DebtBalance(id=new_id(), as_of=debt.balance_as_of, amount=debt.current_balance, **line)])
