"""The tables of a centre's diary: when it is open, when it is not after all, and the feeds of its advisors' diaries."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import ACTOR_USER, CentreRow, EnumText, Tracked, belongs_to

HOURS = (
    "(opens_minute IS NULL) = (closes_minute IS NULL) AND 0 <= opens_minute AND opens_minute < closes_minute "
    "AND closes_minute <= 1440"
)


class HolidayRegion(StrEnum):
    """Whose bank holidays a centre keeps: the library `holidays` has the United Kingdom's by these."""

    ENG = "ENG"
    WLS = "WLS"
    SCT = "SCT"
    NIR = "NIR"


class DiarySettings(Tracked, CentreRow):
    """How a centre keeps its diary: one row, once a manager has settled it."""

    __tablename__ = "diary_settings"

    holiday_region: Mapped[str] = mapped_column(EnumText(HolidayRegion))
    reminder_hours: Mapped[list[int]] = mapped_column(ARRAY(Integer()))
    """How many hours before an appointment it is reminded of."""

    __table_args__ = (
        EnumText(HolidayRegion).check("holiday_region"),
        CheckConstraint("cardinality(reminder_hours) BETWEEN 0 AND 5", name="reminder_hours"),
        Index("diary_settings_centre_id_key", "centre_id", unique=True),
    )


class OpeningDay(CentreRow):
    """When a centre is open on one day of the week, by the clock in London; no times: not at all."""

    __tablename__ = "opening_days"

    weekday: Mapped[int]
    """1 is Monday, 7 is Sunday."""
    opens_minute: Mapped[int | None]
    """Minutes after midnight by the clock in London, whichever offset the day has."""
    closes_minute: Mapped[int | None]
    """Minutes after midnight, itself not within; 1,440 is the day's end."""

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint(HOURS, name="hours"),
        Index("opening_days_centre_id_weekday_key", "centre_id", "weekday", unique=True),
    )


class OpeningException(Tracked, CentreRow):
    """One day that is unlike its weekday, a bank holiday included; withdrawn ones stay as history."""

    __tablename__ = "opening_exceptions"

    on_day: Mapped[date]
    opens_minute: Mapped[int | None]
    closes_minute: Mapped[int | None]
    reason: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(HOURS, name="hours"),
        Index(
            "opening_exceptions_centre_id_on_day_key",
            "centre_id",
            "on_day",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class CalendarFeed(Tracked, CentreRow):
    """An address at which a calendar program reads one advisor's appointments; of its token a digest alone is kept."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary())
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        belongs_to("memberships", "user_id"),
        Index("calendar_feeds_centre_id_digest_key", "centre_id", "digest", unique=True),
        Index("calendar_feeds_centre_id_user_id_idx", "centre_id", "user_id", "created_at", "id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:  # noqa: ARG003 - the same for every sight
        """Confine to one's own."""
        return cls.user_id == ACTOR_USER  # type: ignore[no-any-return]
