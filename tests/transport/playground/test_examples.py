"""Every example operation of the playground is valid against the published schema, its variables and all."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    build_schema,
    get_variable_values,
    parse,
    validate,
)

from cma_graphql.access.permissions import Role
from support import playground_api

REPOSITORY = Path(__file__).resolve().parents[3]
PUBLISHED = REPOSITORY / "schema.graphql"
GROUPS: list[dict[str, Any]] = json.loads((REPOSITORY / "web" / "playground" / "examples.json").read_bytes())
EXAMPLES: dict[str, dict[str, Any]] = {
    f"{group['role']}: {example['title']}": example for group in GROUPS for example in group["operations"]
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """Return the published schema; the contract's, where none is published."""
    published = PUBLISHED if PUBLISHED.is_file() else playground_api.CONTRACT
    return build_schema(published.read_text(encoding="utf-8"))


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    """Return the one operation of a document."""
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def variable_definitions(document: DocumentNode) -> list[VariableDefinitionNode]:
    """Return what an operation declares."""
    return list(operation_of(document).variable_definitions or ())


def faults(schema: GraphQLSchema, lines: list[str], variables: dict[str, Any] | None) -> list[str]:
    """Say what is wrong with an operation and its variables."""
    document = parse("\n".join(lines))
    found = [error.message for error in validate(schema, document)]
    day = datetime(2030, 1, 31, tzinfo=UTC).date().isoformat()
    dated = json.loads(re.sub(r"\{today\+\d+\}", day, json.dumps(variables or {})))
    values = get_variable_values(schema, variable_definitions(document), dated)
    return found + ([error.message for error in values] if isinstance(values, list) else [])


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_valid(schema: GraphQLSchema, name: str) -> None:
    example = EXAMPLES[name]
    assert faults(schema, example["operation"], example.get("variables")) == []
    given: dict[str, Any] = example.get("variables") or {}
    assert set(given) <= {
        definition.variable.name.value for definition in variable_definitions(parse("\n".join(example["operation"])))
    }


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if "lookUp" in example])
def test_what_an_example_looks_up_fills_variables_that_it_has(schema: GraphQLSchema, name: str) -> None:
    example = EXAMPLES[name]
    look_up = example["lookUp"]
    assert faults(schema, look_up["operation"], look_up.get("variables")) == []
    for variable, place in look_up["fill"].items():
        value: Any = example["variables"]
        for step in variable.split("."):
            value = value[step]
        selection: SelectionSetNode | None = operation_of(parse("\n".join(look_up["operation"]))).selection_set
        for step in (step for step in place.split(".") if not step.isdigit()):
            assert selection is not None
            names = {field.name.value: field for field in selection.selections if isinstance(field, FieldNode)}
            selection = names[step].selection_set


def test_every_role_has_examples_and_each_has_a_title_of_its_own_and_a_description() -> None:
    people = {role.name for role in Role} - {"SERVICE"}  # a service key signs in nowhere
    assert {group["role"] for group in GROUPS} == people | {"ANONYMOUS"}
    for group in GROUPS:
        titles = [example["title"] for example in group["operations"]]
        assert titles
        assert len(set(titles)) == len(titles)
        assert all(example["description"].endswith(".") for example in group["operations"])
