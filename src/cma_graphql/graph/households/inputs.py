"""What mutations of households and their members are given."""

from datetime import date
from typing import Any, cast

import strawberry

from cma_graphql.domain.households.details import FIELDS, HouseholdDetails
from cma_graphql.domain.households.member_details import FIELDS as MEMBER_FIELDS
from cma_graphql.domain.households.member_details import MemberDetails
from cma_graphql.graph.clients.enums import EmploymentStatus
from cma_graphql.graph.households.enums import HouseholdRelationship, HousingTenure, StatementScheme
from cma_graphql.graph.writing import MutationInput, given_fields

TENURE = "By what right the household lives where it lives."
TENURE_OTHER = "The tenure in words, at most 100 characters: needed with `OTHER`, refused without."
CHILDREN_UNDER_16 = "Dependent children under 16: 0 to 30."
CHILDREN_16_TO_18 = "Dependent children from 16 to 18: 0 to 30."
OTHER_DEPENDANTS = "Other dependants: 0 to 30."
NON_DEPENDANTS = "People besides the client and the partner who depend on neither: 0 to 30."
VEHICLES = "How many vehicles the household has: 0 to 30."
JOINT_APPLICATION = "Whether the statement is made jointly with the partner."
NOTES = "Remarks; at most 2,000 characters."
FIRST_NAME = "Given name; at most 100 characters."
LAST_NAME = "Family name; at most 100 characters."
RELATIONSHIP = "What the person is to the client. A household has one partner at most."
DATE_OF_BIRTH = "Date of birth. It takes the place of an age band."
AGE_SCHEME = "Whose age band it is; the Standard Financial Statement's unless said."
AGE_BAND = "The code of an age band of `householdAgeBands`, where the date of birth is not known."
DEPENDANT = "Whether the person depends on the client or the partner. A partner does not."
FINANCIALLY_LINKED = "Whether the person has debts or accounts jointly with the client."
EMPLOYMENT_STATUSES = "How the client's partner is employed; several may hold at once. Refused for others."
_NOT_TAKEN = "It cannot be taken away."


@strawberry.input(description="A client's household to record. What is left out or null is not known; a count is 0.")
class HouseholdRecordInput(MutationInput):
    """A household as somebody told of it."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    tenure: HousingTenure | None = strawberry.field(default=None, description=TENURE)
    tenure_other: str | None = strawberry.field(default=None, description=TENURE_OTHER)
    children_under_16: int | None = strawberry.field(default=None, description=CHILDREN_UNDER_16)
    children_16_to_18: int | None = strawberry.field(default=None, description=CHILDREN_16_TO_18)
    other_dependants: int | None = strawberry.field(default=None, description=OTHER_DEPENDANTS)
    non_dependants: int | None = strawberry.field(default=None, description=NON_DEPENDANTS)
    vehicles: int | None = strawberry.field(default=None, description=VEHICLES)
    joint_application: bool | None = strawberry.field(
        default=None, description=f"{JOINT_APPLICATION} `false` unless said."
    )
    notes: str | None = strawberry.field(default=None, description=NOTES)


@strawberry.input(description="What a household states, to change. What is left out stays; null takes a value away.")
class HouseholdUpdateInput(MutationInput):
    """A household's new statements."""

    id: strawberry.ID = strawberry.field(description="The household.")
    expected_version: int = strawberry.field(description="The household's `version` as you read it.")
    tenure: strawberry.Maybe[HousingTenure | None] = strawberry.field(
        default=None, description=f"{TENURE} One that is not `OTHER` takes `tenureOther` away."
    )
    tenure_other: strawberry.Maybe[str | None] = strawberry.field(default=None, description=TENURE_OTHER)
    children_under_16: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description=f"{CHILDREN_UNDER_16} {_NOT_TAKEN}"
    )
    children_16_to_18: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description=f"{CHILDREN_16_TO_18} {_NOT_TAKEN}"
    )
    other_dependants: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description=f"{OTHER_DEPENDANTS} {_NOT_TAKEN}"
    )
    non_dependants: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description=f"{NON_DEPENDANTS} {_NOT_TAKEN}"
    )
    vehicles: strawberry.Maybe[int | None] = strawberry.field(default=None, description=f"{VEHICLES} {_NOT_TAKEN}")
    joint_application: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{JOINT_APPLICATION} {_NOT_TAKEN}"
    )
    notes: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NOTES)


