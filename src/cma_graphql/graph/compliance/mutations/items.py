"""Mutations of the requirements of cases: one at a time, and several that are met."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import DomainError, Invalid
from cma_graphql.domain.compliance.selectors import items_by_id
from cma_graphql.domain.compliance.services import items
from cma_graphql.graph.compliance.inputs import (
    ComplianceItemCompleteInput,
    ComplianceItemFailInput,
    ComplianceItemInput,
    ComplianceItemMarkApplicableInput,
    ComplianceItemMarkNotApplicableInput,
    ComplianceItemReopenInput,
    ComplianceItemsCompleteInput,
    ComplianceItemSetDeadlineInput,
    ComplianceItemWaiveInput,
)
from cma_graphql.graph.compliance.types import ComplianceItem
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE, list_size
from cma_graphql.graph.errors import Payload, to_user_errors
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import idempotency_key, key_of_item, reread, write

_MOST_ITEMS = 100
_OF_THE_INPUT = "checkedOn"
"""The field that all of several requirements share."""


@strawberry.type(description="What a mutation of a requirement of a case answers.")
class ComplianceItemPayload(Payload):
    """The part that payloads with a requirement share."""

    compliance_item: ComplianceItem | None = strawberry.field(
        default=None, description="The requirement as it is now; null where it was refused."
    )


@strawberry.type(description="The requirement, met.")
class ComplianceItemCompletePayload(ComplianceItemPayload):
    """What complianceItemComplete answers."""


@strawberry.type(description="The requirement, open again.")
class ComplianceItemReopenPayload(ComplianceItemPayload):
    """What complianceItemReopen answers."""


@strawberry.type(description="The requirement, failed.")
class ComplianceItemFailPayload(ComplianceItemPayload):
    """What complianceItemFail answers."""


@strawberry.type(description="The requirement, which does not apply.")
class ComplianceItemMarkNotApplicablePayload(ComplianceItemPayload):
    """What complianceItemMarkNotApplicable answers."""


@strawberry.type(description="The requirement, which applies.")
class ComplianceItemMarkApplicablePayload(ComplianceItemPayload):
    """What complianceItemMarkApplicable answers."""


@strawberry.type(description="The requirement, waived.")
class ComplianceItemWaivePayload(ComplianceItemPayload):
    """What complianceItemWaive answers."""


@strawberry.type(description="The requirement with its deadline.")
class ComplianceItemSetDeadlinePayload(ComplianceItemPayload):
    """What complianceItemSetDeadline answers."""


@strawberry.type(description="What became of one requirement of several.")
class ComplianceItemsCompleteResult(ComplianceItemPayload):
    """One item's answer: it stands for itself, whatever becomes of the others."""

    index: int = strawberry.field(description="Which of the `items` it is about, counted from 0.")
    key: strawberry.Private[UUID | None] = None


@strawberry.type(description="What became of each requirement, in the order in which they were given.")
class ComplianceItemsCompletePayload(Payload):
    """What complianceItemsComplete answers."""

    results: list[ComplianceItemsCompleteResult] = strawberry.field(
        default_factory=list, description="One answer for each item; empty where all was refused at once."
    )


