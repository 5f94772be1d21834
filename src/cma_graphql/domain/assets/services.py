"""What people do with the assets of a case: add, change, delete and restore them."""

from typing import cast
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import LimitReached, NotFound
from cma_graphql.core.ids import new_id
from cma_graphql.core.money import NOTHING
from cma_graphql.domain.assets.details import FIELDS, AssetDetails, read_asset
from cma_graphql.domain.assets.events import AssetAdded, AssetDeleted, AssetRestored, AssetUpdated
from cma_graphql.domain.assets.models import Asset, ValuationBasis
from cma_graphql.domain.assets.selectors import assets_of_cases, deleted_assets_by_id
from cma_graphql.domain.assets.worth import WHOLE
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.debts.referred import require_debt_of
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_ASSETS = 200
_DEBT = "secured_debt_id"
_REQUIRED = ("asset_type", "description", "estimated_value")


async def add_asset(uow: UnitOfWork, *, case_id: UUID, details: AssetDetails) -> UUID:
    """Record an asset in a case; the client's alone, free of debt and counted unless said otherwise. Answer its id.

    Raises Forbidden, ApprovalRequired, NotFound, LimitReached, Invalid (`case-ended`, `another-case`), InvalidInput.
    """
    case = await take_case_of(uow, Permission.DEBT_WRITE, case_id)
    await _require_room(uow, case)
    defaults: dict[str, object] = {
        "valued_on": today(),
        "valuation_basis": ValuationBasis.CLIENT_ESTIMATE.value,
        "ownership_share": WHOLE,
        "secured_amount": NOTHING,
        "exempt": False,
    }
    kept = read_asset(details, present=defaults, required=_REQUIRED)
    await require_debt_of(uow, case, cast("UUID | None", kept.get(_DEBT)), field=_DEBT)
    asset = Asset(id=new_id(), case_id=case.id, client_id=case.client_id, **{**defaults, **kept})
    await tell_of_part(uow, AssetAdded, case, asset, uow.add(asset), new=True)
    return asset.id


async def update_asset(uow: UnitOfWork, *, asset_id: UUID, version: int, details: AssetDetails) -> UUID:
    """Change what is known of an asset, and leave what is not stated; what is as before changes nothing.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, Invalid, InvalidInput.
    """
    case, asset = await _take(uow, asset_id, version)
    kept = read_asset(details, present={name: getattr(asset, name) for name in FIELDS})
    await require_debt_of(uow, case, cast("UUID | None", kept.get(_DEBT)), field=_DEBT)
    await tell_of_part(uow, AssetUpdated, case, asset, uow.change(asset, **kept))
    return asset.id


async def delete_asset(uow: UnitOfWork, *, asset_id: UUID, version: int) -> UUID:
    """Delete an asset softly. Raises Forbidden, ApprovalRequired, NotFound, Conflict, Invalid (`case-ended`)."""
    case, asset = await _take(uow, asset_id, version)
    await tell_of_part(uow, AssetDeleted, case, asset, uow.soft_delete(asset), gone=True)
    return asset.id


async def restore_asset(uow: UnitOfWork, *, asset_id: UUID, version: int) -> UUID:
    """Bring a deleted asset back as it was. Raises like `delete_asset`, and LimitReached."""
    uow.actor.require(Permission.DEBT_WRITE)
    (found,) = await deleted_assets_by_id(uow, [asset_id])
    if found is None:
        raise NotFound("id")
    case = await take_case_of(uow, Permission.DEBT_WRITE, found["case_id"], field="id")
    asset = await uow.lock(Asset, asset_id, version=version, deleted=True)
    await _require_room(uow, case)
    changes = uow.change(asset, deleted_at=None, deleted_by=None)
    await tell_of_part(uow, AssetRestored, case, asset, changes, new=True)
    return asset.id


async def _take(uow: UnitOfWork, asset_id: UUID, version: int) -> tuple[Case, Asset]:
    """Lock an asset's case, then the asset."""
    uow.actor.require(Permission.DEBT_WRITE)
    found = await uow.get(Asset, asset_id, field="id")
    case = await take_case_of(uow, Permission.DEBT_WRITE, found.case_id, field="id")
    return case, await uow.lock(Asset, asset_id, version=version)


async def _require_room(uow: UnitOfWork, case: Case) -> None:
    (present,) = await assets_of_cases(uow, [case.id])
    if len(present) >= MOST_ASSETS:
        raise LimitReached("assets", MOST_ASSETS)
