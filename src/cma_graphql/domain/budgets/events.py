"""What happened to statements and their lines."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BudgetSheetBegun(Event):
    """A statement was begun, empty or as a copy of another."""

    name: ClassVar[str] = "budget_sheet.begun"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetSheetUpdated(Event):
    """What a draft says besides its lines changed."""

    name: ClassVar[str] = "budget_sheet.updated"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetSheetStatusChanged(Event):
    """A statement was submitted, returned, superseded or withdrawn."""

    name: ClassVar[str] = "budget_sheet.status_changed"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetSheetVerified(Event):
    """Somebody compared a statement with its evidence, and said what came of it."""

    name: ClassVar[str] = "budget_sheet.verified"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetSheetConfirmed(Event):
    """The client confirmed that a statement is accurate, or consented to its being sent."""

    name: ClassVar[str] = "budget_sheet.confirmed"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetSheetSent(Event):
    """A statement went to creditors."""

    name: ClassVar[str] = "budget_sheet.sent"
    entity: ClassVar[str] = "budgetsheet"


@dataclass(frozen=True, kw_only=True)
class BudgetLineAdded(Event):
    """A draft has a line more."""

    name: ClassVar[str] = "budget_line.added"
    entity: ClassVar[str] = "budgetline"


@dataclass(frozen=True, kw_only=True)
class BudgetLineUpdated(Event):
    """A line of a draft says something else."""

    name: ClassVar[str] = "budget_line.updated"
    entity: ClassVar[str] = "budgetline"


@dataclass(frozen=True, kw_only=True)
class BudgetLineRemoved(Event):
    """A draft has a line less."""

    name: ClassVar[str] = "budget_line.removed"
    entity: ClassVar[str] = "budgetline"
