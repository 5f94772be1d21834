"""Going on at another centre: a new session there, the present one ended."""

from datetime import datetime
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.errors import NotFound, Unauthenticated
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import SignIn, person_of
from cma_graphql.domain.auth.models import AuthenticationMethod, SessionEnd
from cma_graphql.domain.auth.sessions import Opened, open_session, require_session
from cma_graphql.domain.auth.standing import kind_of, roles_at
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


async def switch_centre(sign_in: SignIn, actor: Actor, facts: RequestFacts, *, centre_id: UUID) -> Opened:
    """Open a session at another centre of the person's and end the present one.

    It was proved in the same way and ends on the same day. Raises NotFound where the person may not act there.
    """
    session_id = require_session(actor)
    async with sign_in.database.read(actor) as reader:
        memberships = await reader.all(doors.memberships_everywhere, user_id=actor.user_id)
        session = await reader.one(doors.read_session, session_id=session_id)
    there = next((row for row in memberships if row["centre_id"] == centre_id and row["usable"]), None)
    roles = roles_at(centre_id, there["roles"]) if there is not None else frozenset()
    if session is None or not roles:
        raise NotFound("centre_id")
    person = person_of(
        facts,
        centre_id=centre_id,
        user_id=actor.user_id,
        kind=kind_of(centre_id, roles),
        session_id=session_id,
    )
    outcome = await write(
        sign_in.database,
        sign_in.keys,
        person,
        _switch,
        sign_in=sign_in,
        facts=facts,
        method=AuthenticationMethod(session["authenticated_by"]),
        ends_at=session["expires_at"],
    )
    sign_in.standings.forget(session_id)
    await sign_in.security.note(
        actor, "session.ended", {"because": SessionEnd.CENTRE_SWITCH.value, "ended_session": str(session_id)}
    )
    opened: Opened = outcome.returned
    return opened


async def _switch(
    uow: UnitOfWork, *, sign_in: SignIn, facts: RequestFacts, method: AuthenticationMethod, ends_at: datetime
) -> Opened:
    row = await uow.one(
        doors.revoke_session,
        session_id=uow.actor.session_id,
        user_id=uow.actor.user_id,
        because=SessionEnd.CENTRE_SWITCH.value,
        at=now(),
    )
    if row is None or not row["answer"]:
        raise Unauthenticated
    return await open_session(uow, sign_in=sign_in, facts=facts, method=method, ends_at=ends_at, switched=True)
