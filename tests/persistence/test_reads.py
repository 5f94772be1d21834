"""Selects are compiled once, and refused when each run would cost work."""

from collections.abc import Iterable
from enum import Enum
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ARRAY, JSON, Boolean, Integer, LargeBinary, Numeric, Text, Uuid, bindparam, func, literal, select
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, ActorKind, Sight, system_of
from cma_graphql.core.ids import new_id
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.users.models import Membership, Team, TeamMember
from cma_graphql.persistence.base import ACTOR_USER
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Statement,
    StatementRefused,
    actor_parameters,
    aligned,
    aligned_optional,
    compile_select,
    grouped,
    live,
)
from support.data import Data

TEAMS_BY_KEY = Statement(
    lambda sight: select(Team.id.label("key"), Team.name).where(live(Team, sight), Team.id == any_(KEYS))
)
MEMBERS_BY_TEAM = Statement(
    lambda sight: (
        select(TeamMember.team_id, Membership.last_name)
        .join(Membership, (Membership.centre_id == TeamMember.centre_id) & (Membership.id == TeamMember.user_id))
        .where(live(TeamMember, sight), TeamMember.team_id == any_(KEYS))
        .order_by(Membership.name_key)
    )
)


class Colour(Enum):
    """An enum of Python's."""

    RED = "red"


@pytest.mark.parametrize(
    "asked",
    [
        select(Team.id).where(Team.name.in_(["a", "b"])),
        select(Team.id).where(Team.name.in_(bindparam("names", expanding=True))),
        select(Team.id).where(Team.id.not_in([new_id()])),
    ],
)
def test_a_list_that_is_expanded_at_each_run_is_refused(asked: AnySelect) -> None:
    with pytest.raises(StatementRefused, match="any_"):
        compile_select(asked)


@pytest.mark.parametrize(
    "kind", [EnumType(Colour), JSON(), JSONB(), ARRAY(EnumType(Colour)), ARRAY(JSONB()), Boolean(), Numeric(15, 2)]
)
def test_a_parameter_that_needs_python_at_each_run_is_refused(kind: Any) -> None:
    asked = select(Team.id).where(func.is_it(bindparam("value", type_=kind)))
    if isinstance(kind, Numeric):  # asyncpg takes Decimals as they are
        assert compile_select(asked).parameters == ("value",)
        return
    with pytest.raises(StatementRefused, match="value"):
        compile_select(asked)


@pytest.mark.parametrize("kind", [Text(), Uuid(), Integer(), LargeBinary(), ARRAY(Text()), ARRAY(Uuid())])
def test_other_parameters_go_as_they_are(kind: Any) -> None:
    compiled = compile_select(select(Team.id).where(func.is_it(bindparam("value", type_=kind))))
    assert compiled.parameters == ("value",)


def test_parameters_come_in_their_order_constants_included() -> None:
    compiled = compile_select(
        select(literal("constant").label("c")).where(
            Team.name == bindparam("second", type_=Text()), Team.id == bindparam("first", type_=Uuid())
        )
    )
    key = new_id()
    assert compiled.arguments({"first": key, "second": "x", "unused": 1}) == ["constant", "x", key]
    with pytest.raises(KeyError, match="first"):
        compiled.arguments({"second": "x"})


def test_a_statement_is_compiled_once_for_each_sight_and_shape() -> None:
    built: list[tuple[object, ...]] = []

    def teams(sight: Sight, by_name: bool) -> AnySelect:  # noqa: FBT001 - part of the shape
        """Select teams."""
        built.append((sight, by_name))
        return select(Team.id).where(live(Team, sight))

    statement = Statement(teams)
    for sight, shape in ((Sight.OWN, True), (Sight.OWN, True), (Sight.OWN, False), (Sight.TEAM, True)):
        statement.compiled(sight, shape)
    assert built == [(Sight.OWN, True), (Sight.OWN, False), (Sight.TEAM, True)]
    assert (statement.__name__, statement.__doc__) == ("teams", "Select teams.")


