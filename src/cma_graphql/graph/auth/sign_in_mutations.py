"""Mutations by which people sign in and look after their own sign-in."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.domain.auth.acceptance import accept_invitation
from cma_graphql.domain.auth.centre_switch import switch_centre
from cma_graphql.domain.auth.login import log_in
from cma_graphql.domain.auth.passwords import change_password, request_reset, reset_password
from cma_graphql.domain.auth.profile import own_profile, update_profile
from cma_graphql.domain.auth.renewal import renew_session
from cma_graphql.domain.auth.sessions import log_out, revoke_own_session
from cma_graphql.graph.auth.inputs import (
    CentreSwitchInput,
    InvitationAcceptInput,
    LoginInput,
    PasswordChangeInput,
    PasswordResetInput,
    PasswordResetRequestInput,
    ProfileUpdateInput,
    RefreshInput,
    SessionRevokeInput,
)
from cma_graphql.graph.auth.payloads import (
    CentreSwitchPayload,
    InvitationAcceptPayload,
    LoginPayload,
    LogoutPayload,
    PasswordChangePayload,
    PasswordResetPayload,
    PasswordResetRequestPayload,
    ProfileUpdatePayload,
    RefreshPayload,
    SessionRevokePayload,
)
from cma_graphql.graph.auth.types import Profile, Session
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import PASSWORD
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import find_id, read_id

_WHAT = strawberry.argument(description="What to do.")
_NO_CENTRE = UUID(int=0)
"""What an id that is none of a centre's stands for: it is answered like a centre that one does not belong to."""


@strawberry.type
class SignInMutations:
    """Signing in and out, and one's own password, name and sessions."""

    @mutation(
        requires=None,
        anonymous=True,
        description="Sign in. A wrong address, a wrong password and no membership are answered alike.",
        call=PASSWORD,
    )
    async def login(self, info: Info, input: Annotated[LoginInput, _WHAT]) -> LoginPayload:
        """Sign a person in."""
        context = info.context
        centre_id = None if input.centre_id is None else find_id("centre", input.centre_id) or _NO_CENTRE
        opened = await log_in(
            context.sign_in, context.facts, email=input.email, password=input.password, centre_id=centre_id
        )
        return LoginPayload(session=Session.of(opened))

    @mutation(requires=None, anonymous=True, description="Exchange a refresh token for new tokens.")
    async def refresh(self, info: Info, input: Annotated[RefreshInput, _WHAT]) -> RefreshPayload:
        """Renew a session."""
        opened = await renew_session(info.context.sign_in, info.context.facts, refresh_token=input.refresh_token)
        return RefreshPayload(session=Session.of(opened))

    @mutation(requires=None, description="Sign out: both tokens are good for nothing any more.")
    async def logout(self, info: Info) -> LogoutPayload:
        """End the session that asks."""
        await log_out(info.context.sign_in, info.context.actor)
        return LogoutPayload()

    @mutation(requires=None, description="Go on at another of your centres. The present sign-in ends.")
    async def centre_switch(self, info: Info, input: Annotated[CentreSwitchInput, _WHAT]) -> CentreSwitchPayload:
        """Open a session at another centre."""
        context = info.context
        centre_id = read_id("centre", input.centre_id, field="centre_id")
        opened = await switch_centre(context.sign_in, context.actor, context.facts, centre_id=centre_id)
        return CentreSwitchPayload(session=Session.of(opened))

    @mutation(requires=None, description="Change your password. Your other sign-ins end.", call=PASSWORD)
    async def password_change(self, info: Info, input: Annotated[PasswordChangeInput, _WHAT]) -> PasswordChangePayload:
        """Change the viewer's password."""
        context = info.context
        await change_password(
            context.sign_in,
            context.actor,
            context.facts,
            current_password=input.current_password,
            new_password=input.new_password,
        )
        return PasswordChangePayload()

    @mutation(requires=None, description="Change what you are called, at all of your centres.")
    async def profile_update(self, info: Info, input: Annotated[ProfileUpdateInput, _WHAT]) -> ProfileUpdatePayload:
        """Change the viewer's names."""
        context = info.context
        await update_profile(
            context.sign_in,
            context.actor,
            first_name=input.first_name.value if input.first_name is not None else None,
            last_name=input.last_name.value if input.last_name is not None else None,
        )
        return ProfileUpdatePayload(user=Profile.of(await own_profile(context.reader)))

    @mutation(
        requires=None, anonymous=True, description="Accept an invitation by its link, and sign in.", call=PASSWORD
    )
    async def invitation_accept(
        self, info: Info, input: Annotated[InvitationAcceptInput, _WHAT]
    ) -> InvitationAcceptPayload:
        """Make an invited person a member."""
        opened = await accept_invitation(
            info.context.sign_in,
            info.context.facts,
            token=input.token,
            password=input.password,
            first_name=input.first_name,
            last_name=input.last_name,
        )
        return InvitationAcceptPayload(session=Session.of(opened))

    @mutation(
        requires=None,
        anonymous=True,
        description="Ask for a letter with a link for a new password. The answer is the same for every address.",
    )
    async def password_reset_request(
        self, info: Info, input: Annotated[PasswordResetRequestInput, _WHAT]
    ) -> PasswordResetRequestPayload:
        """Send a link, if there is somebody to send it to."""
        await request_reset(info.context.sign_in, info.context.facts, email=input.email)
        return PasswordResetRequestPayload()

    @mutation(
        requires=None,
        anonymous=True,
        description="Set a new password by the link of a letter. All sign-ins end.",
        call=PASSWORD,
    )
    async def password_reset(self, info: Info, input: Annotated[PasswordResetInput, _WHAT]) -> PasswordResetPayload:
        """Set a new password by a link."""
        await reset_password(
            info.context.sign_in, info.context.facts, token=input.token, new_password=input.new_password
        )
        return PasswordResetPayload()

    @mutation(requires=None, description="End one of your own sign-ins.")
    async def session_revoke(self, info: Info, input: Annotated[SessionRevokeInput, _WHAT]) -> SessionRevokePayload:
        """End a session of the viewer's."""
        await revoke_own_session(
            info.context.sign_in, info.context.actor, session_id=read_id("session", input.id, field="id")
        )
        return SessionRevokePayload()
