"""Every select of debts, their types, and the totals of a case's debts."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, LargeBinary, Numeric, Text, Uuid, bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.sight import keys_on_cases_seen, own_case
from cma_graphql.domain.debts.kinds import DebtPriority, DebtStatus, Liability
from cma_graphql.domain.debts.limitation import Period
from cma_graphql.domain.debts.models import Debt, DebtType, LimitationPeriod
from cma_graphql.domain.debts.transitions import OWED
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    Span,
    aligned,
    live,
    of_centre,
    spanning,
    statement,
)

DEBT_COLUMNS = (
    Debt.id.label("key"),
    Debt.case_id,
    Debt.client_id,
    Debt.debt_type_id,
    Debt.creditor_id,
    Debt.collector_id,
    Debt.description,
    Debt.account_number.label("sealed_account_number"),
    Debt.original_balance,
    Debt.current_balance,
    Debt.balance_as_of,
    Debt.monthly_payment,
    Debt.arrears,
    Debt.interest_rate,
    Debt.interest_frozen,
    Debt.priority,
    Debt.priority_override_reason,
    Debt.liability,
    Debt.joint_party_name,
    Debt.regulated_credit,
    Debt.jurisdiction,
    Debt.incurred_on,
    Debt.defaulted_on,
    Debt.last_payment_on,
    Debt.last_acknowledged_on,
    Debt.judgment_on,
    Debt.judgment_amount,
    Debt.judgment_reference,
    Debt.judgment_satisfied,
    Debt.enforcement_stage,
    Debt.next_action,
    Debt.next_action_on,
    Debt.secured_amount,
    Debt.fraud_alleged,
    Debt.notes,
    Debt.status,
    Debt.status_reason,
    Debt.status_changed_at,
    Debt.created_at,
    Debt.created_by,
    Debt.updated_at,
    Debt.version,
)
DELETED_COLUMNS = (
    Debt.id.label("key"),
    Debt.case_id,
    Debt.client_id,
    Debt.creditor_id,
    Debt.description,
    Debt.deleted_at,
    Debt.deleted_by,
    Debt.version,
)
TYPE_COLUMNS = (
    DebtType.id.label("key"),
    DebtType.code,
    DebtType.name,
    DebtType.default_priority,
    DebtType.adviser_decides,
    DebtType.excluded_from,
    DebtType.regulated_credit,
    DebtType.limitation_kind,
    DebtType.sanction,
    DebtType.note,
    DebtType.source,
    DebtType.certainty,
    DebtType.active,
)

_CONDITIONS = {
    "status": Debt.status == any_(bindparam("status", type_=ARRAY(Text()))),
    "priority": Debt.priority == any_(bindparam("priority", type_=ARRAY(Text()))),
    "liability": Debt.liability == any_(bindparam("liability", type_=ARRAY(Text()))),
    "enforcement_stage": Debt.enforcement_stage == any_(bindparam("enforcement_stage", type_=ARRAY(Text()))),
    "debt_type": Debt.debt_type_id == any_(bindparam("debt_type", type_=ARRAY(Uuid()))),
    "creditor": Debt.creditor_id == any_(bindparam("creditor", type_=ARRAY(Uuid()))),
    "collector": Debt.collector_id == any_(bindparam("collector", type_=ARRAY(Uuid()))),
    "case": Debt.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
    "client": Debt.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
    "account_number_index": Debt.account_number_index == bindparam("account_number_index", type_=LargeBinary()),
    "next_action_before": Debt.due_key < bindparam("next_action_before", type_=Date()),
}
DEBTS = Listing(
    Debt,
    columns=DEBT_COLUMNS,
    orders={
        "NEXT_ACTION_ON_ASC": Order((Debt.due_key,)),
        "CREATED_AT_ASC": Order((Debt.created_at,)),
        "CREATED_AT_DESC": Order((Debt.created_at,), descending=True),
    },
    conditions=_CONDITIONS,
    parents=("creditor_id", "collector_id", "debt_type_id", "client_id"),
    source=keys_on_cases_seen(Debt),
    rare={
        "debt_type": Rare(_CONDITIONS["debt_type"]),
        "creditor": Rare(_CONDITIONS["creditor"]),
        "collector": Rare(_CONDITIONS["collector"]),
        "next_action_before": Rare(_CONDITIONS["next_action_before"], Debt.due_key),
    },
    merged={"enforcement_stage": Debt.enforcement_stage, "status": Debt.status},
    exact=("case", "client", "account_number_index"),
)
DELETED_DEBTS = Listing(
    Debt,
    columns=DELETED_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Debt.deleted_at,), descending=True)},
    conditions={},
    deleted=True,
    source=keys_on_cases_seen(Debt, deleted=True),
)


@statement
def debts_by_key(sight: Sight) -> AnySelect:
    """Select these debts."""
    return select(*DEBT_COLUMNS).where(live(Debt, sight), Debt.id == any_(KEYS))


@statement
def deleted_debts_by_key(sight: Sight) -> AnySelect:
    """Select these debts, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Debt, sight, deleted=True), Debt.id == any_(KEYS))


@statement
def own_debts(sight: Sight) -> AnySelect:
    """Select which of these debts are in the actor's own cases."""
    case = aliased(Case, name="own_case")
    in_own_case = exists().where(
        case.centre_id == ACTOR_CENTRE, case.id == Debt.case_id, case.deleted_at.is_(None), own_case(case)
    )
    return select(Debt.id.label("key")).where(live(Debt, sight), Debt.id == any_(KEYS), in_own_case)


