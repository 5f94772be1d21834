"""Writes the code of a plan: for each type at each position a function from its objects to their results.

A function of rows takes *all* objects of its type at its position and answers *all* their dicts; leaves that are at
hand are written in one pass over the rows. What is waited for, and whatever has fields of its own, is filled in
afterwards by one function a position. Its usual values take the short way through the generated code; for anything
else it calls `runtime`. `cma-graphql explain` prints the code of an operation.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from types import CodeType, MappingProxyType
from typing import Any

from graphql import is_abstract_type

from cma_graphql.execution import calling, runtime
from cma_graphql.execution.leaves import LEAF_NAMES, lines_for
from cma_graphql.execution.plan import Position, Rows, Source
from cma_graphql.execution.run import Origin
from cma_graphql.execution.views import Columns

_INDENT = "    "
_CODES = 128
"""How many codes are kept compiled: documents that differ in their literals and names alone have the same."""

_NAMES = MappingProxyType(
    {
        **LEAF_NAMES,
        "LISTS": frozenset({list, tuple}),
        "NOTHING": frozenset({type(None)}),
        "Origin": Origin,
        "attributes": runtime.attributes,
        "call_batch": calling.call_batch,
        "call_chains": calling.call_chains,
        "call_methods": calling.call_methods,
        "call_resolvers": calling.call_resolvers,
        "complete_column": runtime.complete_column,
        "complete_objects": runtime.complete_objects,
        "complete_rows": runtime.complete_rows,
        "flat": chain.from_iterable,
        "settle": calling.settle,
        "together": runtime.together,
    }
)
"""What generated code may call."""


def generate(all_rows: Sequence[Rows]) -> tuple[str, dict[str, Any]]:
    """Write and compile the functions of a plan and give each its rows; answer the code, and what it calls by name."""
    writer = _Writer()
    for rows in all_rows:
        writer.write_rows(rows)
    code = "\n".join(writer.lines)
    exec(_compiled(code), writer.names)  # noqa: S102 - names are the schema's, texts are quoted
    for rows in all_rows:
        rows.function = writer.names[_rows_name(rows)]
    return code, writer.names


@lru_cache(maxsize=_CODES)
def _compiled(code: str) -> CodeType:
    return compile(code, "<generated for an operation>", "exec")


def _rows_name(rows: Rows) -> str:
    return f"{rows.type.name}_{rows.number}"


def _fill_name(position: Position) -> str:
    """Name a position's function by its field: the schema's name, never an alias, which the caller chose."""
    return f"fill_{position.number}_{position.name}"


class _Writer:
    """The code as far as it is written, and what it calls by name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = dict(_NAMES)

    def _write(self, depth: int, *lines: str) -> None:
        self.lines += [f"{_INDENT * depth}{line}" for line in lines]

    # The rows of one type

    def write_rows(self, rows: Rows) -> None:
        """Write the function that makes the results of all objects of a type at a position."""
        self.names[f"rows_{rows.number}"] = rows
        prefix = "async " if rows.is_async else ""
        place = "the root" if rows.position is None else rows.position.path
        self._write(0, f"{prefix}def {_rows_name(rows)}(S, run):", f'    """{rows.type.name} at {place}."""')
        self._write_leaves(rows)
        if rows.is_async:
            self._write_order(rows)
        self._write(1, "return D")
        self._write(0, "", "")
        for position in rows.fills:
            self._write_fill(position)

    def _write_leaves(self, rows: Rows) -> None:
        """Write the pass over the rows that makes each one's dict, with nothing yet where something is filled in."""
        columns = rows.columns
        read = [each for each in columns if each.source is Source.ATTRIBUTE]
        called = [each for each in columns if each.source is Source.METHOD]
        for position in called:
            self._name(position)
            self._write(1, f"v{position.number} = call_methods(position_{position.number}, S, run)")
        at_hand = {each.number for each in columns}
        items = []
        for position in rows.positions:
            if position.source is Source.CONSTANT:
                value = repr(rows.type.name)
            else:
                value = f"a{position.number}" if position.number in at_hand else "None"
            items.append(f"{position.key!r}: {value}")
        literal = "{" + ", ".join(items) + "}"
        if not columns:
            self._write(1, f"D = [{literal} for _ in S]")
            return
        sources = []
        targets = []
        if read:
            names = [each.declared.python_name for each in read if each.declared is not None]
            self.names[f"columns_{rows.number}"] = Columns(names, viewed=rows.viewed)
            sources.append(f"columns_{rows.number}.of(S)")
            variables = ", ".join(f"a{each.number}" for each in read)
            targets.append(f"({variables})" if len(read) > 1 and called else variables)
        sources += [f"v{each.number}" for each in called]
        targets += [f"a{each.number}" for each in called]
        source = sources[0] if len(sources) == 1 else f"zip({', '.join(sources)})"
        self._write(1, "D = []", "add = D.append", "try:")
        self._write(2, f"for {', '.join(targets)} in {source}:")
        for position in columns:
            self._write(3, *lines_for(position, f"a{position.number}", self.names))
        self._write(3, f"add({literal})")
        answers = ", ".join(f"{each.number}: v{each.number}" for each in called)
        self._write(1, "except Exception:")
        self._write(2, f"D = complete_rows(rows_{rows.number}, S, {{{answers}}}, run)")

    def _write_order(self, rows: Rows) -> None:
        """Write the calls that fill in the rest: those whose resolvers wait beside each other, the others in order.

        Batches are called one after another: they share the operation's one connection (decision 8).
        """
        self._write(1, "if not S: return D")
        fills = rows.fills
        beside = [each for each in fills if each.waits and each.source is not Source.BATCH]
        others = [each for each in fills if each not in beside]
        if rows.serial or len(beside) + bool(others) < 2:  # noqa: PLR2004 - two are needed to be beside each other
            self._write(1, *(f"await {_fill_name(each)}(S, D, run)" for each in fills))
            return
        jobs = [f"{_fill_name(each)}(S, D, run)" for each in beside]
        if others:
            self._write(1, "async def in_order():")
            self._write(2, *(f"await {_fill_name(each)}(S, D, run)" for each in others))
            jobs.append("in_order()")
        self._write(1, f"await together(run, {', '.join(jobs)})")

    # One position

    def _name(self, position: Position) -> None:
        self.names[f"position_{position.number}"] = position

    def _write_fill(self, position: Position) -> None:
        """Write the function that fills a position into the rows above it."""
        self._name(position)
        number = position.number
        self._write(0, f"async def {_fill_name(position)}(S, D, run):")
        self._write(1, f'"""{position.definition.type}, by {position.source.value}."""')
        match position.source:
            case Source.BATCH:
                self._write(1, f"V = await call_batch(position_{number}, S, run)")
            case Source.METHOD:
                self._write(1, f"V = call_methods(position_{number}, S, run)")
            case Source.CHAIN:
                self._write(1, f"V = call_chains(position_{number}, S, run)")
            case Source.RESOLVER:
                self._write(1, f"V = call_resolvers(position_{number}, S, run)")
            case _:
                self._write_attribute(position)
        if position.waits and position.source is not Source.BATCH:
            self._write(1, "V = await settle(V)")
        write: Callable[[Position], None]
        if position.is_leaf:
            write = self._write_column
        elif is_abstract_type(position.kind):
            write = self._write_unusual
        elif len(position.required) == 1:
            write = self._write_objects
        else:
            write = self._write_lists
        write(position)
        self._write(0, "", "")

    def _write_attribute(self, position: Position) -> None:
        number = position.number
        assert position.declared is not None  # noqa: S101 - attributes are strawberry's
        self.names[f"columns_of_{number}"] = Columns([position.declared.python_name], viewed=position.rows.viewed)
        self._write(1, "try:", f"    V = [*columns_of_{number}.of(S)]")
        self._write(1, "except Exception:", f"    V = attributes(position_{number}, S)")

    def _write_column(self, position: Position) -> None:
        self._write(1, "try:")
        self._write(2, "for d, a in zip(D, V):")
        self._write(3, *lines_for(position, "a", self.names), f"d[{position.key!r}] = a")
        self._write(1, "except Exception:")
        self._write(2, f"complete_column(position_{position.number}, V, D, run)")

    def _write_unusual(self, position: Position) -> None:
        self._write(1, f"await complete_objects(position_{position.number}, V, D, run)")

    def _write_objects(self, position: Position) -> None:
        """Write the short way for objects of one type, and the same with some of them null."""
        rows, number, key = self._below(position), position.number, position.key
        self._write(1, "T = {*map(type, V)}", f"if T <= plain_{number}:")
        self._write(2, f"run.origins[{rows.number}] = Origin(V)")
        self._write(2, f"for d, made in zip(D, {self._call(rows, 'V')}): d[{key!r}] = made")
        if not position.required[0]:
            self._write(1, f"elif T - plain_{number} == NOTHING:")
            self._write(2, f"run.origins[{rows.number}] = Origin(V)")
            present = "[value for value in V if value is not None]"
            self._write(2, f"made = iter({self._call(rows, present)})")
            self._write(2, f"for d, value in zip(D, V): d[{key!r}] = None if value is None else next(made)")
        self._write(1, "else:")
        self._write(2, f"await complete_objects(position_{number}, V, D, run)")

    def _write_lists(self, position: Position) -> None:
        """Write the short way for lists of objects of one type."""
        rows, number, key = self._below(position), position.number, position.key
        self._write(1, f"if {{*map(type, V)}} <= LISTS and {{*map(type, (F := [*flat(V)]))}} <= plain_{number}:")
        self._write(2, f"run.origins[{rows.number}] = Origin(V)", f"made = {self._call(rows, 'F')}", "end = 0")
        self._write(2, "for d, value in zip(D, V):")
        self._write(3, "begin, end = end, end + len(value)", f"d[{key!r}] = made[begin:end]")
        self._write(1, "else:")
        self._write(2, f"await complete_objects(position_{number}, V, D, run)")

    def _below(self, position: Position) -> Rows:
        (rows,) = position.below.values()
        self.names[f"plain_{position.number}"] = position.plain
        return rows

    @staticmethod
    def _call(rows: Rows, sources: str) -> str:
        call = f"{_rows_name(rows)}({sources}, run)"
        return f"(await {call})" if rows.is_async else call
