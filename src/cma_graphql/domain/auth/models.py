"""The tables of signing in: sessions, refresh tokens, one-time links, and the keys of programs."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import CentreRow, EnumText, Row, Tracked


class AuthenticationMethod(StrEnum):
    """How a person proved who they are when a session was opened."""

    PASSWORD = "PASSWORD"
    INVITATION = "INVITATION"


class SessionEnd(StrEnum):
    """Why a session was ended before its time."""

    LOGOUT = "LOGOUT"
    CENTRE_SWITCH = "CENTRE_SWITCH"
    REVOKED = "REVOKED"
    """By the person, from the list of their sessions."""
    PASSWORD_CHANGE = "PASSWORD_CHANGE"
    PASSWORD_RESET = "PASSWORD_RESET"
    TOKEN_REUSE = "TOKEN_REUSE"
    """A refresh token came a second time: somebody else has it."""
    MEMBERSHIP = "MEMBERSHIP"
    """The person may not act for the centre any more."""


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"


class Session(Row):
    """One sign-in of a person to one centre; network-wide, reached through functions alone (decision 3)."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    centre_id: Mapped[UUID]
    authenticated_by: Mapped[str] = mapped_column(EnumText(AuthenticationMethod))
    remote_address: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    """When tokens were last given out for it."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None] = mapped_column(EnumText(SessionEnd))

    __table_args__ = (
        EnumText(AuthenticationMethod).check("authenticated_by"),
        EnumText(SessionEnd).check("revoked_because"),
        Index("sessions_user_id_idx", "user_id", "created_at"),
        Index("sessions_expires_at_idx", "expires_at"),
    )


class RefreshToken(Row):
    """One refresh token of a session; all tokens of a session are one family. Only its digest is kept."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    successor: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The digest of the token that it was exchanged for."""

    __table_args__ = (Index("refresh_tokens_session_id_idx", "session_id"),)


class OneTimeLink(Row):
    """A link in a letter, good once and not for long; making another for the same purpose ends it."""

    __tablename__ = "one_time_links"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(EnumText(LinkPurpose))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    centre_id: Mapped[UUID | None]
    """The centre whose invitation it is; None for what concerns the person alone."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was used, or another took its place."""

    __table_args__ = (
        EnumText(LinkPurpose).check("purpose"),
        Index("one_time_links_user_id_idx", "user_id", "purpose"),
        Index("one_time_links_expires_at_idx", "expires_at"),
    )


class ServiceKey(Tracked, CentreRow):
    """A key by which a program of one centre's signs in, with the permissions it names."""

    __tablename__ = "service_keys"

    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    last_used_at: Mapped[datetime | None]
    """To the hour: it is not written at every use."""

    __table_args__ = (
        Index("service_keys_centre_id_digest_key", "centre_id", "digest", unique=True),
        Index("service_keys_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        # A program's key says by itself of which centre it is; it is looked up before any centre is known.
        Index("service_keys_digest_idx", "digest"),
    )
