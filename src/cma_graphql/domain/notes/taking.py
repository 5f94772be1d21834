"""Takes a note for a change, its case or client first (decision 37), and tells of it to those who see it."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, NotFound
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.policy import require_reach
from cma_graphql.domain.notes.audience import audience_on
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.selectors import members_of_team, place_of_note
from cma_graphql.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """What notes hang on, locked: a case, or a client without one."""

    case: Case | None
    client: Client | None

    @property
    def client_id(self) -> UUID:
        """Whose case it is, or who it is."""
        if self.case is not None:
            return self.case.client_id
        if self.client is None:
            raise TypeError("A note hangs on a case or a client.")
        return self.client.id


async def take_place(
    uow: UnitOfWork, *, case_id: UUID | None, client_id: UUID, field: str = "id", ended: bool = False
) -> Place:
    """Lock what a note hangs on, where the actor may write notes there. Raises Forbidden, NotFound, Invalid."""
    uow.actor.require(Permission.NOTE_WRITE)
    if case_id is not None:
        return Place(await take_case_of(uow, Permission.NOTE_WRITE, case_id, field=field, ended=ended), None)
    if uow.actor.kind is ActorKind.CLIENT:
        raise Forbidden(Permission.NOTE_WRITE.name, "The centre's staff change this: tell your advisor.")
    client = await uow.lock(Client, client_id, field=field)
    await require_reach(uow, Permission.NOTE_WRITE, client.id)
    return Place(None, client)


@dataclass(frozen=True, slots=True)
class Taken:
    """A locked note, and what it hangs on, locked before it."""

    note: Note
    place: Place


async def take_note(
    uow: UnitOfWork, note_id: UUID, *, version: int | None = None, ended: bool = False, deleted: bool = False
) -> Taken:
    """Lock a note that the actor sees, on a case or client where they may write. Raises as `take_place`, Conflict."""
    uow.actor.require(Permission.NOTE_WRITE)
    found = await uow.one(place_of_note, deleted, note_id=note_id)
    if found is None:
        raise NotFound("id")
    place = await take_place(uow, case_id=found["case_id"], client_id=found["client_id"], ended=ended)
    return Taken(await uow.lock(Note, note_id, version=version, deleted=deleted), place)


async def audience_of_note(uow: UnitOfWork, taken: Taken) -> Audience:
    """Tell who sees a note besides those who see the whole centre: never more than its record rule says."""
    note, case = taken.note, taken.place.case
    if case is None:
        client = taken.place.client or await uow.get(Client, note.client_id)
        place = await audience_of_client(uow, client)
        return audience_on(
            place, author_id=note.created_by, confidential=False, visible_to_client=note.visible_to_client
        )
    beside = await beside_in_team(uow, case, note.created_by) if note.confidential else None
    return audience_on(
        await audience_of(uow, case),
        author_id=note.created_by,
        confidential=note.confidential,
        visible_to_client=note.visible_to_client,
        author_beside=beside,
    )


async def beside_in_team(uow: UnitOfWork, case: Case, user_id: UUID) -> UUID | None:
    """Answer somebody who is a member of the team whose case it is, unless it is closed to teams; None else."""
    if case.team_id is None or case.restricted:
        return None
    found = await uow.all(members_of_team, team_id=case.team_id, keys=[user_id])
    return user_id if found else None


async def tell_of_note(
    uow: UnitOfWork,
    event: type[Event],
    taken: Taken,
    changes: Changes,
    *,
    before: Audience | None = None,
    new: bool = False,
    gone: bool = False,
) -> None:
    """Record what happened to a note, for those who see it; `before`: who saw it then, where that changed."""
    await uow.flush()
    note = taken.note
    audience = await audience_of_note(uow, taken)
    uow.record(
        event(subject_id=note.id, case_id=note.case_id, client_id=note.client_id, version=note.version),
        changes=changes,
        before=None if new else before or audience,
        after=None if gone else audience,
    )
