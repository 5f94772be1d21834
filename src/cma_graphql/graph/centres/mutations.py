"""Mutations of centres."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.ids import named_id, new_id
from cma_graphql.domain.casework.close_centre import close_centre
from cma_graphql.domain.casework.create_centre import create_centre
from cma_graphql.domain.centres.services import reactivate_centre, suspend_centre, update_centre
from cma_graphql.domain.users.centre_manager import set_centre_manager
from cma_graphql.graph.centres.inputs import (
    CentreCloseInput,
    CentreCreateInput,
    CentreReactivateInput,
    CentreSetManagerInput,
    CentreSuspendInput,
    CentreUpdateInput,
)
from cma_graphql.graph.centres.types import Centre
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import given_fields, idempotency_key, read_beside, reread, write

_DETAILS = ("address_line1", "address_line2", "city", "postcode", "phone", "email")
_PARTICULARS = ("name", "code", "organisation_type", "jurisdiction", *_DETAILS)


@strawberry.type(description="What centreCreate answers.")
class CentreCreatePayload(Payload):
    """Payload of centreCreate."""

    centre: Centre | None = strawberry.field(default=None, description="The new centre.")


@strawberry.type(description="What centreUpdate answers.")
class CentreUpdatePayload(Payload):
    """Payload of centreUpdate."""

    centre: Centre | None = strawberry.field(default=None, description="The centre as it is now.")


@strawberry.type(description="What centreSetManager answers.")
class CentreSetManagerPayload(Payload):
    """Payload of centreSetManager."""

    centre: Centre | None = strawberry.field(default=None, description="The centre as it is now.")


@strawberry.type(description="What centreSuspend answers.")
class CentreSuspendPayload(Payload):
    """Payload of centreSuspend."""

    centre: Centre | None = strawberry.field(default=None, description="The centre as it is now.")


@strawberry.type(description="What centreReactivate answers.")
class CentreReactivatePayload(Payload):
    """Payload of centreReactivate."""

    centre: Centre | None = strawberry.field(default=None, description="The centre as it is now.")


@strawberry.type(description="What centreClose answers.")
class CentreClosePayload(Payload):
    """Payload of centreClose."""

    centre: Centre | None = strawberry.field(default=None, description="The centre as it is now.")


async def _change(
    info: Info, service: Callable[..., Awaitable[UUID]], input: Any, **arguments: Any
) -> tuple[Centre | None, bool]:
    """Call a service on one centre; answer the centre afresh, and whether it was a replay."""
    key = read_id("centre", input.id)
    outcome = await write(info, service, input, at=key, centre_id=key, version=input.expected_version, **arguments)
    return await reread(info, Centre, key, at=key), outcome.replayed


def _id_for(info: Info, input: CentreCreateInput) -> UUID:
    """Answer the new centre's id: under an idempotency key the same at every try, since the key is claimed in it."""
    key = idempotency_key(input)
    return new_id() if key is None else named_id("centreCreate", info.context.actor.user_id.hex, key)


@strawberry.type
class CentreMutations:
    """What can be done with centres."""

    @mutation(
        requires=Permission.CENTRE_CREATE,
        description="Bring a centre into the network, ready for the invitation of its first manager.",
    )
    async def centre_create(
        self, info: Info, input: Annotated[CentreCreateInput, strawberry.argument(description="The centre.")]
    ) -> CentreCreatePayload:
        """Make a centre."""
        info.context.require(Permission.CENTRE_CREATE)
        key = _id_for(info, input)
        outcome = await write(
            info, create_centre, input, at=key, **{name: getattr(input, name) for name in _PARTICULARS}
        )
        return CentreCreatePayload(centre=await reread(info, Centre, key, at=key), replayed=outcome.replayed)

    @mutation(requires=Permission.CENTRE_CONFIGURE, description="Change a centre's name, address and the like.")
    async def centre_update(
        self, info: Info, input: Annotated[CentreUpdateInput, strawberry.argument(description="What to change.")]
    ) -> CentreUpdatePayload:
        """Change a centre."""
        centre, replayed = await _change(info, update_centre, input, values=given_fields(input, *_PARTICULARS))
        return CentreUpdatePayload(centre=centre, replayed=replayed)

    @mutation(requires=Permission.CENTRE_CONFIGURE, description="Name the manager who answers for a centre.")
    async def centre_set_manager(
        self, info: Info, input: Annotated[CentreSetManagerInput, strawberry.argument(description="Who, where.")]
    ) -> CentreSetManagerPayload:
        """Set the manager."""
        manager = input.manager_id
        at = read_id("centre", input.id)
        manager_id = None if manager is None else read_beside(info, "membership", manager, at, field="manager_id")
        centre, replayed = await _change(info, set_centre_manager, input, manager_id=manager_id)
        return CentreSetManagerPayload(centre=centre, replayed=replayed)

    @mutation(
        requires=Permission.CENTRE_CREATE, description="Keep a centre's people from signing in for the time being."
    )
    async def centre_suspend(
        self, info: Info, input: Annotated[CentreSuspendInput, strawberry.argument(description="The centre.")]
    ) -> CentreSuspendPayload:
        """Suspend a centre."""
        centre, replayed = await _change(info, suspend_centre, input)
        return CentreSuspendPayload(centre=centre, replayed=replayed)

    @mutation(requires=Permission.CENTRE_CREATE, description="Put a suspended centre to work again.")
    async def centre_reactivate(
        self, info: Info, input: Annotated[CentreReactivateInput, strawberry.argument(description="The centre.")]
    ) -> CentreReactivatePayload:
        """Reactivate a centre."""
        centre, replayed = await _change(info, reactivate_centre, input)
        return CentreReactivatePayload(centre=centre, replayed=replayed)

    @mutation(
        requires=Permission.CENTRE_CREATE,
        description="Close a centre for good, once none of its cases is open; its records stay as long as they must.",
    )
    async def centre_close(
        self, info: Info, input: Annotated[CentreCloseInput, strawberry.argument(description="The centre.")]
    ) -> CentreClosePayload:
        """Close a centre."""
        centre, replayed = await _change(info, close_centre, input)
        return CentreClosePayload(centre=centre, replayed=replayed)
