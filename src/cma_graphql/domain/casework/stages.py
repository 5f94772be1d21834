"""Keeps the stage that a case is put at by hand in step with its workflow."""

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.workflow.selectors import open_required_stages
from cma_graphql.persistence.unit_of_work import UnitOfWork

_PLACE = {stage.value: place for place, stage in enumerate(CaseStage)}


async def require_stage_is_reached(uow: UnitOfWork, case: Case, stage: CaseStage) -> None:
    """Raise Invalid, naming what is open, where a case would pass over required stages of its workflow by hand."""
    (open_yet,) = await open_required_stages(uow, [case.id])
    passed = [each for each in open_yet if _PLACE[each["advice_stage"]] < _PLACE[stage]]
    if passed:
        raise Invalid(
            "stage",
            "stages-open",
            "The workflow has required stages before that: complete them, and the case goes there by itself.",
            stages=[each["code"] or each["name"] for each in passed],
        )
