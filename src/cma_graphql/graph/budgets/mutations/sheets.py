"""Beginning, changing and copying statements."""

from datetime import date
from typing import Annotated, Any, cast

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets.copying import lines_left_out
from cma_graphql.domain.budgets.services.sheets import begin_sheet, copy_sheet, update_sheet
from cma_graphql.domain.budgets.sheet_input import SheetDetails
from cma_graphql.graph.budgets.enums import SheetType
from cma_graphql.graph.budgets.mutations.answering import BudgetSheetInput, BudgetSheetPayload, on_sheet, what
from cma_graphql.graph.budgets.types import BudgetSheet
from cma_graphql.graph.cautions import InputWarning, warning_of
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.households.enums import StatementScheme
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write

TYPE = "Which statement of the case it is."
DAY = "The day whose circumstances it states; not in the future. Its lines have to be in force then."
JOINT = "Whether it is made with a partner."
ASSETS = "Whether the use of assets was considered; a statement is not submitted before."
SAVINGS = "Whether a savings contribution was considered; a statement is not submitted before."
NOTES = "What there is to say about it, in up to 10,000 characters."


@strawberry.input(description="A statement to begin.")
class BudgetSheetBeginInput(MutationInput):
    """A new statement."""

    case_id: strawberry.ID = strawberry.field(description="The case that it belongs to.")
    statement_date: date = strawberry.field(description=DAY)
    sheet_type: SheetType = strawberry.field(default=SheetType.INITIAL, description=TYPE)
    scheme: StatementScheme = strawberry.field(default=StatementScheme.SFS, description="Whose form it is in.")
    joint_application: bool = strawberry.field(default=False, description=JOINT)
    asset_use_considered: bool = strawberry.field(default=False, description=ASSETS)
    savings_considered: bool = strawberry.field(default=False, description=SAVINGS)
    notes: str | None = strawberry.field(default=None, description=NOTES)


@strawberry.type(description="The begun statement.")
class BudgetSheetBeginPayload(BudgetSheetPayload):
    """What budgetSheetBegin answers."""


@strawberry.input(description="What to change of a draft; an absent field stays as it is, a null empties it.")
class BudgetSheetUpdateInput(BudgetSheetInput):
    """Changes of a draft."""

    sheet_type: strawberry.Maybe[SheetType] = strawberry.field(default=None, description=TYPE)
    statement_date: strawberry.Maybe[date] = strawberry.field(default=None, description=DAY)
    joint_application: strawberry.Maybe[bool] = strawberry.field(default=None, description=JOINT)
    asset_use_considered: strawberry.Maybe[bool] = strawberry.field(default=None, description=ASSETS)
    savings_considered: strawberry.Maybe[bool] = strawberry.field(default=None, description=SAVINGS)
    notes: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NOTES)


@strawberry.type(description="The changed draft.")
class BudgetSheetUpdatePayload(BudgetSheetPayload):
    """What budgetSheetUpdate answers."""


@strawberry.input(description="A statement to copy.")
class BudgetSheetCopyInput(BudgetSheetInput):
    """A statement, and what its copy is to be."""

    sheet_type: SheetType = strawberry.field(default=SheetType.REVISED, description=TYPE)
    statement_date: date | None = strawberry.field(default=None, description=f"{DAY} Today unless said.")


@strawberry.type(description="The copy, a draft.")
class BudgetSheetCopyPayload(BudgetSheetPayload):
    """What budgetSheetCopy answers."""

    warnings: list[InputWarning] = strawberry.field(
        default_factory=list,
        description="The lines that were left out, since a statement of the copy's day may not have them.",
    )


@strawberry.type
class BudgetSheetMutations:
    """What can be done with a statement before it is submitted, and to have another."""

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Begin a statement, a draft without lines, as the case's next version. A client of the portal may "
        "begin one for an own case, and has three drafts at most.",
    )
    async def budget_sheet_begin(
        self, info: Info, input: Annotated[BudgetSheetBeginInput, what("The statement.")]
    ) -> BudgetSheetBeginPayload:
        """Begin a statement."""
        details: SheetDetails = {
            "sheet_type": input.sheet_type,
            "statement_date": input.statement_date,
            "joint_application": input.joint_application,
            "asset_use_considered": input.asset_use_considered,
            "savings_considered": input.savings_considered,
            "notes": input.notes,
        }
        outcome = await write(
            info,
            begin_sheet,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            details=details,
            scheme=input.scheme,
        )
        (sheet_id,) = outcome.subject_ids
        return BudgetSheetBeginPayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id), replayed=outcome.replayed
        )

    @mutation(requires=Permission.DEBT_WRITE, description="Change what a draft says besides its lines.")
    async def budget_sheet_update(
        self, info: Info, input: Annotated[BudgetSheetUpdateInput, what("What to change.")]
    ) -> BudgetSheetUpdatePayload:
        """Change a draft."""
        stated: Any = given_fields(
            input,
            "sheet_type",
            "statement_date",
            "joint_application",
            "asset_use_considered",
            "savings_considered",
            "notes",
        )
        outcome = await write(info, update_sheet, input, **on_sheet(input), details=cast("SheetDetails", stated))
        (sheet_id,) = outcome.subject_ids
        return BudgetSheetUpdatePayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Copy a statement, in whatever state, with its lines to a new draft: the case's next version.",
    )
    async def budget_sheet_copy(
        self, info: Info, input: Annotated[BudgetSheetCopyInput, what("Which statement.")]
    ) -> BudgetSheetCopyPayload:
        """Copy a statement."""
        outcome = await write(
            info,
            copy_sheet,
            input,
            **on_sheet(input),
            sheet_type=input.sheet_type,
            statement_date=input.statement_date,
        )
        (sheet_id,) = outcome.subject_ids
        left_out = await lines_left_out(info.context.reader, sheet_id)
        return BudgetSheetCopyPayload(
            budget_sheet=await reread(info, BudgetSheet, sheet_id),
            warnings=[warning_of("statement_date", caution) for caution in left_out],
            replayed=outcome.replayed,
        )
