"""The pages say what the code does: every setting is described, every generated page is current."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    parse,
    validate,
)

from cma_graphql.core.settings import Settings
from cma_graphql.graph.schema import make_schema
from cma_graphql.papers import PAGES, SCHEMA

ROOT = Path(__file__).parents[2]

ROOTS = {"Query", "Mutation", "Subscription"}


def test_every_setting_is_described_and_no_other() -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    described = set(re.findall(r"^\| `(CMA_[A-Z0-9_]+)`", page, re.MULTILINE))
    assert described == {f"CMA_{name.upper()}" for name in Settings.model_fields}


def test_the_defaults_of_settings_are_those_that_are_written() -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    written = dict(re.findall(r"^\| `CMA_([A-Z0-9_]+)` \| (?:`([^`]*)`)? \|", page, re.MULTILINE))
    assert len(written) > 20
    for name, default in written.items():
        field = Settings.model_fields[name.lower()].default
        shown = {None: "", True: "true", False: "false", (): "[]"}.get(field, str(field))
        assert default == shown.removesuffix(".0"), name


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == PAGES[name]()


def test_the_published_schema_is_current() -> None:
    assert (ROOT / "schema.graphql").read_text() == SCHEMA()


def test_every_element_of_the_schema_is_described() -> None:
    bare = []
    for name, kind in make_schema()._schema.type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description and name not in {*ROOTS, "String", "Int", "Boolean", "ID", "Float"}:
            bare.append(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                bare += [f"{name}.{field_name}"] if not field.description else []
                bare += [f"{name}.{field_name}({each})" for each, one in field.args.items() if not one.description]
        elif isinstance(kind, GraphQLInputObjectType):
            bare += [f"{name}.{each}" for each, one in kind.fields.items() if not one.description]
        elif isinstance(kind, GraphQLEnumType):
            bare += [f"{name}.{each}" for each, one in kind.values.items() if not one.description]
    assert bare == []


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text()))
    assert listed == {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}


PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = {
    f"{path.stem}-{place}": text
    for path in PAPERS
    for place, text in enumerate(re.findall(r"```graphql\n(.*?)```", path.read_text(), re.DOTALL), 1)
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_an_operation_of_the_schema(name: str) -> None:
    assert validate(make_schema()._schema, parse(EXAMPLES[name])) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 2
