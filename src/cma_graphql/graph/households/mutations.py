"""What can be done with households and their members."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.households.services import (
    add_household_member,
    record_household,
    remove_household_member,
    update_household,
    update_household_member,
)
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.households.inputs import (
    HouseholdMemberAddInput,
    HouseholdMemberRemoveInput,
    HouseholdMemberUpdateInput,
    HouseholdRecordInput,
    HouseholdUpdateInput,
    changed_household,
    changed_member,
    stated_household,
    stated_member,
)
from cma_graphql.graph.households.types import Household, HouseholdMember
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import reread, write

_HOUSEHOLD = "The household as it is now; null where it was refused, or where the viewer does not see it."
_MEMBER = "The member as it is now; null where it was refused, or where the viewer does not see it."


def _what(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What recording a household answers.")
class HouseholdRecordPayload(Payload):
    """The new household."""

    household: Household | None = strawberry.field(default=None, description=_HOUSEHOLD)


@strawberry.type(description="What changing a household answers.")
class HouseholdUpdatePayload(Payload):
    """The changed household."""

    household: Household | None = strawberry.field(default=None, description=_HOUSEHOLD)


@strawberry.type(description="What adding a person to a household answers.")
class HouseholdMemberAddPayload(Payload):
    """The household and its new member."""

    household: Household | None = strawberry.field(default=None, description=_HOUSEHOLD)
    member: HouseholdMember | None = strawberry.field(default=None, description=_MEMBER)


@strawberry.type(description="What changing a member of a household answers.")
class HouseholdMemberUpdatePayload(Payload):
    """The household and its changed member."""

    household: Household | None = strawberry.field(default=None, description=_HOUSEHOLD)
    member: HouseholdMember | None = strawberry.field(default=None, description=_MEMBER)


@strawberry.type(description="What taking a person out of a household answers.")
class HouseholdMemberRemovePayload(Payload):
    """The household without the member."""

    household: Household | None = strawberry.field(default=None, description=_HOUSEHOLD)


@strawberry.type
class HouseholdMutations:
    """What can be done with households."""

    @mutation(
        requires=Permission.CLIENT_UPDATE,
        description="Record who lives with a client, and how. It is refused with the rule `already-recorded` where "
        "that is recorded.",
    )
    async def household_record(
        self, info: Info, input: Annotated[HouseholdRecordInput, _what("The household.")]
    ) -> HouseholdRecordPayload:
        """Record a household."""
        outcome = await write(
            info,
            record_household,
            input,
            client_id=read_id("client", input.client_id, field="client_id"),
            details=stated_household(input),
        )
        return HouseholdRecordPayload(
            household=await reread(info, Household, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(requires=Permission.CLIENT_UPDATE, description="Change what a household states.")
    async def household_update(
        self, info: Info, input: Annotated[HouseholdUpdateInput, _what("What to change.")]
    ) -> HouseholdUpdatePayload:
        """Change a household."""
        outcome = await write(
            info,
            update_household,
            input,
            household_id=read_id("household", input.id),
            version=input.expected_version,
            details=changed_household(input),
        )
        return HouseholdUpdatePayload(
            household=await reread(info, Household, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.CLIENT_UPDATE,
        description="Add a person to a household: 30 at most, of whom one at most is the client's partner.",
    )
    async def household_member_add(
        self, info: Info, input: Annotated[HouseholdMemberAddInput, _what("The person.")]
    ) -> HouseholdMemberAddPayload:
        """Add a person."""
        outcome = await write(
            info,
            add_household_member,
            input,
            household_id=read_id("household", input.household_id, field="household_id"),
            details=stated_member(input),
        )
        household_id, member_id = outcome.subject_ids
        return HouseholdMemberAddPayload(
            household=await reread(info, Household, household_id),
            member=await reread(info, HouseholdMember, member_id),
            replayed=outcome.replayed,
        )

    @mutation(requires=Permission.CLIENT_UPDATE, description="Change what is known of a member of a household.")
    async def household_member_update(
        self, info: Info, input: Annotated[HouseholdMemberUpdateInput, _what("What to change.")]
    ) -> HouseholdMemberUpdatePayload:
        """Change a member."""
        outcome = await write(
            info,
            update_household_member,
            input,
            member_id=read_id("householdmember", input.id),
            version=input.expected_version,
            details=changed_member(input),
        )
        household_id, member_id = outcome.subject_ids
        return HouseholdMemberUpdatePayload(
            household=await reread(info, Household, household_id),
            member=await reread(info, HouseholdMember, member_id),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.CLIENT_UPDATE,
        description="Take a person out of a household. What was recorded of them stays in the history.",
    )
    async def household_member_remove(
        self, info: Info, input: Annotated[HouseholdMemberRemoveInput, _what("Which member.")]
    ) -> HouseholdMemberRemovePayload:
        """Take a person out."""
        outcome = await write(
            info,
            remove_household_member,
            input,
            member_id=read_id("householdmember", input.id),
            version=input.expected_version,
        )
        return HouseholdMemberRemovePayload(
            household=await reread(info, Household, outcome.subject_ids[0]), replayed=outcome.replayed
        )
