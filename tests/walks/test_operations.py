"""Every root field has a document in tests/operations, whose promises are kept.

It is refused to the anonymous, tells strangers nothing, and costs no more statements than its first line says,
whatever the size of its pages.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import FieldNode, OperationDefinitionNode, parse, type_from_ast, validate

from cma_graphql.access.permissions import Role
from cma_graphql.graph.cost_directives import CALL
from cma_graphql.graph.costs import costs_of
from support.asking import Graph
from support.data import Data
from support.operations import queries, subscriptions
from support.walking import bare, filled, root_fields
from walks.conftest import World
from walks.test_two_centres import assert_silent

FOLDER = Path(__file__).parents[1] / "operations"
EVERY_DOCUMENT = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.graphql"))}
DOCUMENTS = {name: text for name, text in EVERY_DOCUMENT.items() if name not in subscriptions()}
"""Those that are asked and answered; those that are followed are walked in graph/live/test_every_subscription.py."""


def operation_of(document: str) -> OperationDefinitionNode:
    """Answer the one operation of a document."""
    (operation,) = [part for part in parse(document).definitions if isinstance(part, OperationDefinitionNode)]
    return operation


def variables_for(schema: strawberry.Schema, document: str, world: World, **fixed: Any) -> dict[str, Any]:
    """Make a value for every variable of a document, with ids of a centre; enum values as their names."""
    supply = world.supply(**fixed)
    values = {}
    for declared in operation_of(document).variable_definitions or ():
        kind = type_from_ast(bare(schema), declared.type)
        name = declared.variable.name.value
        if name in {"after", "before", "last", "filter"}:
            continue
        assert kind is not None
        values[name] = _json(filled(kind, supply, everything=False, name=name))
    return values


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return value[0]
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value


def own_id(name: str, world: World) -> str:
    """Answer an id of the kind that a root field most likely asks for."""
    for prefix, ids in sorted(world.ids.items(), key=lambda item: -len(item[0])):
        if name.lower().startswith(prefix):
            return ids[0]
    return world.ids["case"][0]


def test_every_root_field_has_its_document(schema: strawberry.Schema) -> None:
    fields = {*root_fields(schema, "query"), *root_fields(schema, "mutation")}
    assert set(DOCUMENTS) == fields
    assert set(EVERY_DOCUMENT) - fields == set(root_fields(schema, "subscription"))
    assert set(queries()) == set(root_fields(schema, "query"))


@pytest.mark.parametrize("name", sorted(EVERY_DOCUMENT))
def test_a_document_asks_for_its_field_and_says_its_price(name: str, schema: strawberry.Schema) -> None:
    document = EVERY_DOCUMENT[name]
    assert re.match(r"# statements: \d+\n", document)
    assert validate(bare(schema), parse(document)) == []
    (selected,) = operation_of(document).selection_set.selections
    assert isinstance(selected, FieldNode)
    assert selected.name.value == name


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
async def test_the_anonymous_are_refused(
    name: str, schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, _ = worlds
    field: Any = {**root_fields(schema, "query"), **root_fields(schema, "mutation")}[name]
    if field.extensions["strawberry-definition"].metadata.get("anonymous"):
        assert name in {
            "login",
            "refresh",
            "logout",
            "invitationAccept",
            "passwordResetRequest",
            "passwordReset",
            "referralOpen",
            "referralLinkAccept",
            "referralLinkReject",
        }
        return
    variables = variables_for(schema, DOCUMENTS[name], here, id=own_id(name, here))
    answer = await graph.run(DOCUMENTS[name], **variables)
    assert answer.codes == ["UNAUTHENTICATED"], answer.data
    assert_silent(answer, here, name, variables)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
async def test_a_strangers_centre_is_told_nothing(
    name: str, schema: strawberry.Schema, graph: Graph, changing_worlds: tuple[World, World]
) -> None:
    here, there = changing_worlds
    variables = variables_for(schema, DOCUMENTS[name], there, id=own_id(name, there))
    answer = await graph.run(DOCUMENTS[name], as_=here.actors["CENTRE_MANAGER"], **variables)
    assert_silent(answer, there, name, variables)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
async def test_its_statements_are_bounded_whatever_the_page(
    name: str, schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World]
) -> None:
    here, _ = worlds
    document = DOCUMENTS[name]
    bound = int(re.match(r"# statements: (\d+)", document).group(1))  # type: ignore[union-attr]
    if operation_of(document).operation.value == "mutation":
        return  # bounded where the mutation is tested, since here it is refused or changes the walk's centres
    for size in (2, 50):
        variables = variables_for(schema, document, here, id=own_id(name, here), first=size)
        answer = await graph.run(document, as_=here.actors["CENTRE_MANAGER"], **variables)
        assert answer.statements <= bound, f"{answer.statements} statements on a page of {size}"
        (priced,) = costs_of(bare(schema), parse(document)).values()
        cost = priced.of(variables)
        assert answer.context.records <= cost, f"{answer.context.records} records for a cost of {cost}"
        assert answer.statements * CALL <= cost, f"{answer.statements} statements for a cost of {cost}"


@pytest.mark.parametrize("name", ["cases", "clients"])
async def test_a_page_of_a_hundred_costs_the_statements_of_a_page_of_five(name: str, graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor, colleague = await data.a_member(centre), await data.a_member(centre)
    team = await data.a_team(centre)
    for _ in range(100):
        client = await data.a_client(centre, national_insurance_number="AB123456C")
        await data.a_consent(centre, client)
        await data.a_case(centre, client_id=client, advisor=advisor, team_members=(colleague,), team_id=team)
    answers = [await graph.run(DOCUMENTS[name], as_=manager, first=size) for size in (5, 100)]
    assert [len(answer.data[name]["edges"]) for answer in answers] == [5, 100]
    assert len({answer.statements for answer in answers}) == 1
