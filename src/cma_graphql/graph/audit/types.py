"""Entries of the audit trail, the access log and the security log, as the schema shows them."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

import strawberry

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.audit import selectors
from cma_graphql.domain.audit.withheld import is_withheld
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import relation
from cma_graphql.graph.loading import load_nodes
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import ClientRef, MembershipRef
from cma_graphql.persistence.reads import Record

described(
    ActorKind,
    "What sort of actor did something.",
    {
        "STAFF": "Somebody who works for the centre.",
        "CLIENT": "A client in the portal.",
        "SERVICE": "A program with a key of the centre.",
        "SYSTEM": "The product itself.",
        "PLATFORM": "An administrator of the platform or the network.",
        "ANONYMOUS": "Somebody not signed in.",
    },
)


@strawberry.type(description="One field of a record before and after a change.")
class FieldChange:
    """One changed field."""

    field: str = strawberry.field(description="The field's name in the database.")
    old: str | None = strawberry.field(description="The value before, as text; null where there was none.")
    new: str | None = strawberry.field(description="The value after, as text; null where there is none.")
    sealed: bool = strawberry.field(
        description="Whether the value is sensitive: the trail then proves that it changed, but does not hold it, or "
        "does not tell the viewer."
    )

    @classmethod
    def of(cls, field: str, change: dict[str, Any] | None) -> Self:
        """Make it from what the audit row holds."""
        if change is None:
            return cls(field=field, old=None, new=None, sealed=True)
        return cls(field=field, old=_text(change["old"]), new=_text(change["new"]), sealed=False)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


@node_type(table="audit_logs", load=selectors.entries_by_id, requires=Permission.AUDIT_READ)
@strawberry.type(description="One change, as the audit trail keeps it: hash-chained, so that nobody alters it unseen.")
class AuditEntry(Node):
    """One entry of the centre's audit trail."""

    prefix: ClassVar[str] = "auditentry"
    client_column: ClassVar[str | None] = "client_id"

    seq: int = strawberry.field(description="Its number in the centre's trail, without gaps.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    action: str = strawberry.field(description="What happened, such as `case.status_changed`.")
    entity: str = strawberry.field(description="What kind of record it happened to.")
    actor_kind: ActorKind = strawberry.field(description="What sort of actor did it.")
    request_id: str = strawberry.field(description="The request that did it, as the X-Request-Id header told.")
    subject_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID | None]
    actor_id: strawberry.Private[UUID]
    raw_changes: strawberry.Private[dict[str, Any]]
    raw_hash: strawberry.Private[bytes]

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Make the entry from its row."""
        plain = {name: record[name] for name in cls.columns() if not name.startswith("raw_")}
        return cls(raw_changes=record["changes"], raw_hash=bytes(record["hash"]), **plain)

    @strawberry.field(description="The fields that changed.")
    def changes(self, info: Info) -> list[FieldChange]:
        """List the changes by field; what a field says that takes a further right is as good as sealed."""
        actor, entity = info.context.actor, self.entity
        return [
            FieldChange.of(field, None if is_withheld(actor, entity, field) else change)
            for field, change in sorted(self.raw_changes.items())
        ]

    @strawberry.field(description="The entry's link in the chain: SHA-256, hexadecimal.")
    def hash(self) -> str:
        """Write the hash."""
        return self.raw_hash.hex()

    @strawberry.field(description="The id of the record it happened to, whether or not it still is to be seen.")
    def subject_node_id(self) -> strawberry.ID:
        """Write the subject's id."""
        return write_id(self.entity, self.subject_id)

    @relation(description="The record it happened to, where the viewer still sees it.")
    async def subject(entries: list["AuditEntry"], info: Info) -> list[Node | None]:
        """Answer each entry's record."""
        return await load_nodes(info.context, [write_id(entry.entity, entry.subject_id) for entry in entries])

    @relation(description="Who did it, where it was a person of the centre.", requires=Permission.USER_READ, reads=())
    async def actor(entries: list["AuditEntry"], info: Info) -> list[MembershipRef | None]:
        """Answer who did each."""
        return await memberships_by_id(reader_for(info), [entry.actor_id for entry in entries])


@strawberry.type(description="What one request was shown of clients.")
class AccessEntry(FromRecord):
    """One row of the access log."""

    occurred_at: datetime = strawberry.field(description="When it was shown.")
    actor_kind: ActorKind = strawberry.field(description="What sort of actor was shown it.")
    operation: str = strawberry.field(
        description="The name of the operation, empty where it had none; of an export, `export` and its list."
    )
    request_id: str = strawberry.field(description="The request, as the X-Request-Id header told.")
    sensitive_fields: list[str] = strawberry.field(description="The sensitive fields that were delivered in clear.")
    actor_id: strawberry.Private[UUID]
    client_ids: strawberry.Private[list[UUID]]

    @relation(
        description="Who was shown it, where it was a person of the centre.", requires=Permission.USER_READ, reads=()
    )
    async def actor(entries: list["AccessEntry"], info: Info) -> list[MembershipRef | None]:
        """Answer who was shown each."""
        return await memberships_by_id(reader_for(info), [entry.actor_id for entry in entries])

    @relation(
        description="Whose records were shown, as far as the viewer sees them.",
        requires=Permission.CLIENT_READ,
        size=25,
    )
    async def clients(entries: list["AccessEntry"], info: Info) -> list[list[ClientRef] | None]:
        """Answer the clients of each entry."""
        wanted = [key for entry in entries for key in entry.client_ids]
        found = dict(zip(wanted, await clients_by_id(info.context.reader, wanted), strict=True))
        return [[found[key] for key in entry.client_ids if found[key] is not None] for entry in entries]


@strawberry.type(description="A detail of an entry of the security log.")
class SecurityDetail:
    """One detail."""

    name: str = strawberry.field(description="What it is.")
    value: str = strawberry.field(description="Its value; never an address, a password or a token in clear.")


@strawberry.type(description="A sign-in, a refusal or another act that bears on security.")
class SecurityEntry(FromRecord):
    """One row of the security log."""

    occurred_at: datetime = strawberry.field(description="When it happened.")
    kind: str = strawberry.field(description="What happened, such as `sign-in.failed`.")
    actor_kind: ActorKind = strawberry.field(description="What sort of actor it was.")
    request_id: str = strawberry.field(description="The request, as the X-Request-Id header told.")
    remote_address: str = strawberry.field(description="The address it came from.")
    user_agent: str = strawberry.field(description="The program it came from.")
    actor_id: strawberry.Private[UUID]
    raw_details: strawberry.Private[dict[str, Any]]

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Make the entry from its row."""
        plain = {name: record[name] for name in cls.columns() if not name.startswith("raw_")}
        return cls(raw_details=record["details"], **plain)

    @strawberry.field(description="What else is known of it.")
    def details(self) -> list[SecurityDetail]:
        """List the details."""
        return [SecurityDetail(name=name, value=str(value)) for name, value in sorted(self.raw_details.items())]

    @relation(description="Who it was, where it was a person of the centre.", requires=Permission.USER_READ, reads=())
    async def actor(entries: list["SecurityEntry"], info: Info) -> list[MembershipRef | None]:
        """Answer who each was."""
        return await memberships_by_id(reader_for(info), [entry.actor_id for entry in entries])
