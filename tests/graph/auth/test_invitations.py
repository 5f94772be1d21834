"""Inviting people, and accepting: alike for whom the network knows and for others."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.integrations.email.port import EmailNotSent
from support.data import Data
from support.operations import document
from support.signing_in import ERRORS, OTHER_PASSWORD, PASSWORD, TOKENS, SigningIn, centre_id, tokens_of

INVITE = f"""
mutation ($input: MembershipInviteInput!) {{ membershipInvite(input: $input) {{
    membership {{ id email firstName lastName roles status phone }} replayed {ERRORS}
}} }}
"""
RESEND = f"""
mutation ($input: InvitationResendInput!) {{ invitationResend(input: $input) {{
    membership {{ id status }} replayed {ERRORS}
}} }}
"""
ACCEPT = f"mutation ($input: InvitationAcceptInput!) {{ invitationAccept(input: $input) {{ {TOKENS} {ERRORS} }} }}"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def platform_admin(user_id: UUID, role: Role = Role.SYSTEM_ADMIN) -> Actor:
    return Actor(kind=ActorKind.PLATFORM, centre_id=PLATFORM_CENTRE, user_id=user_id, roles=frozenset({role}))


async def invite(signing_in: SigningIn, manager: Actor, email: str, **given: Any) -> Any:
    values = {"email": email, "firstName": "Ama", "lastName": "Okafor", "roles": ["ADVISOR"], **given}
    answer = await signing_in.graph.run(INVITE, as_=manager, from_=signing_in.address, input=values)
    assert answer.errors == []
    await signing_in.sign_in.settle()
    return answer.data["membershipInvite"]


async def accept(signing_in: SigningIn, token: str, password: str = OTHER_PASSWORD, **given: Any) -> Any:
    answer = await signing_in.run(ACCEPT, input={"token": token, "password": password, **given})
    return answer.data["invitationAccept"]


def token_for(signing_in: SigningIn, email: str) -> str:
    text = signing_in.letters_to(email)[-1].text
    (line,) = [line for line in text.splitlines() if line.startswith("https://cma.example/invitation#")]
    return line.partition("#")[2]


def mailbox(name: str) -> str:
    return f"{name}-{clock.now().timestamp():.6f}@example.org".replace(".", "-", 1)


async def test_a_new_person_is_invited_accepts_and_is_signed_in(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre(name="Harbour Advice")
    manager = await data.a_member(centre, Role.CENTRE_MANAGER, first_name="Mia", last_name="Reid")
    email = mailbox("new")
    payload = await invite(signing_in, manager, email, phone="020 7946 0018")
    member = payload["membership"]
    assert payload["errors"] == []
    assert {name: member[name] for name in ("email", "firstName", "lastName", "roles", "status", "phone")} == {
        "email": email,
        "firstName": "Ama",
        "lastName": "Okafor",
        "roles": ["ADVISOR"],
        "status": "INVITED",
        "phone": "+442079460018",
    }
    (letter,) = signing_in.letters_to(email)
    assert letter.subject == "You are invited to Harbour Advice"
    assert "Mia Reid has invited you to Harbour Advice." in letter.text
    tokens = tokens_of(await accept(signing_in, token_for(signing_in, email), lastName="Okafor-Reid"))
    actor = await signing_in.actor(tokens.header)
    assert (actor.centre_id, actor.roles, actor.authenticated_by) == (centre, frozenset({Role.ADVISOR}), "INVITATION")
    assert member["id"] == f"membership_{actor.user_id.hex}"
    (row,) = await signing_in.rows("SELECT * FROM memberships WHERE user_id = $1", actor.user_id)
    assert (row["status"], row["last_name"], row["name_key"]) == ("ACTIVE", "Okafor-Reid", "okafor reid ama")
    tokens_of(await signing_in.try_login(email, OTHER_PASSWORD))
    told = [kind for kind, _ in await signing_in.security(centre)]
    assert told == ["invitation.accepted", "session.opened", "session.opened"]
    actions = await signing_in.rows("SELECT action FROM audit_logs WHERE centre_id = $1 ORDER BY seq", centre)
    assert [row["action"] for row in actions] == ["membership.created", "membership.activated", "membership.updated"]
    events = await signing_in.rows("SELECT name FROM event_log WHERE centre_id = $1 ORDER BY seq", centre)
    assert [row["name"] for row in events] == [row["action"] for row in actions]


async def test_an_invited_person_cannot_sign_in_before_accepting(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    person = await signing_in.a_person(await data.a_centre())
    await invite(signing_in, manager, person.email)
    payload = await signing_in.try_login(person.email, centreId=centre_id(centre))
    assert payload["errors"][0]["code"] == "INVALID_CREDENTIALS"


async def test_whoever_the_network_knows_is_invited_with_the_same_answer(signing_in: SigningIn, data: Data) -> None:
    elsewhere, centre = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    known = await signing_in.a_person(elsewhere, first_name="Real", last_name="Name")
    unknown = mailbox("unknown")
    answers = [(await invite(signing_in, manager, email), email) for email in (known.email, unknown)]
    shown = []
    for payload, email in answers:
        assert payload["membership"].pop("email") == email
        assert payload["membership"].pop("id").startswith("membership_")
        shown.append(payload)
    assert shown[0] == shown[1]
    letters = [signing_in.letters_to(email)[0] for email in (known.email, unknown)]
    assert letters[0].text.partition("#")[0] == letters[1].text.partition("#")[0]
    assert letters[0].subject == letters[1].subject


async def test_a_new_persons_key_says_nothing_of_the_time(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    member = (await invite(signing_in, manager, mailbox("random")))["membership"]
    assert UUID(member["id"].removeprefix("membership_")).version == 4


async def test_a_known_person_confirms_with_their_own_password(signing_in: SigningIn, data: Data) -> None:
    elsewhere, centre = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    person = await signing_in.a_person(elsewhere, first_name="Real", last_name="Name")
    await invite(signing_in, manager, person.email)
    token = token_for(signing_in, person.email)
    refused = await accept(signing_in, token, OTHER_PASSWORD)
    assert refused["session"] is None
    assert (refused["errors"][0]["path"], refused["errors"][0]["rule"]) == (["input", "password"], "password-wrong")
    (row,) = await signing_in.rows(
        "SELECT status FROM memberships WHERE centre_id = $1 AND user_id = $2", centre, person.user_id
    )
    assert row["status"] == "INVITED"
    tokens = tokens_of(await accept(signing_in, token, PASSWORD))
    actor = await signing_in.actor(tokens.header)
    assert (actor.centre_id, actor.authenticated_by) == (centre, "PASSWORD")
    (row,) = await signing_in.rows(
        "SELECT * FROM memberships WHERE centre_id = $1 AND user_id = $2", centre, person.user_id
    )
    assert (row["status"], row["first_name"], row["last_name"]) == ("ACTIVE", "Real", "Name")
    tokens_of(await signing_in.try_login(person.email, PASSWORD))


async def test_an_invitation_is_good_once_and_for_seven_days(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    email = mailbox("once")
    with clock.stopped(START):
        await invite(signing_in, manager, email)
    token = token_for(signing_in, email)
    with clock.stopped(START + timedelta(days=7)):
        assert (await accept(signing_in, token))["errors"][0]["rule"] == "link"
    with clock.stopped(START + timedelta(days=7, seconds=-1)):
        assert (await accept(signing_in, token, "short"))["errors"][0]["rule"] == "too-short"
        tokens_of(await accept(signing_in, token))
        assert (await accept(signing_in, token))["errors"][0]["rule"] == "link"


async def test_a_deactivated_invitation_opens_nothing(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    email = mailbox("withdrawn")
    await invite(signing_in, manager, email)
    await signing_in.rows(
        "UPDATE memberships SET status = 'DEACTIVATED' WHERE centre_id = $1 AND email = $2", centre, email
    )
    assert (await accept(signing_in, token_for(signing_in, email)))["errors"][0]["rule"] == "link"
    (user,) = await signing_in.rows("SELECT password_hash FROM users WHERE email = $1", email)
    assert user["password_hash"] is None


async def test_a_member_is_not_invited_twice(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    colleague = await data.a_member(centre, email=mailbox("colleague").upper())
    (row,) = await signing_in.rows("SELECT email FROM memberships WHERE user_id = $1", colleague.user_id)
    payload = await invite(signing_in, manager, row["email"].lower())
    assert payload["membership"] is None
    assert (payload["errors"][0]["path"], payload["errors"][0]["rule"]) == (["input", "email"], "unique")
    assert signing_in.letters_to(row["email"].lower()) == []


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_who_may_not_manage_people_invites_nobody(signing_in: SigningIn, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    member = await data.a_member(centre, role)
    email = mailbox("forbidden")
    payload = await invite(signing_in, member, email)
    assert payload["errors"][0]["__typename"] == "ForbiddenError"
    assert await signing_in.rows("SELECT FROM users WHERE email = $1", email) == []
    assert await signing_in.rows("SELECT FROM audit_logs WHERE centre_id = $1", centre) == []


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"email": "rubbish"}, "email", "email"),
        ({"firstName": "  "}, "firstName", "blank"),
        ({"lastName": "x" * 101}, "lastName", "too-long"),
        ({"roles": []}, "roles", "roles-empty"),
        ({"roles": ["SYSTEM_ADMIN"]}, "roles", "role-of-platform"),
        ({"roles": ["SERVICE"]}, "roles", "role-of-programs"),
        ({"roles": ["CLIENT"]}, "roles", "client-record"),
        ({"phone": "12"}, "phone", "phone-too-short"),
    ],
)
async def test_each_fault_of_an_invitation_is_named(
    signing_in: SigningIn, data: Data, given: dict[str, Any], path: str, rule: str
) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    payload = await invite(signing_in, manager, given.pop("email", mailbox("faulty")), **given)
    assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", path], rule)]


async def test_a_client_is_invited_to_the_portal_of_their_own_record(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    email = mailbox("client")
    await invite(signing_in, manager, email, roles=["CLIENT"], clientId=f"client_{client.hex}")
    actor = await signing_in.actor(tokens_of(await accept(signing_in, token_for(signing_in, email))).header)
    assert (actor.kind, actor.client_id, actor.roles) == ("CLIENT", client, frozenset({Role.CLIENT}))


async def test_another_centres_client_is_not_found(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    client = await data.a_client(await data.a_centre())
    payload = await invite(signing_in, manager, mailbox("other"), roles=["CLIENT"], clientId=f"client_{client.hex}")
    assert (payload["errors"][0]["code"], payload["errors"][0]["path"]) == ("NOT_FOUND", ["input", "clientId"])


async def test_another_centre_is_not_found(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    elsewhere = await data.a_centre()
    payload = await invite(signing_in, manager, mailbox("there"), centreId=centre_id(elsewhere))
    assert (payload["errors"][0]["code"], payload["errors"][0]["path"]) == ("NOT_FOUND", ["input", "centreId"])
    assert await signing_in.rows("SELECT FROM memberships WHERE centre_id = $1", elsewhere) == []


async def test_the_platform_invites_a_centres_first_manager(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre(name="New Advice")
    admin = platform_admin((await data.a_member(PLATFORM_CENTRE, Role.NETWORK_ADMIN)).user_id, Role.NETWORK_ADMIN)
    email = mailbox("manager")
    payload = await invite(signing_in, admin, email, roles=["CENTRE_MANAGER"], centreId=centre_id(centre))
    assert (payload["errors"], payload["membership"]["status"]) == ([], "INVITED")
    assert signing_in.letters_to(email)[0].subject == "You are invited to New Advice"
    actor = await signing_in.actor(tokens_of(await accept(signing_in, token_for(signing_in, email))).header)
    assert (actor.centre_id, actor.roles) == (centre, frozenset({Role.CENTRE_MANAGER}))


async def test_only_a_system_administrator_invites_one(signing_in: SigningIn, data: Data) -> None:
    network = platform_admin((await data.a_member(PLATFORM_CENTRE, Role.NETWORK_ADMIN)).user_id, Role.NETWORK_ADMIN)
    system = platform_admin((await data.a_member(PLATFORM_CENTRE, Role.SYSTEM_ADMIN)).user_id)
    email = mailbox("system")
    payload = await invite(signing_in, network, email, roles=["SYSTEM_ADMIN"])
    assert payload["errors"][0]["__typename"] == "ForbiddenError"
    await invite(signing_in, system, email, roles=["SYSTEM_ADMIN"])
    actor = await signing_in.actor(tokens_of(await accept(signing_in, token_for(signing_in, email))).header)
    assert actor.at_platform


async def test_the_same_key_invites_once(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    email = mailbox("repeated")
    first = await invite(signing_in, manager, email, idempotencyKey="key-1")
    second = await invite(signing_in, manager, email, idempotencyKey="key-1")
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["membership"] == second["membership"]
    assert len(signing_in.letters_to(email)) == 1


async def resend(signing_in: SigningIn, manager: Actor, user_id: UUID) -> Any:
    answer = await signing_in.graph.run(
        RESEND, as_=manager, from_=signing_in.address, input={"membershipId": f"membership_{user_id.hex}"}
    )
    await signing_in.sign_in.settle()
    return answer.data["invitationResend"]


async def test_another_letter_ends_the_first_link(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    email = mailbox("again")
    member = (await invite(signing_in, manager, email))["membership"]
    first = token_for(signing_in, email)
    payload = await resend(signing_in, manager, UUID(member["id"].removeprefix("membership_")))
    assert payload == {"membership": {"id": member["id"], "status": "INVITED"}, "replayed": False, "errors": []}
    assert (await accept(signing_in, first))["errors"][0]["rule"] == "link"
    tokens_of(await accept(signing_in, token_for(signing_in, email)))
    actions = await signing_in.rows("SELECT action FROM audit_logs WHERE centre_id = $1 ORDER BY seq", centre)
    assert [row["action"] for row in actions][:2] == ["membership.created", "membership.invitation_sent"]


async def test_only_the_invited_are_sent_another_letter(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    payload = await resend(signing_in, manager, advisor.user_id)
    assert payload["errors"][0]["__typename"] == "TransitionError"
    assert (await resend(signing_in, advisor, manager.user_id))["errors"][0]["__typename"] == "ForbiddenError"
    stranger = await data.a_member(await data.a_centre(), status="INVITED")
    assert (await resend(signing_in, manager, stranger.user_id))["errors"][0]["__typename"] == "NotFoundError"
    assert await signing_in.rows("SELECT FROM audit_logs WHERE centre_id = $1", centre) == []


async def test_letters_to_one_person_are_few(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    invited = await data.a_member(centre, status="INVITED", email=mailbox("few"))
    with clock.stopped(START):
        for _ in range(5):
            assert (await resend(signing_in, manager, invited.user_id))["errors"] == []
        assert (await resend(signing_in, manager, invited.user_id))["errors"][0]["code"] == "LIMIT_REACHED"


async def test_a_letter_that_is_not_taken_is_noted_and_the_membership_stands(
    signing_in: SigningIn, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_letter: object) -> None:
        raise EmailNotSent("the mail server did not answer in time")

    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    monkeypatch.setattr(signing_in.letters, "send", refuse)
    payload = await invite(signing_in, manager, mailbox("lost"))
    assert payload["membership"]["status"] == "INVITED"
    (row,) = await signing_in.rows(
        "SELECT details FROM security_log WHERE centre_id = $1 AND kind = 'letter.not_sent'", centre
    )
    assert "did not answer in time" in row["details"]


async def test_nobody_becomes_a_member_unasked_by_being_deactivated_and_reactivated(
    signing_in: SigningIn, data: Data
) -> None:
    elsewhere, centre = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    person = await signing_in.a_person(elsewhere)
    member = (await invite(signing_in, manager, person.email))["membership"]
    given = {"id": member["id"], "expectedVersion": 1}
    gone = await signing_in.graph.run(
        document("membershipDeactivate"), as_=manager, input={**given, "reason": "A mistake."}
    )
    shown = gone.data["membershipDeactivate"]["membership"]
    assert shown["status"] == "DEACTIVATED"
    back = await signing_in.graph.run(
        document("membershipReactivate"), as_=manager, input={**given, "expectedVersion": shown["version"]}
    )
    assert back.data["membershipReactivate"]["membership"]["status"] == "INVITED"
    assert (await signing_in.try_login(person.email, centreId=f"centre_{centre.hex}"))["session"] is None
    tokens = tokens_of(await accept(signing_in, token_for(signing_in, person.email), PASSWORD))
    assert (await signing_in.actor(tokens.header)).centre_id == centre
