"""The security log: sign-ins, refusals and other acts that bear on security, each a row of its own (decision 21)."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.logs import SecurityEntry

Details = Mapping[str, str | int | bool | list[str] | None]
"""What else is to say of an act: never an e-mail address, a name, a password or a token in clear."""

_WINDOW = timedelta(minutes=1)
_MOST_IN_A_WINDOW = 60
_MOST_KEPT = 10_000


def security_entry(actor: Actor, kind: str, details: Details | None = None) -> SecurityEntry:
    """Make a row for an act that succeeds or fails with its transaction: `uow.add` it."""
    return SecurityEntry(
        id=new_id(),
        centre_id=actor.centre_id,
        occurred_at=now(),
        kind=kind,
        actor_kind=actor.kind.value,
        actor_id=actor.user_id,
        session_id=actor.session_id,
        request_id=actor.request_id,
        remote_address=actor.remote_address,
        user_agent=actor.user_agent,
        details=dict(details or {}),
    )


class SecurityLog:
    """Writes rows in transactions of their own, so that they outlast whatever they speak of.

    Of one kind and one address it keeps 60 a minute, and the next row says how many were left out: a flood of
    guesses shall not fill the disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: OrderedDict[tuple[str, str], tuple[datetime, int]] = OrderedDict()

    async def note(self, actor: Actor, kind: str, details: Details | None = None) -> None:
        """Write that an actor did, or was refused, something, at the actor's centre."""
        left_out = self._left_out(kind, actor.remote_address)
        if left_out is None:
            return
        told = dict(details or {}) | ({"left_out": left_out} if left_out else {})
        entry = security_entry(actor, kind, told)
        values = {column.key: getattr(entry, column.key) for column in SecurityEntry.__table__.columns}
        async with self._database.writing(actor, timeout_ms=5_000) as transaction:
            await transaction.count(insert(SecurityEntry).values(values))

    def _left_out(self, kind: str, address: str) -> int | None:
        """Answer how many such rows were left out before this one; None: leave this one out too."""
        present = now()
        began, count = self._seen.pop((kind, address), (present, 0))
        before = 0
        if present - began >= _WINDOW:
            before, began, count = max(0, count - _MOST_IN_A_WINDOW), present, 0
        self._seen[kind, address] = (began, count + 1)
        while len(self._seen) > _MOST_KEPT:
            self._seen.popitem(last=False)
        return before if count < _MOST_IN_A_WINDOW else None
