"""The table of a centre's case types."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.domain.cases.models import BillingMethod, CaseCategory, Level, Priority
from cma_graphql.persistence.base import CentreRow, EnumText, Tracked, belongs_to


class CaseType(Tracked, CentreRow):
    """A centre's copy of a case type, made when the centre is, or a type of its own."""

    __tablename__ = "case_types"

    catalogue_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    """The type that this one is a kind of."""
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    category: Mapped[str] = mapped_column(EnumText(CaseCategory))
    default_priority: Mapped[str] = mapped_column(EnumText(Priority))
    default_complexity: Mapped[str] = mapped_column(EnumText(Level))
    default_billing_method: Mapped[str] = mapped_column(EnumText(BillingMethod))
    requires_legal_review: Mapped[bool]
    requires_compliance_review: Mapped[bool]
    requires_cost_tracking: Mapped[bool]
    position: Mapped[int]
    active: Mapped[bool]
    is_default: Mapped[bool]
    """Whether it is proposed where nobody names another."""

    __table_args__ = (
        belongs_to("case_types", "parent_id"),
        EnumText(CaseCategory).check("category"),
        EnumText(Priority).check("default_priority"),
        EnumText(Level).check("default_complexity"),
        EnumText(BillingMethod).check("default_billing_method"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("NOT is_default OR active", name="is_default"),
        Index("case_types_centre_id_code_key", "centre_id", "code", unique=True),
        Index("case_types_centre_id_default_key", "centre_id", unique=True, postgresql_where=text("is_default")),
    )
