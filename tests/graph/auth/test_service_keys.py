"""Keys of programs: shown once, good for what they name, until they end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.signing_in import ERRORS, SigningIn

CREATE = f"""
mutation ($input: ServiceKeyCreateInput!) {{ serviceKeyCreate(input: $input) {{
    serviceKey {{ id name scopes expiresAt revokedAt lastUsedAt version creator {{ id }} }} key replayed {ERRORS}
}} }}
"""
REVOKE = f"""
mutation ($input: ServiceKeyRevokeInput!) {{ serviceKeyRevoke(input: $input) {{
    serviceKey {{ id revokedAt version }} replayed {ERRORS}
}} }}
"""
KEYS = "{ serviceKeys { id name scopes revokedAt lastUsedAt } }"
CASES = "{ cases(first: 5) { edges { node { id } } } }"
CLIENTS = "{ clients(first: 5) { edges { node { id } } } }"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def create(signing_in: SigningIn, actor: Actor, **given: Any) -> Any:
    values = {
        "name": "Referral portal",
        "scopes": ["CASE_READ", "REFERENCE_READ"],
        "expiresAt": (clock.now() + timedelta(days=30)).isoformat(),
        **given,
    }
    answer = await signing_in.graph.run(CREATE, as_=actor, from_=signing_in.address, input=values)
    assert answer.errors == []
    return answer.data["serviceKeyCreate"]


async def revoke(signing_in: SigningIn, actor: Actor, key_id: str, version: int = 1, **given: Any) -> Any:
    values = {"id": key_id, "expectedVersion": version, **given}
    answer = await signing_in.graph.run(REVOKE, as_=actor, input=values)
    assert answer.errors == []
    return answer.data["serviceKeyRevoke"]


async def test_a_key_is_shown_once_and_is_good_for_what_it_names(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre)
    with clock.stopped(START):
        payload = await create(signing_in, manager)
    assert payload["errors"] == []
    key_id = payload["serviceKey"].pop("id")
    assert payload["serviceKey"] == {
        "name": "Referral portal",
        "scopes": ["CASE_READ", "REFERENCE_READ"],
        "expiresAt": "2026-04-01T09:00:00.000Z",
        "revokedAt": None,
        "lastUsedAt": None,
        "version": 1,
        "creator": {"id": f"membership_{manager.user_id.hex}"},
    }
    assert payload["key"].startswith("cma_sk_")
    header = f"Bearer {payload['key']}"
    with clock.stopped(START + timedelta(minutes=1)):
        actor = await signing_in.actor(header)
        assert (actor.kind, actor.centre_id, actor.roles) == ("SERVICE", centre, frozenset({Role.SERVICE}))
        assert actor.scopes == frozenset({Permission.CASE_READ, Permission.REFERENCE_READ})
        assert f"servicekey_{actor.user_id.hex}" == key_id
        read = await signing_in.graph.run(CASES, authorization=header)
        assert [edge["node"]["id"] for edge in read.data["cases"]["edges"]] == [f"case_{case.hex}"]
        assert (await signing_in.graph.run(CLIENTS, authorization=header)).codes == ["FORBIDDEN"]
    (listed,) = (await signing_in.graph.run(KEYS, as_=manager)).data["serviceKeys"]
    assert listed == {
        "id": key_id,
        "name": "Referral portal",
        "scopes": ["CASE_READ", "REFERENCE_READ"],
        "revokedAt": None,
        "lastUsedAt": "2026-03-02T09:01:00.000Z",
    }
    (entry,) = await signing_in.rows("SELECT action, changes::text FROM audit_logs WHERE centre_id = $1", centre)
    assert entry["action"] == "service_key.created"
    assert "digest" not in entry["changes"]
    (event,) = await signing_in.rows("SELECT name, audience_after FROM event_log WHERE centre_id = $1", centre)
    assert event["name"] == "service_key.created"


async def test_the_secret_is_kept_nowhere(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    secret = (await create(signing_in, manager))["key"].removeprefix("cma_sk_")
    for table in ("service_keys", "audit_logs", "event_log", "security_log", "idempotency_keys"):
        assert secret not in str(await signing_in.rows(f"SELECT * FROM {table}"))  # noqa: S608 - fixed names


async def test_a_repetition_does_not_show_the_key_again(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with clock.stopped(START):
        first = await create(signing_in, manager, idempotencyKey="key-1")
        second = await create(signing_in, manager, idempotencyKey="key-1")
    assert (first["replayed"], second["replayed"], second["key"]) == (False, True, None)
    assert first["serviceKey"] == second["serviceKey"]
    assert len((await signing_in.graph.run(KEYS, as_=manager)).data["serviceKeys"]) == 1


async def test_a_key_ends_on_its_day(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with clock.stopped(START):
        key = (await create(signing_in, manager))["key"]
    with clock.stopped(START + timedelta(days=30, milliseconds=-500)):
        await signing_in.actor(f"Bearer {key}")
    with clock.stopped(START + timedelta(days=30)), pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {key}")


async def test_a_revoked_key_is_refused_within_a_second(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    with clock.stopped(START):
        made = await create(signing_in, manager)
        await signing_in.actor(f"Bearer {made['key']}")
        payload = await revoke(signing_in, manager, made["serviceKey"]["id"])
        assert payload["serviceKey"]["revokedAt"] == "2026-03-02T09:00:00.000Z"
        assert payload["serviceKey"]["version"] == 2
    with clock.stopped(START + timedelta(seconds=1)), pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {made['key']}")
    again = await revoke(signing_in, manager, made["serviceKey"]["id"], version=2)
    assert again["errors"][0]["__typename"] == "TransitionError"
    actions = await signing_in.rows("SELECT action FROM audit_logs WHERE centre_id = $1 ORDER BY seq", centre)
    assert [row["action"] for row in actions] == ["service_key.created", "service_key.revoked"]
    assert [kind for kind, _ in await signing_in.security(centre)][-1] == "service_key.refused"


async def test_a_suspended_centres_key_is_refused(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    key = (await create(signing_in, await data.a_member(centre, Role.CENTRE_MANAGER)))["key"]
    await signing_in.rows("UPDATE centres SET status = 'SUSPENDED' WHERE id = $1", centre)
    with pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {key}")


async def test_an_unknown_key_is_noted_at_the_platform(signing_in: SigningIn) -> None:
    with pytest.raises(Unauthenticated):
        await signing_in.actor("Bearer cma_sk_unknown")
    assert await signing_in.security(PLATFORM_CENTRE) == [("service_key.unknown", {})]


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_who_may_not_manage_integrations_makes_sees_and_ends_no_key(
    signing_in: SigningIn, data: Data, role: Role
) -> None:
    centre = await data.a_centre()
    made = await create(signing_in, await data.a_member(centre, Role.CENTRE_MANAGER))
    member = await data.a_member(centre, role)
    assert (await create(signing_in, member))["errors"][0]["__typename"] == "ForbiddenError"
    refused = await revoke(signing_in, member, made["serviceKey"]["id"])
    assert refused["errors"][0]["__typename"] == "ForbiddenError"
    assert (await signing_in.graph.run(KEYS, as_=member)).codes == ["FORBIDDEN"]
    found = await signing_in.graph.run(
        "query ($id: ID!) { node(id: $id) { id } }", as_=member, id=made["serviceKey"]["id"]
    )
    assert found.data == {"node": None}
    (row,) = await signing_in.rows("SELECT revoked_at FROM service_keys WHERE centre_id = $1", centre)
    assert row["revoked_at"] is None


async def test_another_centres_key_is_not_there(signing_in: SigningIn, data: Data) -> None:
    made = await create(signing_in, await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER))
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    payload = await revoke(signing_in, stranger, made["serviceKey"]["id"])
    assert payload["errors"][0]["__typename"] == "NotFoundError"
    assert (await signing_in.graph.run(KEYS, as_=stranger)).data == {"serviceKeys": []}
    await signing_in.actor(f"Bearer {made['key']}")


async def test_a_stale_version_ends_nothing(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    made = await create(signing_in, manager)
    payload = await revoke(signing_in, manager, made["serviceKey"]["id"], version=7)
    assert payload["errors"][0]["__typename"] == "ConflictError"
    await signing_in.actor(f"Bearer {made['key']}")


async def test_the_same_key_of_idempotency_revokes_once(signing_in: SigningIn, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    made = await create(signing_in, manager)
    first = await revoke(signing_in, manager, made["serviceKey"]["id"], idempotencyKey="once")
    second = await revoke(signing_in, manager, made["serviceKey"]["id"], idempotencyKey="once")
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["serviceKey"] == second["serviceKey"]


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"name": " "}, "name", "blank"),
        ({"scopes": []}, "scopes", "scopes-empty"),
        ({"scopes": ["CASE_READ", "USER_MANAGE"]}, "scopes", "scope-of-programs"),
        ({"expiresAt": "2026-03-02T09:00:00Z"}, "expiresAt", "expiry"),
        ({"expiresAt": "2027-03-02T09:00:01Z"}, "expiresAt", "expiry"),
    ],
)
async def test_each_fault_of_a_key_is_named(
    signing_in: SigningIn, data: Data, given: dict[str, Any], path: str, rule: str
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    with clock.stopped(START):
        payload = await create(signing_in, manager, **given)
    assert payload["key"] is None
    assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", path], rule)]
    assert await signing_in.rows("SELECT FROM service_keys WHERE centre_id = $1", centre) == []


async def test_a_centre_has_at_most_fifty_good_keys(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    first = await create(signing_in, manager)
    await signing_in.rows(
        "INSERT INTO service_keys (centre_id, id, name, digest, scopes, expires_at, created_at, created_by, "
        "updated_at, updated_by) SELECT centre_id, gen_random_uuid(), name, sha256(n::text::bytea), scopes, "
        "expires_at, created_at, created_by, updated_at, updated_by FROM service_keys, generate_series(1, 49) n "
        "WHERE centre_id = $1",
        centre,
    )
    assert (await create(signing_in, manager))["errors"][0]["code"] == "LIMIT_REACHED"
    await revoke(signing_in, manager, first["serviceKey"]["id"])
    assert (await create(signing_in, manager))["errors"] == []


async def test_the_platform_has_no_programs(signing_in: SigningIn) -> None:
    admin = Actor(
        kind=ActorKind.PLATFORM,
        centre_id=PLATFORM_CENTRE,
        user_id=UUID(int=7),
        roles=frozenset({Role.SYSTEM_ADMIN}),
    )
    payload = await create(signing_in, admin)
    assert payload["errors"][0]["__typename"] == "ForbiddenError"
