"""Editing the lines of a draft."""

from typing import Annotated, Any, cast

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets.line_input import LineDetails
from cma_graphql.domain.budgets.services.lines import add_line, remove_line, set_lines, update_line
from cma_graphql.graph.budgets.enums import Frequency
from cma_graphql.graph.budgets.mutations.answering import BudgetSheetPayload, what
from cma_graphql.graph.budgets.types import BudgetLine, BudgetSheet
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.scalars import Money
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write

CODE = "Which line of the form, such as `FIX.HOME.RENT`; `statementLines` lists them."
AMOUNT = "The amount in pounds a period; not negative."
FREQUENCY = "How often it comes or goes."
DESCRIPTION = "What it is, in one line of up to 200 characters; needed where the form does not name it."
NOTE = "What there is to say about it, in up to 2,000 characters."
VERSION = "The statement's `version` as you read it: lines have none of their own."


@strawberry.input(description="A line as it is to stand on a statement.")
class BudgetLineInput:
    """One line."""

    code: str = strawberry.field(description=CODE)
    amount: Money = strawberry.field(description=AMOUNT)
    frequency: Frequency = strawberry.field(description=FREQUENCY)
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    note: str | None = strawberry.field(default=None, description=NOTE)


@strawberry.input(description="A line to add to a draft.")
class BudgetLineAddInput(MutationInput):
    """A new line."""

    sheet_id: strawberry.ID = strawberry.field(description="The statement.")
    expected_version: int = strawberry.field(description=VERSION)
    code: str = strawberry.field(description=CODE)
    amount: Money = strawberry.field(description=AMOUNT)
    frequency: Frequency = strawberry.field(description=FREQUENCY)
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    note: str | None = strawberry.field(default=None, description=NOTE)


@strawberry.input(description="What to change of a line; an absent field stays as it is, a null empties it.")
class BudgetLineUpdateInput(MutationInput):
    """Changes of a line."""

    id: strawberry.ID = strawberry.field(description="The line.")
    expected_version: int = strawberry.field(description=VERSION)
    amount: strawberry.Maybe[Money] = strawberry.field(default=None, description=AMOUNT)
    frequency: strawberry.Maybe[Frequency] = strawberry.field(default=None, description=FREQUENCY)
    description: strawberry.Maybe[str | None] = strawberry.field(default=None, description=DESCRIPTION)
    note: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NOTE)


@strawberry.input(description="A line to take off a draft.")
class BudgetLineRemoveInput(MutationInput):
    """Which line."""

    id: strawberry.ID = strawberry.field(description="The line.")
    expected_version: int = strawberry.field(description=VERSION)


@strawberry.input(description="All the lines that a draft is to have.")
class BudgetLinesSetInput(MutationInput):
    """A draft's lines."""

    sheet_id: strawberry.ID = strawberry.field(description="The statement.")
    expected_version: int = strawberry.field(description=VERSION)
    lines: list[BudgetLineInput] = strawberry.field(description="The lines, at most 200; those left out are removed.")


@strawberry.type(description="The added line.")
class BudgetLineAddPayload(BudgetSheetPayload):
    """What budgetLineAdd answers."""

    budget_line: BudgetLine | None = strawberry.field(default=None, description="The line; null where it was refused.")


@strawberry.type(description="The changed line.")
class BudgetLineUpdatePayload(BudgetSheetPayload):
    """What budgetLineUpdate answers."""

    budget_line: BudgetLine | None = strawberry.field(default=None, description="The line; null where it was refused.")


@strawberry.type(description="The statement without the line.")
class BudgetLineRemovePayload(BudgetSheetPayload):
    """What budgetLineRemove answers."""


@strawberry.type(description="The statement with its new lines.")
class BudgetLinesSetPayload(BudgetSheetPayload):
    """What budgetLinesSet answers."""


def _details(given: BudgetLineInput | BudgetLineAddInput) -> LineDetails:
    return {
        "code": given.code,
        "amount": given.amount,
        "frequency": given.frequency,
        "description": given.description,
        "note": given.note,
    }


@strawberry.type
class BudgetLineMutations:
    """What can be done with the lines of a draft; clients of the portal, with drafts that they began."""

    @mutation(requires=Permission.DEBT_WRITE, description="Add a line to a draft.")
    async def budget_line_add(
        self, info: Info, input: Annotated[BudgetLineAddInput, what("The line.")]
    ) -> BudgetLineAddPayload:
        """Add a line."""
        outcome = await write(
            info,
            add_line,
            input,
            sheet_id=read_id("budgetsheet", input.sheet_id, field="sheet_id"),
            version=input.expected_version,
            details=_details(input),
        )
        sheet_id, line_id = outcome.subject_ids
        return BudgetLineAddPayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id),
            budget_line=await reread(info, BudgetLine, line_id),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Change a line of a draft. Its code stays: for another, remove it and add one.",
    )
    async def budget_line_update(
        self, info: Info, input: Annotated[BudgetLineUpdateInput, what("What to change.")]
    ) -> BudgetLineUpdatePayload:
        """Change a line."""
        stated: Any = given_fields(input, "amount", "frequency", "description", "note")
        outcome = await write(
            info,
            update_line,
            input,
            line_id=read_id("budgetline", input.id),
            version=input.expected_version,
            details=cast("LineDetails", stated),
        )
        sheet_id, line_id = outcome.subject_ids
        return BudgetLineUpdatePayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id),
            budget_line=await reread(info, BudgetLine, line_id),
            replayed=outcome.replayed,
        )

    @mutation(requires=Permission.DEBT_WRITE, description="Take a line off a draft.")
    async def budget_line_remove(
        self, info: Info, input: Annotated[BudgetLineRemoveInput, what("Which line.")]
    ) -> BudgetLineRemovePayload:
        """Remove a line."""
        outcome = await write(
            info, remove_line, input, line_id=read_id("budgetline", input.id), version=input.expected_version
        )
        (sheet_id,) = outcome.subject_ids
        return BudgetLineRemovePayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Give a draft all its lines at once: those of a code that it has are changed, others added, the "
        "rest removed. All of it or, where a line is at fault, nothing; a fault's path has the line's place, "
        "counted from 0.",
    )
    async def budget_lines_set(
        self, info: Info, input: Annotated[BudgetLinesSetInput, what("The lines.")]
    ) -> BudgetLinesSetPayload:
        """Set all lines."""
        outcome = await write(
            info,
            set_lines,
            input,
            sheet_id=read_id("budgetsheet", input.sheet_id, field="sheet_id"),
            version=input.expected_version,
            lines=[_details(line) for line in input.lines],
        )
        (sheet_id,) = outcome.subject_ids
        return BudgetLinesSetPayload(budget_sheet=await reread(info, BudgetSheet, sheet_id), replayed=outcome.replayed)
