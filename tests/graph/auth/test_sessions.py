"""One's own sign-ins: listed, ended, believed for no longer than a second."""

from datetime import UTC, datetime, timedelta

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from support.data import Data
from support.signing_in import ERRORS, LOGOUT, ME, SigningIn, centre_id, tokens_of

SESSIONS = """
{ sessions { id current authenticatedBy remoteAddress userAgent createdAt lastUsedAt expiresAt
             centre { id code name } } }
"""
REVOKE = f"mutation ($input: SessionRevokeInput!) {{ sessionRevoke(input: $input) {{ {ERRORS} }} }}"
DEACTIVATE = f"""
mutation ($input: MembershipDeactivateInput!) {{ membershipDeactivate(input: $input) {{
    membership {{ version }} {ERRORS}
}} }}
"""
REACTIVATE = f"""
mutation ($input: MembershipReactivateInput!) {{ membershipReactivate(input: $input) {{ {ERRORS} }} }}
"""
DELETE = f"mutation ($input: ClientDeleteInput!) {{ clientDelete(input: $input) {{ {ERRORS} }} }}"
RESTORE = f"mutation ($input: ClientRestoreInput!) {{ clientRestore(input: $input) {{ {ERRORS} }} }}"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_ones_own_sessions_are_listed_at_whatever_centre(signing_in: SigningIn, data: Data) -> None:
    first, second = await data.a_centre(name="First"), await data.a_centre(name="Second")
    person = await signing_in.a_person(first)
    await signing_in.a_person(second, person=person)
    other = await signing_in.a_person(first)
    with clock.stopped(START):
        one = await signing_in.log_in(person, centreId=centre_id(first))
        await signing_in.log_in(other)
    with clock.stopped(START + timedelta(minutes=5)):
        await signing_in.log_in(person, centreId=centre_id(second))
        answer = await signing_in.run(SESSIONS, tokens=one)
    shown = answer.data["sessions"]
    assert [(entry["centre"]["name"], entry["current"]) for entry in shown] == [("Second", False), ("First", True)]
    assert {name: value for name, value in shown[1].items() if name not in {"id", "centre"}} == {
        "current": True,
        "authenticatedBy": "PASSWORD",
        "remoteAddress": signing_in.address,
        "userAgent": "tests",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "lastUsedAt": "2026-03-02T09:00:00.000Z",
        "expiresAt": "2026-03-02T21:00:00.000Z",
    }


