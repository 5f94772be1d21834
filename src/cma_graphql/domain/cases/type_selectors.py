"""Every select of a centre's case types."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    aligned_optional,
    grouped,
    live,
    statement,
)

MOST_CASE_TYPES = 200
"""A centre's case types are a plain list."""

CASE_TYPE_COLUMNS = (
    CaseType.id.label("key"),
    CaseType.catalogue_id,
    CaseType.parent_id,
    CaseType.code,
    CaseType.name,
    CaseType.description,
    CaseType.category,
    CaseType.default_priority,
    CaseType.default_complexity,
    CaseType.default_billing_method,
    CaseType.requires_legal_review,
    CaseType.requires_compliance_review,
    CaseType.requires_cost_tracking,
    CaseType.active,
    CaseType.is_default,
    CaseType.position,
    CaseType.created_at,
    CaseType.updated_at,
    CaseType.version,
)


@statement
def case_types_by_key(sight: Sight) -> AnySelect:
    """Select these case types of the centre."""
    return select(*CASE_TYPE_COLUMNS).where(live(CaseType, sight), CaseType.id == any_(KEYS))


@statement
def case_types_of_centre(sight: Sight) -> AnySelect:
    """Select the centre's case types, in their order; a dozen or two."""
    return (
        select(*CASE_TYPE_COLUMNS)
        .where(live(CaseType, sight))
        .order_by(CaseType.position, CaseType.code)
        .limit(MOST_CASE_TYPES)
    )


@statement
def kinds_by_parent(sight: Sight) -> AnySelect:
    """Select the case types that are kinds of these, in their order."""
    return (
        select(*CASE_TYPE_COLUMNS)
        .where(live(CaseType, sight), CaseType.parent_id == any_(KEYS))
        .order_by(CaseType.position, CaseType.code)
    )


async def case_types_by_id(reads: Reads, type_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these case types, in their order."""
    return await aligned(reads, case_types_by_key, type_ids)


async def case_types_by_optional_id(reads: Reads, type_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `case_types_by_id` where some ids are absent."""
    return await aligned_optional(reads, case_types_by_key, type_ids)


async def case_types(reads: Reads) -> Sequence[Record]:
    """Answer the centre's case types."""
    return await reads.all(case_types_of_centre)


async def kinds_of_case_types(reads: Reads, type_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the case types that are kinds of each of these."""
    return await grouped(reads, kinds_by_parent, type_ids, by="parent_id")
