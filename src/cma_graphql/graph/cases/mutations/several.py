"""What the mutations of several cases share: each case stands for itself, whatever becomes of the others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.core.errors import DomainError, Invalid
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.graph.cases.mutations.answering import CasePayload
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import to_user_errors
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import MutationInput, idempotency_key, key_of_item, write

MOST_CASES = 100
_OF_AN_ITEM = (["id"], ["expectedVersion"])
"""Paths of errors that are about a field of an item."""


@strawberry.input(description="A case of several, as you last read it.")
class CaseVersionInput:
    """A case in a version."""

    id: strawberry.ID = strawberry.field(description="The case.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What became of one case of several.")
class CaseResult(CasePayload):
    """One item's answer: it stands for itself, whatever becomes of the others."""

    index: int = strawberry.field(description="Which of the `items` it is about, counted from 0.")
    key: strawberry.Private[UUID | None] = None


R = TypeVar("R", bound=CaseResult)
One = Callable[[CaseVersionInput, str | None], tuple[MutationInput, dict[str, Any]]]
"""Makes, of an item and its idempotency key, the input of a mutation of one case and its service's arguments."""


def check_cases(items: Sequence[CaseVersionInput], *, most: int = MOST_CASES) -> None:
    """Raise Invalid for no case, for too many, and for one that is named twice."""
    if not 1 <= len(items) <= most:
        raise Invalid("items", "items", f"Name between 1 and {most} cases.", minimum=1, maximum=most)
    if len({item.id for item in items}) < len(items):
        raise Invalid("items", "duplicate", "Name each case once.")


async def each_case(
    info: Info,
    result: type[R],
    service: Callable[..., Awaitable[UUID]],
    given: MutationInput,
    *,
    items: Sequence[CaseVersionInput],
    one: One,
) -> list[R]:
    """Call a service for each case, in a unit of work and under a key of its own (decision 12); answer in order."""
    key = idempotency_key(given)
    results = []
    for index, item in enumerate(items):
        try:
            said, arguments = one(item, key_of_item(key, item.id))
            outcome = await write(info, service, said, **arguments)
        except DomainError as refusal:
            errors = to_user_errors(refusal)
            for error in errors:
                if error.path[1:] in _OF_AN_ITEM:
                    error.path[1:1] = ["items", str(index)]
            results.append(result(index=index, errors=errors))
            continue
        results.append(result(index=index, replayed=outcome.replayed, key=outcome.subject_ids[0]))
    await _show(info, results)
    return results


async def _show(info: Info, results: Sequence[CaseResult]) -> None:
    """Put the cases into the answers of those that were changed, by one statement."""
    done = [(result, result.key) for result in results if result.key is not None]
    records = await cases_by_id(info.context.reader, [key for _, key in done])
    for (result, _), record in zip(done, records, strict=True):
        result.case = wrapped(Case, record, info.context)
