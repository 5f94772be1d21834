"""The lines of a debt's history, as the schema shows them: payments, balances, holders."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.creditors.selectors import creditors_by_id
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CreditorRef, MembershipRef
from cma_graphql.graph.scalars import Money


@strawberry.type(description="A payment on a debt.")
class DebtPayment(FromRecord):
    """One payment."""

    client_column: ClassVar[str | None] = "client_id"

    paid_on: date = strawberry.field(description="The day it was made.")
    amount: Money = strawberry.field(description="How much was paid.")
    lowers_balance: bool = strawberry.field(
        description="Whether the balance went down when it was recorded: not where it is older than the balance."
    )
    note: str | None = strawberry.field(description="What was said about it.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    client_id: strawberry.Private[UUID]
    recorded_by: strawberry.Private[UUID]

    @relation(description="Who recorded it.", requires=Permission.USER_READ)
    async def recorder(payments: list["DebtPayment"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each payment."""
        return await memberships_by_id(reader_for(info), [payment.recorded_by for payment in payments])


@strawberry.type(description="What a debt stood at on one day, as somebody stated it.")
class DebtBalance(FromRecord):
    """One stated balance."""

    client_column: ClassVar[str | None] = "client_id"

    as_of: date = strawberry.field(description="The day of the balance.")
    amount: Money = strawberry.field(description="What the debt stood at.")
    note: str | None = strawberry.field(description="What was said about it.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    client_id: strawberry.Private[UUID]
    recorded_by: strawberry.Private[UUID]

    @relation(description="Who recorded it.", requires=Permission.USER_READ)
    async def recorder(balances: list["DebtBalance"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each balance."""
        return await memberships_by_id(reader_for(info), [balance.recorded_by for balance in balances])


@strawberry.type(description="One creditor's time of holding a debt; it ends with the next holder's.")
class DebtHolder(FromRecord):
    """One holder."""

    client_column: ClassVar[str | None] = "client_id"

    held_from: date | None = strawberry.field(description="From which day; null: from the beginning.")
    reason: str | None = strawberry.field(description="Why the debt was passed on.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    client_id: strawberry.Private[UUID]
    creditor_id: strawberry.Private[UUID]
    recorded_by: strawberry.Private[UUID]

    @relation(description="The holder.", requires=Permission.REFERENCE_READ, reads=())
    async def creditor(holders: list["DebtHolder"], info: Info) -> list[CreditorRef | None]:
        """Answer each holder."""
        return await creditors_by_id(reader_for(info), [holder.creditor_id for holder in holders])

    @relation(description="Who recorded it.", requires=Permission.USER_READ)
    async def recorder(holders: list["DebtHolder"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each holder."""
        return await memberships_by_id(reader_for(info), [holder.recorded_by for holder in holders])
