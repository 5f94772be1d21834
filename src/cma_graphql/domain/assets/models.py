"""The table of assets: what a client owns that counts in a solution."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import CentreRow, EnumText, SoftDeleted, Tracked, belongs_to

MONEY = Numeric(15, 2)
SHARE = Numeric(5, 2)


class AssetType(StrEnum):
    """What kind of thing an asset is."""

    PROPERTY = "PROPERTY"
    VEHICLE = "VEHICLE"
    SAVINGS = "SAVINGS"
    INVESTMENT = "INVESTMENT"
    PENSION = "PENSION"
    INSURANCE_POLICY = "INSURANCE_POLICY"
    HOUSEHOLD_GOODS = "HOUSEHOLD_GOODS"
    TOOLS_OF_TRADE = "TOOLS_OF_TRADE"
    JEWELLERY = "JEWELLERY"
    OTHER = "OTHER"


class ValuationBasis(StrEnum):
    """Whence the value of an asset is known."""

    CLIENT_ESTIMATE = "CLIENT_ESTIMATE"
    PROFESSIONAL_VALUATION = "PROFESSIONAL_VALUATION"
    ONLINE_GUIDE = "ONLINE_GUIDE"
    STATEMENT = "STATEMENT"


class ExemptionReason(StrEnum):
    """Why an asset is left out of what counts in a solution (domain reference 3.3: DRO-05, DRO-06)."""

    NECESSARY_HOUSEHOLD_ITEM = "NECESSARY_HOUSEHOLD_ITEM"
    TOOLS_OF_TRADE = "TOOLS_OF_TRADE"
    VEHICLE_ADAPTED = "VEHICLE_ADAPTED"
    VEHICLE_LOW_VALUE = "VEHICLE_LOW_VALUE"
    PENSION_RIGHTS = "PENSION_RIGHTS"
    HELD_ON_TRUST = "HELD_ON_TRUST"
    OTHER = "OTHER"


class Asset(Tracked, SoftDeleted, CentreRow):
    """Something that a client owns, alone or with others, in one case."""

    __tablename__ = "assets"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    asset_type: Mapped[str] = mapped_column(EnumText(AssetType))
    description: Mapped[str]
    estimated_value: Mapped[Decimal] = mapped_column(MONEY)
    """Of the whole of it, whatever the client's share."""
    valued_on: Mapped[date]
    valuation_basis: Mapped[str] = mapped_column(EnumText(ValuationBasis))
    ownership_share: Mapped[Decimal] = mapped_column(SHARE)
    """Per cent of it that is the client's."""
    joint_owner: Mapped[str | None]
    secured_amount: Mapped[Decimal] = mapped_column(MONEY)
    """What is owed against the whole of it."""
    secured_debt_id: Mapped[UUID | None]
    exempt: Mapped[bool]
    exemption_reason: Mapped[str | None] = mapped_column(EnumText(ExemptionReason))
    exemption_note: Mapped[str | None]
    registration: Mapped[str | None]
    adapted: Mapped[bool | None]
    needed_for_work: Mapped[bool | None]
    domestic: Mapped[bool | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    mortgaged: Mapped[bool | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debts", "secured_debt_id"),
        EnumText(AssetType).check("asset_type"),
        EnumText(ValuationBasis).check("valuation_basis"),
        EnumText(ExemptionReason).check("exemption_reason"),
        CheckConstraint("estimated_value >= 0 AND secured_amount >= 0", name="amounts"),
        CheckConstraint("ownership_share > 0 AND ownership_share <= 100", name="ownership_share"),
        CheckConstraint("(ownership_share < 100) = (joint_owner IS NOT NULL)", name="joint_owner"),
        CheckConstraint(
            "exempt = (exemption_reason IS NOT NULL) AND (exempt OR exemption_note IS NULL) "
            "AND (exemption_reason IS NULL OR exemption_reason <> 'OTHER' OR exemption_note IS NOT NULL)",
            name="exemption",
        ),
        CheckConstraint(
            "asset_type = 'VEHICLE' OR num_nonnulls(registration, adapted, needed_for_work, domestic) = 0",
            name="vehicle",
        ),
        CheckConstraint("asset_type = 'PROPERTY' OR num_nonnulls(address, postcode, mortgaged) = 0", name="property"),
        Index("assets_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index("assets_centre_id_client_id_idx", "centre_id", "client_id"),
        Index("assets_centre_id_secured_debt_id_idx", "centre_id", "secured_debt_id", "created_at", "id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the assets of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
