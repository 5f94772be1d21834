"""Fields that only some roles may see (decision 19): value, masked value or null, decided once per position."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.execution.batched import batched, position_of
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.cost_directives import CALL, cost, list_size
from cma_graphql.graph.fields import auth
from cma_graphql.persistence.reads import Reads

OwnKeys = Callable[[Reads, Sequence[UUID]], Awaitable[set[UUID]]]
"""Answers which of these records are the actor's own, for permissions that reach no farther."""


class Visibility(StrEnum):
    """What a viewer gets of one value."""

    VISIBLE = "VISIBLE"
    MASKED = "MASKED"
    HIDDEN = "HIDDEN"


SHOWS_ALL = frozenset({Reach.CENTRE, Reach.SCOPED, Reach.RECORD})
"""The reaches of a permission under which every record that is seen shows its sensitive values, too."""


class HasKey(Protocol):
    """A node."""

    key: UUID


async def visibilities(
    context: Context, keys: Sequence[UUID], *, permission: Permission, own: OwnKeys, maskable: bool
) -> list[Visibility]:
    """Decide for all records of a position at once; a rule that does not depend on them asks nothing."""
    withheld = Visibility.MASKED if maskable else Visibility.HIDDEN
    match context.actor.reach(permission):
        case reach if reach in SHOWS_ALL:
            return [Visibility.VISIBLE] * len(keys)
        case Reach.OWN | Reach.TEAM:
            mine = await own(context.reader, keys)
            return [Visibility.VISIBLE if key in mine else withheld for key in keys]
        case _:
            return [withheld] * len(keys)


def sensitive(
    *,
    column: str,
    table: str,
    permission: Permission,
    own: OwnKeys,
    description: str,
    mask: Callable[[str], str] | None = None,
    convert: Callable[[str], Any] = str,
    kind: Any = str,
    size: int | None = None,
) -> Any:
    """Declare a sealed column as a field: opened for whom it may be, masked or null for the others.

    The parents carry the sealed bytes in a private attribute, `sealed_` before the column's name. `kind` is the
    field's type, made by `convert` from the opened text; one that is a list has a `size`, for its cost.
    """

    async def resolve(parents: list[Any], info: Info) -> list[Any]:
        context = info.context
        # Decided for all of them, empty or not: what is withheld does not even tell whether there is a value.
        decided = await visibilities(
            context, [parent.key for parent in parents], permission=permission, own=own, maskable=mask is not None
        )
        values: list[Any] = [None] * len(parents)
        for index, (parent, visibility) in enumerate(zip(parents, decided, strict=True)):
            sealed: bytes | None = getattr(parent, f"sealed_{column}")
            if sealed is None or visibility is Visibility.HIDDEN:
                continue
            ring = await context.keys.of(context.reader)
            text = ring.opening(sealed).unseal(sealed, table=table, column=column, row_id=parent.key)
            if visibility is Visibility.VISIBLE:
                values[index] = convert(text)
                context.seen_fields.add(f"{table}.{column}")
            elif mask is not None:
                values[index] = mask(text)
        for treatment in {Visibility.MASKED, Visibility.HIDDEN}.intersection(decided):
            context.redact(position_of(info), permission, treatment.value)
        return values

    resolve.__annotations__["return"] = list[kind | None]
    return batched(
        description=f"{description} Needs `{permission.name}`; "
        f"{'masked' if mask is not None else 'null'} where the viewer lacks it.",
        directives=[auth(permission), cost(weight=1, call=CALL), *([] if size is None else [list_size(size)])],
        metadata={
            "requires": [permission],
            "sensitive": column,
            "masked": mask is not None,
            "reads": (f"sealed_{column}",),
        },
    )(resolve)
