"""The table of notices: what a template's notification rules have led to, so that it happens once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.kinds import Channel, NotificationMoment
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import CentreRow, EnumText, belongs_to


class Notice(CentreRow):
    """That somebody was told, by a rule, of what happened to a stage or an approval; written once."""

    __tablename__ = "notices"

    case_id: Mapped[UUID]
    rule_id: Mapped[UUID]
    moment: Mapped[str] = mapped_column(EnumText(NotificationMoment))
    channel: Mapped[str] = mapped_column(EnumText(Channel))
    stage_id: Mapped[UUID | None]
    approval_id: Mapped[UUID | None]
    occasion: Mapped[datetime]
    """When that happened, or the deadline that it is about."""
    user_id: Mapped[UUID | None]
    """Who was told; None: nobody was there to be told."""
    given_at: Mapped[datetime]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("case_template_notifications", "rule_id"),
        belongs_to("case_stages", "stage_id"),
        belongs_to("approvals", "approval_id"),
        belongs_to("memberships", "user_id"),
        EnumText(NotificationMoment).check("moment"),
        EnumText(Channel).check("channel"),
        CheckConstraint("(stage_id IS NULL) <> (approval_id IS NULL)", name="subject"),
        Index(
            "notices_centre_id_rule_id_key",
            "centre_id",
            "rule_id",
            "occasion",
            "stage_id",
            "approval_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("notices_centre_id_case_id_idx", "centre_id", "case_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the notices of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