@strawberry.input(description="A person to add to a household. What is left out or null is not known.")
class HouseholdMemberAddInput(MutationInput):
    """A person who lives with the client."""

    household_id: strawberry.ID = strawberry.field(description="The household.")
    first_name: str = strawberry.field(description=FIRST_NAME)
    last_name: str | None = strawberry.field(default=None, description=LAST_NAME)
    relationship: HouseholdRelationship = strawberry.field(description=RELATIONSHIP)
    date_of_birth: date | None = strawberry.field(default=None, description=DATE_OF_BIRTH)
    age_scheme: StatementScheme | None = strawberry.field(default=None, description=AGE_SCHEME)
    age_band: str | None = strawberry.field(default=None, description=AGE_BAND)
    dependant: bool = strawberry.field(description=DEPENDANT)
    financially_linked: bool = strawberry.field(default=False, description=FINANCIALLY_LINKED)
    employment_statuses: list[EmploymentStatus] | None = strawberry.field(default=None, description=EMPLOYMENT_STATUSES)


@strawberry.input(description="What is known of a member of a household, to change. What is left out stays.")
class HouseholdMemberUpdateInput(MutationInput):
    """What is known now; null takes a value away."""

    id: strawberry.ID = strawberry.field(description="The member.")
    expected_version: int = strawberry.field(description="The member's `version` as you read it.")
    first_name: strawberry.Maybe[str | None] = strawberry.field(default=None, description=f"{FIRST_NAME} {_NOT_TAKEN}")
    last_name: strawberry.Maybe[str | None] = strawberry.field(default=None, description=LAST_NAME)
    relationship: strawberry.Maybe[HouseholdRelationship | None] = strawberry.field(
        default=None, description=f"{RELATIONSHIP} {_NOT_TAKEN}"
    )
    date_of_birth: strawberry.Maybe[date | None] = strawberry.field(default=None, description=DATE_OF_BIRTH)
    age_scheme: strawberry.Maybe[StatementScheme | None] = strawberry.field(default=None, description=AGE_SCHEME)
    age_band: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description=f"{AGE_BAND} It takes the place of a date of birth."
    )
    dependant: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=f"{DEPENDANT} {_NOT_TAKEN}")
    financially_linked: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{FINANCIALLY_LINKED} {_NOT_TAKEN}"
    )
    employment_statuses: strawberry.Maybe[list[EmploymentStatus] | None] = strawberry.field(
        default=None, description=f"{EMPLOYMENT_STATUSES} All of them; an empty list where none is known."
    )


@strawberry.input(description="A member to take out of a household.")
class HouseholdMemberRemoveInput(MutationInput):
    """Which member, as it was read."""

    id: strawberry.ID = strawberry.field(description="The member.")
    expected_version: int = strawberry.field(description="The member's `version` as you read it.")


def _stated(given: MutationInput, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(given, name)) is not None}


def stated_household(given: HouseholdRecordInput) -> HouseholdDetails:
    """Answer what is stated: of a household that is not recorded yet, null states nothing."""
    return cast("HouseholdDetails", _stated(given, FIELDS))


def changed_household(given: HouseholdUpdateInput) -> HouseholdDetails:
    """Answer what is stated; None where a value is to be taken away."""
    return cast("HouseholdDetails", given_fields(given, *FIELDS))


def stated_member(given: HouseholdMemberAddInput) -> MemberDetails:
    """Answer what is stated of a new member."""
    return cast("MemberDetails", _stated(given, MEMBER_FIELDS))


def changed_member(given: HouseholdMemberUpdateInput) -> MemberDetails:
    """Answer what is stated of a member; None where a value is to be taken away."""
    return cast("MemberDetails", given_fields(given, *MEMBER_FIELDS))