def test_a_look_up_of_one_key_is_one_that_is_planned_once() -> None:
    keys = [new_id(), new_id()]
    teams = Statement(lambda sight: select(Team.id, Team.name).where(live(Team, sight), Team.id == any_(KEYS)))
    given = {"actor_centre": keys[0], "keys": keys[:1]}
    one, arguments = teams.said(Sight.EVERYTHING, (), given)
    several, said = teams.said(Sight.EVERYTHING, (), {**given, "keys": keys})
    assert "ANY" not in one.text
    assert one.text.endswith("teams.id = $2::UUID")
    assert arguments == keys[:1] * 2
    assert several == teams.compiled(Sight.EVERYTHING)
    assert said == [keys[0], [*keys, *keys[:1] * 8]]  # as many as PostgreSQL expects
    many = [new_id() for _ in range(11)]
    for some in ([], many[:10], many):
        assert teams.said(Sight.EVERYTHING, (), {**given, "keys": some})[1] == [keys[0], some]
    spared, _ = teams.said(Sight.EVERYTHING, (), given, spared=frozenset({"name"}))
    assert "teams.name" not in spared.text
    assert "ANY" not in spared.text


def test_keys_that_are_used_as_a_list_stay_one() -> None:
    counted = Statement(lambda _sight: select(func.cardinality(KEYS).label("number")).where(Team.id == any_(KEYS)))
    compiled, arguments = counted.said(Sight.EVERYTHING, (), {"keys": [key := new_id()]})
    assert compiled == counted.compiled(Sight.EVERYTHING)
    assert arguments == [[key]]
    assert counted.said(Sight.EVERYTHING, (), {"keys": [key, key]})[1] == [[key, key]]


async def test_nobody_can_name_another_actor(database: Database, data: Data) -> None:
    actor = Actor(kind=ActorKind.SYSTEM, centre_id=await data.a_centre(), user_id=new_id())
    me = Statement(lambda _sight: select(ACTOR_USER.label("me")))
    async with database.read(actor) as reader:
        row = await reader.one(me, actor_user=new_id(), actor_centre=new_id())
    assert row is not None
    assert row["me"] == actor.user_id
    assert set(actor_parameters(actor)) == {"actor_centre", "actor_user", "actor_client", "actor_teams"}


def test_every_table_begins_with_its_centre_and_without_the_deleted() -> None:
    text = compile_select(select(Client.id).where(live(Client, Sight.EVERYTHING))).text
    assert "clients.centre_id = $" in text
    assert "clients.deleted_at IS NULL" in text
    assert (
        "clients.deleted_at IS NOT NULL"
        in compile_select(select(Client.id).where(live(Client, Sight.EVERYTHING, deleted=True))).text
    )
    assert "deleted_at" not in compile_select(select(Membership.id).where(live(Membership, Sight.NOTHING))).text


async def test_records_come_in_the_order_of_their_keys(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    one, two = await data.a_team(centre, name="1"), await data.a_team(centre, name="2")
    missing = new_id()
    async with database.read(system_of(centre)) as reader:
        assert _names(await aligned(reader, TEAMS_BY_KEY, [two, missing, one, two])) == ["2", None, "1", "2"]
        assert await aligned(reader, TEAMS_BY_KEY, []) == []
        assert _names(await aligned_optional(reader, TEAMS_BY_KEY, [None, one, None, one])) == [None, "1", None, "1"]
        assert reader.statements == 2


def _names(rows: Iterable[Any]) -> list[str | None]:
    return [row and row["name"] for row in rows]


async def test_lists_come_under_their_parents(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    teams = [await data.a_team(centre) for _ in range(3)]
    for name in ("Amber", "Zoe"):
        await data.a_member(centre, last_name=name, team_ids=(teams[0],))
    await data.a_member(centre, last_name="Brown", team_ids=(teams[2],))
    async with database.read(system_of(centre)) as reader:
        found = await grouped(reader, MEMBERS_BY_TEAM, [teams[2], teams[0], teams[1], teams[0]], by="team_id")
        assert [[row["last_name"] for row in rows] for rows in found] == [
            ["Brown"],
            ["Amber", "Zoe"],
            [],
            ["Amber", "Zoe"],
        ]
        assert await grouped(reader, MEMBERS_BY_TEAM, [], by="team_id") == []
        assert reader.statements == 1


async def test_a_value_that_does_not_fit_is_not_unavailable(database: Database, data: Data) -> None:
    async with database.read(system_of(await data.a_centre())) as reader:
        with pytest.raises(asyncpg.DataError, match="invalid input for query argument"):
            await reader.all(TEAMS_BY_KEY, keys=["no key"])


def test_keys_are_said_as_a_list() -> None:
    assert "= ANY ($" in compile_select(select(Team.id).where(Team.id == any_(KEYS))).text
    assert isinstance(new_id(), UUID)
