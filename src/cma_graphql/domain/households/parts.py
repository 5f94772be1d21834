"""What hangs on a client: taken with the client's lock, told of to whoever sees the client."""

from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden
from cma_graphql.core.events import Changes, Event
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.policy import require_reach
from cma_graphql.domain.households.models import Household, HouseholdMember
from cma_graphql.persistence.unit_of_work import UnitOfWork

_PERMISSION = Permission.CLIENT_UPDATE


async def take_client(uow: UnitOfWork, client_id: UUID, *, field: str = "client_id") -> Client:
    """Lock the client whose household is about to change, before the household itself.

    A client of the portal reads the own household and tells the advisor what has changed. Raises Forbidden,
    ApprovalRequired, NotFound.
    """
    require_staff(uow)
    client = await uow.lock(Client, client_id, field=field)
    await require_reach(uow, _PERMISSION, client.id)
    return client


async def take_household(
    uow: UnitOfWork, household_id: UUID, *, version: int | None = None, field: str = "id"
) -> tuple[Client, Household]:
    """Lock a household's client, then the household. Raises like `take_client`, and Conflict."""
    require_staff(uow)
    found = await uow.get(Household, household_id, field=field)
    client = await take_client(uow, found.client_id, field=field)
    return client, await uow.lock(Household, household_id, version=version, field=field)


def require_staff(uow: UnitOfWork) -> None:
    """Raise Forbidden for roles that change no client, and for a client of the portal; ApprovalRequired."""
    if uow.actor.kind is ActorKind.CLIENT:
        raise Forbidden(_PERMISSION.name, "The centre's staff change this: tell your advisor.")
    uow.actor.require(_PERMISSION)


async def tell_of_household(
    uow: UnitOfWork,
    event: type[Event],
    client: Client,
    part: Household | HouseholdMember,
    changes: Changes,
    *,
    new: bool = False,
    gone: bool = False,
) -> None:
    """Record what happened to a household or a member of it, for those who see the client."""
    await uow.flush()
    audience = await audience_of_client(uow, client)
    uow.record(
        event(subject_id=part.id, client_id=client.id, version=part.version),
        changes=changes,
        before=None if new else audience,
        after=None if gone else audience,
    )
