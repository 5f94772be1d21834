"""The tables of what advisors can do, of their working hours and absences, and of the cases that are covered."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import CentreRow, EnumText, SoftDeleted, Tracked, belongs_to

MINUTES_OF_A_DAY = 24 * 60


class AdvisorSkill(StrEnum):
    """What an advisor can do beyond the advice that every advisor gives (domain reference 5.4)."""

    DRO_APPROVED_INTERMEDIARY = "DRO_APPROVED_INTERMEDIARY"
    DAS_APPROVED_ADVISOR = "DAS_APPROVED_ADVISOR"
    SPECIALIST_DEBT = "SPECIALIST_DEBT"
    BANKRUPTCY = "BANKRUPTCY"
    BUSINESS_DEBT = "BUSINESS_DEBT"
    HOUSING = "HOUSING"
    WELFARE_BENEFITS = "WELFARE_BENEFITS"
    MENTAL_HEALTH_CRISIS = "MENTAL_HEALTH_CRISIS"
    COMPLAINTS = "COMPLAINTS"


class AbsenceKind(StrEnum):
    """Why somebody is away; for the person and for who manages people, not for all colleagues."""

    ANNUAL_LEAVE = "ANNUAL_LEAVE"
    SICKNESS = "SICKNESS"
    PARENTAL_LEAVE = "PARENTAL_LEAVE"
    COMPASSIONATE_LEAVE = "COMPASSIONATE_LEAVE"
    TRAINING = "TRAINING"
    OUT_OF_OFFICE = "OUT_OF_OFFICE"
    OTHER = "OTHER"


class AdvisorProfile(Tracked, CentreRow):
    """What one member of a centre can do and whether new cases go there by themselves.

    `id` is the column user_id, as it is of the membership. How many points somebody carries and the qualification
    stand on the membership.
    """

    __tablename__ = "advisor_profiles"

    id: Mapped[UUID] = mapped_column("user_id", primary_key=True, sort_order=-10)
    accepts_new_cases: Mapped[bool]
    """Whether cases are given to this person automatically; by hand they may be all the same."""
    skills: Mapped[list[str]]
    """Values of `AdvisorSkill`."""
    languages: Mapped[list[str]]
    """Tags of the languages besides English in which this person advises."""
    last_assigned_at: Mapped[datetime | None]
    """When a case was last given to this person: of two who carry alike, who has waited longer comes first."""

    __table_args__ = (
        belongs_to("memberships", "user_id"),
        CheckConstraint(
            f"skills <@ ARRAY[{', '.join(repr(skill.value) for skill in AdvisorSkill)}]",
            name="skills",
        ),
    )


class WorkingHours(CentreRow):
    """One interval of a person's week, by the clock in London; a replaced one stays as history."""

    __tablename__ = "working_hours"

    user_id: Mapped[UUID]
    weekday: Mapped[int]
    """1 is Monday, 7 is Sunday."""
    start_minute: Mapped[int]
    """Minutes after midnight by the clock in London, whichever offset the day has."""
    end_minute: Mapped[int]
    """Minutes after midnight, itself not within the interval; 1,440 is the day's end."""
    added_at: Mapped[datetime]
    added_by: Mapped[UUID]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("memberships", "user_id"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint(
            f"0 <= start_minute AND start_minute < end_minute AND end_minute <= {MINUTES_OF_A_DAY}", name="minutes"
        ),
        ExcludeConstraint(
            ("centre_id", "="),
            ("user_id", "="),
            ("weekday", "="),
            (text("int4range(start_minute, end_minute)"), "&&"),
            name="working_hours_overlap_excl",
            where=text("removed_at IS NULL"),
        ),
        Index(
            "working_hours_centre_id_user_id_idx",
            "centre_id",
            "user_id",
            postgresql_where=text("removed_at IS NULL"),
        ),
    )


class Absence(Tracked, SoftDeleted, CentreRow):
    """A time in which a member of the centre does not work, and who sees to their cases meanwhile."""

    __tablename__ = "absences"

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(EnumText(AbsenceKind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """The first instant after the absence."""
    all_day: Mapped[bool]
    """Whether it was given in days: it then goes from a midnight in London to another."""
    cover_id: Mapped[UUID | None]
    note: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    """When the cover of an absence that is over was seen to; None: it is still to be."""

    __table_args__ = (
        belongs_to("memberships", "user_id"),
        belongs_to("memberships", "cover_id"),
        EnumText(AbsenceKind).check("kind"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("cover_id <> user_id", name="cover"),
        ExcludeConstraint(
            ("centre_id", "="),
            ("user_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="absences_overlap_excl",
            where=text("deleted_at IS NULL"),
        ),
        Index("absences_centre_id_user_id_idx", "centre_id", "user_id", "starts_at"),
        Index(
            "absences_centre_id_covered_idx",
            "centre_id",
            "starts_at",
            postgresql_where=text("cover_id IS NOT NULL AND ended_at IS NULL"),
        ),
        Index(
            "absences_centre_id_cover_id_idx", "centre_id", "cover_id", postgresql_where=text("cover_id IS NOT NULL")
        ),
    )


class CoveredCase(CentreRow):
    """One case on whose team somebody is because its advisor is away; an ended one stays as history."""

    __tablename__ = "covered_cases"

    absence_id: Mapped[UUID]
    case_id: Mapped[UUID]
    cover_id: Mapped[UUID]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        belongs_to("absences", "absence_id"),
        belongs_to("cases", "case_id"),
        belongs_to("memberships", "cover_id"),
        Index(
            "covered_cases_centre_id_absence_id_case_id_key",
            "centre_id",
            "absence_id",
            "case_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("covered_cases_centre_id_case_id_idx", "centre_id", "case_id", postgresql_where=text("ended_at IS NULL")),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
