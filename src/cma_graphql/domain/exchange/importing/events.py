"""What happens to a centre as a whole when a caseload is taken over; each record has its own event besides."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseloadImported(Event):
    """A caseload was taken over from a file."""

    name: ClassVar[str] = "caseload.imported"
    entity: ClassVar[str] = "caseloadimport"
