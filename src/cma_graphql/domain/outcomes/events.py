"""What happens to outcomes."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(Event):
    """An outcome was written into the ledger."""

    name: ClassVar[str] = "outcome.recorded"
    entity: ClassVar[str] = "outcome"


@dataclass(frozen=True, kw_only=True)
class OutcomeMadeMain(Event):
    """An outcome became the one that its case is reported under, or ceased to be it."""

    name: ClassVar[str] = "outcome.main_changed"
    entity: ClassVar[str] = "outcome"


@dataclass(frozen=True, kw_only=True)
class OutcomeWithdrawn(Event):
    """An outcome was withdrawn, as one that was not so; it stays in the ledger."""

    name: ClassVar[str] = "outcome.withdrawn"
    entity: ClassVar[str] = "outcome"
