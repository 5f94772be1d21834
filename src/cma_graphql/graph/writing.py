"""How a mutation calls its service: a unit of work of its own, then a fresh snapshot for the answer."""

import dataclasses
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, TypeVar, cast
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor, acting_at
from cma_graphql.core.digests import canonical_json, digest
from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.graph.context import Info
from cma_graphql.graph.node import NODE_KINDS, Node, read_place
from cma_graphql.graph.records import wrapped
from cma_graphql.persistence.writing import Outcome, Repetition
from cma_graphql.persistence.writing import write as write_in_unit_of_work

_LONGEST_KEY = 200
N = TypeVar("N", bound=Node)


@strawberry.input(description="What every repeatable mutation accepts.")
class MutationInput:
    """The part that inputs of mutations share."""

    idempotency_key: str | None = strawberry.field(
        default=None,
        description="A key of your making, such as a UUID. The same mutation with the same key and input within 24 "
        "hours is done once; its repetition answers the records as they are now and says `replayed`.",
    )


async def write(
    info: Info,
    service: Callable[..., Awaitable[Any]],
    given: MutationInput | None = None,
    *,
    at: UUID | None = None,
    **arguments: Any,
) -> Outcome:
    """Call a service in a unit of work; the reads that follow see what it wrote.

    `given` is the mutation's input, where the mutation may be repeated under a key. `at` is the centre of the
    act, where the actor may stand above the centres: NotFound for anybody else's act on another centre.
    """
    context = info.context
    actor = context.actor if at is None else acting_at(context.actor, at)
    await context.end_reading()
    outcome = await write_in_unit_of_work(
        context.database,
        context.keys,
        actor,
        service,
        repetition=_repetition(info, actor, given) if given is not None else None,
        timeout_ms=context.facts.deadline_ms,
        **arguments,
    )
    await context.end_reading()
    return outcome


async def reread(info: Info, kind: type[N], key: UUID, *, at: UUID | None = None) -> N | None:
    """Read a record afresh after a write, as its type; None where the viewer does not see it, or may not read it.

    A program's key may name the permission to change records of a kind without the one to read them.
    """
    node_kind = NODE_KINDS[kind.prefix]
    if not node_kind.may_be_read(info.context.actor):
        return None
    place = (info.context.actor.centre_id if at is None else at, key)
    (record,) = await node_kind.find(info.context.reader, [place])
    return None if record is None else cast("N", wrapped(kind, record, info.context))


def read_beside(info: Info, prefix: str, text: str, centre_id: UUID, *, field: str) -> UUID:
    """Read the id of a record of the centre of the act; raise NotFound, naming its field, for any other's."""
    centre, key = read_place(info.context.actor, prefix, text, field=field)
    if centre != centre_id:
        raise NotFound(field)
    return key


def given_fields(given: MutationInput, *names: str) -> dict[str, Any]:
    """Answer those of an input's optional fields that were given, null included; absent is not null."""
    return {name: value.value for name in names if (value := getattr(given, name)) is not None}


def idempotency_key(given: MutationInput) -> str | None:
    """Answer the key that an input has; raise Invalid for one that cannot be kept."""
    text = given.idempotency_key
    if text is None:
        return None
    if not 1 <= len(text) <= _LONGEST_KEY or not text.isprintable():
        raise Invalid(
            "idempotency_key",
            "idempotency-key",
            f"An idempotency key has 1 to {_LONGEST_KEY} printable characters.",
            maximum=_LONGEST_KEY,
        )
    return text


def key_of_item(key: str | None, item_id: str) -> str | None:
    """Answer the key of one item of several, each of which is done once; None where the input has none."""
    return None if key is None else digest([key, _plain(item_id)])


def _repetition(info: Info, actor: Actor, given: MutationInput) -> Repetition | None:
    text = idempotency_key(given)
    if text is None:
        return None
    values = {
        item.name: _plain(getattr(given, item.name))
        for item in dataclasses.fields(given)
        if item.name != "idempotency_key"
    }
    # Keyed, since an input may hold a sensitive value that a plain hash would let one guess (decision 22).
    hashed = info.context.keys.vault.blind_index(actor.centre_id, "idempotency", canonical_json(values).decode())
    return Repetition(mutation=info.field_name, key=text, input_hash=hashed)


def _plain(value: Any) -> Any:
    """Write an input's value so that it hashes the same each time; absent and null are two."""
    if isinstance(value, strawberry.Some):
        return ["some", _plain(value.value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        # Half a character has no UTF-8, and no service keeps one: it is hashed in writing, to be refused by name.
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((item.name, getattr(value, item.name)) for item in dataclasses.fields(value))
        # Of an input of one of several fields, the others are not set.
        return {name: _plain(given) for name, given in fields if given is not strawberry.UNSET}
    return value
