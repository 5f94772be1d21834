"""The table of centres."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from cma_graphql.persistence.base import CentreRow, EnumText, Tracked


class CentreStatus(StrEnum):
    """Whether a centre is at work (domain reference 5.3)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class OrganisationType(StrEnum):
    """What kind of organisation runs a centre (seed 000)."""

    CITIZENS_ADVICE = "CITIZENS_ADVICE"
    INDEPENDENT_CHARITY = "INDEPENDENT_CHARITY"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    CREDIT_UNION = "CREDIT_UNION"
    HOUSING_ASSOCIATION = "HOUSING_ASSOCIATION"
    PLATFORM = "PLATFORM"


class Jurisdiction(StrEnum):
    """Whose law a centre's clients mostly live under."""

    ENGLAND_AND_WALES = "ENGLAND_AND_WALES"
    SCOTLAND = "SCOTLAND"
    NORTHERN_IRELAND = "NORTHERN_IRELAND"


class Centre(Tracked, CentreRow):
    """One debt-advice centre; the platform itself is a row too, without clients (decision 4).

    A centre is a record of itself: `centre_id` is another name of its `id`.
    """

    __tablename__ = "centres"

    centre_id = synonym("id")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    code: Mapped[str]
    organisation_type: Mapped[str] = mapped_column(EnumText(OrganisationType))
    jurisdiction: Mapped[str] = mapped_column(EnumText(Jurisdiction))
    status: Mapped[str] = mapped_column(EnumText(CentreStatus))
    address_line1: Mapped[str | None]
    address_line2: Mapped[str | None]
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    manager_id: Mapped[UUID | None]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (
        # Deferrable, since a centre and its first manager's membership refer to each other.
        ForeignKeyConstraint(
            ("id", "manager_id"),
            ("memberships.centre_id", "memberships.user_id"),
            name="centres_manager_id_fkey",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        Index("centres_code_key", "code", unique=True),
        EnumText(OrganisationType).check("organisation_type"),
        EnumText(Jurisdiction).check("jurisdiction"),
        EnumText(CentreStatus).check("status"),
    )
