"""BudgetSheet and BudgetLine, as the schema shows them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets import policy, selectors
from cma_graphql.domain.budgets.catalogue import read_form
from cma_graphql.domain.budgets.reading import lines_in_order, savings_suggestions, totals_of_sheets
from cma_graphql.domain.budgets.totals import Totals
from cma_graphql.domain.budgets.transitions import following
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.budgets.catalogue_types import StatementLine
from cma_graphql.graph.budgets.enums import (
    ConsentChannel,
    Frequency,
    SheetStatus,
    SheetType,
    VerificationStatus,
)
from cma_graphql.graph.budgets.totals_types import BudgetTotals
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.households.enums import StatementScheme
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.refs import CaseRef, ClientRef, MembershipRef
from cma_graphql.graph.scalars import Money


@node_type(table="budget_lines", load=selectors.lines_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One amount on a statement.")
class BudgetLine(Node):
    """One line."""

    prefix: ClassVar[str] = "budgetline"
    client_column: ClassVar[str | None] = "client_id"

    code: str = strawberry.field(description="Which line of the form, such as `FIX.HOME.RENT`.")
    entry: int = strawberry.field(description="Tells the lines of one repeatable code apart; 1 for the others.")
    description: str | None = strawberry.field(description="What it is, where the form does not name it.")
    amount: Money = strawberry.field(description="The amount as it was stated, in pounds a period.")
    frequency: Frequency = strawberry.field(description="How often it comes or goes.")
    monthly_amount: Money = strawberry.field(
        description="Pounds a month: the amount times the periods of a year, by twelve, rounded half up."
    )
    note: str | None = strawberry.field(description="What there is to say about it: why it is high, say.")
    verified: bool = strawberry.field(description="Whether it was found to agree with its evidence.")
    sheet_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]

    @relation(description="The line of the form that it is.")
    async def statement_line(lines: list["BudgetLine"], info: Info) -> list[StatementLine | None]:
        """Answer each line's row of the catalogue."""
        form = await read_form(info.context.reader)
        sheets = await selectors.sheets_by_id(info.context.reader, [line.sheet_id for line in lines])
        return [
            None if sheet is None else form.line(sheet["scheme"], sheet["scheme_version"], line.code)  # type: ignore[misc]
            for line, sheet in zip(lines, sheets, strict=True)
        ]

    @relation(description="The statement that it stands on.", reads=())
    async def sheet(lines: list["BudgetLine"], info: Info) -> list["BudgetSheet | None"]:
        """Answer each line's statement."""
        return await selectors.sheets_by_id(reader_for(info), [line.sheet_id for line in lines])  # type: ignore[return-value]


@strawberry.type(
    description="What the viewer may do with a statement, by right; `allowedStatuses` tells what its state permits."
)
class BudgetSheetViewerCan:
    """The viewer's rights over one statement."""

    edit: bool = strawberry.field(description="Change its lines while it is a draft.")
    progress: bool = strawberry.field(
        description="Change its header, submit, return, withdraw and copy it, record that the client confirms it."
    )
    verify: bool = strawberry.field(description="Say whether it agrees with its evidence.")
    send: bool = strawberry.field(description="Record that it was sent.")


