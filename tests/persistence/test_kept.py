"""Records of a unit of work: each of them once, written where they differ, of any model and with any columns."""

from typing import Any

import asyncpg
import pytest

from cma_graphql.access.actor import Sight, system_of
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.diary_models import CalendarFeed
from cma_graphql.domain.every_table import METADATA
from cma_graphql.domain.saved_filters.models import SavedFilter
from cma_graphql.domain.users.models import Membership, Team, TeamMember
from cma_graphql.persistence.base import CentreRow, Row
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.mapped import insertion, loading, mapped, updating
from cma_graphql.persistence.reads import DIALECT
from cma_graphql.persistence.transaction import Transaction
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.data import Data

_NUMERIC = 1700
ONES_OWN = {CalendarFeed, SavedFilter}
"""What a person keeps for themselves: whoever sees everything else sees their own alone."""
MODELS = sorted((mapper.class_ for mapper in Row.registry.mappers), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_written_and_loaded_as_the_driver_takes_it(model: type[Row]) -> None:
    assert model.__tablename__ in METADATA.tables
    keys = tuple(mapped(model).columns)
    assert insertion(model, keys).parameters == keys
    assert set(updating(model, keys).parameters) > set(keys)
    if issubclass(model, CentreRow):
        own = {"actor_user"} if model in ONES_OWN else set()
        parameters = loading(model, Sight.EVERYTHING, locked=True, deleted=False).parameters
        assert set(parameters) == {"actor_centre", "record_key", *own}
    for key, column in mapped(model).columns.items():
        kind = column.type.dialect_impl(DIALECT)
        is_list = hasattr(column.type, "item_type")  # the driver answers a list, where SQLAlchemy would copy it
        assert is_list or kind.result_processor(DIALECT, _NUMERIC) is None, f"{key} would be loaded as something else"


async def test_a_record_is_there_once_and_a_lock_brings_it_up_to_date(
    database: Database, keys: CentreKeys, data: Data, acting: Acting
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre, name="Before")
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        team = await uow.get(Team, team_id)
        await acting.rows.execute("UPDATE teams SET name = 'After' WHERE id = $1", team_id)
        assert (await uow.get(Team, team_id)) is team
        assert team.name == "Before"
        assert (await uow.lock(Team, team_id)) is team
        assert team.name == "After"
        assert await uow.lock_all(Team, [team_id]) == [team]
        added = Team(id=new_id(), name="New", name_key="new")
        uow.add(added)
        assert (await uow.get(Team, added.id)) is added


async def test_what_is_set_and_set_back_is_not_written(
    database: Database, keys: CentreKeys, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre, name="Same")
    said: list[str] = []
    execute = Transaction.execute

    async def heard(transaction: Transaction, text: str, arguments: Any = ()) -> int:
        said.append(text)
        return await execute(transaction, text, arguments)

    monkeypatch.setattr(Transaction, "execute", heard)
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        team = await uow.lock(Team, team_id)
        team.name = "Other"
        team.name = "Same"
        await uow.flush()
        assert said == []
        team.description = "Set without `change`"
        await uow.flush()
        await uow.flush()
        assert len(said) == 1
        assert team.version == 2


async def test_a_record_that_somebody_else_changed_is_not_written_over(
    database: Database, keys: CentreKeys, data: Data, acting: Acting
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre, name="Mine")
    with pytest.raises(TryAgain):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            team = await uow.get(Team, team_id)
            await acting.rows.execute("UPDATE teams SET version = version + 1 WHERE id = $1", team_id)
            uow.change(team, name="Over")
    assert await acting.rows.fetchval("SELECT name FROM teams WHERE id = $1", team_id) == "Mine"


async def test_the_key_of_a_record_does_not_change(database: Database, keys: CentreKeys, data: Data) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre)
    with pytest.raises(TypeError, match="key"):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            (await uow.lock(Team, team_id)).id = new_id()


async def test_what_is_referred_to_is_written_first_and_what_ended_before_what_begins(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    member, team_id = await data.a_member(centre), new_id()

    def a_time(**given: Any) -> TeamMember:
        return TeamMember(
            id=new_id(), team_id=team_id, user_id=member.user_id, added_at=now(), added_by=member.user_id, **given
        )

    async with unit_of_work(database, keys, system_of(centre)) as uow:
        first = a_time()
        uow.add_lines([first])
        uow.add(Team(id=team_id, name="Debt", name_key="debt"))
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        ended = await uow.lock(TeamMember, first.id)
        uow.add_lines([a_time(removed_at=None)])  # one open time a person, by a unique index
        uow.change(ended, removed_at=now(), removed_by=member.user_id)
    found: int = await overseer.fetchval("SELECT count(*) FROM team_members WHERE team_id = $1", team_id)
    assert found == 2


async def test_what_the_database_fills_is_known_after_the_insert(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre, stamp = await data.a_centre(), now()
    actor = system_of(centre)
    dated = {"created_at": stamp, "created_by": actor.user_id, "updated_at": stamp, "updated_by": actor.user_id}
    async with unit_of_work(database, keys, actor) as uow:
        teams = [Team(id=new_id(), centre_id=centre, name=name, name_key=name, **dated) for name in ("a", "b", "c")]
        teams[1].version = 7
        for team in teams:
            uow._kept.add(team)
        await uow.flush()
        assert [team.version for team in teams] == [1, 7, 1]
        uow.change(teams[2], name="d")
        await uow.flush()
        assert teams[2].version == 2


def test_a_column_goes_by_the_name_of_its_attribute() -> None:
    assert mapped(Membership).columns["id"].name == "user_id"
    assert mapped(Membership).primary == ("centre_id", "id")
