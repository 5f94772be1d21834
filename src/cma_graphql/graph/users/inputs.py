"""How lists of memberships and teams are filtered and ordered, and what their mutations are given."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.core.formats.text import name_key
from cma_graphql.graph.enums import described
from cma_graphql.graph.users.enums import MembershipStatus
from cma_graphql.graph.writing import MutationInput


class MembershipOrder(StrEnum):
    """The orders a list of memberships can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


class TeamOrder(StrEnum):
    """The orders a list of teams can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


described(
    MembershipOrder,
    "The orders a list of memberships can be in.",
    {
        "NAME_ASC": "By family name.",
        "NAME_DESC": "By family name, backwards.",
        "CREATED_AT_ASC": "Oldest membership first.",
        "CREATED_AT_DESC": "Newest membership first.",
    },
)
described(
    TeamOrder, "The orders a list of teams can be in.", {"NAME_ASC": "By name.", "NAME_DESC": "By name, backwards."}
)


@strawberry.input(
    description="Which memberships to list: every condition given has to hold; values in a list are alternatives."
)
class MembershipFilter:
    """Conditions on memberships."""

    status: list[MembershipStatus] | None = strawberry.field(default=None, description="Being in one of these states.")
    role: Role | None = strawberry.field(default=None, description="Holding this role, with others or alone.")
    name_starts_with: str | None = strawberry.field(
        default=None, description="The name, family name first, beginning like this; accents and case do not matter."
    )


@strawberry.input(description="Which teams to list.")
class TeamFilter:
    """Conditions on teams."""

    name_starts_with: str | None = strawberry.field(
        default=None, description="The name beginning like this; accents and case do not matter."
    )


MembershipFilterArgument = Annotated[MembershipFilter | None, strawberry.argument(description="Which memberships.")]
MembershipOrderArgument = Annotated[MembershipOrder, strawberry.argument(description="In which order.")]
TeamFilterArgument = Annotated[TeamFilter | None, strawberry.argument(description="Which teams.")]
TeamOrderArgument = Annotated[TeamOrder, strawberry.argument(description="In which order.")]


def _beginning(text: str | None) -> dict[str, object]:
    if text is None:
        return {}
    if "\x00" in text:
        raise Invalid("filter.name_starts_with", "control-character", "A name has no control characters.")
    return {"name_starts_with": name_key(text)}


def membership_filters(given: MembershipFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; raise Invalid for text that no name has."""
    if given is None:
        return {}
    return {
        **({"status": [status.value for status in given.status]} if given.status is not None else {}),
        **({"role": [given.role.value]} if given.role is not None else {}),
        **_beginning(given.name_starts_with),
    }


def team_filters(given: TeamFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; raise Invalid for text that no name has."""
    return {} if given is None else _beginning(given.name_starts_with)


_VERSION = "The version that was read; a `ConflictError` where there is a newer one."


@strawberry.input(description="What to change of a membership; what is absent stays as it is.")
class MembershipUpdateInput(MutationInput):
    """Input of membershipUpdate."""

    id: strawberry.ID = strawberry.field(description="The membership.")
    expected_version: int = strawberry.field(description=_VERSION)
    roles: strawberry.Maybe[list[Role]] = strawberry.field(
        default=None, description="All roles the person has from now on. `CLIENT` stands alone and stays."
    )
    phone: strawberry.Maybe[str | None] = strawberry.field(default=None, description="Work telephone; null: none.")
    hire_date: strawberry.Maybe[date | None] = strawberry.field(
        default=None, description="First day of work at the centre; null: unknown."
    )
    qualification_level: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="Highest advice qualification; null: none."
    )
    capacity_points: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description="How many points of open cases the person can carry, 0 to 1000; null: no limit."
    )
    supervisor_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The membership of who supervises the person; null: nobody."
    )


@strawberry.input(description="Whom to keep from acting for the centre any more, and why.")
class MembershipDeactivateInput(MutationInput):
    """Input of membershipDeactivate."""

    id: strawberry.ID = strawberry.field(description="The membership.")
    expected_version: int = strawberry.field(description=_VERSION)
    reason: str = strawberry.field(description="Why, for the audit trail; at most 500 characters.")


@strawberry.input(description="Who may act for the centre again.")
class MembershipReactivateInput(MutationInput):
    """Input of membershipReactivate."""

    id: strawberry.ID = strawberry.field(description="The membership.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="The team to make.")
class TeamCreateInput(MutationInput):
    """Input of teamCreate."""

    name: str = strawberry.field(description="What the team is called; unique in the centre, at most 100 characters.")
    description: str | None = strawberry.field(default=None, description="What the team does, at most 2000 characters.")
    centre_id: strawberry.ID | None = strawberry.field(
        default=None, description="The centre to make it at, for administrators above the centres; else one's own."
    )


@strawberry.input(description="What to change of a team; what is absent stays as it is.")
class TeamUpdateInput(MutationInput):
    """Input of teamUpdate."""

    id: strawberry.ID = strawberry.field(description="The team.")
    expected_version: int = strawberry.field(description=_VERSION)
    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What the team is called.")
    description: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="What the team does; null: nothing is said of it."
    )


@strawberry.input(description="The team to delete, or to bring back.")
class TeamDeleteInput(MutationInput):
    """Input of teamDelete and teamRestore."""

    id: strawberry.ID = strawberry.field(description="The team.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="The deleted team to bring back.")
class TeamRestoreInput(TeamDeleteInput):
    """Input of teamRestore."""


@strawberry.input(description="Who joins which team.")
class TeamMemberAddInput(MutationInput):
    """Input of teamMemberAdd."""

    id: strawberry.ID = strawberry.field(description="The team.")
    expected_version: int = strawberry.field(description=_VERSION)
    membership_id: strawberry.ID = strawberry.field(description="The person's membership of the centre.")


@strawberry.input(description="Who leaves which team.")
class TeamMemberRemoveInput(TeamMemberAddInput):
    """Input of teamMemberRemove."""
