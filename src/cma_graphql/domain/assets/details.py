"""What a person states of an asset: read field by field, all faults told at once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.postcode import normalise_postcode
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.formats.vehicle import normalise_registration
from cma_graphql.core.money import DECIMALS, MOST_OF_A_PART, NOTHING, PENNY, parse_money
from cma_graphql.domain.assets.models import AssetType, ExemptionReason, ValuationBasis
from cma_graphql.domain.assets.worth import WHOLE


class AssetDetails(TypedDict, total=False):
    """What is known of an asset. An absent key states nothing; None takes a value away."""

    asset_type: AssetType | None
    description: str | None
    estimated_value: Decimal | None
    valued_on: date | None
    valuation_basis: ValuationBasis | None
    ownership_share: Decimal | None
    joint_owner: str | None
    secured_amount: Decimal | None
    secured_debt_id: UUID | None
    exempt: bool | None
    exemption_reason: ExemptionReason | None
    exemption_note: str | None
    registration: str | None
    adapted: bool | None
    needed_for_work: bool | None
    domestic: bool | None
    address: str | None
    postcode: str | None
    mortgaged: bool | None


FIELDS = tuple(AssetDetails.__annotations__)
_VEHICLE = ("registration", "adapted", "needed_for_work", "domestic")
_PROPERTY = ("address", "postcode", "mortgaged")
_NEVER_EMPTY = frozenset(
    {
        "asset_type",
        "description",
        "estimated_value",
        "valued_on",
        "valuation_basis",
        "ownership_share",
        "secured_amount",
        "exempt",
    }
)
# What an asset has to be for a reason to hold; the others hold for assets of any kind.
_FITTING: Mapping[str, AssetType] = {
    ExemptionReason.VEHICLE_ADAPTED.value: AssetType.VEHICLE,
    ExemptionReason.VEHICLE_LOW_VALUE.value: AssetType.VEHICLE,
    ExemptionReason.PENSION_RIGHTS.value: AssetType.PENSION,
}


def _amount(value: Decimal) -> Decimal:
    return parse_money(value, minimum=NOTHING, maximum=MOST_OF_A_PART)


def _share(percent: Decimal) -> Decimal:
    if not percent.is_finite():
        raise FormatError("finite", "A share is a number, and a finite one.")
    if not 0 < percent <= WHOLE:
        raise FormatError("range", "A share is more than 0 and at most 100 per cent.", minimum="0", maximum="100")
    kept = percent.quantize(PENNY)
    if kept != percent:
        raise FormatError("decimals", f"Write at most {DECIMALS} decimals.", maximum=DECIMALS)
    return kept


def _valued(day: date) -> date:
    if day > today():
        raise FormatError("date-in-future", "An asset is valued on a day that has come.")
    return day


_READERS: Mapping[str, Callable[[Any], object]] = {
    "asset_type": lambda kind: kind.value,
    "description": partial(one_line, max_length=200),
    "estimated_value": _amount,
    "valued_on": _valued,
    "valuation_basis": lambda basis: basis.value,
    "ownership_share": _share,
    "joint_owner": partial(one_line, max_length=200),
    "secured_amount": _amount,
    "secured_debt_id": lambda key: key,
    "exempt": bool,
    "exemption_reason": lambda reason: reason.value,
    "exemption_note": partial(multiline, max_length=1_000),
    "registration": normalise_registration,
    "adapted": bool,
    "needed_for_work": bool,
    "domestic": bool,
    "address": partial(one_line, max_length=300),
    "postcode": normalise_postcode,
    "mortgaged": bool,
}


def read_asset(
    given: AssetDetails, *, present: Mapping[str, object], required: Iterable[str] = ()
) -> dict[str, object]:
    """Return what is stated in the form it is kept in; `present` is what is known of the asset now.

    Raises Invalid or InvalidInput naming each faulty field; `required` are those that have to be stated. What
    hangs on another statement goes with it: a sole owner has no other, an asset that counts no reason for its
    exemption, and only a vehicle has a registration. A new value is today's unless `valued_on` says otherwise.
    """
    faults = Faults()
    kept: dict[str, object] = {}
    for field in required:
        if given.get(field) is None:
            faults.add(field, "required", "This has to be stated.")
    for field, value in given.items():
        if value is not None:
            kept[field] = faults.read(field, _READERS[field], value)
        elif field not in _NEVER_EMPTY:
            kept[field] = None
        elif field not in required:
            faults.add(field, "required", "This may be changed, but not taken away.")
    if "valued_on" not in given and kept.get("estimated_value", present.get("estimated_value")) != present.get(
        "estimated_value"
    ):
        kept["valued_on"] = today()
    after = {**present, **kept}
    _settle_owner(faults, given, kept, after)
    _settle_exemption(faults, given, kept, after)
    kind = after.get("asset_type")
    _only(
        faults, given, kept, _VEHICLE, holds=kind == AssetType.VEHICLE, rule="vehicle-only", said="Vehicles have this."
    )
    _only(faults, given, kept, _PROPERTY, holds=kind == AssetType.PROPERTY, rule="property-only", said="Land has this.")
    faults.raise_any()
    return kept


def _settle_owner(faults: Faults, given: AssetDetails, kept: dict[str, object], after: Mapping[str, object]) -> None:
    share = after.get("ownership_share")
    if share is None:
        return  # its fault is told
    sole = share == WHOLE
    _only(
        faults,
        given,
        kept,
        ("joint_owner",),
        holds=not sole,
        rule="sole-owner",
        said="Who owns the whole of it owns it with nobody.",
    )
    if not sole and given.get("joint_owner") is None and {**after, **kept}.get("joint_owner") is None:
        faults.add("joint_owner", "required", "Say who owns the rest.")


def _settle_exemption(
    faults: Faults, given: AssetDetails, kept: dict[str, object], after: Mapping[str, object]
) -> None:
    exempt = bool(after.get("exempt"))
    _only(
        faults,
        given,
        kept,
        ("exemption_reason", "exemption_note"),
        holds=exempt,
        rule="not-exempt",
        said="An asset that counts has no reason for its exemption.",
    )
    if not exempt:
        return
    reason = after.get("exemption_reason")
    if reason is None:
        faults.add("exemption_reason", "required", "Say why the asset is exempt.")
        return
    fitting = _FITTING.get(str(reason))
    if fitting is not None and after.get("asset_type") != fitting:
        faults.add(
            "exemption_reason", "reason-does-not-fit", "An asset of this type has another reason.", type=fitting.value
        )
    noted = given.get("exemption_note") is not None or after.get("exemption_note") is not None
    if reason == ExemptionReason.OTHER and not noted:
        faults.add("exemption_note", "required", "Say in words why the asset is exempt.")


def _only(
    faults: Faults,
    given: AssetDetails,
    kept: dict[str, object],
    fields: Iterable[str],
    *,
    holds: bool,
    rule: str,
    said: str,
) -> None:
    """Refuse fields that may be stated only where something holds; where it does not hold any more, empty them."""
    if holds:
        return
    for field in fields:
        if given.get(field) is not None:
            faults.add(field, rule, said)
        kept[field] = None
