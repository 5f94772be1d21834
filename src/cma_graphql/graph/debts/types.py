"""Debt and DebtType, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.creditors.selectors import creditors_by_id, creditors_by_optional_id
from cma_graphql.domain.debts import policy, selectors
from cma_graphql.domain.debts.account_number import mask_account_number
from cma_graphql.domain.debts.history import BALANCES, PAYMENTS, holders_of_debts
from cma_graphql.domain.debts.transitions import counts, following
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.assets.relations import assets_of_debt
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.enums import (
    Certainty,
    DebtExclusion,
    DebtPriority,
    DebtStatus,
    EnforcementStage,
    Jurisdiction,
    Liability,
    LimitationKind,
    RegulatedCredit,
)
from cma_graphql.graph.debts.limitation import limitation_expiries
from cma_graphql.graph.debts.lines import DebtBalance, DebtHolder, DebtPayment
from cma_graphql.graph.debts.relations import debts_by
from cma_graphql.graph.documents.relations import documents_of_debt
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.outcomes.relations import outcomes_of_debt
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.refs import CaseRef, ClientRef, CreditorRef, MembershipRef
from cma_graphql.graph.scalars import Money, Percentage
from cma_graphql.graph.visible import sensitive


@node_type(table="debt_types", load=selectors.debt_types_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="A type of debt, with what usually holds of such debts.")
class DebtType(Node):
    """One of the centre's types of debt."""

    prefix: ClassVar[str] = "debttype"

    code: str = strawberry.field(description="Its stable code, such as `RENT_ARREARS`.")
    name: str = strawberry.field(description="What it is called.")
    default_priority: DebtPriority = strawberry.field(description="The priority of such a debt, unless overridden.")
    adviser_decides: bool = strawberry.field(
        description="Whether it takes an adviser's judgment: lists of priority debts differ, or the goods decide."
    )
    excluded_from: list[DebtExclusion] = strawberry.field(description="What such debts are left out of by law.")
    regulated_credit: RegulatedCredit = strawberry.field(description="Whether such a debt usually is regulated credit.")
    limitation_kind: LimitationKind = strawberry.field(description="Which rule of limitation it falls under.")
    sanction: str = strawberry.field(description="The worst that not paying may lead to.")
    note: str | None = strawberry.field(description="What to know about it.")
    source: str = strawberry.field(description="Where the product has this from.")
    certainty: Certainty = strawberry.field(description="How sure the product is of it.")
    active: bool = strawberry.field(description="Whether new debts may be of this type.")

    debts = debts_by("debt_type_id", "The debts of this type that the viewer sees.")


@strawberry.type(description="What the viewer may do with a debt. Its case's state may forbid it still.")
class DebtViewerCan:
    """The viewer's rights over one debt."""

    update: bool = strawberry.field(
        description="Change it, record balances and payments, pass it on, set its priority and state, delete it."
    )
    read_account_number: bool = strawberry.field(description="Read the account number in full.")


