"""Giving cases to advisors, and settling who works on them and sees them."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework import people
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.graph.cases.enums import Responsibility
from cma_graphql.graph.cases.mutations.answering import CaseInput, CasePayload, answer, on_case
from cma_graphql.graph.cases.mutations.several import CaseResult, CaseVersionInput, check_cases, each_case
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE, list_size
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput


@strawberry.input(description="A case, and who is to advise on it.")
class CaseAssignInput(CaseInput):
    """An assignment."""

    advisor_id: strawberry.ID = strawberry.field(description="Who advises from now on: an active member of the centre.")
    reason: str = strawberry.field(description="Why; the case's history keeps it.")
    override_capacity_reason: str | None = strawberry.field(
        default=None, description="Why the person gets the case although the capacity is used up."
    )


@strawberry.type(description="The assigned case.")
class CaseAssignPayload(CasePayload):
    """What caseAssign answers."""


@strawberry.input(description="Cases, and who is to advise on them.")
class CaseAssignManyInput(MutationInput):
    """Several assignments."""

    items: list[CaseVersionInput] = strawberry.field(description="The cases: at least one, at most 100.")
    advisor_id: strawberry.ID = strawberry.field(description="Who advises from now on: an active member of the centre.")
    reason: str = strawberry.field(description="Why; the cases' histories keep it.")
    override_capacity_reason: str | None = strawberry.field(
        default=None, description="Why the person gets the cases although the capacity is used up."
    )


@strawberry.type(description="What became of one case of several.")
class CaseAssignResult(CaseResult):
    """One item's answer."""


@strawberry.type(description="What became of each case, in the order in which they were given.")
class CaseAssignManyPayload(Payload):
    """What caseAssignMany answers."""

    results: list[CaseAssignResult] = strawberry.field(
        default_factory=list, description="One answer for each case; empty where all was refused at once."
    )


@strawberry.input(description="A case, and a person of the centre.")
class CaseTeamMemberAddInput(CaseInput):
    """A person to add."""

    member_id: strawberry.ID = strawberry.field(description="The person who is to work on the case, too.")
    responsibility: Responsibility | None = strawberry.field(
        default=None,
        description="What the person has to do with it; whoever is on the team sees the case all the same.",
    )


@strawberry.type(description="The case with its new team member.")
class CaseTeamMemberAddPayload(CasePayload):
    """What caseTeamMemberAdd answers."""


@strawberry.input(description="A case, and a person on its team.")
class CaseTeamMemberRemoveInput(CaseInput):
    """A person to take off."""

    member_id: strawberry.ID = strawberry.field(description="The person who does not work on the case any more.")


@strawberry.type(description="The case without the team member; null where that was the viewer.")
class CaseTeamMemberRemovePayload(CasePayload):
    """What caseTeamMemberRemove answers."""


@strawberry.input(description="A case, and whose it is.")
class CaseSetTeamInput(CaseInput):
    """A team's case."""

    team_id: strawberry.ID | None = strawberry.field(description="The team whose case it is; null: no team's.")


@strawberry.type(description="The case with its team.")
class CaseSetTeamPayload(CasePayload):
    """What caseSetTeam answers."""


@strawberry.input(description="A case to hide.")
class CaseRestrictInput(CaseInput):
    """A case to restrict."""


@strawberry.type(description="The hidden case.")
class CaseRestrictPayload(CasePayload):
    """What caseRestrict answers."""


@strawberry.input(description="A case to show again.")
class CaseUnrestrictInput(CaseInput):
    """A case to restrict no longer."""


@strawberry.type(description="The case, visible again.")
class CaseUnrestrictPayload(CasePayload):
    """What caseUnrestrict answers."""


def _assignment(given: CaseAssignInput) -> dict[str, Any]:
    return {
        **on_case(given),
        "advisor_id": read_id("membership", given.advisor_id, field="advisor_id"),
        "reason": given.reason,
        "override_capacity_reason": given.override_capacity_reason,
    }


