"""Mutations of memberships and teams."""

from typing import Annotated

import strawberry

from cma_graphql.access.actor import acting_at
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.deactivate_membership import deactivate_membership
from cma_graphql.domain.casework.delete_team import delete_team
from cma_graphql.domain.casework.update_membership import update_membership
from cma_graphql.domain.users.changes import reactivate_membership
from cma_graphql.domain.users.selectors import deleted_teams_at
from cma_graphql.domain.users.teams import (
    add_team_member,
    create_team,
    remove_team_member,
    restore_team,
    update_team,
)
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id, read_place
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.users.inputs import (
    MembershipDeactivateInput,
    MembershipReactivateInput,
    MembershipUpdateInput,
    TeamCreateInput,
    TeamDeleteInput,
    TeamMemberAddInput,
    TeamMemberRemoveInput,
    TeamRestoreInput,
    TeamUpdateInput,
)
from cma_graphql.graph.users.types import DeletedTeam, Membership, Team
from cma_graphql.graph.writing import given_fields, read_beside, reread, write
from cma_graphql.persistence.reads import Place


@strawberry.type(description="What membershipUpdate answers.")
class MembershipUpdatePayload(Payload):
    """Payload of membershipUpdate."""

    membership: Membership | None = strawberry.field(default=None, description="The membership as it is now.")


@strawberry.type(description="What membershipDeactivate answers.")
class MembershipDeactivatePayload(Payload):
    """Payload of membershipDeactivate."""

    membership: Membership | None = strawberry.field(default=None, description="The membership as it is now.")


@strawberry.type(description="What membershipReactivate answers.")
class MembershipReactivatePayload(Payload):
    """Payload of membershipReactivate."""

    membership: Membership | None = strawberry.field(default=None, description="The membership as it is now.")


@strawberry.type(description="What teamCreate answers.")
class TeamCreatePayload(Payload):
    """Payload of teamCreate."""

    team: Team | None = strawberry.field(default=None, description="The new team.")


@strawberry.type(description="What teamUpdate answers.")
class TeamUpdatePayload(Payload):
    """Payload of teamUpdate."""

    team: Team | None = strawberry.field(default=None, description="The team as it is now.")


@strawberry.type(description="What teamDelete answers.")
class TeamDeletePayload(Payload):
    """Payload of teamDelete."""

    deleted_team: DeletedTeam | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.type(description="What teamRestore answers.")
class TeamRestorePayload(Payload):
    """Payload of teamRestore."""

    team: Team | None = strawberry.field(default=None, description="The team, back with its members.")


@strawberry.type(description="What teamMemberAdd answers.")
class TeamMemberAddPayload(Payload):
    """Payload of teamMemberAdd."""

    team: Team | None = strawberry.field(default=None, description="The team as it is now.")


@strawberry.type(description="What teamMemberRemove answers.")
class TeamMemberRemovePayload(Payload):
    """Payload of teamMemberRemove."""

    team: Team | None = strawberry.field(default=None, description="The team as it is now.")


def _member(info: Info, text: str) -> Place:
    return read_place(info.context.actor, "membership", text)


def _team(info: Info, text: str) -> Place:
    return read_place(info.context.actor, "team", text)


