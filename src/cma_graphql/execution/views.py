"""Objects over records: a type's plain attributes are columns, read from the record when they are asked for.

Making an object of forty attributes costs more than reading the three that an operation selects. A view costs one
reference; the compiled executor reads its columns from the record itself, all of a row at once.
"""

from collections.abc import Collection, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import Any, Protocol, Self

from graphql import GraphQLObjectType, is_abstract_type


class Row(Protocol):
    """A record: values by the name of their column."""

    def __getitem__(self, column: str) -> Any:
        """Answer a column's value; raise KeyError where there is none."""


class RecordView:
    """An object that may stand on a record; made by its constructor instead, it is an object like any other."""

    _record: Row

    @classmethod
    def over(cls, record: Row) -> Self:
        """Make an object whose plain attributes are the record's columns."""
        view = cls.__new__(cls)
        view._record = record  # noqa: SLF001 - its own
        return view

    def __getattr__(self, name: str) -> Any:
        """Read a column: asked only for what the object has not itself."""
        if name != "_record":
            try:
                return self._record[name]
            except (AttributeError, KeyError):
                pass
        raise AttributeError(name=name, obj=self)


def class_behind(kind: GraphQLObjectType) -> type[Any] | None:
    """Answer the class that strawberry made a type of; None where it made it of none."""
    origin = getattr(kind.extensions.get("strawberry-definition"), "origin", None)
    return origin if isinstance(origin, type) else None


def class_decides(kind: Any, found: GraphQLObjectType, python_class: type) -> bool:
    """Tell whether every object of a class is of a type, at a position of some kind, so that it need not be asked."""
    if not is_abstract_type(kind) and found.is_type_of is None:
        return True  # graphql-core asks nothing
    definition = found.extensions.get("strawberry-definition")
    if definition is None or definition.is_type_of is not None or definition.origin is not python_class:
        return False
    above = (kind.extensions or {}).get("strawberry-definition")
    return not definition.is_graphql_generic and getattr(above, "resolve_type", None) is None


class Columns:
    """Reads the same attributes of many objects, from their records where they have them; one tuple an object.

    Of a single attribute it gives the bare values, as `operator.itemgetter` does.
    """

    __slots__ = ("_of_objects", "_of_records")

    def __init__(self, names: Sequence[str], *, viewed: bool) -> None:
        """Take the attributes' names, and whether the objects' class makes views."""
        self._of_objects = attrgetter(*names)
        self._of_records = itemgetter(*names) if viewed else None

    def of(self, objects: Collection[Any]) -> Iterator[Any]:
        """Read them; raises what reading an attribute does, AttributeError or KeyError for one that is missing."""
        if self._of_records is not None:
            try:
                return map(self._of_records, [each._record for each in objects])  # noqa: SLF001 - of our views
            except AttributeError:
                pass  # one of them was made by its constructor, or is no view at all
        return map(self._of_objects, objects)
