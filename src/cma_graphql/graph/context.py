"""What a resolver is given: the actor, a reader, a way to write, and what has been shown so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, LimitReached
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.persistence.database import Database, Reader
from cma_graphql.persistence.keys import CentreKeys

MOST_RECORDS = 20_000
"""How many records one operation answers at most, each as often as it stands in the answer.

A document within every limit of its own may multiply pages by pages: three of a hundred are a million records, which
hold the event loop, and with it the deadline, for minutes.
"""


@dataclass(slots=True)
class Context:
    """One operation's context; made by the application, closed by it when the answer is written."""

    actor: Actor
    facts: RequestFacts
    database: Database
    keys: CentreKeys
    sign_in: SignIn
    storage: DocumentStorage
    may_introspect: bool = True
    loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)
    redacted: list[Mapping[str, object]] = field(default_factory=list)
    """One entry per position with masked or hidden values, for extensions.redacted (decision 19)."""
    seen_clients: set[UUID] = field(default_factory=set)
    seen_fields: set[str] = field(default_factory=set)
    """Whose records and which sensitive fields were delivered, for the access log (decision 21)."""
    operation_name: str = ""
    """The operation's own name, for the access log."""
    statements: int = 0
    records: int = 0
    """How many records have been put into the answer."""
    _reader: Reader | None = None

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return self.actor.kind is not ActorKind.ANONYMOUS

    @property
    def reader(self) -> Reader:
        """The operation's reader: one snapshot for everything it answers, or since its last write."""
        if self._reader is None:
            self._reader = self.database.reader(self.actor, timeout_ms=self.facts.deadline_ms)
        return self._reader

    def read_through(self, reader: Reader) -> None:
        """Take a reader that was made beforehand for the operation's reads."""
        self._reader = reader

    async def end_reading(self) -> None:
        """End the snapshot: the next read begins a new one. A write does so before and after itself."""
        reader, self._reader = self._reader, None
        self.loaders.clear()
        if reader is not None:
            self.statements += reader.statements
            await reader.close()

    def require(self, permission: Permission) -> None:
        """Raise Unauthenticated or Forbidden where the actor's roles lack a permission altogether."""
        self.actor.require(permission)

    def note_refusal(self, field: str, refusal: Forbidden) -> None:
        """Have a refusal written to the security log once the answer is on its way (decision 21)."""
        details = {"field": field, "permission": refusal.permission}
        self.sign_in.later(self.sign_in.security.note(self.actor, "access.refused", details), what="a refusal")

    def count_record(self) -> None:
        """Count a record that is put into the answer; raise LimitReached beyond MOST_RECORDS."""
        self.records += 1
        if self.records > MOST_RECORDS:
            raise LimitReached(
                "records",
                MOST_RECORDS,
                f"The operation asks for more than {MOST_RECORDS} records. Ask for smaller pages.",
            )

    def turn_page(self) -> tuple[set[UUID], set[str]]:
        """Answer whose records and which sensitive fields have been shown, and begin to count anew.

        For an export, whose pages are executed one after another in the same snapshot.
        """
        seen = self.seen_clients, self.seen_fields
        self.seen_clients, self.seen_fields = set(), set()
        self.records = 0
        self.loaders.clear()
        return seen

    def has_room_for(self, records: int) -> bool:
        """Tell whether the answer may hold so many records more."""
        return self.records + records <= MOST_RECORDS

    def count_records(self, number: int) -> None:
        """Count records for which there is room."""
        self.records += number

    def saw_clients(self, client_ids: Iterable[UUID | None]) -> None:
        """Note several at once; None stands for nobody."""
        self.seen_clients.update(each for each in set(client_ids) if each is not None)

    def saw_client(self, client_id: UUID) -> None:
        """Note that a client's record, or one that hangs on it, is delivered."""
        self.seen_clients.add(client_id)

    def redact(self, path: Iterable[str], permission: Permission, treatment: str) -> None:
        """Say that values at a position are masked or hidden: once, however many of them there are."""
        entry = {"path": list(path), "requiredPermission": permission.name, "treatment": treatment}
        if entry not in self.redacted:
            self.redacted.append(entry)

    def log_fields(self) -> Mapping[str, str]:
        """Answer what the access log says of the actor: nothing personal."""
        return {"actor_kind": self.actor.kind.value, "centre_id": str(self.actor.centre_id)}


Info = StrawberryInfo[Context, None]
