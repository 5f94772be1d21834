"""What can be done with assets."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.assets.selectors import deleted_assets_by_id
from cma_graphql.domain.assets.services import add_asset, delete_asset, restore_asset, update_asset
from cma_graphql.graph.assets.inputs import (
    AssetAddInput,
    AssetDeleteInput,
    AssetRestoreInput,
    AssetUpdateInput,
    changed_asset,
    stated_asset,
)
from cma_graphql.graph.assets.types import Asset, DeletedAsset
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import reread, write

_ASSET = "The asset as it is now; null where it was refused, or where the viewer does not see it."


def _what(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What recording an asset answers.")
class AssetAddPayload(Payload):
    """The new asset."""

    asset: Asset | None = strawberry.field(default=None, description=_ASSET)


@strawberry.type(description="What changing an asset answers.")
class AssetUpdatePayload(Payload):
    """The changed asset."""

    asset: Asset | None = strawberry.field(default=None, description=_ASSET)


@strawberry.type(description="What deleting an asset answers.")
class AssetDeletePayload(Payload):
    """The deleted asset."""

    deleted_asset: DeletedAsset | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.type(description="What restoring an asset answers.")
class AssetRestorePayload(Payload):
    """The restored asset."""

    asset: Asset | None = strawberry.field(default=None, description=_ASSET)


@strawberry.type
class AssetMutations:
    """What can be done with assets."""

    @mutation(requires=Permission.DEBT_WRITE, description="Record an asset in a case: 200 at most.")
    async def asset_add(self, info: Info, input: Annotated[AssetAddInput, _what("The asset.")]) -> AssetAddPayload:
        """Record an asset."""
        outcome = await write(
            info,
            add_asset,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            details=stated_asset(input),
        )
        return AssetAddPayload(asset=await reread(info, Asset, outcome.subject_ids[0]), replayed=outcome.replayed)

    @mutation(requires=Permission.DEBT_WRITE, description="Change what is known of an asset.")
    async def asset_update(
        self, info: Info, input: Annotated[AssetUpdateInput, _what("What to change.")]
    ) -> AssetUpdatePayload:
        """Change an asset."""
        outcome = await write(
            info,
            update_asset,
            input,
            asset_id=read_id("asset", input.id),
            version=input.expected_version,
            details=changed_asset(input),
        )
        return AssetUpdatePayload(asset=await reread(info, Asset, outcome.subject_ids[0]), replayed=outcome.replayed)

    @mutation(requires=Permission.DEBT_WRITE, description="Delete an asset. The record stays, and can be restored.")
    async def asset_delete(
        self, info: Info, input: Annotated[AssetDeleteInput, _what("Which asset.")]
    ) -> AssetDeletePayload:
        """Delete an asset."""
        outcome = await write(
            info, delete_asset, input, asset_id=read_id("asset", input.id), version=input.expected_version
        )
        (record,) = await deleted_assets_by_id(info.context.reader, outcome.subject_ids)
        return AssetDeletePayload(deleted_asset=wrapped(DeletedAsset, record, info.context), replayed=outcome.replayed)

    @mutation(requires=Permission.DEBT_WRITE, description="Restore a deleted asset.")
    async def asset_restore(
        self, info: Info, input: Annotated[AssetRestoreInput, _what("Which asset.")]
    ) -> AssetRestorePayload:
        """Restore an asset."""
        outcome = await write(
            info, restore_asset, input, asset_id=read_id("asset", input.id), version=input.expected_version
        )
        return AssetRestorePayload(asset=await reread(info, Asset, outcome.subject_ids[0]), replayed=outcome.replayed)
