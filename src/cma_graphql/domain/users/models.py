"""The tables of people, of their memberships of centres, and of teams."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import ACTOR_USER, CentreRow, EnumText, Row, SoftDeleted, Tracked, belongs_to


class MembershipStatus(StrEnum):
    """Whether somebody may act for a centre."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"


class User(Row):
    """A person, once in the whole network; not readable by the application's role (decision 3)."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (Index("users_email_key_key", "email_key", unique=True),)


_OF_STAFF = frozenset({Sight.OWN, Sight.TEAM, Sight.CENTRE})
"""What no client has: the role CLIENT goes with no other."""


class Membership(Tracked, CentreRow):
    """What a person is at one centre; never deleted, since the centre's records name it (decision 3).

    `id` is the column user_id: a membership is named by its person within its centre.
    """

    __tablename__ = "memberships"

    id: Mapped[UUID] = mapped_column("user_id", ForeignKey("users.id"), primary_key=True, sort_order=-10)
    roles: Mapped[list[str]]
    status: Mapped[str] = mapped_column(EnumText(MembershipStatus))
    email: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    phone: Mapped[str | None]
    hire_date: Mapped[date | None]
    qualification_level: Mapped[str | None]
    capacity_points: Mapped[int | None]
    """How many points of open cases the person can carry (domain reference 5.4); None: no limit."""
    supervisor_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    """The client whose portal this is, for the role CLIENT; a plain uuid (decision 5)."""

    __table_args__ = (
        belongs_to("memberships", "supervisor_id"),
        EnumText(MembershipStatus).check("status"),
        Index("memberships_centre_id_name_key_idx", "centre_id", "name_key", "user_id"),
        Index("memberships_centre_id_supervisor_id_idx", "centre_id", "supervisor_id"),
        Index("memberships_user_id_idx", "user_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to colleagues, but for who sees the whole centre: who is a client is not for all.

        Clients see themselves besides. Staff are their own colleagues, so that what they are answered of people does
        not depend on who of them asks, and live updates share it.
        """
        if sight is Sight.EVERYTHING:
            return None
        colleagues = cls.client_id.is_(None)
        return colleagues if sight in _OF_STAFF else or_(colleagues, cls.id == ACTOR_USER)


class Team(Tracked, SoftDeleted, CentreRow):
    """People of one centre who share their cases."""

    __tablename__ = "teams"

    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str | None]

    __table_args__ = (
        Index(
            "teams_centre_id_name_key_key",
            "centre_id",
            "name_key",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )


class TeamMember(CentreRow):
    """One person's time in one team; an ended one stays as history."""

    __tablename__ = "team_members"

    team_id: Mapped[UUID]
    user_id: Mapped[UUID]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("teams", "team_id"),
        belongs_to("memberships", "user_id"),
        Index(
            "team_members_centre_id_team_id_user_id_key",
            "centre_id",
            "team_id",
            "user_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("team_members_centre_id_user_id_idx", "centre_id", "user_id"),
    )