async def test_signing_out_ends_both_tokens_at_once(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    tokens = await signing_in.log_in(await signing_in.a_person(centre))
    assert (await signing_in.run(LOGOUT, tokens=tokens)).data == {"logout": {"errors": []}}
    with pytest.raises(Unauthenticated):
        await signing_in.run(ME, tokens=tokens)
    assert (await signing_in.try_refresh(tokens.refresh))["session"] is None
    told = await signing_in.security(centre)
    assert [(kind, details.get("because")) for kind, details in told] == [
        ("session.opened", None),
        ("session.ended", "LOGOUT"),
        ("session.not_renewed", "REVOKED"),
    ]


async def test_one_of_ones_own_sessions_is_ended_from_another(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    here, elsewhere = await signing_in.log_in(person), await signing_in.log_in(person)
    listed = (await signing_in.run(SESSIONS, tokens=here)).data["sessions"]
    (other,) = [entry["id"] for entry in listed if not entry["current"]]
    answer = await signing_in.run(REVOKE, tokens=here, input={"id": other})
    assert answer.data == {"sessionRevoke": {"errors": []}}
    with pytest.raises(Unauthenticated):
        await signing_in.actor(elsewhere.header)
    again = await signing_in.run(REVOKE, tokens=here, input={"id": other})
    assert again.data["sessionRevoke"]["errors"][0]["__typename"] == "NotFoundError"
    assert len((await signing_in.run(SESSIONS, tokens=here)).data["sessions"]) == 1


async def test_another_persons_session_is_not_found_and_stays(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    mine = await signing_in.log_in(await signing_in.a_person(centre, Role.CENTRE_MANAGER))
    theirs = await signing_in.log_in(await signing_in.a_person(centre))
    session = (await signing_in.actor(theirs.header)).session_id
    assert session is not None
    for text in (f"session_{session.hex}", f"user_{session.hex}", "nonsense"):
        answer = await signing_in.run(REVOKE, tokens=mine, input={"id": text})
        assert answer.data["sessionRevoke"]["errors"][0]["__typename"] == "NotFoundError"
    assert (await signing_in.run(ME, tokens=theirs)).errors == []


async def test_a_session_revoked_elsewhere_is_refused_within_a_second(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
        session = (await signing_in.actor(tokens.header)).session_id
        await signing_in.rows("UPDATE sessions SET revoked_at = $1 WHERE id = $2", START, session)
        assert (await signing_in.actor(tokens.header)).session_id == session
    with clock.stopped(START + timedelta(seconds=1)), pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE memberships SET status = 'DEACTIVATED' WHERE centre_id = $1",
        "UPDATE centres SET status = 'SUSPENDED' WHERE id = $1",
        "UPDATE memberships SET roles = '{}' WHERE centre_id = $1",
    ],
)
async def test_a_right_that_is_taken_is_gone_within_a_second(signing_in: SigningIn, data: Data, change: str) -> None:
    centre = await data.a_centre()
    with clock.stopped(START):
        tokens = await signing_in.log_in(await signing_in.a_person(centre))
        await signing_in.actor(tokens.header)
        await signing_in.rows(change, centre)
    with clock.stopped(START + timedelta(seconds=1)), pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)


async def test_who_is_deactivated_stays_signed_out_after_coming_back(signing_in: SigningIn, data: Data) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    person = await signing_in.a_person(centre)
    await signing_in.a_person(elsewhere, person=person)
    here = await signing_in.log_in(person, centreId=centre_id(centre))
    there = await signing_in.log_in(person, centreId=centre_id(elsewhere))
    member = f"membership_{person.user_id.hex}"
    for operation, given in (
        ("membershipDeactivate", {"expectedVersion": 1, "reason": "Left the centre"}),
        ("membershipReactivate", {"expectedVersion": 2}),
    ):
        kind = operation[0].upper() + operation[1:]
        answer = await signing_in.graph.run(
            f"mutation ($input: {kind}Input!) {{ {operation}(input: $input) {{ {ERRORS} }} }}",
            as_=manager,
            input={"id": member, **given},
        )
        assert answer.data[operation]["errors"] == []
    assert (await signing_in.try_refresh(here.refresh))["session"] is None
    assert tokens_of(await signing_in.try_refresh(there.refresh))
    assert tokens_of(await signing_in.try_login(person.email, centreId=centre_id(centre)))


async def test_other_roles_and_teams_hold_within_a_second(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    team, gone = await data.a_team(centre), await data.a_team(centre)
    person = await signing_in.a_person(centre, Role.TRAINEE, team_ids=(team, gone))
    with clock.stopped(START):
        tokens = await signing_in.log_in(person)
        actor = await signing_in.actor(tokens.header)
        assert (actor.roles, set(actor.team_ids)) == (frozenset({Role.TRAINEE}), {team, gone})
        await signing_in.rows("UPDATE memberships SET roles = '{ADVISOR,AUDITOR}' WHERE centre_id = $1", centre)
        await signing_in.rows("UPDATE teams SET deleted_at = $2 WHERE centre_id = $1 AND id = $3", centre, START, gone)
    with clock.stopped(START + timedelta(seconds=1)):
        actor = await signing_in.actor(tokens.header)
    assert (actor.roles, actor.team_ids) == (frozenset({Role.ADVISOR, Role.AUDITOR}), (team,))


async def test_a_program_has_neither_sessions_nor_me(signing_in: SigningIn, data: Data) -> None:
    service = await data.a_service(await data.a_centre(), Permission.CASE_READ)
    for operation in (SESSIONS, ME):
        assert (await signing_in.graph.run(operation, as_=service)).codes == ["FORBIDDEN"]
    answer = await signing_in.graph.run(LOGOUT, as_=service)
    assert answer.data["logout"]["errors"][0]["__typename"] == "ForbiddenError"


@pytest.mark.parametrize("operation", [SESSIONS, LOGOUT])
async def test_nobody_has_no_sessions(signing_in: SigningIn, operation: str) -> None:
    assert (await signing_in.run(operation)).codes == ["UNAUTHENTICATED"]


async def test_who_comes_back_to_a_centre_signs_in_anew(signing_in: SigningIn, data: Data) -> None:
    centre, other = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    person = await signing_in.a_person(centre)
    await signing_in.a_person(other, person=person)
    lost = await signing_in.log_in(person, centreId=centre_id(centre))
    elsewhere = await signing_in.log_in(person, centreId=centre_id(other))
    given = {"id": f"membership_{person.user_id.hex}", "expectedVersion": 1}
    gone = await signing_in.graph.run(DEACTIVATE, as_=manager, input={**given, "reason": "A laptop was stolen."})
    given["expectedVersion"] = gone.data["membershipDeactivate"]["membership"]["version"]
    back = await signing_in.graph.run(REACTIVATE, as_=manager, input=given)
    assert back.data == {"membershipReactivate": {"errors": []}}
    with pytest.raises(Unauthenticated):
        await signing_in.actor(lost.header)
    assert (await signing_in.try_refresh(lost.refresh))["session"] is None
    assert (await signing_in.actor(elsewhere.header)).centre_id == other
    assert await signing_in.log_in(person, centreId=centre_id(centre))


async def test_the_portal_of_a_deleted_client_is_closed(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, status="CLOSED")
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    tokens = await signing_in.log_in(await signing_in.a_person(centre, Role.CLIENT, client_id=client))
    with clock.stopped(clock.now()):
        assert (await signing_in.actor(tokens.header)).client_id == client
    given = {"id": f"client_{client.hex}", "expectedVersion": 1}
    gone = await signing_in.graph.run(DELETE, as_=manager, input=given)
    assert gone.data == {"clientDelete": {"errors": []}}
    with clock.stopped(clock.now() + timedelta(seconds=2)), pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)
    back = await signing_in.graph.run(RESTORE, as_=manager, input={**given, "expectedVersion": 2})
    assert back.data == {"clientRestore": {"errors": []}}
    with clock.stopped(clock.now() + timedelta(seconds=4)):
        assert (await signing_in.actor(tokens.header)).client_id == client