@node_type(table="debts", load=selectors.debts_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="What a client owes on one account, in one case.")
class Debt(Node):
    """One debt."""

    prefix: ClassVar[str] = "debt"
    client_column: ClassVar[str | None] = "client_id"

    description: str | None = strawberry.field(description="What it is for.")
    original_balance: Money | None = strawberry.field(description="What it was at first.")
    current_balance: Money | None = strawberry.field(
        description="What it stands at: the last stated balance, less what was paid since. Null: not known."
    )
    balance_as_of: date | None = strawberry.field(description="The day of the last stated balance.")
    monthly_payment: Money | None = strawberry.field(description="What the agreement asks for a month.")
    arrears: Money | None = strawberry.field(description="What should have been paid by now, and was not.")
    interest_rate: Percentage | None = strawberry.field(description="Interest, per cent a year (APR).")
    interest_frozen: bool = strawberry.field(description="Whether the creditor has stopped interest and charges.")
    priority: DebtPriority = strawberry.field(description="Whether it has to be dealt with first: its type's, or set.")
    priority_override_reason: str | None = strawberry.field(
        description="Why its priority was set against its type's; null: it is the type's."
    )
    liability: Liability = strawberry.field(description="How the client answers for it.")
    joint_party_name: str | None = strawberry.field(
        description="The other party of a joint debt; for a guarantor, whose debt it is."
    )
    regulated_credit: RegulatedCredit = strawberry.field(description="Whether it is regulated credit.")
    jurisdiction: Jurisdiction = strawberry.field(description="Whose law it is under.")
    incurred_on: date | None = strawberry.field(description="The day it was incurred.")
    defaulted_on: date | None = strawberry.field(description="The day of the default.")
    last_payment_on: date | None = strawberry.field(description="The day of the last payment.")
    last_acknowledged_on: date | None = strawberry.field(
        description="The day on which the client last acknowledged it in writing."
    )
    judgment_on: date | None = strawberry.field(description="The day of the judgment or decree.")
    judgment_amount: Money | None = strawberry.field(description="For how much the judgment is.")
    judgment_reference: str | None = strawberry.field(description="The court's reference.")
    judgment_satisfied: bool | None = strawberry.field(description="Whether the judgment has been paid in full.")
    enforcement_stage: EnforcementStage = strawberry.field(description="How far the creditor has gone.")
    next_action: str | None = strawberry.field(description="What is to be done next.")
    next_action_on: date | None = strawberry.field(description="By which day.")
    secured_amount: Money | None = strawberry.field(description="How much of it is secured.")
    fraud_alleged: bool = strawberry.field(description="Whether the creditor alleges fraud.")
    notes: str | None = strawberry.field(description="Whatever else there is to know.")
    status: DebtStatus = strawberry.field(description="Its state.")
    status_reason: str | None = strawberry.field(description="What was given as the reason for its state.")
    status_changed_at: datetime = strawberry.field(description="Since when it is in that state.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    debt_type_id: strawberry.Private[UUID]
    creditor_id: strawberry.Private[UUID]
    collector_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]
    sealed_account_number: strawberry.Private[bytes | None]

    account_number: str | None = sensitive(
        column="account_number",
        table="debts",
        permission=Permission.CLIENT_READ_IDENTITY,
        own=selectors.own_debt_ids,
        mask=mask_account_number,
        description="The account number or reference with the creditor.",
    )

    @strawberry.field(description="The states that may follow its present one.")
    def allowed_statuses(self) -> list[DebtStatus]:
        """Read the table of steps."""
        return list(following(self.status))

    @strawberry.field(description="Whether it counts in its case's `debtTotals`.")
    def counts_in_totals(self) -> bool:
        """Follow the rule of the totals."""
        return counts(status=self.status, liability=self.liability)

    @relation(description="The case it is in.", reads=())
    async def case(debts: list["Debt"], info: Info) -> list[CaseRef | None]:
        """Answer each debt's case."""
        return await cases_by_id(reader_for(info), [debt.case_id for debt in debts])

    @relation(description="Whose debt it is.", requires=Permission.CLIENT_READ, reads=())
    async def client(debts: list["Debt"], info: Info) -> list[ClientRef | None]:
        """Answer each debt's client."""
        return await clients_by_id(reader_for(info), [debt.client_id for debt in debts])

    @relation(description="Its type.", requires=Permission.REFERENCE_READ, reads=())
    async def debt_type(debts: list["Debt"], info: Info) -> list[DebtType | None]:
        """Answer each debt's type."""
        return await selectors.debt_types_by_id(info.context.reader, [debt.debt_type_id for debt in debts])  # type: ignore[return-value]

    @relation(description="Who was owed at first.", requires=Permission.REFERENCE_READ, reads=())
    async def creditor(debts: list["Debt"], info: Info) -> list[CreditorRef | None]:
        """Answer each debt's creditor."""
        return await creditors_by_id(reader_for(info), [debt.creditor_id for debt in debts])

    @relation(
        description="Who holds or collects it now, where that is another than the creditor.",
        requires=Permission.REFERENCE_READ,
        reads=(),
    )
    async def collector(debts: list["Debt"], info: Info) -> list[CreditorRef | None]:
        """Answer each debt's collector."""
        return await creditors_by_optional_id(reader_for(info), [debt.collector_id for debt in debts])

    @relation(description="Who held it, from the first to the present holder.", size=5, reads=())
    async def holders(debts: list["Debt"], info: Info) -> list[list[DebtHolder]]:
        """Answer each debt's holders."""
        return await holders_of_debts(info.context.reader, [debt.key for debt in debts])  # type: ignore[return-value]

    @relation(description="What was paid on it, latest day first.", reads=())
    async def payments(
        debts: list["Debt"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> list[Connection[DebtPayment]]:
        """Answer a page of each debt's payments."""
        return await PAYMENTS.pages(  # type: ignore[return-value]
            info.context.reader,
            [debt.key for debt in debts],
            by="debt_id",
            order="PAID_ON_DESC",
            window=window(first, after, last, before),
            filters={},
        )

    @relation(description="What it stood at, latest day first.", reads=())
    async def balances(
        debts: list["Debt"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> list[Connection[DebtBalance]]:
        """Answer a page of each debt's balances."""
        return await BALANCES.pages(  # type: ignore[return-value]
            info.context.reader,
            [debt.key for debt in debts],
            by="debt_id",
            order="AS_OF_DESC",
            window=window(first, after, last, before),
            filters={},
        )

    limitation_expiry = limitation_expiries()

    @relation(description="Who recorded it.", requires=Permission.USER_READ, reads=())
    async def recorder(debts: list["Debt"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each debt."""
        return await memberships_by_id(reader_for(info), [debt.created_by for debt in debts])

    secured_assets = assets_of_debt()

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(debts: list["Debt"], info: Info) -> list[DebtViewerCan]:
        """Answer the viewer's rights over each debt."""
        rights = await policy.rights_over(info.context.reader, [debt.key for debt in debts])
        return [DebtViewerCan(update=right.update, read_account_number=right.read_account_number) for right in rights]

    documents = documents_of_debt()
    outcomes = outcomes_of_debt()
    history = history_by("subject_id")
