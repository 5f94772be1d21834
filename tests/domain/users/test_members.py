"""Who becomes a member, in which roles, given by whom."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import DomainError, Forbidden, Invalid, InvalidInput, NotFound, TransitionRefused
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.domain.users.members import activate_membership, add_membership
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data
from support.trail import audit_of, events_of


async def _add(data: Data, actor: Actor, *roles: Role, **given: Any) -> Membership:
    user_id = given.pop("user_id", None) or await data.a_person()
    values = {"email": "Jo@Example.org", "first_name": " Jo ", "last_name": "Okafor", **given}
    async with unit_of_work(data.database, data.keys, actor) as uow:
        return await add_membership(uow, user_id=user_id, roles=roles, **values)


async def test_a_manager_makes_a_member(data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await _add(data, manager, Role.TRAINEE, Role.ADVISOR, Role.ADVISOR, phone="0113 496 0999")
    assert member.roles == ["ADVISOR", "TRAINEE"]
    assert (member.status, member.email, member.first_name) == ("INVITED", "Jo@example.org", "Jo")
    assert (member.name_key, member.phone, member.version) == ("okafor jo", "+441134960999", 1)
    (event,) = await events_of(data, centre)
    assert (event.name, event.entity, event.subject_id) == ("membership.created", "membership", member.id)
    assert event.changes["roles"] == {"old": None, "new": ["ADVISOR", "TRAINEE"]}
    assert event.changes["email"] is None
    assert event.audience_before is None
    assert event.audience_after["everyone"] is True
    (entry,) = await audit_of(data, centre)
    assert (entry.actor_id, entry.changes["last_name"]) == (manager.user_id, {"old": None, "new": "Okafor"})


async def test_that_somebody_is_a_client_is_not_for_all_ears(data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await _add(data, manager, Role.CLIENT, client_id=client)
    (event,) = await events_of(data, centre)
    assert event.client_id == client
    assert (event.audience_after["everyone"], event.audience_after["restricted"]) == (False, True)
    assert event.audience_after["client_id"] == str(client)


@pytest.mark.parametrize(
    ("roles", "record", "rule"),
    [
        ((), None, "roles-empty"),
        ((Role.SERVICE,), None, "role-of-programs"),
        ((Role.SYSTEM_ADMIN,), None, "role-of-platform"),
        ((Role.ADVISOR, Role.NETWORK_ADMIN), None, "role-of-platform"),
        ((Role.CLIENT,), None, "client-record"),
        ((Role.ADVISOR,), "client", "client-record"),
        ((Role.CLIENT, Role.ADVISOR), "client", "client-alone"),
    ],
)
async def test_roles_that_a_centre_does_not_give(
    data: Data, roles: tuple[Role, ...], record: str | None, rule: str
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client_id = await data.a_client(centre) if record else None
    with pytest.raises(Invalid) as refusal:
        await _add(data, manager, *roles, client_id=client_id)
    assert (refusal.value.field, refusal.value.rule) == ("roles", rule)
    assert await events_of(data, centre) == []


async def test_the_platform_has_its_own_roles(data: Data) -> None:
    with pytest.raises(Invalid) as refusal:
        await _add(data, system_of(PLATFORM_CENTRE), Role.ADVISOR)
    assert refusal.value.rule == "role-of-centre"
    member = await _add(data, system_of(PLATFORM_CENTRE), Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN)
    assert member.roles == ["SYSTEM_ADMIN", "NETWORK_ADMIN"]


async def test_nobody_makes_somebody_greater_than_themselves(data: Data) -> None:
    network, system = await data.an_administrator(Role.NETWORK_ADMIN), await data.an_administrator()
    with pytest.raises(Forbidden):
        await _add(data, network, Role.SYSTEM_ADMIN)
    assert (await _add(data, network, Role.NETWORK_ADMIN)).roles == ["NETWORK_ADMIN"]
    assert (await _add(data, system, Role.SYSTEM_ADMIN)).roles == ["SYSTEM_ADMIN"]


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.CLIENT])
async def test_only_who_manages_people_makes_members(data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    with pytest.raises(Forbidden):
        await _add(data, actor, Role.ADVISOR)


async def test_every_fault_is_told_at_once(data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    with pytest.raises(InvalidInput) as refusal:
        await _add(data, manager, email="nobody", first_name=" ", phone="999", capacity_points=-1)
    assert [(fault.field, fault.rule) for fault in refusal.value.faults] == [
        ("email", "email"),
        ("first_name", "blank"),
        ("roles", "roles-empty"),
        ("phone", "phone-short-number"),
        ("capacity_points", "range"),
    ]


async def test_nobody_is_a_member_twice(data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    with pytest.raises(Invalid) as refusal:
        await _add(data, manager, Role.ADVISOR, user_id=manager.user_id)
    assert (refusal.value.field, refusal.value.rule) == ("email", "unique")


async def test_there_is_no_member_of_a_centre_that_is_not_there(data: Data) -> None:
    with pytest.raises(NotFound):
        await _add(data, system_of(new_id()), Role.ADVISOR)


async def test_an_invitation_is_accepted_once(data: Data) -> None:
    centre = await data.a_centre()
    member = await data.a_member(centre, status=MembershipStatus.INVITED.value)

    async def accept() -> None:
        async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
            await activate_membership(uow, user_id=member.user_id)

    await accept()
    with pytest.raises(DomainError) as refusal:
        await accept()
    assert isinstance(refusal.value, TransitionRefused)
    assert [event.name for event in await events_of(data, centre)] == ["membership.activated"]
