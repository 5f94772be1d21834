"""What happened to creditors."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CreditorEvent(Event):
    """Something that happened to a creditor of the centre's directory."""

    entity: ClassVar[str] = "creditor"


@dataclass(frozen=True, kw_only=True)
class CreditorCreated(CreditorEvent):
    """A creditor came into the directory, from the register or of the centre's own."""

    name: ClassVar[str] = "creditor.created"


@dataclass(frozen=True, kw_only=True)
class CreditorUpdated(CreditorEvent):
    """What the directory says of a creditor changed."""

    name: ClassVar[str] = "creditor.updated"


@dataclass(frozen=True, kw_only=True)
class CreditorDeactivated(CreditorEvent):
    """A creditor is not offered for new debts any more."""

    name: ClassVar[str] = "creditor.deactivated"


@dataclass(frozen=True, kw_only=True)
class CreditorActivated(CreditorEvent):
    """A creditor is offered for new debts again."""

    name: ClassVar[str] = "creditor.activated"
