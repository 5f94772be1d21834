"""Which lines a copy of a statement takes over: those that its own day allows."""

from collections.abc import Iterable
from uuid import UUID

from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import Caution
from cma_graphql.domain.budgets.catalogue import Catalogue, Dated, read_catalogue
from cma_graphql.domain.budgets.selectors import lines_of_sheet, sheets_by_id
from cma_graphql.persistence.reads import Reads, Record


def lines_of_copy(catalogue: Catalogue, day: Dated, lines: Iterable[Record]) -> tuple[list[Record], list[Invalid]]:
    """Answer the lines that a copy of this day takes over, and for each of the others why it does not."""
    kept: list[Record] = []
    refused: list[Invalid] = []
    for line in lines:
        faults = Faults()
        catalogue.check_kept(faults, "statement_date", day, [line])
        try:
            faults.raise_any()
        except InvalidInput as several:
            refused.append(several.faults[0])
        except Invalid as fault:
            refused.append(fault)
        else:
            kept.append(line)
    return kept, refused


async def lines_left_out(reads: Reads, sheet_id: UUID) -> list[Caution]:
    """Answer a caution for each line of the original that a copy had to leave out; none for what is no copy."""
    (copy,) = await sheets_by_id(reads, [sheet_id])
    if copy is None or copy["copied_from_id"] is None:
        return []
    day = Dated(copy["scheme"], copy["scheme_version"], copy["statement_date"])
    original = await lines_of_sheet(reads, copy["copied_from_id"])
    _, refused = lines_of_copy(await read_catalogue(reads), day, original)
    return [
        Caution(fault.rule, fault.message, {name: str(value) for name, value in fault.params.items()})
        for fault in refused
    ]