@node_type(table="budget_sheets", load=selectors.sheets_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One version of a case's financial statement: what the household gets and spends.")
class BudgetSheet(Node):
    """One statement."""

    prefix: ClassVar[str] = "budgetsheet"
    client_column: ClassVar[str | None] = "client_id"

    number: int = strawberry.field(description="1, 2, 3 … within the case: the version of the statement.")
    scheme: StatementScheme = strawberry.field(description="Whose form it is in.")
    scheme_version: str = strawberry.field(description="Which version of the form.")
    statement_date: date = strawberry.field(description="The day whose circumstances it states.")
    sheet_type: SheetType = strawberry.field(description="Which statement of the case it is.")
    status: SheetStatus = strawberry.field(description="How far it has come.")
    joint_application: bool = strawberry.field(description="Whether it is made with a partner.")
    asset_use_considered: bool = strawberry.field(description="Whether the use of assets was considered.")
    savings_considered: bool = strawberry.field(description="Whether a savings contribution was considered.")
    notes: str | None = strawberry.field(description="What there is to say about it.")
    began_in_portal: bool = strawberry.field(description="Whether the client began it in the portal.")
    submitted_at: datetime | None = strawberry.field(description="When it was last submitted for review.")
    return_reason: str | None = strawberry.field(description="Why it was returned to being a draft.")
    verification_status: VerificationStatus = strawberry.field(description="Whether it agrees with its evidence.")
    verified_at: datetime | None = strawberry.field(description="When that was last said.")
    verification_note: str | None = strawberry.field(description="What was said about it.")
    accuracy_confirmed_at: datetime | None = strawberry.field(
        description="When the client confirmed that it is accurate."
    )
    consent_to_send_at: datetime | None = strawberry.field(
        description="When the client consented to its being sent to creditors."
    )
    confirmation_channel: ConsentChannel | None = strawberry.field(description="How the client confirmed it.")
    consent_channel: ConsentChannel | None = strawberry.field(description="How the client consented to its being sent.")
    sent_at: datetime | None = strawberry.field(description="When it was sent.")
    sent_to: str | None = strawberry.field(description="To whom it was sent.")
    withdrawal_reason: str | None = strawberry.field(description="Why it was given up.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    updated_at: datetime = strawberry.field(description="When it, or a line of it, last changed.")
    version: int = strawberry.field(
        description="Counts its changes and those of its lines; send it back as `expectedVersion`."
    )
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    created_by: strawberry.Private[UUID]
    verified_by: strawberry.Private[UUID | None]
    copied_from_id: strawberry.Private[UUID | None]
    supersedes_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The states that may follow its present one, whoever takes it there.")
    def allowed_statuses(self) -> list[SheetStatus]:
        """Read the table of steps."""
        return list(following(self.status))

    @relation(description="Its lines, in the order of the form; at most 200.", size=40, reads=())
    async def lines(sheets: list["BudgetSheet"], info: Info) -> list[list[BudgetLine]]:
        """Answer each statement's lines."""
        return await lines_in_order(info.context.reader, [sheet.key for sheet in sheets])  # type: ignore[return-value]

    @relation(
        description="What it comes to, counted from its lines. Null, with an error, where a confirmed statement keeps "
        "other totals than its lines come to.",
        reads=(),
    )
    async def totals(sheets: list["BudgetSheet"], info: Info) -> list[BudgetTotals | None]:
        """Answer each statement's totals; an error in the place of one that contradicts itself."""
        found = await totals_of_sheets(info.context.reader, [sheet.key for sheet in sheets])
        return [BudgetTotals.of(each) if isinstance(each, Totals) else each for each in found]  # type: ignore[misc]

    @relation(
        description="The monthly saving that the scheme allows for at most, by the surplus; a suggestion only. Null "
        "where the scheme has no figures for the statement's day.",
        reads=(),
    )
    async def suggested_savings(sheets: list["BudgetSheet"], info: Info) -> list[Money | None]:
        """Answer what each household might put aside."""
        return await savings_suggestions(info.context.reader, [sheet.key for sheet in sheets])  # type: ignore[return-value]

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(sheets: list["BudgetSheet"], info: Info) -> list[BudgetSheetViewerCan]:
        """Answer the viewer's rights over each statement."""
        facts = [
            policy.SheetFacts(case_id=sheet.case_id, client_id=sheet.client_id, created_by=sheet.created_by)
            for sheet in sheets
        ]
        rights = await policy.rights_over(info.context.reader, facts)
        return [BudgetSheetViewerCan(**asdict(right)) for right in rights]

    @relation(description="The case that it belongs to.", reads=())
    async def case(sheets: list["BudgetSheet"], info: Info) -> list[CaseRef | None]:
        """Answer each statement's case."""
        return await cases_by_id(reader_for(info), [sheet.case_id for sheet in sheets])

    @relation(description="Whose statement it is.", requires=Permission.CLIENT_READ, reads=())
    async def client(sheets: list["BudgetSheet"], info: Info) -> list[ClientRef | None]:
        """Answer each statement's client."""
        return await clients_by_id(reader_for(info), [sheet.client_id for sheet in sheets])

    @relation(description="The statement whose place it took when the client confirmed it.", reads=())
    async def supersedes(sheets: list["BudgetSheet"], info: Info) -> list["BudgetSheet | None"]:
        """Answer the statement that each superseded."""
        keys = [sheet.supersedes_id for sheet in sheets]
        return await selectors.sheets_by_optional_id(reader_for(info), keys)  # type: ignore[return-value]

    @relation(description="The statement that it was copied from.", reads=())
    async def copied_from(sheets: list["BudgetSheet"], info: Info) -> list["BudgetSheet | None"]:
        """Answer the original of each statement."""
        keys = [sheet.copied_from_id for sheet in sheets]
        return await selectors.sheets_by_optional_id(reader_for(info), keys)  # type: ignore[return-value]

    @relation(description="Who began it.", requires=Permission.USER_READ, reads=())
    async def began_by(sheets: list["BudgetSheet"], info: Info) -> list[MembershipRef | None]:
        """Answer who began each statement."""
        return await memberships_by_id(reader_for(info), [sheet.created_by for sheet in sheets])

    @relation(description="Who last said whether it agrees with its evidence.", requires=Permission.USER_READ)
    async def verifier(sheets: list["BudgetSheet"], info: Info) -> list[MembershipRef | None]:
        """Answer who verified each statement."""
        return await memberships_by_optional_id(reader_for(info), [sheet.verified_by for sheet in sheets])

    history = history_by("subject_id")
