"""A person's own name: one for the whole network, copied to each of their memberships."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.events import Change, Changes, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.auth.sessions import require_person
from cma_graphql.domain.users.details import member_name_key, read_name
from cma_graphql.domain.users.events import MembershipUpdated
from cma_graphql.domain.users.members import audience_of
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


@dataclass(frozen=True, slots=True)
class _Renamed:
    """What a change of profile came to: which names, and at which centres they are copied."""

    changes: Changes
    centres: tuple[UUID, ...]


async def own_profile(reads: Reads) -> Record:
    """Answer the person who reads; raise Forbidden for a program."""
    require_person(reads.actor)
    row = await reads.one(doors.find_user, user_id=reads.actor.user_id)
    if row is None:
        raise Unauthenticated
    return row


async def own_memberships(reads: Reads) -> Sequence[Record]:
    """Answer the person's memberships of all centres that they may sign in to, by the centres' names."""
    rows = await reads.all(doors.memberships_everywhere, user_id=reads.actor.user_id)
    return [row for row in rows if row["usable"]]


async def update_profile(
    sign_in: SignIn, actor: Actor, *, first_name: str | None = None, last_name: str | None = None
) -> None:
    """Change the actor's own names at every centre; what is None stays. Raises InvalidInput.

    Each centre's audit says so: no transaction has two centres (decision 24), so the others follow one by one.
    """
    require_person(actor)
    faults = Faults()
    first = faults.read("first_name", read_name, first_name) if first_name is not None else None
    last = faults.read("last_name", read_name, last_name) if last_name is not None else None
    faults.raise_any()
    # A client of the portal reads and writes no memberships, but their own name is theirs.
    person = replace(actor, client_id=None)
    outcome = await write(sign_in.database, sign_in.keys, person, _rename, first_name=first, last_name=last)
    renamed: _Renamed = outcome.returned
    for centre_id in renamed.centres:
        if centre_id != actor.centre_id:
            there = replace(system_of(centre_id, request_id=actor.request_id), user_id=actor.user_id)
            await write(sign_in.database, sign_in.keys, there, _say_so, changes=renamed.changes)


async def _rename(uow: UnitOfWork, *, first_name: str | None, last_name: str | None) -> _Renamed:
    row = await own_profile(uow)
    first, last = first_name or row["first_name"], last_name or row["last_name"]
    changes = {
        name: Change(row[name], new, Publicity.TEXT)
        for name, new in (("first_name", first), ("last_name", last))
        if row[name] != new
    }
    if not changes:
        return _Renamed({}, ())
    rows = await uow.all(
        doors.set_profile,
        user_id=uow.actor.user_id,
        first_name=first,
        last_name=last,
        name_key=member_name_key(first, last),
        by=uow.actor.user_id,
        at=now(),
    )
    centres = tuple(row["answer"] for row in rows)
    if uow.actor.centre_id in centres:
        await _say_so(uow, changes=changes)
    uow.add(security_entry(uow.actor, "profile.changed"))
    return _Renamed(changes, centres)


async def _say_so(uow: UnitOfWork, *, changes: Changes) -> None:
    member = await uow.get(Membership, uow.actor.user_id)
    uow.record(
        MembershipUpdated(subject_id=member.id, client_id=member.client_id, version=member.version),
        changes=changes,
        before=audience_of(member),
        after=audience_of(member),
    )
