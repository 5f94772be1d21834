"""Giving cases to whom it suits best, and handing an advisor's cases over."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.casework.auto_assign import auto_assign_case
from cma_graphql.domain.casework.hand_over import hand_over_case
from cma_graphql.graph.cases.mutations.answering import CaseInput, CasePayload, answer, on_case
from cma_graphql.graph.cases.mutations.several import CaseResult, CaseVersionInput, check_cases, each_case
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE, list_size
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.staffing.enums import AdvisorSkill
from cma_graphql.graph.writing import MutationInput

_MOST_ITEMS = 200
_MOST_RECEIVERS = 50


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
class CaseHandOverResult(CaseResult):
    """One item's answer."""


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


def _check_receivers(to: Sequence[strawberry.ID]) -> None:
    if len(to) > _MOST_RECEIVERS:
        raise Invalid("to", "too-many", f"Name at most {_MOST_RECEIVERS} people.", maximum=_MOST_RECEIVERS)
    if len(set(to)) < len(to):
        raise Invalid("to", "duplicate", "Name each person once.")


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
        check_cases(input.items, most=_MOST_ITEMS)
        _check_receivers(input.to)
        people = {
            "from_id": read_id("membership", input.from_id, field="from_id"),
            "to_ids": [read_id("membership", each, field=f"to.{index}") for index, each in enumerate(input.to)],
        }
        said: dict[str, Any] = {
            "reason": input.reason,
            "override_capacity_reason": input.override_capacity_reason,
        }

        def one(item: CaseVersionInput, key: str | None) -> tuple[_OneCase, dict[str, Any]]:
            given = _OneCase(
                id=item.id,
                expected_version=item.expected_version,
                from_id=input.from_id,
                to=input.to,
                idempotency_key=key,
                **said,
            )
            where = {"case_id": read_id("case", item.id), "version": item.expected_version}
            return given, {**where, **said, **people}

        results = await each_case(info, CaseHandOverResult, hand_over_case, input, items=input.items, one=one)
        return CaseloadHandOverPayload(results=results, replayed=all(result.replayed for result in results))
