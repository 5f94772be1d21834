"""What the mutations of staffing are given."""

from datetime import date, datetime

import strawberry

from cma_graphql.graph.staffing.enums import AbsenceKind, AdvisorSkill, Weekday
from cma_graphql.graph.writing import MutationInput

_VERSION = "The `version` that you read; another one is a conflict."
_OF_MEMBER = "The membership's `version` that you read; another one is a conflict."


@strawberry.input(description="What an advisor can do from now on; what is absent stays as it is.")
class AdvisorProfileSetInput(MutationInput):
    """Input of advisorProfileSet."""

    id: strawberry.ID = strawberry.field(description="The advisor's membership.")
    expected_version: int = strawberry.field(description=_OF_MEMBER)
    accepts_new_cases: strawberry.Maybe[bool] = strawberry.field(
        default=None, description="Whether cases are given to the person automatically."
    )
    skills: strawberry.Maybe[list[AdvisorSkill]] = strawberry.field(
        default=None, description="All that the person can do beyond the advice that every advisor gives."
    )
    languages: strawberry.Maybe[list[str]] = strawberry.field(
        default=None, description="All languages besides English in which the person advises: at most 20 tags like cy."
    )


@strawberry.input(description="A time of the week, by the clock in London.")
class WorkingIntervalInput:
    """One interval."""

    weekday: Weekday = strawberry.field(description="The day.")
    starts: str = strawberry.field(description="When it begins, like 09:00.")
    ends: str = strawberry.field(description="When it ends, like 17:30; the day's end is 24:00.")


@strawberry.input(description="When somebody works from now on.")
class WorkingHoursSetInput(MutationInput):
    """Input of workingHoursSet."""

    id: strawberry.ID = strawberry.field(description="The person's membership.")
    expected_version: int = strawberry.field(description=_OF_MEMBER)
    hours: list[WorkingIntervalInput] = strawberry.field(
        description="The whole week: at most 28 intervals, none over another. Empty: it is not said."
    )


@strawberry.input(description="Somebody who is away: from a day to a day, or from a time to a time.")
class AbsenceRecordInput(MutationInput):
    """Input of absenceRecord."""

    membership_id: strawberry.ID = strawberry.field(description="Who is away: you, or whom you manage.")
    kind: AbsenceKind = strawberry.field(description="Why.")
    first_day: date | None = strawberry.field(default=None, description="Its first day.")
    last_day: date | None = strawberry.field(default=None, description="Its last day, which is part of it.")
    starts_at: datetime | None = strawberry.field(default=None, description="When it begins, instead of days.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends, instead of days.")
    cover_id: strawberry.ID | None = strawberry.field(
        default=None, description="The membership of who sees to the person's cases meanwhile."
    )
    note: str | None = strawberry.field(default=None, description="A note, of up to 1,000 characters.")


@strawberry.input(description="What to change of an absence; what is absent stays. Days or times are given in pairs.")
class AbsenceUpdateInput(MutationInput):
    """Input of absenceUpdate."""

    id: strawberry.ID = strawberry.field(description="The absence.")
    expected_version: int = strawberry.field(description=_VERSION)
    kind: strawberry.Maybe[AbsenceKind] = strawberry.field(default=None, description="Why.")
    first_day: strawberry.Maybe[date] = strawberry.field(default=None, description="Its first day.")
    last_day: strawberry.Maybe[date] = strawberry.field(default=None, description="Its last day, which is part of it.")
    starts_at: strawberry.Maybe[datetime] = strawberry.field(default=None, description="When it begins.")
    ends_at: strawberry.Maybe[datetime] = strawberry.field(default=None, description="When it ends.")
    cover_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The membership of who sees to the person's cases meanwhile; null: nobody."
    )
    note: strawberry.Maybe[str | None] = strawberry.field(default=None, description="A note; null: none.")


@strawberry.input(description="An absence that is none after all.")
class AbsenceCancelInput(MutationInput):
    """Input of absenceCancel."""

    id: strawberry.ID = strawberry.field(description="The absence.")
    expected_version: int = strawberry.field(description=_VERSION)
