"""The audience of a client's events is exactly who sees the client, the whole centre's readers apart."""

from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.events import Audience
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def _audience(database: Database, keys: CentreKeys, centre: UUID, client: UUID) -> Audience:
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        return await audience_of_client(uow, await uow.get(Client, client))


async def _sees(database: Database, actor: Actor, client: UUID) -> bool:
    async with database.read(actor) as reader:
        return await clients_by_id(reader, [client]) != [None]


def _hears(audience: Audience, actor: Actor) -> bool:
    """Judge as a gate of live events would, for whoever does not see the whole centre."""
    if actor.user_id in audience.user_ids:
        return True
    return not audience.restricted and bool(set(actor.team_ids).intersection(audience.team_ids))


async def test_a_client_without_a_case_is_its_recorders(database: Database, keys: CentreKeys, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre, recorded_by=advisor.user_id)
    assert await _audience(database, keys, centre, client) == Audience(user_ids=(advisor.user_id,), client_id=client)


async def test_a_client_with_cases_is_theirs_who_work_on_them(database: Database, keys: CentreKeys, data: Data) -> None:
    centre = await data.a_centre()
    recorder = await data.a_member(centre)
    open_team, shut_team = await data.a_team(centre), await data.a_team(centre)
    people: dict[str, Any] = {name: await data.a_member(centre) for name in ("first", "second", "helper", "stranger")}
    people["recorder"] = recorder
    people["in_open_team"] = await data.a_member(centre, team_ids=(open_team,))
    people["in_shut_team"] = await data.a_member(centre, team_ids=(shut_team,))
    people["trainee"] = await data.a_member(centre, Role.TRAINEE)
    client = await data.a_client(centre, recorded_by=recorder.user_id)
    await data.a_case(centre, client_id=client, advisor=people["first"], team_id=open_team)
    await data.a_case(
        centre,
        client_id=client,
        advisor=people["second"],
        team_members=(people["helper"], people["trainee"]),
        team_id=shut_team,
        restricted=True,
        status="CLOSED",
    )
    audience = await _audience(database, keys, centre, client)
    workers = {people[name].user_id for name in ("first", "second", "helper", "trainee")}
    assert (set(audience.user_ids), audience.team_ids, audience.restricted) == (workers, (open_team,), False)
    for name, actor in people.items():
        assert (name, _hears(audience, actor)) == (name, await _sees(database, actor, client))


async def test_a_client_whose_cases_are_all_restricted_is(database: Database, keys: CentreKeys, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor, colleague = await data.a_member(centre), await data.a_member(centre, team_ids=(team,))
    client = await data.a_client(centre, recorded_by=colleague.user_id)
    await data.a_case(centre, client_id=client, advisor=advisor, team_id=team, restricted=True)
    audience = await _audience(database, keys, centre, client)
    assert audience == Audience(user_ids=(advisor.user_id,), restricted=True, client_id=client)
    for actor in (advisor, colleague):
        assert _hears(audience, actor) == await _sees(database, actor, client)
