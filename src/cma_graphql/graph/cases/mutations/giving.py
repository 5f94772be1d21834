"""Giving cases to whom it suits best, and handing an advisor's cases over."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.digests import digest
from cma_graphql.core.errors import DomainError, Invalid
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.casework.auto_assign import auto_assign_case
from cma_graphql.domain.casework.hand_over import hand_over_case
from cma_graphql.graph.cases.mutations.answering import CaseInput, CasePayload, answer, on_case
from cma_graphql.graph.cases.mutations.people import CaseVersionInput
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE, list_size
from cma_graphql.graph.errors import Payload, to_user_errors
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.staffing.enums import AdvisorSkill
from cma_graphql.graph.writing import MutationInput, idempotency_key, write

_MOST_ITEMS = 200
_MOST_RECEIVERS = 50
_OF_AN_ITEM = (["id"], ["expectedVersion"])
"""Paths of errors that are about a field of an item."""


@strawberry.input(description="A case to be given to the advisor best placed to take it.")
class CaseAutoAssignInput(CaseInput):
    """A case to give away."""

    skills: list[AdvisorSkill] = strawberry.field(
        default_factory=list, description="What the advisor has to be able to do, beside what the case asks for."
    )
    reason: str | None = strawberry.field(default=None, description="Why; the case's history keeps it.")


@strawberry.type(description="The case: with an advisor, or waiting in triage.")
class CaseAutoAssignPayload(CasePayload):
    """What caseAutoAssign answers."""


@strawberry.input(description="Cases of one advisor, and who is to have them.")
class CaseloadHandOverInput(MutationInput):
    """Cases to hand over."""

    items: list[CaseVersionInput] = strawberry.field(description="The cases: at least one, at most 200.")
    from_id: strawberry.ID = strawberry.field(description="The membership of the advisor whose cases they are.")
    to: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="The memberships of who may have them, at most 50: each case goes to who carries the least of what "
        "they can. Empty: to whom of all the advisors it suits best, as `caseAutoAssign` has it.",
    )
    reason: str = strawberry.field(description="Why; the cases' histories keep it.")
    override_capacity_reason: str | None = strawberry.field(
        default=None, description="Why those named get the cases although their capacity is used up."
    )


@strawberry.type(description="What became of one case of several.")
class CaseHandOverResult(CasePayload):
    """One item's answer: it stands for itself, whatever becomes of the others."""

    index: int = strawberry.field(description="Which of the `items` it is about, counted from 0.")
    key: strawberry.Private[UUID | None] = None


@strawberry.type(description="What became of each case, in the order in which they were given.")
class CaseloadHandOverPayload(Payload):
    """What caseloadHandOver answers."""

    results: list[CaseHandOverResult] = strawberry.field(
        default_factory=list, description="One answer for each case; empty where all was refused at once."
    )


@strawberry.input(description="One case of several.")
class _OneCase(MutationInput):
    """What is repeated under a key of its own."""

    id: strawberry.ID
    expected_version: int
    from_id: strawberry.ID
    to: list[strawberry.ID]
    reason: str
    override_capacity_reason: str | None


def _check(given: CaseloadHandOverInput) -> None:
    if not 1 <= len(given.items) <= _MOST_ITEMS:
        raise Invalid("items", "items", f"Name between 1 and {_MOST_ITEMS} cases.", minimum=1, maximum=_MOST_ITEMS)
    if len({item.id for item in given.items}) < len(given.items):
        raise Invalid("items", "duplicate", "Name each case once.")
    if len(given.to) > _MOST_RECEIVERS:
        raise Invalid("to", "too-many", f"Name at most {_MOST_RECEIVERS} people.", maximum=_MOST_RECEIVERS)
    if len(set(given.to)) < len(given.to):
        raise Invalid("to", "duplicate", "Name each person once.")


async def _hand_over_one(
    info: Info, given: CaseloadHandOverInput, index: int, key: str | None, people: dict[str, Any]
) -> CaseHandOverResult:
    """Hand one case of several over, in a unit of work and under a key of its own (decision 12)."""
    item = given.items[index]
    one = _OneCase(
        id=item.id,
        expected_version=item.expected_version,
        from_id=given.from_id,
        to=given.to,
        reason=given.reason,
        override_capacity_reason=given.override_capacity_reason,
        idempotency_key=None if key is None else digest([key, item.id]),
    )
    try:
        outcome = await write(
            info,
            hand_over_case,
            one,
            case_id=read_id("case", item.id),
            version=item.expected_version,
            reason=given.reason,
            override_capacity_reason=given.override_capacity_reason,
            **people,
        )
    except DomainError as refusal:
        errors = to_user_errors(refusal)
        for error in errors:
            if error.path[1:] in _OF_AN_ITEM:
                error.path[1:1] = ["items", str(index)]
        return CaseHandOverResult(index=index, errors=errors)
    return CaseHandOverResult(index=index, replayed=outcome.replayed, key=outcome.subject_ids[0])


async def _show_cases(info: Info, results: list[CaseHandOverResult]) -> None:
    """Put the cases into the answers of those that changed hands, by one statement."""
    done = [(result, result.key) for result in results if result.key is not None]
    records = await cases_by_id(info.context.reader, [key for _, key in done])
    for (result, _), record in zip(done, records, strict=True):
        result.case = wrapped(Case, record, info.context)


@strawberry.type
class CaseGivingMutations:
    """How cases find their advisors."""

    @mutation(
        requires=Permission.CASE_ASSIGN,
        description="Give a case to the advisor best placed to take it: of those with the skills and the language, "
        "room and time for it, who carries the least of what they can; of two alike, who has waited longer. Where "
        "nobody is, a case without an advisor waits in triage.",
    )
    async def case_auto_assign(
        self, info: Info, input: Annotated[CaseAutoAssignInput, strawberry.argument(description="The case.")]
    ) -> CaseAutoAssignPayload:
        """Give a case to whom it suits best."""
        given = {**on_case(input), "skills": input.skills, "reason": input.reason}
        return await answer(info, CaseAutoAssignPayload, auto_assign_case, input, **given)

    @mutation(
        requires=Permission.CASE_ASSIGN,
        description="Hand up to 200 cases of one advisor over to others: each by itself, so that some may be refused "
        "and others not.",
        weight=WRITE,
        size=list_size(25, by=["input.items"], of=["results"]),
    )
    async def caseload_hand_over(
        self, info: Info, input: Annotated[CaseloadHandOverInput, strawberry.argument(description="The cases.")]
    ) -> CaseloadHandOverPayload:
        """Hand cases over, each in a transaction of its own."""
        info.context.require(Permission.CASE_ASSIGN)
        _check(input)
        people = {
            "from_id": read_id("membership", input.from_id, field="from_id"),
            "to_ids": [read_id("membership", each, field=f"to.{index}") for index, each in enumerate(input.to)],
        }
        key = idempotency_key(input)
        results = [await _hand_over_one(info, input, index, key, people) for index in range(len(input.items))]
        await _show_cases(info, results)
        return CaseloadHandOverPayload(results=results, replayed=all(result.replayed for result in results))
