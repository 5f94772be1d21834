"""The tables that are only ever appended to: events, audit, access, security; and the counters they use."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import CentreRow, Row


class EventHead(Row):
    """A centre's latest event number (decisions 11 and 20): the last row a transaction locks."""

    __tablename__ = "event_heads"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, server_default="0")


class AuditHead(Row):
    """The end of a centre's audit chain."""

    __tablename__ = "audit_heads"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, server_default="0")
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class CentreCounter(Row):
    """A gap-free number of one centre, taken by UPDATE … RETURNING inside the transaction that uses it."""

    __tablename__ = "centre_counters"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class LoggedEvent(Row):
    """One event, in commit order within its centre; partitioned by day (decision 20)."""

    __tablename__ = "event_log"

    day: Mapped[date] = mapped_column(primary_key=True)
    centre_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    entity: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    version: Mapped[int]
    request_id: Mapped[str]
    occurred_at: Mapped[datetime]
    changes: Mapped[dict[str, Any]]
    audience_before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    audience_after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        Index("event_log_centre_id_seq_idx", "centre_id", "seq"),
        {"postgresql_partition_by": "RANGE (day)"},
    )


class AuditEntry(CentreRow):
    """One change, hash-chained within its centre (decision 21); `changes` may be erased, `digests` may not."""

    __tablename__ = "audit_logs"

    seq: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    action: Mapped[str]
    entity: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    request_id: Mapped[str]
    remote_address: Mapped[str]
    user_agent: Mapped[str]
    changes: Mapped[dict[str, Any]]
    digests: Mapped[dict[str, Any]]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("audit_logs_centre_id_seq_key", "centre_id", "seq", unique=True),
        Index("audit_logs_centre_id_subject_id_idx", "centre_id", "subject_id", "seq"),
        Index("audit_logs_centre_id_case_id_idx", "centre_id", "case_id", "seq"),
        Index("audit_logs_centre_id_client_id_idx", "centre_id", "client_id", "seq"),
        Index("audit_logs_centre_id_actor_id_idx", "centre_id", "actor_id", "seq"),
    )


class AccessEntry(CentreRow):
    """What one request was shown of clients: whose records, and which sensitive fields (decision 21)."""

    __tablename__ = "access_log"

    occurred_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    request_id: Mapped[str]
    operation: Mapped[str]
    client_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    sensitive_fields: Mapped[list[str]]

    __table_args__ = (Index("access_log_centre_id_occurred_at_idx", "centre_id", "occurred_at", "id"),)


class SecurityEntry(CentreRow):
    """A sign-in, a refusal or another act that bears on security, kept outside the transaction it speaks of."""

    __tablename__ = "security_log"

    occurred_at: Mapped[datetime]
    kind: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    request_id: Mapped[str]
    remote_address: Mapped[str]
    user_agent: Mapped[str]
    details: Mapped[dict[str, Any]]

    __table_args__ = (Index("security_log_centre_id_occurred_at_idx", "centre_id", "occurred_at", "id"),)


class IdempotencyKey(Row):
    """A mutation already done under a key, so that its repetition does nothing twice (decision 13)."""

    __tablename__ = "idempotency_keys"

    # Checked at the end: the key under which a centre is made is claimed before the centre is there.
    centre_id: Mapped[UUID] = mapped_column(
        ForeignKey("centres.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    subject_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    created_at: Mapped[datetime]

    __table_args__ = (Index("idempotency_keys_centre_id_created_at_idx", "centre_id", "created_at"),)


class CentreKey(Row):
    """A centre's data key, wrapped by a master key (decision 22); the newest one seals."""

    __tablename__ = "centre_keys"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    key_id: Mapped[UUID] = mapped_column(primary_key=True)
    master_key_id: Mapped[str]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
