"""Every select of outcomes, and what they come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Text, Uuid, bindparam, func, select, true
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.money import NOTHING
from cma_graphql.domain.clients.sight import keys_on_cases_seen
from cma_graphql.domain.outcomes.codes import GainBasis, GainCertainty, OutcomeCode
from cma_graphql.domain.outcomes.models import Outcome
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    grouped,
    live,
    statement,
)

COLUMNS = (
    Outcome.id.label("key"),
    Outcome.case_id,
    Outcome.client_id,
    Outcome.debt_id,
    Outcome.code,
    Outcome.occurred_on,
    Outcome.amount,
    Outcome.basis,
    Outcome.certainty,
    Outcome.note,
    Outcome.main,
    Outcome.withdrawn_at,
    Outcome.withdrawal_reason,
    Outcome.created_at,
    Outcome.created_by,
    Outcome.version,
)
OUTCOMES = Listing(
    Outcome,
    columns=COLUMNS,
    orders={"OCCURRED_ON_DESC": Order((Outcome.occurred_on,), descending=True)},
    conditions={
        "code": Outcome.code == any_(bindparam("code", type_=ARRAY(Text()))),
        "certainty": Outcome.certainty == any_(bindparam("certainty", type_=ARRAY(Text()))),
        "main": Outcome.main.is_(true()),
        "standing": Outcome.withdrawn_at.is_(None),
        "case": Outcome.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "since": Outcome.occurred_on >= bindparam("since", type_=Date()),
        "until": Outcome.occurred_on <= bindparam("until", type_=Date()),
    },
    source=keys_on_cases_seen(Outcome),
    merged={"code": Outcome.code},
    exact=("case",),
)


@dataclass(frozen=True, slots=True)
class Gains:
    """What outcomes come to in money: pounds had once, and pounds a year."""

    one_off: Decimal
    annual: Decimal
    confirmed: Decimal
    """Of both, what is sure."""


@statement
def outcomes_by_key(sight: Sight) -> AnySelect:
    """Select these outcomes."""
    return select(*COLUMNS).where(live(Outcome, sight), Outcome.id == any_(KEYS))


@statement
def outcomes_by_case(sight: Sight) -> AnySelect:
    """Select the outcomes of these cases, the first first, those withdrawn among them; at most 200 in each."""
    return (
        select(*COLUMNS)
        .where(live(Outcome, sight), Outcome.case_id == any_(KEYS))
        .order_by(Outcome.occurred_on, Outcome.id)
    )


@statement
def outcomes_by_debt(sight: Sight) -> AnySelect:
    """Select the outcomes that concern these debts and stand, the first first."""
    return (
        select(*COLUMNS)
        .where(live(Outcome, sight), Outcome.debt_id == any_(KEYS), Outcome.withdrawn_at.is_(None))
        .order_by(Outcome.occurred_on, Outcome.id)
    )


@statement
def summed_by_code(sight: Sight) -> AnySelect:
    """Count what came about in a time, by code, in how many cases, and add up the money."""

    def added(condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
        return func.coalesce(func.sum(Outcome.amount).filter(condition), NOTHING)

    return (
        select(
            Outcome.code,
            func.count().label("outcomes"),
            func.count(Outcome.case_id.distinct()).label("cases"),
            added(Outcome.basis == GainBasis.ONE_OFF.value).label("one_off"),
            added(Outcome.basis == GainBasis.ANNUAL.value).label("annual"),
            added(Outcome.certainty == GainCertainty.CONFIRMED.value).label("confirmed"),
        )
        .where(
            live(Outcome, sight),
            Outcome.withdrawn_at.is_(None),
            Outcome.occurred_on.between(bindparam("since", type_=Date()), bindparam("until", type_=Date())),
        )
        .group_by(Outcome.code)
    )


async def outcomes_by_id(reads: Reads, outcome_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these outcomes, in their order, None for those the actor does not see."""
    return await aligned(reads, outcomes_by_key, outcome_ids)


async def outcomes_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's outcomes, the first first, those withdrawn among them."""
    return await grouped(reads, outcomes_by_case, case_ids, by="case_id")


async def outcomes_of_debts(reads: Reads, debt_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the outcomes that concern each debt and stand."""
    return await grouped(reads, outcomes_by_debt, debt_ids, by="debt_id")


async def main_outcomes_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer the outcome that each case is reported under, None for a case without one."""
    return [next((row for row in rows if row["main"]), None) for rows in await outcomes_of_cases(reads, case_ids)]


async def gains_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[Gains]:
    """Answer what the outcomes of each case come to in money."""
    return [
        gains(row for row in rows if row["withdrawn_at"] is None) for rows in await outcomes_of_cases(reads, case_ids)
    ]


async def outcome_sums(reads: Reads, *, since: date, until: date) -> list[Record]:
    """Answer what came about from one day to another, both included, one record a code, in the codes' order."""
    rows = {row["code"]: row for row in await reads.all(summed_by_code, since=since, until=until)}
    return [rows[code.value] for code in OutcomeCode if code.value in rows]


def gains(outcomes: Iterable[Record]) -> Gains:
    """Add up the money in outcomes that stand."""
    paid = [row for row in outcomes if row["amount"] is not None]

    def added(column: str, value: str) -> Decimal:
        return sum((row["amount"] for row in paid if row[column] == value), NOTHING)

    return Gains(
        one_off=added("basis", GainBasis.ONE_OFF.value),
        annual=added("basis", GainBasis.ANNUAL.value),
        confirmed=added("certainty", GainCertainty.CONFIRMED.value),
    )
