"""What mutations of assets are given."""

from datetime import date
from typing import Any, cast

import strawberry

from cma_graphql.domain.assets.details import FIELDS, AssetDetails
from cma_graphql.graph.assets.enums import AssetType, ExemptionReason, ValuationBasis
from cma_graphql.graph.node import read_id
from cma_graphql.graph.scalars import Money, Percentage
from cma_graphql.graph.writing import MutationInput, given_fields

ASSET_TYPE = "What kind of thing it is."
DESCRIPTION = "What it is; at most 200 characters."
ESTIMATED_VALUE = "What the whole of it is worth: 0.00 to 9999999999.99."
VALUED_ON = "The day on which it is worth that; not in the future. Today for a new value, unless said."
VALUATION_BASIS = "Whence the value is known."
OWNERSHIP_SHARE = "Per cent of it that is the client's: more than 0, at most 100, at most two decimals."
JOINT_OWNER = "Who owns the rest, at most 200 characters: needed for a share below 100, refused for the whole."
SECURED_AMOUNT = "What is owed against the whole of it: 0.00 to 9999999999.99."
SECURED_DEBT = "The debt of the same case that is secured against it."
EXEMPT = "Whether it is left out of what counts in a solution."
EXEMPTION_REASON = "Why it is exempt: needed where it is, refused where it counts."
EXEMPTION_NOTE = "The reason in words, at most 1,000 characters: needed with `OTHER`, refused where it counts."
REGISTRATION = "A vehicle's registration mark, kept in capitals without spaces."
ADAPTED = "Whether a vehicle is adapted for a physical impairment."
NEEDED_FOR_WORK = "Whether a vehicle is needed for work."
DOMESTIC = "Whether a vehicle is for private use."
ADDRESS = "Where a property is; at most 300 characters."
POSTCODE = "A property's UK postcode, like SW1A 1AA."
MORTGAGED = "Whether there is a mortgage on a property."
_NOT_TAKEN = "It cannot be taken away."


@strawberry.input(description="An asset to record. What is left out or null is not known.")
class AssetAddInput(MutationInput):
    """An asset as somebody told of it."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    asset_type: AssetType = strawberry.field(description=ASSET_TYPE)
    description: str = strawberry.field(description=DESCRIPTION)
    estimated_value: Money = strawberry.field(description=ESTIMATED_VALUE)
    valued_on: date | None = strawberry.field(default=None, description=VALUED_ON)
    valuation_basis: ValuationBasis | None = strawberry.field(
        default=None, description=f"{VALUATION_BASIS} The client's estimate unless said."
    )
    ownership_share: Percentage | None = strawberry.field(
        default=None, description=f"{OWNERSHIP_SHARE} The whole unless said."
    )
    joint_owner: str | None = strawberry.field(default=None, description=JOINT_OWNER)
    secured_amount: Money | None = strawberry.field(default=None, description=f"{SECURED_AMOUNT} Nothing unless said.")
    secured_debt_id: strawberry.ID | None = strawberry.field(default=None, description=SECURED_DEBT)
    exempt: bool | None = strawberry.field(default=None, description=f"{EXEMPT} `false` unless said.")
    exemption_reason: ExemptionReason | None = strawberry.field(default=None, description=EXEMPTION_REASON)
    exemption_note: str | None = strawberry.field(default=None, description=EXEMPTION_NOTE)
    registration: str | None = strawberry.field(default=None, description=REGISTRATION)
    adapted: bool | None = strawberry.field(default=None, description=ADAPTED)
    needed_for_work: bool | None = strawberry.field(default=None, description=NEEDED_FOR_WORK)
    domestic: bool | None = strawberry.field(default=None, description=DOMESTIC)
    address: str | None = strawberry.field(default=None, description=ADDRESS)
    postcode: str | None = strawberry.field(default=None, description=POSTCODE)
    mortgaged: bool | None = strawberry.field(default=None, description=MORTGAGED)


@strawberry.input(
    description="What is known of an asset, to change. What is left out stays; null takes a value away. What hangs on "
    "another statement goes with it: a type's own fields, the reason of an exemption, the other owner."
)
class AssetUpdateInput(MutationInput):
    """What is known now."""

    id: strawberry.ID = strawberry.field(description="The asset.")
    expected_version: int = strawberry.field(description="The asset's `version` as you read it.")
    asset_type: strawberry.Maybe[AssetType | None] = strawberry.field(
        default=None, description=f"{ASSET_TYPE} {_NOT_TAKEN}"
    )
    description: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description=f"{DESCRIPTION} {_NOT_TAKEN}"
    )
    estimated_value: strawberry.Maybe[Money | None] = strawberry.field(
        default=None, description=f"{ESTIMATED_VALUE} {_NOT_TAKEN}"
    )
    valued_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=f"{VALUED_ON} {_NOT_TAKEN}")
    valuation_basis: strawberry.Maybe[ValuationBasis | None] = strawberry.field(
        default=None, description=f"{VALUATION_BASIS} {_NOT_TAKEN}"
    )
    ownership_share: strawberry.Maybe[Percentage | None] = strawberry.field(
        default=None, description=f"{OWNERSHIP_SHARE} {_NOT_TAKEN}"
    )
    joint_owner: strawberry.Maybe[str | None] = strawberry.field(default=None, description=JOINT_OWNER)
    secured_amount: strawberry.Maybe[Money | None] = strawberry.field(
        default=None, description=f"{SECURED_AMOUNT} {_NOT_TAKEN}"
    )
    secured_debt_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(default=None, description=SECURED_DEBT)
    exempt: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=f"{EXEMPT} {_NOT_TAKEN}")
    exemption_reason: strawberry.Maybe[ExemptionReason | None] = strawberry.field(
        default=None, description=EXEMPTION_REASON
    )
    exemption_note: strawberry.Maybe[str | None] = strawberry.field(default=None, description=EXEMPTION_NOTE)
    registration: strawberry.Maybe[str | None] = strawberry.field(default=None, description=REGISTRATION)
    adapted: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=ADAPTED)
    needed_for_work: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=NEEDED_FOR_WORK)
    domestic: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=DOMESTIC)
    address: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ADDRESS)
    postcode: strawberry.Maybe[str | None] = strawberry.field(default=None, description=POSTCODE)
    mortgaged: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=MORTGAGED)


@strawberry.input(description="An asset to delete.")
class AssetDeleteInput(MutationInput):
    """Which asset, as it was read."""

    id: strawberry.ID = strawberry.field(description="The asset.")
    expected_version: int = strawberry.field(description="The asset's `version` as you read it.")


@strawberry.input(description="A deleted asset to restore.")
class AssetRestoreInput(MutationInput):
    """Which deleted asset, as it was read."""

    id: strawberry.ID = strawberry.field(description="The asset.")
    expected_version: int = strawberry.field(description="The deleted asset's `version`, as the deletion told it.")


def stated_asset(given: AssetAddInput) -> AssetDetails:
    """Answer what is stated: of an asset that is not recorded yet, null states nothing. Raise NotFound for the debt."""
    return _with_debt({name: value for name in FIELDS if (value := getattr(given, name)) is not None})


def changed_asset(given: AssetUpdateInput) -> AssetDetails:
    """Answer what is stated; None where a value is to be taken away. Raise NotFound for the debt."""
    return _with_debt(given_fields(given, *FIELDS))


def _with_debt(stated: dict[str, Any]) -> AssetDetails:
    if stated.get("secured_debt_id") is not None:
        stated["secured_debt_id"] = read_id("debt", stated["secured_debt_id"], field="secured_debt_id")
    return cast("AssetDetails", stated)
