"""Declares what fields cost where it is not the default, by directives that the published schema shows.

The unit is a record put into an answer; to ask the database once costs as much as ten of them. docs/cost.md has the
whole formula.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.schema_directive import Location

CALL = 10
"""To ask the database once, for however many objects."""
COUNT = 100
"""To count the whole of a list that can grow."""
WRITE = 50
"""To change something: locks, rows, the event, the link of the audit trail, the commit."""
PASSWORD = 2_000
"""To hash a password, which is meant to take long."""
HANDFUL = 5
"""How many objects a list counts as that says nothing of its size."""
_PAGING = ["first", "last"]
_PAGE = 25


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description="What the field adds to the cost of an operation, where it is not the default: `weight` for each "
    "object that it answers, or that it is a leaf of (1 for objects, 0 for leaves); `call` once for each of its places "
    "in the document (0).",
)
class Cost:
    """What a field costs; what is unset has its default."""

    weight: int | None = strawberry.directive_field(name="weight", default=UNSET)
    call: int | None = strawberry.directive_field(name="call", default=UNSET)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="As how many objects the field counts, or those of the `sizedFields` of its object: as many as the "
    "largest of the `slicingArguments` that are given says, a number or the length of a list; `assumedSize` where none "
    "is. Other lists count as 5.",
)
class ListSize:
    """As how many objects a list counts."""

    assumed_size: int = strawberry.directive_field(name="assumedSize")
    slicing_arguments: list[str] | None = strawberry.directive_field(name="slicingArguments", default=UNSET)
    sized_fields: list[str] | None = strawberry.directive_field(name="sizedFields", default=UNSET)


def cost(*, weight: int | None = None, call: int | None = None) -> Cost:
    """Declare what a field costs; what is not given has its default."""
    return Cost(weight=UNSET if weight is None else weight, call=UNSET if call is None else call)


def list_size(assumed: int, *, by: Sequence[str] = (), of: Sequence[str] = ()) -> ListSize:
    """Declare the size of a list: `by` these arguments, `input.items` being one inside another; `of` these fields."""
    return ListSize(
        assumed_size=assumed,
        slicing_arguments=[*by] if by else UNSET,
        sized_fields=[*of] if of else UNSET,
    )


PAGED = list_size(_PAGE, by=_PAGING, of=["edges"])
"""The size of a connection."""


def directives_for(
    resolver: Callable[..., Any], *, call: int, weight: int | None = None, size: int | ListSize | None = None
) -> list[object]:
    """Give the directives of a field with this resolver; one that takes `first` and `last` is a connection."""
    directives: list[object] = [cost(weight=weight, call=call)]
    if isinstance(size, ListSize):
        directives.append(size)
    elif size is not None:
        directives.append(list_size(size))
    elif {*_PAGING} <= inspect.signature(resolver).parameters.keys():
        directives.append(PAGED)
    return directives
