"""The tables of households, of the people in them, and of the age bands by which dependants are counted."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.clients.models import of_visible_client
from cma_graphql.persistence.base import CentreRow, EnumText, Row, Sealed, SoftDeleted, Tracked, belongs_to


class HousingTenure(StrEnum):
    """By what right a household lives where it lives (Standard Financial Statement, header)."""

    OWNER = "OWNER"
    MORTGAGE = "MORTGAGE"
    LIVING_WITH_PARENTS = "LIVING_WITH_PARENTS"
    TENANT_PRIVATE = "TENANT_PRIVATE"
    TENANT_SOCIAL = "TENANT_SOCIAL"
    OTHER = "OTHER"


class HouseholdRelationship(StrEnum):
    """What a member of the household is to the client."""

    PARTNER = "PARTNER"
    SPOUSE = "SPOUSE"
    CIVIL_PARTNER = "CIVIL_PARTNER"
    CHILD = "CHILD"
    STEPCHILD = "STEPCHILD"
    PARENT = "PARENT"
    SIBLING = "SIBLING"
    OTHER_RELATIVE = "OTHER_RELATIVE"
    LODGER = "LODGER"
    OTHER = "OTHER"


PARTNERS = frozenset({HouseholdRelationship.PARTNER, HouseholdRelationship.SPOUSE, HouseholdRelationship.CIVIL_PARTNER})
"""With whom a client lives as a couple: one at a time."""


class StatementScheme(StrEnum):
    """Whose form of statement counts the dependants."""

    SFS = "SFS"
    CFS = "CFS"


class HouseholdAgeBand(Row):
    """One age band of a statement's form, known to the whole network (decision 6). Ages are completed years."""

    __tablename__ = "household_age_bands"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(EnumText(StatementScheme))
    code: Mapped[str]
    name: Mapped[str]
    child: Mapped[bool]
    """Whether it is counted among the dependent children; the others are the other dependants."""
    min_age: Mapped[int]
    max_age: Mapped[int | None]
    """The last age within the band; None: without an end."""
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    """The last day on which the band holds; None: until further notice."""

    __table_args__ = (
        EnumText(StatementScheme).check("scheme"),
        CheckConstraint("min_age >= 0 AND (max_age IS NULL OR max_age >= min_age)", name="ages"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="effective"),
        Index("household_age_bands_scheme_code_effective_from_key", "scheme", "code", "effective_from", unique=True),
    )


class Household(Tracked, CentreRow):
    """Who lives with a client and how, as the header of a statement states it; one for each client."""

    __tablename__ = "households"

    client_id: Mapped[UUID]
    tenure: Mapped[str | None] = mapped_column(EnumText(HousingTenure))
    tenure_other: Mapped[str | None]
    children_under_16: Mapped[int]
    children_16_to_18: Mapped[int]
    other_dependants: Mapped[int]
    non_dependants: Mapped[int]
    vehicles: Mapped[int]
    joint_application: Mapped[bool]
    notes: Mapped[str | None]

    __table_args__ = (
        belongs_to("clients", "client_id"),
        EnumText(HousingTenure).check("tenure"),
        CheckConstraint("(tenure_other IS NOT NULL) = (tenure IS NOT NULL AND tenure = 'OTHER')", name="tenure_other"),
        CheckConstraint("children_under_16 BETWEEN 0 AND 30", name="children_under_16"),
        CheckConstraint("children_16_to_18 BETWEEN 0 AND 30", name="children_16_to_18"),
        CheckConstraint("other_dependants BETWEEN 0 AND 30", name="other_dependants"),
        CheckConstraint("non_dependants BETWEEN 0 AND 30", name="non_dependants"),
        CheckConstraint("vehicles BETWEEN 0 AND 30", name="vehicles"),
        Index("households_centre_id_client_id_key", "centre_id", "client_id", unique=True),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the households of clients an actor with this sight sees."""
        return of_visible_client(cls.client_id, sight)


class HouseholdMember(Tracked, SoftDeleted, CentreRow):
    """A person who lives with a client; the client is not among them."""

    __tablename__ = "household_members"

    household_id: Mapped[UUID]
    client_id: Mapped[UUID]
    first_name: Mapped[str]
    last_name: Mapped[str | None]
    relationship: Mapped[str] = mapped_column(EnumText(HouseholdRelationship))
    date_of_birth: Mapped[bytes | None] = mapped_column(Sealed)
    birth_year: Mapped[int | None]
    age_scheme: Mapped[str | None] = mapped_column(EnumText(StatementScheme))
    age_band: Mapped[str | None]
    """The band's code, where the person's day of birth is not known."""
    dependant: Mapped[bool]
    financially_linked: Mapped[bool]
    employment_statuses: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))

    __table_args__ = (
        belongs_to("households", "household_id"),
        belongs_to("clients", "client_id"),
        EnumText(HouseholdRelationship).check("relationship"),
        EnumText(StatementScheme).check("age_scheme"),
        CheckConstraint(
            "(age_band IS NULL) = (age_scheme IS NULL) AND (age_band IS NULL OR date_of_birth IS NULL)", name="age"
        ),
        Index("household_members_centre_id_household_id_idx", "centre_id", "household_id", "created_at", "id"),
        Index("household_members_centre_id_client_id_idx", "centre_id", "client_id"),
        Index(
            "household_members_centre_id_household_id_partner_key",
            "centre_id",
            "household_id",
            unique=True,
            postgresql_where=text("relationship IN ('PARTNER', 'SPOUSE', 'CIVIL_PARTNER') AND deleted_at IS NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the households of clients an actor with this sight sees."""
        return of_visible_client(cls.client_id, sight)
