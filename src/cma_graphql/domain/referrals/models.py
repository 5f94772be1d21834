"""The table of referrals: out to others, in from others, and between the centres of the network."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import BlindIndex, CentreRow, EnumText, Sealed, Tracked, belongs_to


class ReferralDirection(StrEnum):
    """Whether a client is handed out or in."""

    OUT = "OUT"
    IN = "IN"


class ReferralParty(StrEnum):
    """Who stands at the other end."""

    ORGANISATION = "ORGANISATION"
    CENTRE = "CENTRE"


class ReferralState(StrEnum):
    """Where a referral stands (domain reference 5.3). One that came in begins as SENT: the other side sent it."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


UNDER_WAY = frozenset({ReferralState.SENT, ReferralState.ACCEPTED})
"""The states in which the answer, or the outcome, is still to come."""


class ReferralUrgency(StrEnum):
    """How soon the other side is needed."""

    ROUTINE = "ROUTINE"
    SOON = "SOON"
    URGENT = "URGENT"
    EMERGENCY = "EMERGENCY"


class OrganisationKind(StrEnum):
    """What the other side does."""

    DEBT_ADVICE = "DEBT_ADVICE"
    LEGAL_ADVICE = "LEGAL_ADVICE"
    WELFARE_BENEFITS = "WELFARE_BENEFITS"
    HOUSING = "HOUSING"
    HEALTH = "HEALTH"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    FOOD_AID = "FOOD_AID"
    EMPLOYMENT = "EMPLOYMENT"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    OTHER = "OTHER"


class SharedCategory(StrEnum):
    """A part of what is known, shared or not as a whole."""

    NAME = "NAME"
    CONTACT = "CONTACT"
    ADDRESS = "ADDRESS"
    IDENTITY = "IDENTITY"
    HOUSEHOLD = "HOUSEHOLD"
    CASE = "CASE"
    DEBTS = "DEBTS"
    ASSETS = "ASSETS"
    BUDGET = "BUDGET"


class AnsweredThrough(StrEnum):
    """How the answer came."""

    LINK = "LINK"
    STAFF = "STAFF"
    CENTRE = "CENTRE"


class ReferralOutcome(StrEnum):
    """What a referral that was accepted came to."""

    HELP_GIVEN = "HELP_GIVEN"
    PARTLY_HELPED = "PARTLY_HELPED"
    RETURNED = "RETURNED"
    NOT_REACHED = "NOT_REACHED"
    NOT_NEEDED = "NOT_NEEDED"
    TAKEN_ON = "TAKEN_ON"


class Referral(Tracked, CentreRow):
    """One hand-over of a client. Of a transfer each of the two centres has a record of its own, with the same id."""

    __tablename__ = "referrals"

    direction: Mapped[str] = mapped_column(EnumText(ReferralDirection))
    party: Mapped[str] = mapped_column(EnumText(ReferralParty))
    state: Mapped[str] = mapped_column(EnumText(ReferralState))
    case_id: Mapped[UUID | None]
    """None: it came in and has not been admitted."""
    client_id: Mapped[UUID | None]
    organisation_name: Mapped[str]
    organisation_kind: Mapped[str] = mapped_column(EnumText(OrganisationKind))
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    other_centre_id: Mapped[UUID | None]
    other_reference: Mapped[str | None]
    """What the case, or the referral, is called at the other end."""
    reason: Mapped[str]
    urgency: Mapped[str] = mapped_column(EnumText(ReferralUrgency))
    shared_categories: Mapped[list[str]]
    """Values of `SharedCategory`."""
    shared: Mapped[bytes | None] = mapped_column(Sealed)
    """What was sent, or came, as sections of JSON (shared.py); None: nothing was sent yet."""
    hands_over: Mapped[bool]
    """Whether the case is referred by sending it; otherwise the work on it goes on."""
    consent_id: Mapped[UUID | None]
    consent_note: Mapped[str | None]
    """What the other side says of the client's consent, for one that came in."""
    received_on: Mapped[date | None]
    token_digest: Mapped[bytes | None] = mapped_column(BlindIndex)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    answered_through: Mapped[str | None] = mapped_column(EnumText(AnsweredThrough))
    answer_note: Mapped[str | None]
    """Why it was rejected or withdrawn; what was said with an acceptance."""
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(EnumText(ReferralOutcome))
    outcome_note: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    """Of a transfer: when both centres' records said the same and nothing was left to carry out."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("client_consents", "consent_id"),
        belongs_to("memberships", "sent_by"),
        belongs_to("memberships", "answered_by"),
        EnumText(ReferralDirection).check("direction"),
        EnumText(ReferralParty).check("party"),
        EnumText(ReferralState).check("state"),
        EnumText(OrganisationKind).check("organisation_kind"),
        EnumText(ReferralUrgency).check("urgency"),
        EnumText(AnsweredThrough).check("answered_through"),
        EnumText(ReferralOutcome).check("outcome"),
        CheckConstraint("direction = 'IN' OR (case_id IS NOT NULL AND client_id IS NOT NULL)", name="case"),
        CheckConstraint("(party = 'CENTRE') = (other_centre_id IS NOT NULL)", name="other_centre"),
        CheckConstraint("other_centre_id IS NULL OR other_centre_id <> centre_id", name="another_centre"),
        CheckConstraint("direction = 'OUT' OR (state <> 'DRAFT' AND shared IS NOT NULL)", name="received"),
        CheckConstraint(
            "direction = 'IN' OR state IN ('DRAFT', 'WITHDRAWN') "
            "OR (sent_at IS NOT NULL AND expires_at IS NOT NULL AND shared IS NOT NULL AND consent_id IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint("state <> 'REJECTED' OR answer_note IS NOT NULL", name="rejected"),
        CheckConstraint("(state = 'COMPLETED') = (outcome IS NOT NULL)", name="completed"),
        CheckConstraint("token_digest IS NULL OR state = 'SENT'", name="token"),
        Index("referrals_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("referrals_centre_id_state_idx", "centre_id", "state", "created_at", "id"),
        Index("referrals_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index("referrals_centre_id_client_id_idx", "centre_id", "client_id"),
        Index("referrals_centre_id_consent_id_idx", "centre_id", "consent_id"),
        Index(
            "referrals_centre_id_expires_at_idx",
            "centre_id",
            "expires_at",
            "id",
            postgresql_where=text("state = 'SENT'"),
        ),
        Index(
            "referrals_centre_id_unsettled_idx",
            "centre_id",
            "id",
            postgresql_where=text("party = 'CENTRE' AND settled_at IS NULL"),
        ),
        Index(
            "referrals_centre_id_token_digest_key",
            "centre_id",
            "token_digest",
            unique=True,
            postgresql_where=text("token_digest IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to what an actor with this sight sees.

        Of a case, whoever sees the case; of what came in and waits to be admitted, the staff, but an offer of another
        centre only those who see the whole centre.
        """
        of_case = of_visible_case(cls.case_id, sight)
        if sight is Sight.EVERYTHING:
            return or_(cls.case_id.is_(None), of_case)
        if sight in {Sight.CENTRE, Sight.TEAM, Sight.OWN}:
            return or_(and_(cls.case_id.is_(None), cls.party == ReferralParty.ORGANISATION.value), of_case)
        return of_case
