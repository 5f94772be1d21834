"""What happened to debts."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DebtEvent(Event):
    """Something that happened to a debt."""

    entity: ClassVar[str] = "debt"


@dataclass(frozen=True, kw_only=True)
class DebtAdded(DebtEvent):
    """A debt came into a case."""

    name: ClassVar[str] = "debt.added"


@dataclass(frozen=True, kw_only=True)
class DebtUpdated(DebtEvent):
    """What a debt says of itself changed."""

    name: ClassVar[str] = "debt.updated"


@dataclass(frozen=True, kw_only=True)
class DebtBalanceRecorded(DebtEvent):
    """What a debt stood at on one day was stated."""

    name: ClassVar[str] = "debt.balance_recorded"


@dataclass(frozen=True, kw_only=True)
class DebtPaymentRecorded(DebtEvent):
    """A payment on a debt was recorded."""

    name: ClassVar[str] = "debt.payment_recorded"


@dataclass(frozen=True, kw_only=True)
class DebtReassigned(DebtEvent):
    """A debt went to another holder."""

    name: ClassVar[str] = "debt.reassigned"


@dataclass(frozen=True, kw_only=True)
class DebtPriorityChanged(DebtEvent):
    """A debt's priority was set against its type's, or given back to it."""

    name: ClassVar[str] = "debt.priority_changed"


@dataclass(frozen=True, kw_only=True)
class DebtStatusChanged(DebtEvent):
    """A debt went from one state to another."""

    name: ClassVar[str] = "debt.status_changed"


@dataclass(frozen=True, kw_only=True)
class DebtDeleted(DebtEvent):
    """A debt was deleted; the record stays and can be restored."""

    name: ClassVar[str] = "debt.deleted"


@dataclass(frozen=True, kw_only=True)
class DebtRestored(DebtEvent):
    """A deleted debt is back."""

    name: ClassVar[str] = "debt.restored"
