"""Recording a client."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.formats.codes import client_reference
from cma_graphql.core.ids import new_id
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.audience import audience_of_new
from cma_graphql.domain.clients.derived import columns_of, told
from cma_graphql.domain.clients.details import ClientDetails, read_details
from cma_graphql.domain.clients.duplicates import refuse_possible_duplicate
from cma_graphql.domain.clients.events import ClientCreated
from cma_graphql.domain.clients.models import Client
from cma_graphql.persistence.unit_of_work import UnitOfWork

_DEFAULTS: ClientDetails = {"employment_statuses": (), "dependents": 0, "interpreter_needed": False}


async def create_client(uow: UnitOfWork, *, details: ClientDetails, accept_possible_duplicate: bool = False) -> UUID:
    """Record a client, who belongs to whoever records them until a case is opened; answer the id.

    Raises Forbidden, Invalid, InvalidInput; PossibleDuplicate where the centre may know the person already and
    `accept_possible_duplicate` does not say that somebody has looked.
    """
    uow.actor.require(Permission.CLIENT_CREATE)
    kept = read_new_client(details)
    (centre,) = await centres_by_id(uow, [uow.actor.centre_id])
    if centre is None:
        raise LookupError("the actor's centre is not there")
    # The counter's lock makes whoever records the same person at the same time wait, and then see this record.
    sequence = await uow.next_number("client")
    if not accept_possible_duplicate:
        await refuse_possible_duplicate(uow, kept)
    client = await new_client(uow, kept, reference=client_reference(centre_code=centre["code"], sequence=sequence))
    await add_clients(uow, [client])
    return client.id


def read_new_client(details: ClientDetails) -> ClientDetails:
    """Return the details of a new client in the form they are kept in; raise Invalid or InvalidInput."""
    return read_details({**_DEFAULTS, **details}, required=("first_name", "last_name"))


async def new_client(
    uow: UnitOfWork, kept: ClientDetails, *, reference: str, former_reference: str | None = None
) -> Client:
    """Make a client with these details, as read, to be added."""
    client = Client(id=new_id(), reference=reference, former_reference=former_reference)
    for column, value in (await columns_of(uow, client, kept)).items():
        setattr(client, column, value)
    return client


async def add_clients(uow: UnitOfWork, clients: Sequence[Client]) -> None:
    """Add new clients, by one statement whatever their number, and tell of each."""
    changes = [uow.add(client) for client in clients]
    await uow.flush()
    for client, change in zip(clients, changes, strict=True):
        uow.record(
            ClientCreated(subject_id=client.id, client_id=client.id, version=client.version),
            changes=told(change),
            after=audience_of_new(client),
        )
