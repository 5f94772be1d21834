"""Completes a stage of a case's workflow, past the gates of all rooms."""

from uuid import UUID

from cma_graphql.domain.casework.gates import GATES
from cma_graphql.domain.workflow.services import progress
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def complete_stage(
    uow: UnitOfWork,
    *,
    stage_id: UUID,
    version: int,
    notes: str | None = None,
    evidence_document_id: UUID | None = None,
) -> UUID:
    """Say that a stage is done, with what shows it; raises what `workflow.services.progress.complete_stage` does."""
    return await progress.complete_stage(
        uow,
        stage_id=stage_id,
        version=version,
        gates=GATES,
        notes=notes,
        evidence_document_id=evidence_document_id,
    )
