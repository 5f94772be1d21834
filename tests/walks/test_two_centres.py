"""Whatever is asked in one centre, nothing of another is in the answer: the whole schema, by its own account."""

import json
import re
from typing import Any

import asyncpg
import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLList, get_named_type, get_nullable_type

from cma_graphql.graph.node import NODE_KINDS
from support.asking import Answer, Graph
from support.data import Data
from support.operations import queries
from support.walking import Question, asked_by_id, filled, objects_of, plain, root_fields, selection, walk
from walks.conftest import World

_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
ROLES = ("CENTRE_MANAGER", "COMPLIANCE_OFFICER", "ADVISOR", "TRAINEE", "AUDITOR", "CLIENT", "SERVICE")


def everything_said(answer: Answer) -> str:
    """Answer all that a client would get to read: data, errors with their extensions, what was redacted."""
    errors = [[error.message, getattr(error.original_error, "args", None), error.extensions] for error in answer.errors]
    return json.dumps([answer.data, errors, answer.redacted], default=str).lower().replace("-", "")


def assert_silent(answer: Answer, stranger: World, operation: str, sent: object = None) -> None:
    """Fail where anything of a stranger's centre is in an answer, or where the server itself failed.

    An id that was sent may come back: a bulk mutation answers by the ids it was given.
    """
    said, asked = everything_said(answer), f"{operation} {sent}".lower()
    keys = {*_KEY.findall(said)} & stranger.keys - {*_KEY.findall(asked)}
    assert keys == set(), operation[:400]
    assert [text for text in stranger.texts if text in said] == [], operation[:400]
    assert "?" not in answer.codes, (operation[:400], answer.errors)


async def test_the_walk_reaches_every_type_of_node(
    schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, _ = worlds
    seen = set()
    for asked in walk(schema, here.supply(id=here.ids["case"][0], ids=[], input=None), depth=2):
        answer = await graph.run(asked.text, as_=here.actors["CENTRE_MANAGER"], **asked.variables)
        seen |= {item["__typename"] for item in objects_of(answer.data) if "__typename" in item}
        # The walk's actors have no session of their own to tell of.
        assert set(answer.codes) <= {"UNAUTHENTICATED"}, (asked, answer.errors)
    missing = {kind.type.__name__ for kind in NODE_KINDS.values()} - seen
    assert missing == set(), "the walk's centres hold no record of these types: add some to full_centre"


@pytest.mark.usefixtures("compiled_whatever_its_size")
@pytest.mark.parametrize("name", queries())
async def test_no_field_tells_of_another_centre(
    name: str, schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, there = worlds
    questions: list[Question] = []
    for kind, strangers in there.ids.items():
        if kind == "case" or name in asked_by_id(schema):  # else it is the same operation for each kind
            # Arguments that are needed come from the stranger's centre; the answer must not.
            supply = there.supply(id=strangers[0], ids=strangers[:20])
            questions += walk(schema, supply, depth=1, only={name})
    questions += walk(schema, here.supply(id=here.ids["case"][0], ids=here.ids["client"]), depth=3, only={name})
    assert len(questions) >= 2
    for asked in questions:
        for role in ROLES:
            answer = await graph.run(asked.text, as_=here.actors[role], **asked.variables)
            assert_silent(answer, there, asked.text, sent=asked.variables)


async def test_no_filter_finds_another_centres_records(
    schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, there = worlds
    probes = {
        "String": [there.mark, f"{there.mark}own@example.org", next(iter(there.ninos.values())), "CASE-2026-000001"],
        "ID": [ids[0] for ids in there.ids.values()],
    }
    tried = 0
    for name, field in root_fields(schema, "query").items():
        if "filter" not in field.args:
            continue
        kind: Any = get_named_type(field.args["filter"].type)
        below = selection(get_named_type(field.type), there.supply(), depth=1)
        page = ", first: 50" if "first" in field.args else ""
        operation = f"query ($filter: {kind.name}) {{ {name}(filter: $filter{page}) {{ {below} }} }}"
        for condition, input_field in kind.fields.items():
            listed = isinstance(get_nullable_type(input_field.type), GraphQLList)
            for probe in probes.get(get_named_type(input_field.type).name, []):
                given = {condition: [probe] if listed else probe}
                answer = await graph.run(operation, as_=here.actors["CENTRE_MANAGER"], filter=given)
                assert_silent(answer, there, operation, sent=given)
                tried += 1
    assert tried > 0


async def test_no_cursor_of_another_centre_opens_its_list(
    schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, there = worlds
    for name, field in root_fields(schema, "query").items():
        if "after" not in field.args:
            continue
        below = selection(get_named_type(field.type), there.supply(), depth=1)
        theirs = await graph.run(
            f"{{ {name}(first: 3) {{ pageInfo {{ endCursor }} }} }}", as_=there.actors["CENTRE_MANAGER"]
        )
        cursor = (theirs.data or {}).get(name, {}).get("pageInfo", {}).get("endCursor")
        if cursor is None:
            continue
        for arguments in (f'after: "{cursor}"', f'before: "{cursor}", last: 50'):
            operation = f"{{ {name}({arguments}) {{ {below} }} }}"
            assert_silent(await graph.run(operation, as_=here.actors["CENTRE_MANAGER"]), there, operation)


async def state_of(owner: str, world: World) -> dict[str, Any]:
    """Answer a digest of every row of a centre, table by table."""
    connection = await asyncpg.connect(owner)
    try:
        tables = await connection.fetch(
            "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'centre_id' AND table_name !~ '^event_log_' ORDER BY 1"
        )
        return {
            table["name"]: await connection.fetchval(
                f"SELECT coalesce(md5(string_agg(row::text, '|' ORDER BY row::text)), '') "  # noqa: S608
                f'FROM "{table["name"]}" row WHERE centre_id = $1',
                world.centre,
            )
            for table in tables
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("role", ["CENTRE_MANAGER", "ADVISOR", "CLIENT", "SERVICE"])
async def test_no_mutation_reaches_another_centre(
    role: str, schema: strawberry.Schema, graph: Graph, data: Data, changing_worlds: tuple[World, World]
) -> None:
    here, there = changing_worlds
    before = await state_of(data.owner, there)
    for name, field in root_fields(schema, "mutation").items():
        if "input" not in field.args:
            continue
        kind = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        below = selection(get_named_type(field.type), there.supply(), depth=1)
        operation = f"mutation ($input: {kind.name}!) {{ {name}(input: $input) {{ {below} }} }}"
        for prefix in there.ids if "id" in kind.fields else ["case"]:
            for everything in (False, True):
                supply = there.supply(id=there.ids[prefix][0], email=f"{there.mark}own@example.org".lower())
                given = filled(kind, supply, everything=everything)
                answer = await graph.run(operation, as_=here.actors[role], input=plain(given))
                assert_silent(answer, there, operation, sent=given)
    assert await state_of(data.owner, there) == before
