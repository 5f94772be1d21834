"""How a mutation calls its service: a unit of work of its own, then a fresh snapshot for the answer."""

import dataclasses
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import strawberry

from cma_graphql.core.digests import canonical_json
from cma_graphql.core.errors import Invalid
from cma_graphql.graph.context import Info
from cma_graphql.persistence.writing import Outcome, Repetition
from cma_graphql.persistence.writing import write as write_in_unit_of_work

_LONGEST_KEY = 200


@strawberry.input(description="What every repeatable mutation accepts.")
class MutationInput:
    """The part that inputs of mutations share."""

    idempotency_key: strawberry.Maybe[str] = strawberry.field(
        default=None,
        description="A key of your making, such as a UUID. The same mutation with the same key and input within 24 "
        "hours is done once; its repetition answers the records as they are now and says `replayed`.",
    )


async def write(
    info: Info, service: Callable[..., Awaitable[Any]], given: MutationInput | None = None, **arguments: Any
) -> Outcome:
    """Call a service in a unit of work; the reads that follow see what it wrote.

    `given` is the mutation's input, where the mutation may be repeated under a key.
    """
    context = info.context
    await context.end_reading()
    outcome = await write_in_unit_of_work(
        context.database,
        context.keys,
        context.actor,
        service,
        repetition=_repetition(info, given) if given is not None else None,
        timeout_ms=context.facts.deadline_ms,
        **arguments,
    )
    await context.end_reading()
    return outcome


def stated(given: object, *names: str) -> dict[str, Any]:
    """Answer the fields that an input states, by name; an absent one is left out, a null is kept."""
    return {name: value.value for name in names if (value := getattr(given, name)) is not None}


def checked_key(given: MutationInput) -> str | None:
    """Answer an input's idempotency key, None where it has none; raise Invalid for one that is no key."""
    if given.idempotency_key is None:
        return None
    text = given.idempotency_key.value
    if not 1 <= len(text) <= _LONGEST_KEY or not text.isprintable():
        raise Invalid(
            "idempotency_key",
            "idempotency-key",
            f"An idempotency key has 1 to {_LONGEST_KEY} printable characters.",
            maximum=_LONGEST_KEY,
        )
    return text


def _repetition(info: Info, given: MutationInput) -> Repetition | None:
    text = checked_key(given)
    if text is None:
        return None
    values = {
        item.name: _plain(getattr(given, item.name))
        for item in dataclasses.fields(given)
        if item.name != "idempotency_key"
    }
    # Keyed, since an input may hold a sensitive value that a plain hash would let one guess (decision 22).
    digest = info.context.keys.vault.blind_index(
        info.context.actor.centre_id, "idempotency", canonical_json(values).decode()
    )
    return Repetition(mutation=info.field_name, key=text, input_hash=digest)


def _plain(value: Any) -> Any:
    """Write an input's value so that it hashes the same each time; absent and null are two."""
    if isinstance(value, strawberry.Some):
        return ["some", _plain(value.value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return value
