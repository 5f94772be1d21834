"""Writes down where the checklists of a locked case stand, after their items changed."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Numeric, Text, Uuid, case, literal
from sqlalchemy.sql import any_
from sqlalchemy.types import TypeEngine

from cma_graphql.core.clock import now
from cma_graphql.domain.compliance.models import CaseCompliance
from cma_graphql.domain.compliance.progress import ItemFacts, progress_of
from cma_graphql.domain.compliance.selectors import items_of_case_compliances
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork


def facts_of(item: Record) -> ItemFacts:
    """Take what progress follows from out of a selected item."""
    return ItemFacts(
        state=item["state"],
        mandatory=item["mandatory"],
        binding=item["binding"],
        weight=item["weight"],
        deadline_on=item["deadline_on"],
    )


async def recount(uow: UnitOfWork, checklist_ids: Collection[UUID]) -> None:
    """Compute these checklists of locked cases from their items, by two statements whatever their number.

    Each one's version counts up, whatever came of it: one of its lines changed (decision 12).
    """
    keys = sorted(checklist_ids)
    if not keys:
        return
    found = dict(zip(keys, await items_of_case_compliances(uow, keys), strict=True))
    progress = {key: progress_of([facts_of(item) for item in items]) for key, items in found.items()}
    await uow.run_update(
        CaseCompliance,
        CaseCompliance.id == any_(literal(keys, ARRAY(Uuid()))),
        base_status=_by_key({key: made.base_status.value for key, made in progress.items()}, Text()),
        completion=_by_key({key: made.completion for key, made in progress.items()}, Numeric(5, 2)),
        done_weight=_by_key({key: made.done_weight for key, made in progress.items()}, Integer()),
        applicable_weight=_by_key({key: made.applicable_weight for key, made in progress.items()}, Integer()),
        due_on=_by_key({key: made.due_on for key, made in progress.items()}, Date()),
        version=CaseCompliance.version + 1,
        updated_at=now(),
        updated_by=uow.actor.user_id,
    )


def _by_key(values: Mapping[UUID, object], kind: TypeEngine[Any]) -> Any:
    """Write a column's new value for each row: SQL's `CASE id WHEN …`."""
    return case({key: literal(value, kind) for key, value in values.items()}, value=CaseCompliance.id)
