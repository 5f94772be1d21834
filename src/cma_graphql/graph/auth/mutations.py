"""Mutations by which those who manage people and programs let them in."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.domain.auth.invitations import invite_member, resend_invitation
from cma_graphql.domain.auth.selectors import service_keys_by_id
from cma_graphql.domain.auth.service_keys import create_service_key, revoke_service_key
from cma_graphql.domain.users.selectors import memberships_at
from cma_graphql.graph.auth.inputs import (
    InvitationResendInput,
    MembershipInviteInput,
    ServiceKeyCreateInput,
    ServiceKeyRevokeInput,
)
from cma_graphql.graph.auth.payloads import (
    InvitationResendPayload,
    MembershipInvitePayload,
    ServiceKeyCreatePayload,
    ServiceKeyRevokePayload,
)
from cma_graphql.graph.auth.types import ServiceKey
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import find_id, read_id, read_place
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.users.types import Membership
from cma_graphql.graph.writing import write
from cma_graphql.persistence.reads import Place

_WHAT = strawberry.argument(description="What to do.")
_DETAILS = ("phone", "hire_date", "qualification_level", "capacity_points")


async def _membership(info: Info, place: Place) -> Any:
    return wrapped(Membership, (await memberships_at(info.context.reader, [place]))[0], info.context)


async def _service_key(info: Info, key_id: UUID) -> Any:
    return wrapped(ServiceKey, (await service_keys_by_id(info.context.reader, [key_id]))[0], info.context)


def _centre_of(info: Info, text: str | None) -> UUID:
    """Answer the centre of an act: one's own, or for those above the centres the one they name."""
    actor = info.context.actor
    centre_id = actor.centre_id if text is None else find_id("centre", text)
    if centre_id is None or (centre_id != actor.centre_id and not actor.at_platform):
        raise NotFound("centre_id")
    return centre_id


@strawberry.type
class AuthMutations:
    """Letting people and programs in."""

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Invite somebody to the centre: they are sent a link, good for 7 days.",
    )
    async def membership_invite(
        self, info: Info, input: Annotated[MembershipInviteInput, _WHAT]
    ) -> MembershipInvitePayload:
        """Make an invited member."""
        centre_id = _centre_of(info, input.centre_id)
        outcome = await write(
            info,
            invite_member,
            input,
            at=centre_id,
            sign_in=info.context.sign_in,
            email=input.email,
            first_name=input.first_name,
            last_name=input.last_name,
            roles=input.roles,
            client_id=None if input.client_id is None else read_id("client", input.client_id, field="client_id"),
            details={name: value for name in _DETAILS if (value := getattr(input, name)) is not None},
        )
        return MembershipInvitePayload(
            membership=await _membership(info, (centre_id, outcome.subject_ids[0])), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.USER_MANAGE,
        description="Send an invited person another link; the earlier one is good for nothing any more.",
    )
    async def invitation_resend(
        self, info: Info, input: Annotated[InvitationResendInput, _WHAT]
    ) -> InvitationResendPayload:
        """Send another link."""
        place = read_place(info.context.actor, "membership", input.membership_id, field="membership_id")
        outcome = await write(
            info, resend_invitation, input, at=place[0], sign_in=info.context.sign_in, user_id=place[1]
        )
        return InvitationResendPayload(membership=await _membership(info, place), replayed=outcome.replayed)

    @mutation(
        requires=Permission.INTEGRATION_MANAGE,
        description="Make a key by which a program of the centre signs in. It is shown this once.",
    )
    async def service_key_create(
        self, info: Info, input: Annotated[ServiceKeyCreateInput, _WHAT]
    ) -> ServiceKeyCreatePayload:
        """Make a key."""
        token = new_token(TokenKind.SERVICE_KEY)
        outcome = await write(
            info,
            create_service_key,
            input,
            token=token,
            name=input.name,
            scopes=input.scopes,
            expires_at=input.expires_at,
        )
        return ServiceKeyCreatePayload(
            service_key=await _service_key(info, outcome.subject_ids[0]),
            key=None if outcome.replayed else token,
            replayed=outcome.replayed,
        )

    @mutation(requires=Permission.INTEGRATION_MANAGE, description="End a key for good.")
    async def service_key_revoke(
        self, info: Info, input: Annotated[ServiceKeyRevokeInput, _WHAT]
    ) -> ServiceKeyRevokePayload:
        """End a key."""
        outcome = await write(
            info, revoke_service_key, input, key_id=read_id("servicekey", input.id), version=input.expected_version
        )
        return ServiceKeyRevokePayload(
            service_key=await _service_key(info, outcome.subject_ids[0]), replayed=outcome.replayed
        )
