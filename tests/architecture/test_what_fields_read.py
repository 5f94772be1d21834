"""A field that says which columns of its parents it reads, reads no others: the rest may not have been fetched."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from strawberry.types.field import StrawberryField

from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.schema import make_schema

_PROPERTIES = {"place": {"centre_id", "key"}}
"""Attributes of the classes that are made of columns."""


class Escapes(Exception):
    """The parents are handed on as they are: nobody can tell what is read of them."""


class _Reads(ast.NodeVisitor):
    """Collects what is read of the elements of a function's first parameter."""

    def __init__(self, function: ast.AsyncFunctionDef | ast.FunctionDef, *, itself: bool) -> None:
        self.parents = function.args.args[0].arg
        self.elements = {self.parents} if itself else set()
        self.found: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.comprehension | ast.For | ast.AsyncFor) and self._is_parents(node.iter):
                assert isinstance(node.target, ast.Name)
                self.elements.add(node.target.id)
        for statement in function.body:
            self.visit(statement)

    def _is_parents(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.parents

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id in self.elements:
            self.found.add(node.attr)
        else:
            self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        if not self._is_parents(node.iter):
            self.visit(node.iter)
        for condition in node.ifs:
            self.visit(condition)

    def visit_For(self, node: ast.For) -> None:
        if not self._is_parents(node.iter):
            self.visit(node.iter)
        for statement in node.body:
            self.visit(statement)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self.parents or node.id in self.elements:
            raise Escapes(node.id)


def read_by(function: Any, *, itself: bool = False) -> set[str]:
    """Answer what a function reads of its parents, or of itself. Raises Escapes."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    (definition,) = tree.body
    assert isinstance(definition, ast.AsyncFunctionDef | ast.FunctionDef)
    found = _Reads(definition, itself=itself).found
    return set().union(*(_PROPERTIES.get(name, {name}) for name in found))


def declared() -> Iterator[tuple[type[FromRecord], StrawberryField, Any]]:
    schema = make_schema()
    for kind in schema._schema.type_map.values():
        definition: Any = getattr(kind, "extensions", {}).get("strawberry-definition")
        origin = getattr(definition, "origin", None)
        if isinstance(origin, type) and issubclass(origin, FromRecord):
            for field in definition.fields:
                if field.metadata.get("reads") is not None:
                    yield origin, field, field.metadata["reads"]


FIELDS = list(declared())


def test_there_are_such_fields() -> None:
    assert len(FIELDS) > 150


@pytest.mark.parametrize(
    ("kind", "field", "reads"), FIELDS, ids=[f"{kind.__name__}.{field.python_name}" for kind, field, _ in FIELDS]
)
def test_it_reads_what_it_says(kind: type[FromRecord], field: StrawberryField, reads: Any) -> None:
    if "sensitive" in field.metadata:
        assert reads == (f"sealed_{field.metadata['sensitive']}",)
        return
    batch = field.metadata.get("batched")
    if batch is not None:
        found = read_by(batch)
    else:
        assert field.base_resolver is not None
        found = set() if field.metadata.get("together") else read_by(field.base_resolver.wrapped_func, itself=True)
    assert set(reads) <= kind.spareable()
    assert found <= {*kind.columns()} - kind.spareable() | {*reads}


def test_what_reads_too_much_is_found() -> None:
    async def honest(cases: list[Any], info: Any) -> list[Any]:
        return [await info.load(case.key, case.title) for case in cases if case.status]

    async def secretive(cases: list[Any], info: Any) -> list[Any]:
        return list(await info.load(cases))

    async def generous(cases: list[Any], info: Any) -> list[Any]:
        return [await info.load(case) for case in cases]

    assert read_by(honest) == {"key", "title", "status"}
    for function in (secretive, generous):
        with pytest.raises(Escapes):
            read_by(function)


@strawberry.type
class _Whole(FromRecord):
    name: str

    @classmethod
    def from_record(cls, record: Any) -> Any:
        """Make it otherwise."""
        return cls(name=record["name"])


def test_of_a_type_that_makes_its_objects_itself_nothing_is_spared() -> None:
    assert _Whole.spareable() == frozenset()
