"""Creditor, and an entry of the network's register, as the schema shows them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.creditors import selectors
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.creditors.enums import CreditorKind
from cma_graphql.graph.debts.relations import debts_by
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord


def _lines(text: str | None) -> list[str]:
    return [] if text is None else text.split("\n")


@strawberry.type(description="A creditor of the network's register, of which a centre makes its own copy.")
class CreditorRegisterEntry(FromRecord):
    """One entry of the register."""

    code: str = strawberry.field(description="Its stable code, such as `HMRC`; `creditorAdopt` takes it.")
    name: str = strawberry.field(description="What it is called.")
    kind: CreditorKind = strawberry.field(description="What it is, or does.")
    is_collector: bool = strawberry.field(description="Whether debts are passed to it.")
    website: str | None = strawberry.field(description="Its own page.")
    note: str | None = strawberry.field(description="What to know about the entry.")
    trading_lines: strawberry.Private[str | None]

    @strawberry.field(description="Other names under which it trades or is known.")
    def trading_names(self) -> list[str]:
        """Read the names, one a line."""
        return _lines(self.trading_lines)


@strawberry.type(description="What the viewer may do with a creditor.")
class CreditorViewerCan:
    """The viewer's rights over one creditor."""

    update: bool = strawberry.field(description="Change it, take it out of use and put it back.")


@node_type(table="creditors", load=selectors.creditors_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(
    description="Whom the centre's clients owe, or who collects for them: a copy from the network's register, or the "
    "centre's own. A client of the portal sees those of their own debts."
)
class Creditor(Node):
    """One creditor of the centre's directory."""

    prefix: ClassVar[str] = "creditor"

    name: str = strawberry.field(description="What it is called.")
    kind: CreditorKind = strawberry.field(description="What it is, or does.")
    is_collector: bool = strawberry.field(
        description="Whether debts are passed to it: a collector, an assignee, an enforcement agent, a solicitor."
    )
    contact_name: str | None = strawberry.field(description="Whom to ask for.")
    contact_phone: str | None = strawberry.field(description="Telephone in international form.")
    contact_email: str | None = strawberry.field(description="E-mail address.")
    address_line1: str | None = strawberry.field(description="First line of the address.")
    address_line2: str | None = strawberry.field(description="Second line of the address.")
    city: str | None = strawberry.field(description="Town or city.")
    postcode: str | None = strawberry.field(description="Postcode.")
    notes: str | None = strawberry.field(description="What the centre knows about dealing with it.")
    active: bool = strawberry.field(description="Whether new debts may be owed or passed to it.")
    created_at: datetime = strawberry.field(description="When it came into the directory.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    trading_lines: strawberry.Private[str | None]
    catalogue_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Other names under which it trades or is known.")
    def trading_names(self) -> list[str]:
        """Read the names, one a line."""
        return _lines(self.trading_lines)

    @strawberry.field(description="Whether it is a copy from the network's register.")
    def from_register(self) -> bool:
        """Tell where it comes from."""
        return self.catalogue_id is not None

    debts = debts_by("creditor_id", "The debts owed to it at first, as far as the viewer sees their cases.")
    held_debts = debts_by(
        "collector_id", "The debts of other creditors that it holds or collects now, as far as the viewer sees them."
    )

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(creditors: list["Creditor"], info: Info) -> list[CreditorViewerCan]:
        """Answer the viewer's rights over each creditor: the same for all of the directory."""
        update = info.context.actor.may(Permission.CREDITOR_WRITE)
        return [CreditorViewerCan(update=update) for _ in creditors]

    history = history_by("subject_id")
