"""What came of demonstration cases: an arrangement or an order, and mostly money."""

from random import Random
from uuid import UUID

from cma_graphql.demo.debts import pounds
from cma_graphql.domain.outcomes.codes import GainBasis, GainCertainty, OutcomeCode
from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.domain.outcomes.services import record_outcome
from cma_graphql.persistence.unit_of_work import UnitOfWork

RESULTS = (
    OutcomeCode.DMP_STARTED,
    OutcomeCode.PRO_RATA_AGREED,
    OutcomeCode.TOKEN_AGREED,
    OutcomeCode.DRO_MADE,
    OutcomeCode.ENFORCEMENT_STOPPED,
    OutcomeCode.SELF_HELP,
)


async def record_outcomes(uow: UnitOfWork, random: Random, case_id: UUID) -> None:
    """Record what came of a case that is resolved, as the centre's manager."""
    await record_outcome(uow, case_id=case_id, details=OutcomeDetails(code=random.choice(RESULTS)))
    if random.random() < 2 / 3:
        annual = random.random() < 1 / 2
        money = OutcomeDetails(
            code=OutcomeCode.INCOME_GAINED if annual else OutcomeCode.DEBT_WRITTEN_OFF,
            amount=pounds(random, 100, 3_000),
            basis=GainBasis.ANNUAL if annual else GainBasis.ONE_OFF,
            certainty=random.choice(list(GainCertainty)),
        )
        await record_outcome(uow, case_id=case_id, details=money)