@statement
def debts_by_case(sight: Sight) -> AnySelect:
    """Select these cases' debts, oldest record first: two hundred a case at most."""
    return (
        select(*DEBT_COLUMNS)
        .where(
            live(Debt, sight),
            Debt.case_id == any_(KEYS),
            Debt.status == any_(bindparam("statuses", type_=ARRAY(Text()))),
            Debt.priority == any_(bindparam("priorities", type_=ARRAY(Text()))),
        )
        .order_by(Debt.created_at, Debt.id)
    )


@statement
def totals_by_case(sight: Sight) -> AnySelect:
    """Add up what is owed in these cases: the debts for which `transitions.counts` holds."""
    priority = Debt.priority == bindparam("priority", type_=Text())
    nothing = bindparam("nothing", type_=Numeric(15, 2))

    def added(column: Any, *conditions: ColumnElement[bool]) -> Any:
        total = func.sum(column)
        return func.coalesce(total.filter(*conditions) if conditions else total, nothing)

    return (
        select(
            Debt.case_id,
            func.count().label("count"),
            func.count().filter(priority).label("priority_count"),
            func.count().filter(Debt.current_balance.is_(None)).label("unknown_balances"),
            added(Debt.current_balance).label("total"),
            added(Debt.current_balance, priority).label("priority"),
            added(Debt.arrears).label("arrears"),
            added(Debt.monthly_payment).label("monthly_payments"),
            added(Debt.secured_amount).label("secured"),
        )
        .where(
            live(Debt, sight),
            Debt.case_id == any_(KEYS),
            Debt.status == any_(bindparam("owed", type_=ARRAY(Text()))),
            Debt.liability != bindparam("not_liable", type_=Text()),
        )
        .group_by(Debt.case_id)
    )


@statement
def debts_of_case(_sight: Sight) -> AnySelect:
    """Count a case's debts, whoever asks: a bound is the same for everybody."""
    return (
        select(func.count().label("debts"))
        .select_from(Debt)
        .where(of_centre(Debt), Debt.deleted_at.is_(None), Debt.case_id == any_(KEYS))
    )


@statement
def debt_types_by_key(sight: Sight) -> AnySelect:
    """Select these types of debt of the centre."""
    return select(*TYPE_COLUMNS).where(live(DebtType, sight), DebtType.id == any_(KEYS))


@statement
def debt_types_of_centre(sight: Sight) -> AnySelect:
    """Select the centre's types of debt, in their order; some fifty."""
    return select(*TYPE_COLUMNS).where(live(DebtType, sight)).order_by(DebtType.position, DebtType.code).limit(200)


@spanning(Span.NETWORK)
def limitation_rules(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's periods of limitation."""
    return select(
        LimitationPeriod.jurisdiction,
        LimitationPeriod.kind,
        LimitationPeriod.years,
        LimitationPeriod.valid_from,
        LimitationPeriod.valid_until,
        LimitationPeriod.certainty,
        LimitationPeriod.source,
    ).order_by(LimitationPeriod.jurisdiction, LimitationPeriod.kind, LimitationPeriod.valid_from)


async def debts_by_id(reads: Reads, debt_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these debts, in their order, None for those the actor does not see."""
    return await aligned(reads, debts_by_key, debt_ids)


async def deleted_debts_by_id(reads: Reads, debt_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these debts, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_debts_by_key, debt_ids)


async def own_debt_ids(reads: Reads, debt_ids: Sequence[UUID]) -> set[UUID]:
    """Answer which of these debts are in the actor's own cases, for permissions that reach no farther."""
    return {row["key"] for row in await reads.all(own_debts, keys=list(debt_ids))}


async def debts_of_cases(
    reads: Reads,
    case_ids: Sequence[UUID],
    *,
    statuses: Collection[DebtStatus] | None = None,
    priorities: Collection[DebtPriority] | None = None,
) -> list[list[Record]]:
    """Answer each case's debts; of some states or of one priority, where that is asked for."""
    rows = await reads.all(
        debts_by_case,
        keys=list(dict.fromkeys(case_ids)),
        statuses=[status.value for status in (DebtStatus if statuses is None else statuses)],
        priorities=[priority.value for priority in (DebtPriority if priorities is None else priorities)],
    )
    found: dict[UUID, list[Record]] = {key: [] for key in case_ids}
    for row in rows:
        found[row["case_id"]].append(row)
    return [found[key] for key in case_ids]


async def totals_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> Mapping[UUID, Record]:
    """Answer the totals of the cases in which something is owed."""
    rows = await reads.all(
        totals_by_case,
        keys=list(dict.fromkeys(case_ids)),
        owed=[status.value for status in OWED],
        not_liable=Liability.NOT_LIABLE.value,
        priority=DebtPriority.PRIORITY.value,
        nothing=Decimal("0.00"),
    )
    return {row["case_id"]: row for row in rows}


async def count_debts(reads: Reads, case_id: UUID) -> int:
    """Answer how many debts a case has, those the actor does not see included."""
    row = await reads.one(debts_of_case, keys=[case_id])
    return 0 if row is None else int(row["debts"])


async def debt_types_by_id(reads: Reads, type_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these types of debt, in their order."""
    return await aligned(reads, debt_types_by_key, type_ids)


async def debt_types(reads: Reads) -> Sequence[Record]:
    """Answer the centre's types of debt."""
    return await reads.all(debt_types_of_centre)


async def limitation_periods(reads: Reads) -> list[Period]:
    """Answer the network's rules of limitation."""
    return [Period(**dict(row.items())) for row in await reads.all(limitation_rules, Span.NETWORK)]
