"""Outcomes and what they come to, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.policy import staff_may_on
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.debts.referred import debts_by_optional_id
from cma_graphql.domain.outcomes import selectors
from cma_graphql.domain.outcomes.codes import GROUP_OF
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.outcomes.enums import GainBasis, GainCertainty, OutcomeCode, OutcomeGroup
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, DebtRef, MembershipRef
from cma_graphql.graph.scalars import Money


@strawberry.type(description="What the outcomes of a case that stand come to in money.")
class Gains:
    """The sums."""

    one_off: Money = strawberry.field(description="What was had once.")
    annual: Money = strawberry.field(description="What is had every year.")
    confirmed: Money = strawberry.field(description="What of both is sure.")

    @classmethod
    def of(cls, gains: selectors.Gains) -> "Gains":
        """Show sums."""
        return cls(one_off=Money(gains.one_off), annual=Money(gains.annual), confirmed=Money(gains.confirmed))


@strawberry.type(description="What the viewer may do with an outcome.")
class OutcomeViewerCan:
    """The viewer's rights over one outcome."""

    make_main: bool = strawberry.field(description="Report the case under it.")
    withdraw: bool = strawberry.field(description="Withdraw it.")


@node_type(table="outcomes", load=selectors.outcomes_by_id, requires=Permission.CASE_READ)
@strawberry.type(
    description="Something that the advice in a case came to. It is not changed; what was wrong is withdrawn."
)
class Outcome(Node):
    """One line of the ledger."""

    prefix: ClassVar[str] = "outcome"
    client_column: ClassVar[str | None] = "client_id"

    code: OutcomeCode = strawberry.field(description="What came about.")
    occurred_on: date = strawberry.field(description="The day on which it did.")
    amount: Money | None = strawberry.field(description="How much money it is, where it is money.")
    basis: GainBasis | None = strawberry.field(description="Whether that is had once or every year.")
    certainty: GainCertainty | None = strawberry.field(description="How sure the amount is.")
    note: str | None = strawberry.field(description="What there is to say about it.")
    main: bool = strawberry.field(description="Whether it is the outcome that the case is reported under.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn, where it was.")
    withdrawal_reason: str | None = strawberry.field(description="Why it was withdrawn.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    debt_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]

    @strawberry.field(description="The kind of outcome that it is.")
    def group(self) -> OutcomeGroup:
        """Look it up."""
        return GROUP_OF[OutcomeCode(self.code)]

    @relation(description="The case.", reads=())
    async def case(outcomes: list["Outcome"], info: Info) -> list[CaseRef | None]:
        """Answer each outcome's case."""
        return await cases_by_id(reader_for(info), [outcome.case_id for outcome in outcomes])

    @relation(description="The debt that it concerns; null where it concerns none, or the debt is deleted.", reads=())
    async def debt(outcomes: list["Outcome"], info: Info) -> list[DebtRef | None]:
        """Answer the debt that each outcome concerns."""
        return await debts_by_optional_id(info.context.reader, [outcome.debt_id for outcome in outcomes])

    @relation(description="Who recorded it.", requires=Permission.USER_READ, reads=())
    async def recorder(outcomes: list["Outcome"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each outcome."""
        return await memberships_by_id(reader_for(info), [outcome.created_by for outcome in outcomes])

    @relation(
        description="What the viewer may do with it, by right; what is withdrawn stays so.", reads=("withdrawn_at",)
    )
    async def viewer_can(outcomes: list["Outcome"], info: Info) -> list[OutcomeViewerCan]:
        """Answer the viewer's rights over each outcome."""
        rights = await staff_may_on(
            info.context.reader, Permission.WORKFLOW_PROGRESS, [outcome.case_id for outcome in outcomes]
        )
        standing = [outcome.withdrawn_at is None for outcome in outcomes]
        return [
            OutcomeViewerCan(make_main=may and stands, withdraw=may and stands)
            for may, stands in zip(rights, standing, strict=True)
        ]

    history = history_by("subject_id")


@strawberry.type(description="What came about in a time, by one code, in the cases that the viewer sees.")
class OutcomeSum(FromRecord):
    """One line of a report."""

    code: OutcomeCode = strawberry.field(description="What came about.")
    outcomes: int = strawberry.field(description="How often.")
    cases: int = strawberry.field(description="In how many cases.")
    one_off: Money = strawberry.field(description="What was had once.")
    annual: Money = strawberry.field(description="What is had every year.")
    confirmed: Money = strawberry.field(description="What of both is sure.")

    @strawberry.field(description="The kind of outcome that it is.")
    def group(self) -> OutcomeGroup:
        """Look it up."""
        return GROUP_OF[OutcomeCode(self.code)]
