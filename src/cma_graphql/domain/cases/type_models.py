"""The table of a centre's case types."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.core.ids import SYSTEM_ACTOR
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
    category: Mapped[str] = mapped_column(EnumText(CaseCategory), server_default="PERSONAL")
    default_priority: Mapped[str] = mapped_column(EnumText(Priority), server_default="MEDIUM")
    default_complexity: Mapped[str] = mapped_column(EnumText(Level), server_default="MEDIUM")
    default_billing_method: Mapped[str] = mapped_column(EnumText(BillingMethod), server_default="NONE")
    requires_legal_review: Mapped[bool]
    requires_compliance_review: Mapped[bool]
    requires_cost_tracking: Mapped[bool] = mapped_column(server_default=text("true"))
    position: Mapped[int]
    active: Mapped[bool]
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it is proposed where nobody names another."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)
    created_by: Mapped[UUID] = mapped_column(server_default=str(SYSTEM_ACTOR), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)
    updated_by: Mapped[UUID] = mapped_column(server_default=str(SYSTEM_ACTOR), sort_order=90)

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
