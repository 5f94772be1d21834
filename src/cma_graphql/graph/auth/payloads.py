"""What the mutations of signing in answer."""

import strawberry

from cma_graphql.graph.auth.types import Profile, ServiceKey, Session
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.refs import MembershipRef

_TOKENS = "The tokens; null where it was refused."


@strawberry.type(description="What `login` answers.")
class LoginPayload(Payload):
    """Tokens, or why not."""

    session: Session | None = strawberry.field(default=None, description=_TOKENS)


@strawberry.type(description="What `refresh` answers.")
class RefreshPayload(Payload):
    """Tokens, or why not."""

    session: Session | None = strawberry.field(default=None, description=_TOKENS)


@strawberry.type(description="What `logout` answers.")
class LogoutPayload(Payload):
    """Nothing but errors."""


@strawberry.type(description="What `centreSwitch` answers.")
class CentreSwitchPayload(Payload):
    """Tokens, or why not."""

    session: Session | None = strawberry.field(default=None, description=_TOKENS)


@strawberry.type(description="What `passwordChange` answers.")
class PasswordChangePayload(Payload):
    """Nothing but errors."""


@strawberry.type(description="What `profileUpdate` answers.")
class ProfileUpdatePayload(Payload):
    """The person as they are now."""

    user: Profile | None = strawberry.field(default=None, description="The person as they are called now.")


@strawberry.type(description="What `membershipInvite` answers; alike for addresses that the network knows.")
class MembershipInvitePayload(Payload):
    """The invited member."""

    membership: MembershipRef | None = strawberry.field(default=None, description="The invited member.")


@strawberry.type(description="What `invitationResend` answers.")
class InvitationResendPayload(Payload):
    """The invited member."""

    membership: MembershipRef | None = strawberry.field(default=None, description="The invited member.")


@strawberry.type(description="What `invitationAccept` answers.")
class InvitationAcceptPayload(Payload):
    """Tokens, or why not."""

    session: Session | None = strawberry.field(default=None, description=_TOKENS)


@strawberry.type(description="What `passwordResetRequest` answers: the same, whoever has the address.")
class PasswordResetRequestPayload(Payload):
    """Nothing but errors."""


@strawberry.type(description="What `passwordReset` answers; it signs nobody in.")
class PasswordResetPayload(Payload):
    """Nothing but errors."""


@strawberry.type(description="What `sessionRevoke` answers.")
class SessionRevokePayload(Payload):
    """Nothing but errors."""


@strawberry.type(description="What `serviceKeyCreate` answers.")
class ServiceKeyCreatePayload(Payload):
    """The key's record, and the key."""

    service_key: ServiceKey | None = strawberry.field(default=None, description="The key's record.")
    key: str | None = strawberry.field(
        default=None,
        description="The key itself, for `Authorization: Bearer …`. It is shown this once: a repetition under the "
        "same idempotency key answers null here.",
    )


@strawberry.type(description="What `serviceKeyRevoke` answers.")
class ServiceKeyRevokePayload(Payload):
    """The key's record."""

    service_key: ServiceKey | None = strawberry.field(default=None, description="The key's record.")
