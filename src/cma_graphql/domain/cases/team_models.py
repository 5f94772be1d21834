"""Who works on a case besides its advisor, and what each has to do with it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import CentreRow, EnumText, belongs_to


class Responsibility(StrEnum):
    """What somebody on a case's team has to do with it."""

    RESPONSIBLE = "RESPONSIBLE"
    ACCOUNTABLE = "ACCOUNTABLE"
    CONSULTED = "CONSULTED"
    INFORMED = "INFORMED"


class CaseTeamMember(CentreRow):
    """One person's time on one case's team; an ended one stays as history."""

    __tablename__ = "case_team_members"

    case_id: Mapped[UUID]
    user_id: Mapped[UUID]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID]
    responsibility: Mapped[str | None] = mapped_column(EnumText(Responsibility))
    """None: nobody has said."""
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("memberships", "user_id"),
        EnumText(Responsibility).check("responsibility"),
        Index(
            "case_team_members_centre_id_case_id_user_id_key",
            "centre_id",
            "case_id",
            "user_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("case_team_members_centre_id_user_id_idx", "centre_id", "user_id", "case_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the teams of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
