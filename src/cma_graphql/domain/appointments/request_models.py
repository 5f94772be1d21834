"""The table of what clients ask for an appointment by."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, DateTime, Index, and_, false, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.models import MeetingMode, of_visible_place
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import ACTOR_CLIENT, CentreRow, EnumText, Tracked, belongs_to


class RequestStatus(StrEnum):
    """What became of a request."""

    OPEN = "OPEN"
    BOOKED = "BOOKED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class AppointmentRequest(Tracked, CentreRow):
    """That a client would like an appointment, about one of their cases or about none."""

    __tablename__ = "appointment_requests"

    client_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    from_portal: Mapped[bool]
    """Whether the client wrote it; else somebody of the centre did, for them."""
    status: Mapped[str] = mapped_column(EnumText(RequestStatus))
    meeting_mode: Mapped[str | None] = mapped_column(EnumText(MeetingMode))
    """How the client would like to meet; None: it does not matter."""
    preferred_times: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    """When it would suit the client, the best time first; none: at any."""
    note: Mapped[str | None]
    decline_reason: Mapped[str | None]
    """Why there is none, as the client reads it."""
    appointment_id: Mapped[UUID | None]
    """What was booked for it."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("appointments", "appointment_id"),
        EnumText(RequestStatus).check("status"),
        EnumText(MeetingMode).check("meeting_mode"),
        CheckConstraint("cardinality(preferred_times) BETWEEN 0 AND 5", name="preferred_times"),
        CheckConstraint("(status = 'OPEN') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("(status = 'BOOKED') = (appointment_id IS NOT NULL)", name="appointment_id"),
        CheckConstraint("(status = 'DECLINED') = (decline_reason IS NOT NULL)", name="decline_reason"),
        Index("appointment_requests_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("appointment_requests_centre_id_status_idx", "centre_id", "status", "created_at", "id"),
        Index("appointment_requests_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index("appointment_requests_centre_id_client_id_idx", "centre_id", "client_id", "created_at", "id"),
        Index(
            "appointment_requests_centre_id_without_case_idx",
            "centre_id",
            "client_id",
            "id",
            postgresql_where=text("case_id IS NULL"),
        ),
        Index(
            "appointment_requests_centre_id_appointment_id_key",
            "centre_id",
            "appointment_id",
            unique=True,
            postgresql_where=text("appointment_id IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the requests of the cases, or where they name none of the clients, that an actor sees."""
        if sight is Sight.NOTHING:
            return false()
        if sight is Sight.RECORD:
            return and_(cls.client_id == ACTOR_CLIENT, or_(cls.case_id.is_(None), of_visible_case(cls.case_id, sight)))
        return of_visible_place(cls, sight)