P = TypeVar("P", bound=ComplianceItemPayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: ComplianceItemInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its requirement as it is afterwards."""
    key = read_id("complianceitem", given.id)
    outcome = await write(info, service, given, item_id=key, version=given.expected_version, **said)
    item = await reread(info, ComplianceItem, outcome.subject_ids[0])
    return payload(compliance_item=item, replayed=outcome.replayed)


def _completion(given: ComplianceItemCompleteInput) -> dict[str, Any]:
    document = given.evidence_document_id
    return {
        "evidence_document_id": None
        if document is None
        else read_id("document", document, field="evidence_document_id"),
        "evidence_note": given.evidence_note,
        "notes": given.notes,
        "checked_on": given.checked_on,
    }


def _check_items(given: ComplianceItemsCompleteInput) -> None:
    if not 1 <= len(given.items) <= _MOST_ITEMS:
        raise Invalid("items", "items", f"Name between 1 and {_MOST_ITEMS} items.", minimum=1, maximum=_MOST_ITEMS)
    if len({item.id for item in given.items}) < len(given.items):
        raise Invalid("items", "duplicate", "Name each item once.")


async def _complete_one(
    info: Info, given: ComplianceItemsCompleteInput, index: int, key: str | None
) -> ComplianceItemsCompleteResult:
    """Complete one requirement of several, in a unit of work and under a key of its own (decision 12)."""
    item = given.items[index]
    one = ComplianceItemCompleteInput(
        id=item.id,
        expected_version=item.expected_version,
        evidence_document_id=item.evidence_document_id,
        evidence_note=item.evidence_note,
        notes=item.notes,
        checked_on=given.checked_on,
        idempotency_key=key_of_item(key, item.id),
    )
    try:
        item_id = read_id("complianceitem", one.id)
        said = _completion(one)
        outcome = await write(info, items.complete_item, one, item_id=item_id, version=one.expected_version, **said)
    except DomainError as refusal:
        errors = to_user_errors(refusal)
        for error in errors:
            if len(error.path) > 1 and error.path[1] != _OF_THE_INPUT:
                error.path[1:1] = ["items", str(index)]
        return ComplianceItemsCompleteResult(index=index, errors=errors)
    return ComplianceItemsCompleteResult(index=index, replayed=outcome.replayed, key=outcome.subject_ids[0])


async def _show_items(info: Info, results: list[ComplianceItemsCompleteResult]) -> None:
    """Put the items into the answers of those that were completed, by one statement."""
    done = [(result, result.key) for result in results if result.key is not None]
    records = await items_by_id(info.context.reader, [key for _, key in done])
    for (result, _), record in zip(done, records, strict=True):
        result.compliance_item = wrapped(ComplianceItem, record, info.context)


@strawberry.type
class ComplianceItemMutations:
    """What can be done with the requirements of cases."""

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Write down that a requirement is met in a case, with the evidence that its kind asks for. "
        "Advisors and trainees do in own cases.",
    )
    async def compliance_item_complete(
        self,
        info: Info,
        input: Annotated[ComplianceItemCompleteInput, strawberry.argument(description="The requirement that is met.")],
    ) -> ComplianceItemCompletePayload:
        """Complete a requirement of a case."""
        return await _answer(info, ComplianceItemCompletePayload, items.complete_item, input, **_completion(input))

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Open a requirement of a case again that was settled: done, failed, not applicable or waived.",
    )
    async def compliance_item_reopen(
        self,
        info: Info,
        input: Annotated[ComplianceItemReopenInput, strawberry.argument(description="The requirement.")],
    ) -> ComplianceItemReopenPayload:
        """Reopen a requirement of a case."""
        return await _answer(info, ComplianceItemReopenPayload, items.reopen_item, input, reason=input.reason)

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Write down that a requirement was not met in a case, what will be done about it and by when.",
    )
    async def compliance_item_fail(
        self,
        info: Info,
        input: Annotated[ComplianceItemFailInput, strawberry.argument(description="The requirement that was not met.")],
    ) -> ComplianceItemFailPayload:
        """Fail a requirement of a case."""
        return await _answer(
            info,
            ComplianceItemFailPayload,
            items.fail_item,
            input,
            remedial_action=input.remedial_action,
            deadline_on=input.deadline_on,
            notes=input.notes,
        )

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Say that a requirement does not apply to a case. Of a mandatory one, only those may who may "
        "waive it.",
    )
    async def compliance_item_mark_not_applicable(
        self,
        info: Info,
        input: Annotated[ComplianceItemMarkNotApplicableInput, strawberry.argument(description="The requirement.")],
    ) -> ComplianceItemMarkNotApplicablePayload:
        """Set a requirement of a case aside."""
        return await _answer(
            info, ComplianceItemMarkNotApplicablePayload, items.mark_item_not_applicable, input, reason=input.reason
        )

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Say that a conditional requirement's condition holds in a case: from now on it has to be met.",
    )
    async def compliance_item_mark_applicable(
        self,
        info: Info,
        input: Annotated[ComplianceItemMarkApplicableInput, strawberry.argument(description="The requirement.")],
    ) -> ComplianceItemMarkApplicablePayload:
        """Say that a conditional requirement applies."""
        return await _answer(info, ComplianceItemMarkApplicablePayload, items.mark_item_applicable, input)

    @mutation(
        requires=Permission.COMPLIANCE_WAIVE,
        description="Let a case go without a requirement, for a reason.",
    )
    async def compliance_item_waive(
        self,
        info: Info,
        input: Annotated[ComplianceItemWaiveInput, strawberry.argument(description="The requirement.")],
    ) -> ComplianceItemWaivePayload:
        """Waive a requirement of a case."""
        return await _answer(info, ComplianceItemWaivePayload, items.waive_item, input, reason=input.reason)

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Set by when an open or failed requirement of a case is to be met. A day for a conditional one "
        "says that its condition holds.",
    )
    async def compliance_item_set_deadline(
        self,
        info: Info,
        input: Annotated[ComplianceItemSetDeadlineInput, strawberry.argument(description="The deadline.")],
    ) -> ComplianceItemSetDeadlinePayload:
        """Set a requirement's deadline."""
        return await _answer(
            info, ComplianceItemSetDeadlinePayload, items.set_item_deadline, input, deadline_on=input.deadline_on
        )

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Write down that up to 100 requirements are met: each by itself, so that some may be refused and "
        "others not.",
        weight=WRITE,
        size=list_size(25, by=["input.items"], of=["results"]),
    )
    async def compliance_items_complete(
        self,
        info: Info,
        input: Annotated[ComplianceItemsCompleteInput, strawberry.argument(description="The requirements.")],
    ) -> ComplianceItemsCompletePayload:
        """Complete several requirements, each in a transaction of its own."""
        info.context.require(Permission.COMPLIANCE_TICK)
        _check_items(input)
        key = idempotency_key(input)
        results = [await _complete_one(info, input, index, key) for index in range(len(input.items))]
        await _show_items(info, results)
        return ComplianceItemsCompletePayload(results=results, replayed=all(result.replayed for result in results))