@strawberry.type
class UserMutations:
    """What can be done with memberships and teams."""

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Change what a person is at the centre, and what is said of them. A role that works on cases "
        "stays while the person advises open ones.",
    )
    async def membership_update(
        self,
        info: Info,
        input: Annotated[MembershipUpdateInput, strawberry.argument(description="What to change.")],
    ) -> MembershipUpdatePayload:
        """Change a membership."""
        centre_id, key = _member(info, input.id)
        values = given_fields(
            input, "roles", "phone", "hire_date", "qualification_level", "capacity_points", "supervisor_id"
        )
        if values.get("supervisor_id") is not None:
            values["supervisor_id"] = read_beside(
                info, "membership", values["supervisor_id"], centre_id, field="supervisor_id"
            )
        outcome = await write(
            info, update_membership, input, at=centre_id, user_id=key, version=input.expected_version, values=values
        )
        return MembershipUpdatePayload(
            membership=await reread(info, Membership, key, at=centre_id), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Keep a person from acting for the centre any more, and take them out of its teams. Refused "
        "while they advise open cases or supervise others.",
    )
    async def membership_deactivate(
        self,
        info: Info,
        input: Annotated[MembershipDeactivateInput, strawberry.argument(description="Whom, and why.")],
    ) -> MembershipDeactivatePayload:
        """Deactivate a membership."""
        centre_id, key = _member(info, input.id)
        outcome = await write(
            info,
            deactivate_membership,
            input,
            at=centre_id,
            user_id=key,
            version=input.expected_version,
            reason=input.reason,
        )
        return MembershipDeactivatePayload(
            membership=await reread(info, Membership, key, at=centre_id), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Let a deactivated person act for the centre again, in the same roles and in no team. Whoever had "
        "not accepted the invitation is invited as before.",
    )
    async def membership_reactivate(
        self,
        info: Info,
        input: Annotated[MembershipReactivateInput, strawberry.argument(description="Whom.")],
    ) -> MembershipReactivatePayload:
        """Reactivate a membership."""
        centre_id, key = _member(info, input.id)
        outcome = await write(
            info, reactivate_membership, input, at=centre_id, user_id=key, version=input.expected_version
        )
        return MembershipReactivatePayload(
            membership=await reread(info, Membership, key, at=centre_id), replayed=outcome.replayed
        )

    @mutation(requires=Permission.USER_MANAGE, description="Make a team, without members at first.")
    async def team_create(
        self, info: Info, input: Annotated[TeamCreateInput, strawberry.argument(description="The team.")]
    ) -> TeamCreatePayload:
        """Make a team."""
        actor = info.context.actor
        if input.centre_id is not None:
            actor = acting_at(actor, read_id("centre", input.centre_id, field="centre_id"), field="centre_id")
        centre_id = actor.centre_id
        outcome = await write(info, create_team, input, at=centre_id, name=input.name, description=input.description)
        team = await reread(info, Team, outcome.subject_ids[0], at=centre_id)
        return TeamCreatePayload(team=team, replayed=outcome.replayed)

    @mutation(requires=Permission.USER_MANAGE, description="Change a team's name or description.")
    async def team_update(
        self, info: Info, input: Annotated[TeamUpdateInput, strawberry.argument(description="What to change.")]
    ) -> TeamUpdatePayload:
        """Change a team."""
        centre_id, key = _team(info, input.id)
        outcome = await write(
            info,
            update_team,
            input,
            at=centre_id,
            team_id=key,
            version=input.expected_version,
            values=given_fields(input, "name", "description"),
        )
        return TeamUpdatePayload(team=await reread(info, Team, key, at=centre_id), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Delete a team that has no open case; its history stays, and teamRestore brings it back.",
    )
    async def team_delete(
        self, info: Info, input: Annotated[TeamDeleteInput, strawberry.argument(description="The team.")]
    ) -> TeamDeletePayload:
        """Delete a team."""
        centre_id, key = _team(info, input.id)
        outcome = await write(info, delete_team, input, at=centre_id, team_id=key, version=input.expected_version)
        (record,) = await deleted_teams_at(info.context.reader, [(centre_id, key)])
        return TeamDeletePayload(deleted_team=wrapped(DeletedTeam, record, info.context), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Bring a deleted team back, with the members it had, less who has left the centre since.",
    )
    async def team_restore(
        self, info: Info, input: Annotated[TeamRestoreInput, strawberry.argument(description="The team.")]
    ) -> TeamRestorePayload:
        """Restore a team."""
        centre_id, key = _team(info, input.id)
        outcome = await write(info, restore_team, input, at=centre_id, team_id=key, version=input.expected_version)
        return TeamRestorePayload(team=await reread(info, Team, key, at=centre_id), replayed=outcome.replayed)

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Put a person of the staff into a team, whose unrestricted cases they then see.",
    )
    async def team_member_add(
        self, info: Info, input: Annotated[TeamMemberAddInput, strawberry.argument(description="Who, where.")]
    ) -> TeamMemberAddPayload:
        """Add a member."""
        centre_id, key = _team(info, input.id)
        outcome = await write(
            info,
            add_team_member,
            input,
            at=centre_id,
            team_id=key,
            version=input.expected_version,
            user_id=read_beside(info, "membership", input.membership_id, centre_id, field="membership_id"),
        )
        return TeamMemberAddPayload(team=await reread(info, Team, key, at=centre_id), replayed=outcome.replayed)

    @mutation(requires=Permission.USER_MANAGE, description="Take a person out of a team.")
    async def team_member_remove(
        self, info: Info, input: Annotated[TeamMemberRemoveInput, strawberry.argument(description="Who, where.")]
    ) -> TeamMemberRemovePayload:
        """Remove a member."""
        centre_id, key = _team(info, input.id)
        outcome = await write(
            info,
            remove_team_member,
            input,
            at=centre_id,
            team_id=key,
            version=input.expected_version,
            user_id=read_beside(info, "membership", input.membership_id, centre_id, field="membership_id"),
        )
        return TeamMemberRemovePayload(team=await reread(info, Team, key, at=centre_id), replayed=outcome.replayed)
