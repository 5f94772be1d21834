"""Every select of assets."""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.assets.models import Asset
from cma_graphql.domain.assets.worth import AssetTotals, Valued, total
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

ASSET_COLUMNS = (
    Asset.id.label("key"),
    Asset.case_id,
    Asset.client_id,
    Asset.asset_type,
    Asset.description,
    Asset.estimated_value,
    Asset.valued_on,
    Asset.valuation_basis,
    Asset.ownership_share,
    Asset.joint_owner,
    Asset.secured_amount,
    Asset.secured_debt_id,
    Asset.exempt,
    Asset.exemption_reason,
    Asset.exemption_note,
    Asset.registration,
    Asset.adapted,
    Asset.needed_for_work,
    Asset.domestic,
    Asset.address,
    Asset.postcode,
    Asset.mortgaged,
    Asset.created_at,
    Asset.updated_at,
    Asset.version,
)
DELETED_COLUMNS = (
    Asset.id.label("key"),
    Asset.case_id,
    Asset.client_id,
    Asset.asset_type,
    Asset.description,
    Asset.deleted_at,
    Asset.version,
)


@statement
def assets_by_key(sight: Sight) -> AnySelect:
    """Select these assets."""
    return select(*ASSET_COLUMNS).where(live(Asset, sight), Asset.id == any_(KEYS))


@statement
def assets_by_case(sight: Sight) -> AnySelect:
    """Select the assets of these cases, in the order in which they were recorded; at most 200 in each."""
    return (
        select(*ASSET_COLUMNS)
        .where(live(Asset, sight), Asset.case_id == any_(KEYS))
        .order_by(Asset.created_at, Asset.id)
    )


@statement
def assets_by_debt(sight: Sight) -> AnySelect:
    """Select the assets against which these debts are secured, in the order in which they were recorded."""
    return (
        select(*ASSET_COLUMNS)
        .where(live(Asset, sight), Asset.secured_debt_id == any_(KEYS))
        .order_by(Asset.created_at, Asset.id)
    )


@statement
def deleted_assets_by_key(sight: Sight) -> AnySelect:
    """Select these assets, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Asset, sight, deleted=True), Asset.id == any_(KEYS))


async def assets_by_id(reads: Reads, asset_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these assets, in their order, None for those the actor does not see."""
    return await aligned(reads, assets_by_key, asset_ids)


async def assets_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's assets, the first recorded first."""
    return await grouped(reads, assets_by_case, case_ids, by="case_id")


async def assets_of_debts(reads: Reads, debt_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the assets against which each debt is secured."""
    return await grouped(reads, assets_by_debt, debt_ids, by="secured_debt_id")


async def deleted_assets_by_id(reads: Reads, asset_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these deleted assets, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_assets_by_key, asset_ids)


async def totals_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[AssetTotals]:
    """Answer what each case's assets come to: the sums of those that are listed."""
    return [
        total(Valued(**{field.name: row[field.name] for field in fields(Valued)}) for row in rows)
        for rows in await assets_of_cases(reads, case_ids)
    ]
