"""Whom a case suits, as the schema shows it."""

from datetime import date, datetime, timedelta
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.casework.candidates import Candidate, Hindrance, Wanted
from cma_graphql.domain.casework.suggesting import suggest_advisors
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.cases.enums import TriageReason
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL, list_size
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import query, relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.graph.staffing.enums import AdvisorSkill

MOST_PEOPLE = 100
_STATEMENTS = 9

described(
    Hindrance,
    "What keeps an advisor from being given a case automatically.",
    {
        "HAS_THE_CASE": "It is theirs already.",
        "TAKES_NO_NEW_CASES": "Cases are given to them by hand alone.",
        "LACKS_SKILLS": "They cannot do something that the case asks for.",
        "LACKS_THE_LANGUAGE": "They do not advise in the client's language, and no interpreter helps.",
        "HAS_NO_ROOM": "The case would take them beyond their capacity.",
        "IS_NOT_AT_WORK": "They are not at work within a week.",
    },
)

Skills = Annotated[
    list[AdvisorSkill] | None,
    strawberry.argument(description="What the advisor has to be able to do, beside what the case asks for."),
]
Most = Annotated[
    int, strawberry.argument(description=f"How many people, the best first; 10 unless said, at most {MOST_PEOPLE}.")
]


@strawberry.type(description="An advisor, and how well a case suits them.")
class CaseAdvisorSuggestion:
    """One person's place among those who could be given a case."""

    candidate: strawberry.Private[Candidate]
    wanted: strawberry.Private[Wanted]

    @strawberry.field(description="Whether the case could be given to the person automatically: nothing hinders it.")
    def eligible(self) -> bool:
        """Look for hindrances."""
        return not self.candidate.hindrances

    @strawberry.field(description="What keeps the person from it; empty: nothing does.")
    def hindrances(self) -> list[Hindrance]:
        """Put them in order."""
        return [each for each in Hindrance if each in self.candidate.hindrances]

    @strawberry.field(description="How many open cases the person advises on, beside this one.")
    def open_cases(self) -> int:
        """Read the load."""
        return self.candidate.load.open_cases

    @strawberry.field(description="How many points they count.")
    def points(self) -> int:
        """Read the load."""
        return self.candidate.load.points

    @strawberry.field(description="How many points the person can carry; null: no limit.")
    def capacity_points(self) -> int | None:
        """Read the capacity."""
        return self.candidate.capacity

    @strawberry.field(description="How many points more the person can carry, before this case; null: no limit.")
    def room(self) -> int | None:
        """Take what is carried from what can be."""
        capacity = self.candidate.capacity
        return None if capacity is None else max(0, capacity - self.candidate.load.points)

    @strawberry.field(description="Of the skills that are asked for, those that the person has.")
    def matching_skills(self) -> list[AdvisorSkill]:
        """Compare."""
        return _skills(self.wanted.needs.skills & set(self.candidate.skills))

    @strawberry.field(description="Of the skills that are asked for, those that the person lacks.")
    def missing_skills(self) -> list[AdvisorSkill]:
        """Compare."""
        return _skills(self.wanted.needs.skills - set(self.candidate.skills))

    @strawberry.field(description="The languages besides English in which the person advises: tags like cy or pa-Arab.")
    def languages(self) -> list[str]:
        """Read the profile."""
        return list(self.candidate.languages)

    @strawberry.field(description="The first day of seven, from today on, on which the person is at work; null: none.")
    def next_at_work_on(self) -> date | None:
        """Count from today."""
        days = self.candidate.days
        return None if days is None else today() + timedelta(days)

    @strawberry.field(description="Until when the person is away, who is away now.")
    def away_until(self) -> datetime | None:
        """Read the absence."""
        return self.candidate.away_until

    @strawberry.field(
        description="When the person was last given a case: of two alike who has waited longer comes first."
    )
    def last_assigned_at(self) -> datetime | None:
        """Read the profile."""
        return self.candidate.last_assigned_at

    @relation(description="Who it is.", requires=Permission.USER_READ)
    async def member(people: list["CaseAdvisorSuggestion"], info: Info) -> list[MembershipRef | None]:
        """Answer each person's membership."""
        return await memberships_by_id(reader_for(info), [one.candidate.user_id for one in people])


@strawberry.type(description="Whom a case suits, and what it asks of its advisor.")
class CaseAdvisorSuggestions:
    """The advisors of the centre, weighed for one case."""

    wanted: strawberry.Private[Wanted]
    triage_reason: TriageReason | None = strawberry.field(
        description="Why `caseAutoAssign` would find nobody; null where it would choose the first of the people."
    )
    people: list[CaseAdvisorSuggestion] = strawberry.field(
        description="The advisors: first those whom nothing hinders, who is at work soonest and carries the least of "
        "what they can before the others."
    )

    @strawberry.field(description="The skills that are asked for: by law, or by whoever gives the case away.")
    def skills(self) -> list[AdvisorSkill]:
        """Read the needs."""
        return _skills(self.wanted.needs.skills)

    @strawberry.field(
        description="The client's language, where it has to be the advisor's, too; null: English, or an interpreter "
        "helps."
    )
    def language(self) -> str | None:
        """Read the needs."""
        return self.wanted.needs.language

    @strawberry.field(description="How many points of its advisor's capacity the case counts.")
    def points(self) -> int:
        """Read what is wanted."""
        return self.wanted.points


@strawberry.type
class CaseSuggestionQueries:
    """What can be asked before a case is given away."""

    @query(
        requires=Permission.CASE_ASSIGN,
        description="The advisors of the centre as to how well a case suits them, weighed as `caseAutoAssign` does: it "
        "chooses the first. Null: no such case, or it is at its end.",
        call=_STATEMENTS * CALL,
        size=list_size(10, by=["first"], of=["people"]),
    )
    async def case_advisor_suggestions(
        self, info: Info, id: IdArgument, skills: Skills = None, first: Most = 10
    ) -> CaseAdvisorSuggestions | None:
        """Weigh the advisors."""
        if not 1 <= first <= MOST_PEOPLE:
            raise Invalid("first", "range", f"Ask for 1 to {MOST_PEOPLE} people.", minimum=1, maximum=MOST_PEOPLE)
        key = find_id("case", id)
        found = None if key is None else await suggest_advisors(info.context.reader, key, skills=skills or ())
        if found is None:
            return None
        people = [CaseAdvisorSuggestion(candidate=each, wanted=found.wanted) for each in found.candidates[:first]]
        return CaseAdvisorSuggestions(wanted=found.wanted, triage_reason=found.triage_reason, people=people)


def _skills(names: frozenset[str]) -> list[AdvisorSkill]:
    return [skill for skill in AdvisorSkill if skill.value in names]
