"""Mutations of staffing."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.staffing.absences import cancel_absence, change_absence, record_absence
from cma_graphql.domain.staffing.hours import GivenInterval
from cma_graphql.domain.staffing.profiles import set_profile, set_working_hours
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.staffing.enums import WEEKDAYS
from cma_graphql.graph.staffing.inputs import (
    AbsenceCancelInput,
    AbsenceRecordInput,
    AbsenceUpdateInput,
    AdvisorProfileSetInput,
    WorkingHoursSetInput,
)
from cma_graphql.graph.staffing.types import Absence
from cma_graphql.graph.users.types import Membership
from cma_graphql.graph.writing import given_fields, reread, write


@strawberry.type(description="The advisor's membership, with the profile.")
class AdvisorProfileSetPayload(Payload):
    """What advisorProfileSet answers."""

    membership: Membership | None = strawberry.field(default=None, description="The membership as it is now.")


@strawberry.type(description="The person's membership, with the week.")
class WorkingHoursSetPayload(Payload):
    """What workingHoursSet answers."""

    membership: Membership | None = strawberry.field(default=None, description="The membership as it is now.")


@strawberry.type(description="The recorded absence.")
class AbsenceRecordPayload(Payload):
    """What absenceRecord answers."""

    absence: Absence | None = strawberry.field(default=None, description="The absence; null where it was refused.")


@strawberry.type(description="The changed absence.")
class AbsenceUpdatePayload(Payload):
    """What absenceUpdate answers."""

    absence: Absence | None = strawberry.field(default=None, description="The absence as it is now.")


@strawberry.type(description="The person who will not be away after all.")
class AbsenceCancelPayload(Payload):
    """What absenceCancel answers."""

    cancelled: bool = strawberry.field(default=False, description="Whether the absence is none any more.")


def _times(given: AbsenceRecordInput) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("first_day", "last_day", "starts_at", "ends_at", "kind", "note")}


@strawberry.type
class StaffingMutations:
    """What can be done about who is there to work on cases."""

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Say what an advisor can do, and whether cases come automatically.",
    )
    async def advisor_profile_set(
        self, info: Info, input: Annotated[AdvisorProfileSetInput, strawberry.argument(description="The profile.")]
    ) -> AdvisorProfileSetPayload:
        """Set a profile."""
        key = read_id("membership", input.id)
        values = given_fields(input, "accepts_new_cases", "skills", "languages")
        outcome = await write(info, set_profile, input, user_id=key, version=input.expected_version, values=values)
        return AdvisorProfileSetPayload(membership=await reread(info, Membership, key), replayed=outcome.replayed)

    @mutation(requires=Permission.USER_MANAGE, description="Say when somebody works, week by week.")
    async def working_hours_set(
        self, info: Info, input: Annotated[WorkingHoursSetInput, strawberry.argument(description="The week.")]
    ) -> WorkingHoursSetPayload:
        """Set a week."""
        key = read_id("membership", input.id)
        hours = [
            GivenInterval(WEEKDAYS.index(interval.weekday) + 1, interval.starts, interval.ends)
            for interval in input.hours
        ]
        outcome = await write(info, set_working_hours, input, user_id=key, version=input.expected_version, hours=hours)
        return WorkingHoursSetPayload(membership=await reread(info, Membership, key), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_READ,
        description="Say that you are away, or, with `USER_MANAGE`, that somebody else is. Absences of one person do "
        "not overlap, and who covers is not away.",
    )
    async def absence_record(
        self, info: Info, input: Annotated[AbsenceRecordInput, strawberry.argument(description="The absence.")]
    ) -> AbsenceRecordPayload:
        """Record an absence."""
        key = read_id("membership", input.membership_id, field="membership_id")
        cover = None if input.cover_id is None else read_id("membership", input.cover_id, field="cover_id")
        values = {**_times(input), "cover_id": cover}
        outcome = await write(info, record_absence, input, user_id=key, values=values)
        (absence_id,) = outcome.subject_ids
        return AbsenceRecordPayload(absence=await reread(info, Absence, absence_id), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_READ,
        description="Change an absence that is not over: your own, or, with `USER_MANAGE`, anybody's.",
    )
    async def absence_update(
        self, info: Info, input: Annotated[AbsenceUpdateInput, strawberry.argument(description="What to change.")]
    ) -> AbsenceUpdatePayload:
        """Change an absence."""
        key = read_id("absence", input.id)
        values = given_fields(input, "kind", "first_day", "last_day", "starts_at", "ends_at", "cover_id", "note")
        if values.get("cover_id") is not None:
            values["cover_id"] = read_id("membership", values["cover_id"], field="cover_id")
        outcome = await write(
            info, change_absence, input, absence_id=key, version=input.expected_version, values=values
        )
        return AbsenceUpdatePayload(absence=await reread(info, Absence, key), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_READ,
        description="Say that you, or, with `USER_MANAGE`, somebody else, will not be away after all.",
    )
    async def absence_cancel(
        self, info: Info, input: Annotated[AbsenceCancelInput, strawberry.argument(description="The absence.")]
    ) -> AbsenceCancelPayload:
        """Cancel an absence."""
        key = read_id("absence", input.id)
        outcome = await write(info, cancel_absence, input, absence_id=key, version=input.expected_version)
        return AbsenceCancelPayload(cancelled=True, replayed=outcome.replayed)
