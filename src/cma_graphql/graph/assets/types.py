"""Asset and what assets come to, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.assets import selectors, worth
from cma_graphql.domain.cases.policy import staff_may_on
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.debts.referred import debts_by_optional_id
from cma_graphql.graph.assets.enums import AssetType, ExemptionReason, ValuationBasis
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, ClientRef, DebtRef
from cma_graphql.graph.scalars import Money, Percentage


@strawberry.type(description="What the assets of a case come to: each a sum over those that are listed.")
class AssetTotals:
    """The sums."""

    value: Money = strawberry.field(description="What they are worth, as wholes.")
    secured: Money = strawberry.field(description="What is owed against them, as wholes.")
    equity: Money = strawberry.field(description="The client's equity in them.")
    exempt_equity: Money = strawberry.field(description="The equity in those that are exempt.")
    counted_equity: Money = strawberry.field(description="The equity in those that count in a solution.")

    @classmethod
    def of(cls, totals: worth.AssetTotals) -> "AssetTotals":
        """Show totals."""
        return cls(
            value=Money(totals.value),
            secured=Money(totals.secured),
            equity=Money(totals.equity),
            exempt_equity=Money(totals.exempt_equity),
            counted_equity=Money(totals.counted_equity),
        )


@strawberry.type(description="What the viewer may do with an asset, by right; an ended case forbids it still.")
class AssetViewerCan:
    """The viewer's rights over one asset."""

    update: bool = strawberry.field(description="Change it.")
    delete: bool = strawberry.field(description="Delete and restore it.")


@node_type(table="assets", load=selectors.assets_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="Something that a client owns, alone or with others.")
class Asset(Node):
    """One asset."""

    prefix: ClassVar[str] = "asset"
    client_column: ClassVar[str | None] = "client_id"

    asset_type: AssetType = strawberry.field(description="What kind of thing it is.")
    description: str = strawberry.field(description="What it is.")
    estimated_value: Money = strawberry.field(description="What the whole of it is worth.")
    valued_on: date = strawberry.field(description="The day on which it is worth that.")
    valuation_basis: ValuationBasis = strawberry.field(description="Whence the value is known.")
    ownership_share: Percentage = strawberry.field(
        description="Per cent of it that is the client's, with two decimals."
    )
    joint_owner: str | None = strawberry.field(description="Who owns the rest.")
    secured_amount: Money = strawberry.field(description="What is owed against the whole of it.")
    exempt: bool = strawberry.field(description="Whether it is left out of what counts in a solution.")
    exemption_reason: ExemptionReason | None = strawberry.field(description="Why it is exempt, where it is.")
    exemption_note: str | None = strawberry.field(description="The reason in words.")
    registration: str | None = strawberry.field(description="A vehicle's registration mark.")
    adapted: bool | None = strawberry.field(description="Whether a vehicle is adapted for a physical impairment.")
    needed_for_work: bool | None = strawberry.field(description="Whether a vehicle is needed for work.")
    domestic: bool | None = strawberry.field(description="Whether a vehicle is for private use.")
    address: str | None = strawberry.field(description="Where a property is.")
    postcode: str | None = strawberry.field(description="A property's postcode.")
    mortgaged: bool | None = strawberry.field(description="Whether there is a mortgage on a property.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    secured_debt_id: strawberry.Private[UUID | None]

    @strawberry.field(
        description="The client's share of what it is worth beyond what is owed against it, never below nothing; half "
        "a penny is rounded up."
    )
    def equity(self) -> Money:
        """Work it out."""
        return Money(worth.equity(value=self.estimated_value, secured=self.secured_amount, share=self.ownership_share))

    @relation(description="The case.", reads=())
    async def case(assets: list["Asset"], info: Info) -> list[CaseRef | None]:
        """Answer each asset's case."""
        return await cases_by_id(reader_for(info), [asset.case_id for asset in assets])

    @relation(description="Whose it is.", requires=Permission.CLIENT_READ, reads=())
    async def client(assets: list["Asset"], info: Info) -> list[ClientRef | None]:
        """Answer each asset's client."""
        return await clients_by_id(reader_for(info), [asset.client_id for asset in assets])

    @relation(description="The debt that is secured against it; null where none is, or the debt is deleted.", reads=())
    async def secured_debt(assets: list["Asset"], info: Info) -> list[DebtRef | None]:
        """Answer the debt that is secured against each asset."""
        return await debts_by_optional_id(info.context.reader, [asset.secured_debt_id for asset in assets])

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(assets: list["Asset"], info: Info) -> list[AssetViewerCan]:
        """Answer the viewer's rights over each asset."""
        rights = await staff_may_on(info.context.reader, Permission.DEBT_WRITE, [asset.case_id for asset in assets])
        return [AssetViewerCan(update=may, delete=may) for may in rights]

    history = history_by("subject_id")


@strawberry.type(description="A deleted asset: what one needs to know to restore it.")
class DeletedAsset(FromRecord):
    """One deleted asset."""

    client_column: ClassVar[str | None] = "client_id"

    asset_type: AssetType = strawberry.field(description="What kind of thing it is.")
    description: str = strawberry.field(description="What it is.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the asset.")
    key: strawberry.Private[UUID]
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]

    @strawberry.field(description="The asset's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("asset", self.key)

    @relation(description="The case.", reads=())
    async def case(assets: list["DeletedAsset"], info: Info) -> list[CaseRef | None]:
        """Answer each asset's case."""
        return await cases_by_id(reader_for(info), [asset.case_id for asset in assets])
