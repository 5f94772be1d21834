"""What happens when a list is given out."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    """A list began to be given out as CSV. Its subject is the export itself, which has no record of its own."""

    name: ClassVar[str] = "list.exported"
    entity: ClassVar[str] = "export"
