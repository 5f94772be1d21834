"""The outcomes of a case, the main one among them, and what they come to; those that concern a debt."""

from typing import Any

from cma_graphql.domain.outcomes import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.outcomes.types import Gains
from cma_graphql.graph.refs import OutcomeRef


def outcomes_of_case() -> Any:
    """Declare the outcomes of each case."""

    async def outcomes(cases: list[Any], info: Info) -> list[list[OutcomeRef]]:
        """Answer each case's outcomes."""
        return await selectors.outcomes_of_cases(info.context.reader, [case.key for case in cases])

    description = "What the advice came to, the first first, those withdrawn among them; at most 200."
    return relation(description=description, size=5, reads=())(outcomes)


def main_outcome_of_case() -> Any:
    """Declare the outcome that each case is reported under."""

    async def main_outcome(cases: list[Any], info: Info) -> list[OutcomeRef | None]:
        """Answer each case's main outcome."""
        return await selectors.main_outcomes_of_cases(info.context.reader, [case.key for case in cases])

    return relation(description="The outcome that it is reported under, once there is one.", reads=())(main_outcome)


def gains_of_case() -> Any:
    """Declare what the outcomes of each case come to."""

    async def gains(cases: list[Any], info: Info) -> list[Gains]:
        """Answer the gains of each case."""
        found = await selectors.gains_of_cases(info.context.reader, [case.key for case in cases])
        return [Gains.of(item) for item in found]

    return relation(description="What its outcomes come to in money.", reads=())(gains)


def outcomes_of_debt() -> Any:
    """Declare the outcomes that concern a debt."""

    async def outcomes(debts: list[Any], info: Info) -> list[list[OutcomeRef]]:
        """Answer the outcomes that concern each debt."""
        return await selectors.outcomes_of_debts(info.context.reader, [debt.key for debt in debts])

    return relation(description="What the advice on it came to, the first first.", size=2, reads=())(outcomes)
