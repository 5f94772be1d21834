"""What a unit of work of any size needs: numbers and locks by the many, events appended part by part."""

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.events import STAFF, Event
from cma_graphql.core.ids import new_id
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.users.models import Team
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.data import Data


class TeamMade(Event):
    """A team was made."""

    name = "team.made"
    entity = "team"


def a_team(name: str) -> Team:
    """Make a team, not yet added."""
    return Team(id=new_id(), name=name, name_key=name.lower())


async def test_numbers_are_taken_by_the_many_and_given_back_together(data: Data) -> None:
    actor = system_of(await data.a_centre())
    async with unit_of_work(data.database, data.keys, actor) as uow:
        assert list(await uow.next_numbers("part", 3)) == [1, 2, 3]
        assert list(await uow.next_numbers("part", 0)) == []
        assert await uow.next_number("part") == 4
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(data.database, data.keys, actor) as uow:
            assert list(await uow.next_numbers("part", 5)) == [5, 6, 7, 8, 9]
            raise ZeroDivisionError
    async with unit_of_work(data.database, data.keys, actor) as uow:
        assert list(await uow.next_numbers("part", 2)) == [5, 6]


async def test_many_are_locked_in_the_order_of_their_ids_and_strangers_are_left_out(data: Data) -> None:
    centre = await data.a_centre()
    teams = sorted([await data.a_team(centre) for _ in range(3)])
    theirs = await data.a_team(await data.a_centre())
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        assert await uow.lock_all(Team, []) == []
        locked = await uow.lock_all(Team, [teams[2], theirs, new_id(), teams[0], teams[1]])
        assert [team.id for team in locked] == teams


async def test_events_appended_in_parts_are_one_chain_without_a_gap(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    actor = system_of(centre)
    async with unit_of_work(data.database, data.keys, actor) as uow:
        for part in range(3):
            teams = [a_team(f"Team {part} {number}") for number in range(part)]
            for team in teams:
                uow.record(TeamMade(subject_id=team.id), changes=uow.add(team), after=STAFF)
            await uow.append_so_far()
            assert not any(team in uow._kept for team in teams)
        last = a_team("Last")
        uow.record(TeamMade(subject_id=last.id), changes=uow.add(last), after=STAFF)
        assert await uow.finish() == 4
    events = await acting.events(centre)
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    async with data.database.read(actor) as reader:
        verified = await verify_chain(reader)
    assert (verified.intact, verified.entries) == (True, 4)


async def test_parts_that_were_appended_are_rolled_back_with_the_rest(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
            team = a_team("Gone")
            uow.record(TeamMade(subject_id=team.id), changes=uow.add(team), after=STAFF)
            await uow.append_so_far()
            raise ZeroDivisionError
    assert await acting.events(centre) == []
    assert await acting.audit(centre) == []
    assert await acting.rows.fetchval("SELECT seq FROM event_heads WHERE centre_id = $1", centre) == 0
