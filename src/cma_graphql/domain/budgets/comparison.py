"""Two versions of a case's statement, line by line: what is more, what is less, what came and went."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.money import NOTHING
from cma_graphql.domain.budgets.catalogue import read_form
from cma_graphql.domain.budgets.reading import totals_of
from cma_graphql.domain.budgets.selectors import lines_of_sheets, sheets_by_id
from cma_graphql.domain.budgets.totals import Totals
from cma_graphql.persistence.reads import Reads, Record


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line of either statement; a statement without it has nothing there."""

    catalogue_line: Record
    entry: int
    before: Record | None
    after: Record | None

    @property
    def monthly_before(self) -> Decimal:
        """Pounds a month on the first statement."""
        return NOTHING if self.before is None else Decimal(self.before["monthly_amount"])

    @property
    def monthly_after(self) -> Decimal:
        """Pounds a month on the second statement."""
        return NOTHING if self.after is None else Decimal(self.after["monthly_amount"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two statements, all their lines and their totals."""

    first: Record
    second: Record
    lines: Sequence[LineDifference]
    before: Totals
    after: Totals


async def compare_sheets(reads: Reads, first_id: UUID, second_id: UUID) -> Comparison | None:
    """Answer two statements of one case side by side, in the order of the form; None where one is not visible.

    Lines of a repeatable code are matched by their entry, which a copy keeps. Raises Invalid (`not-one-case`).
    """
    first, second = await sheets_by_id(reads, [first_id, second_id])
    if first is None or second is None:
        return None
    if first["case_id"] != second["case_id"]:
        raise Invalid("second_id", "not-one-case", "Statements are compared within one case.")
    form = await read_form(reads)
    before_lines, after_lines = await lines_of_sheets(reads, [first_id, second_id])
    before = {(line["code"], line["entry"]): line for line in before_lines}
    after = {(line["code"], line["entry"]): line for line in after_lines}
    found = []
    for code, entry in {**before, **after}:
        one, other = before.get((code, entry)), after.get((code, entry))
        sheet = second if other is not None else first
        row = form.line(sheet["scheme"], sheet["scheme_version"], code)
        if row is None:
            raise LookupError(f"the catalogue has lost the line {code}")
        found.append(LineDifference(row, entry, one, other))
    found.sort(key=lambda item: (item.catalogue_line["position"], item.entry))
    return Comparison(
        first,
        second,
        found,
        totals_of(form, first, before_lines),
        totals_of(form, second, after_lines),
    )
