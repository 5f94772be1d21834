"""A centre that is being filled: its people, its keys, the numbers it has given out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.vault import Vault
from cma_graphql.demo.filling.rows import Rows
from cma_graphql.demo.people import Place
from cma_graphql.domain.case_templates.definition import Course
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.keys import Keyring
from cma_graphql.persistence.logs import CentreCounter
from cma_graphql.persistence.reads import Record


@dataclass(slots=True, kw_only=True)
class FilledCentre:
    """What of a centre the rows of its caseload refer to."""

    centre_id: UUID
    code: str
    place: Place
    manager: Actor
    advisors: Sequence[Actor]
    teams: Sequence[UUID]
    case_types: Sequence[UUID]
    debt_types: Mapping[str, Record]
    creditors: Mapping[str, UUID]
    """By their codes in the register."""
    requirements: Mapping[UUID, Sequence[Record]]
    """What a case of each type is asked for, checklist by checklist."""
    course: Course | None
    """What its cases run by."""
    note_categories: Sequence[UUID]
    ring: Keyring
    vault: Vault
    numbers: Counter[str] = field(default_factory=Counter)
    booked: Counter[UUID] = field(default_factory=Counter)
    """How many appointments each advisor and each client has been given."""

    def seal(self, kind: type[CentreRow], column: str, row_id: UUID, text: str) -> bytes:
        """Seal a value for one column of one record."""
        return self.ring.newest.seal(text, table=kind.__tablename__, column=column, row_id=row_id)

    def next_number(self, counter: str) -> int:
        """Take the next number of a counter; `keep_numbers` writes where it stands."""
        self.numbers[counter] += 1
        return self.numbers[counter]

    def keep_numbers(self, rows: Rows) -> None:
        """Gather the counters as they stand, so that the next record's number follows."""
        for name, value in sorted(self.numbers.items()):
            rows.add(CentreCounter, centre_id=self.centre_id, name=name, value=value)
