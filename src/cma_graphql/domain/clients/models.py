"""The tables of clients and of what they consented to."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Index, Text, exists, text, true
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.core.formats.words import WordsOf, email_words, phone_words, postcode_words, text_words
from cma_graphql.domain.clients.sight import visible_client
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    BlindIndex,
    CentreRow,
    EnumText,
    Sealed,
    SoftDeleted,
    Tracked,
    belongs_to,
)


class MaritalStatus(StrEnum):
    """A client's marital status."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    CIVIL_PARTNERSHIP = "CIVIL_PARTNERSHIP"
    COHABITING = "COHABITING"
    SEPARATED = "SEPARATED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"
    NOT_STATED = "NOT_STATED"


class EmploymentStatus(StrEnum):
    """How a client is employed; several may hold at once."""

    EMPLOYED_FULL_TIME = "EMPLOYED_FULL_TIME"
    EMPLOYED_PART_TIME = "EMPLOYED_PART_TIME"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    UNEMPLOYED = "UNEMPLOYED"
    UNABLE_TO_WORK = "UNABLE_TO_WORK"
    CARER = "CARER"
    STUDENT = "STUDENT"
    RETIRED = "RETIRED"
    NOT_STATED = "NOT_STATED"


class ConsentPurpose(StrEnum):
    """What a client's data may be used for (domain reference 4.6)."""

    ADVICE = "ADVICE"
    CREDITOR_CONTACT = "CREDITOR_CONTACT"
    CREDIT_SEARCH = "CREDIT_SEARCH"
    REFERRAL = "REFERRAL"
    QA = "QA"
    FUNDER_REPORT = "FUNDER_REPORT"
    RESEARCH = "RESEARCH"
    MARKETING = "MARKETING"
    AI_ASSIST = "AI_ASSIST"


class ConsentChannel(StrEnum):
    """How a consent was given."""

    IN_PERSON = "IN_PERSON"
    TELEPHONE = "TELEPHONE"
    ONLINE = "ONLINE"
    PAPER = "PAPER"


class Client(Tracked, SoftDeleted, CentreRow):
    """A person who comes to one centre for advice."""

    __tablename__ = "clients"
    searched: ClassVar[Mapping[str, WordsOf]] = {
        "first_name": text_words,
        "last_name": text_words,
        "reference": text_words,
        "former_reference": text_words,
        "postcode": postcode_words,
        "phone_primary": phone_words,
        "phone_secondary": phone_words,
        "email": email_words,
    }

    reference: Mapped[str]
    former_reference: Mapped[str | None]
    """What an imported client was called in the system it comes from."""
    title: Mapped[str | None]
    first_name: Mapped[str]
    last_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    """`last first`, folded: for sorting and for finding by the beginning of a name (decision 16)."""
    date_of_birth: Mapped[bytes | None] = mapped_column(Sealed)
    birth_year: Mapped[int | None]
    national_insurance_number: Mapped[bytes | None] = mapped_column(Sealed)
    national_insurance_index: Mapped[bytes | None] = mapped_column(BlindIndex)
    safe_contact_note: Mapped[bytes | None] = mapped_column(Sealed)
    phone_primary: Mapped[str | None]
    phone_secondary: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(Text(collation="C"))
    address_line1: Mapped[str | None]
    address_line2: Mapped[str | None]
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    postcode_key: Mapped[str | None] = mapped_column(Text(collation="C"))
    marital_status: Mapped[str | None] = mapped_column(EnumText(MaritalStatus))
    employment_statuses: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    dependents: Mapped[int] = mapped_column(server_default="0")
    preferred_language: Mapped[str | None]
    interpreter_needed: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        EnumText(MaritalStatus).check("marital_status"),
        CheckConstraint("dependents BETWEEN 0 AND 30", name="dependents"),
        Index(
            "clients_centre_id_reference_key",
            "centre_id",
            "reference",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "clients_centre_id_former_reference_key",
            "centre_id",
            "former_reference",
            unique=True,
            postgresql_where=text("former_reference IS NOT NULL AND deleted_at IS NULL"),
        ),
        Index("clients_centre_id_name_key_idx", "centre_id", "name_key", "id"),
        Index("clients_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("clients_centre_id_postcode_key_idx", "centre_id", "postcode_key", "id"),
        Index("clients_centre_id_email_key_idx", "centre_id", "email_key"),
        Index("clients_centre_id_ni_idx", "centre_id", "national_insurance_index"),
        Index("clients_centre_id_created_by_idx", "centre_id", "created_by"),
        Index("clients_centre_id_birth_year_idx", "centre_id", "birth_year"),
        Index(
            "clients_centre_id_deleted_at_idx",
            "centre_id",
            "deleted_at",
            "id",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the clients an actor with this sight sees."""
        return visible_client(cls, sight)


class ClientConsent(CentreRow):
    """One consent of a client for one purpose: given once, withdrawn at most once, never changed otherwise."""

    __tablename__ = "client_consents"

    client_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(EnumText(ConsentPurpose))
    channel: Mapped[str] = mapped_column(EnumText(ConsentChannel))
    wording_version: Mapped[str]
    given_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawal_note: Mapped[str | None]

    __table_args__ = (
        belongs_to("clients", "client_id"),
        EnumText(ConsentPurpose).check("purpose"),
        EnumText(ConsentChannel).check("channel"),
        Index(
            "client_consents_centre_id_client_id_purpose_key",
            "centre_id",
            "client_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("client_consents_centre_id_client_id_idx", "centre_id", "client_id", "given_at"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the consents of clients an actor with this sight sees."""
        return of_visible_client(cls.client_id, sight)


def of_visible_client(client_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Match what hangs on a client that an actor with this sight sees, and that is not deleted."""
    rule = visible_client(Client, sight)
    return exists().where(
        Client.centre_id == ACTOR_CENTRE,
        Client.id == client_id,
        Client.deleted_at.is_(None),
        true() if rule is None else rule,
    )