@strawberry.type
class CasePeopleMutations:
    """What can be done about the people around a case."""

    @mutation(
        requires=Permission.CASE_ASSIGN,
        description="Give a case to an advisor, or to another one. A new or reopened case becomes ASSIGNED.",
    )
    async def case_assign(
        self, info: Info, input: Annotated[CaseAssignInput, strawberry.argument(description="The assignment.")]
    ) -> CaseAssignPayload:
        """Assign a case."""
        return await answer(info, CaseAssignPayload, assign_case, input, **_assignment(input))

    @mutation(
        requires=Permission.CASE_ASSIGN,
        description="Give up to 100 cases to an advisor: each by itself, so that some may be refused and others not.",
        weight=WRITE,
        size=list_size(25, by=["input.items"], of=["results"]),
    )
    async def case_assign_many(
        self, info: Info, input: Annotated[CaseAssignManyInput, strawberry.argument(description="The assignments.")]
    ) -> CaseAssignManyPayload:
        """Assign several cases, each in a transaction of its own."""
        info.context.require(Permission.CASE_ASSIGN)
        check_cases(input.items)

        def one(item: CaseVersionInput, key: str | None) -> tuple[CaseAssignInput, dict[str, Any]]:
            given = CaseAssignInput(
                id=item.id,
                expected_version=item.expected_version,
                advisor_id=input.advisor_id,
                reason=input.reason,
                override_capacity_reason=input.override_capacity_reason,
                idempotency_key=key,
            )
            return given, _assignment(given)

        results = await each_case(info, CaseAssignResult, assign_case, input, items=input.items, one=one)
        return CaseAssignManyPayload(results=results, replayed=all(result.replayed for result in results))

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Put a person on a case's team, which makes the case their own, too. Managers may, and those "
        "whose own the case is.",
    )
    async def case_team_member_add(
        self, info: Info, input: Annotated[CaseTeamMemberAddInput, strawberry.argument(description="The person.")]
    ) -> CaseTeamMemberAddPayload:
        """Add somebody to a case's team."""
        member_id = read_id("membership", input.member_id, field="member_id")
        return await answer(
            info,
            CaseTeamMemberAddPayload,
            people.add_case_team_member,
            input,
            **on_case(input),
            member_id=member_id,
            responsibility=input.responsibility,
        )

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Take a person off a case's team. Managers may, and those whose own the case is.",
    )
    async def case_team_member_remove(
        self, info: Info, input: Annotated[CaseTeamMemberRemoveInput, strawberry.argument(description="The person.")]
    ) -> CaseTeamMemberRemovePayload:
        """Take somebody off a case's team."""
        member_id = read_id("membership", input.member_id, field="member_id")
        return await answer(
            info,
            CaseTeamMemberRemovePayload,
            people.remove_case_team_member,
            input,
            **on_case(input),
            member_id=member_id,
        )

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Make a case one team's, whose members see it unless it is restricted; or no team's. Managers "
        "may, and those whose own the case is.",
    )
    async def case_set_team(
        self, info: Info, input: Annotated[CaseSetTeamInput, strawberry.argument(description="The team.")]
    ) -> CaseSetTeamPayload:
        """Set a case's team."""
        team_id = None if input.team_id is None else read_id("team", input.team_id, field="team_id")
        return await answer(info, CaseSetTeamPayload, people.set_case_team, input, **on_case(input), team_id=team_id)

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Hide a case from all but its advisor, its team members, managers and compliance officers. "
        "Managers may, and those whose own the case is.",
    )
    async def case_restrict(
        self, info: Info, input: Annotated[CaseRestrictInput, strawberry.argument(description="The case.")]
    ) -> CaseRestrictPayload:
        """Restrict a case."""
        return await answer(info, CaseRestrictPayload, people.restrict_case, input, **on_case(input))

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Show a restricted case again to its team and to those who see the whole centre. Managers may, "
        "and those whose own the case is.",
    )
    async def case_unrestrict(
        self, info: Info, input: Annotated[CaseUnrestrictInput, strawberry.argument(description="The case.")]
    ) -> CaseUnrestrictPayload:
        """Restrict a case no longer."""
        return await answer(info, CaseUnrestrictPayload, people.unrestrict_case, input, **on_case(input))
