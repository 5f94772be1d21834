"""A deleted debt, as the schema shows it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.creditors.selectors import creditors_by_id
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import write_id
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, CreditorRef, MembershipRef


@strawberry.type(description="A deleted debt: what one needs to know to restore it.")
class DeletedDebt(FromRecord):
    """One deleted debt."""

    client_column: ClassVar[str | None] = "client_id"

    description: str | None = strawberry.field(description="What it is for.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the debt.")
    key: strawberry.Private[UUID]
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    creditor_id: strawberry.Private[UUID]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The debt's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("debt", self.key)

    @relation(description="The case it was in.", reads=())
    async def case(debts: list["DeletedDebt"], info: Info) -> list[CaseRef | None]:
        """Answer each debt's case."""
        return await cases_by_id(reader_for(info), [debt.case_id for debt in debts])

    @relation(description="Who was owed at first.", requires=Permission.REFERENCE_READ, reads=())
    async def creditor(debts: list["DeletedDebt"], info: Info) -> list[CreditorRef | None]:
        """Answer each debt's creditor."""
        return await creditors_by_id(reader_for(info), [debt.creditor_id for debt in debts])

    @relation(description="Who deleted it.", requires=Permission.USER_READ)
    async def deleter(debts: list["DeletedDebt"], info: Info) -> list[MembershipRef | None]:
        """Answer who deleted each debt."""
        return await memberships_by_optional_id(reader_for(info), [debt.deleted_by for debt in debts])
