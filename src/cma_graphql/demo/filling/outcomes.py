"""What came of the cases of a filled centre that are at an end."""

from collections.abc import Sequence
from random import Random

from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.demo.outcomes import RESULTS
from cma_graphql.domain.outcomes.models import Outcome


def fill_outcomes(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather an outcome for each case that is at its end, of the day on which it was opened."""
    for case in cases:
        if case.at_work:
            continue
        rows.add(
            Outcome,
            centre_id=centre.centre_id,
            id=new_id(),
            case_id=case.case_id,
            client_id=case.client_id,
            code=random.choice(RESULTS).value,
            occurred_on=case.opened_at.date(),
            main=True,
            **tracked(case.opened_at, case.advisor_id),
        )
