"""Whether the clients of a file may be known already: to the centre, or by an earlier line."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.vault import Vault
from cma_graphql.domain.clients.duplicates import name_key_of, signs_of
from cma_graphql.domain.exchange.importing.records import ClientLine
from cma_graphql.domain.exchange.importing.selectors import lookalikes_of_many
from cma_graphql.persistence.reads import Reads

_SIGNS = {
    "birth_year": "birth_years",
    "postcode_key": "postcode_keys",
    "national_insurance_index": "national_insurance_indexes",
    "email_key": "email_keys",
}
"""The signs, and what those of many people are called in the statement."""
_WITH_THE_NAME = frozenset({"birth_year", "postcode_key"})
_DIGEST_BYTES = 16


class Persons:
    """The people of a file so far, by the signs that two records of one person mostly share (feature F2)."""

    def __init__(self, vault: Vault, centre_id: UUID) -> None:
        self._vault = vault
        self._centre_id = centre_id
        self._seen: dict[bytes, int] = {}

    async def doubts(self, reads: Reads, lines: Sequence[ClientLine]) -> Mapping[int, Invalid]:
        """Answer, by their lines, which of these clients may be known already; one statement."""
        people = [(line.line, name_key_of(line.details), self._signs(line)) for line in lines]
        people = [person for person in people if person[2]]
        if not people:
            return {}
        columns = {many: [signs.get(sign) for _, _, signs in people] for sign, many in _SIGNS.items()}
        rows = await reads.all(
            lookalikes_of_many,
            places=list(range(len(people))),
            name_keys=[name or None for _, name, _ in people],
            **columns,
        )
        doubts = {people[row["place"]][0]: _at_the_centre(row["count"]) for row in rows}
        for line, name, signs in people:
            first = self._first_line(line, name, signs)
            if first != line:
                doubts.setdefault(line, _in_the_file(first))
        return doubts

    def _signs(self, line: ClientLine) -> Mapping[str, object]:
        return signs_of(self._vault, self._centre_id, line.details)

    def _first_line(self, line: int, name: str, signs: Mapping[str, object]) -> int:
        """Answer the first line that shares a sign with this one: this one, where there is none."""
        return min(self._seen.setdefault(mark, line) for mark in _marks(name, signs))


def _marks(name: str, signs: Mapping[str, object]) -> Iterator[bytes]:
    for sign, value in signs.items():
        whose = name if sign in _WITH_THE_NAME else ""
        yield hashlib.blake2b(repr((sign, whose, value)).encode(), digest_size=_DIGEST_BYTES).digest()


def _at_the_centre(count: int) -> Invalid:
    found = "One client" if count == 1 else f"{count} clients"
    return Invalid(
        "", "possible-duplicate", f"{found} of this centre may be the same person. Look before you import.", count=count
    )


def _in_the_file(first: int) -> Invalid:
    return Invalid(
        "", "possible-duplicate", f"The client of line {first} may be the same person.", count=1, first_line=first
    )
