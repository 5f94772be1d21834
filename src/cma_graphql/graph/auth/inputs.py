"""What the mutations of signing in are given."""

from datetime import date, datetime

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.writing import MutationInput


@strawberry.input(description="An e-mail address and a password.")
class LoginInput:
    """What `login` is given."""

    email: str = strawberry.field(description="The address you sign in with.")
    password: str = strawberry.field(description="Your password.")
    centre_id: strawberry.ID | None = strawberry.field(
        default=None, description="The centre to sign in to; unless said, the one you were last at."
    )


@strawberry.input(description="A refresh token.")
class RefreshInput:
    """What `refresh` is given."""

    refresh_token: str = strawberry.field(description="The refresh token that you were last given.")


@strawberry.input(description="Another of your centres.")
class CentreSwitchInput:
    """What `centreSwitch` is given."""

    centre_id: strawberry.ID = strawberry.field(description="The centre to go on at; `me.centres` lists yours.")


@strawberry.input(description="Your present password and a new one.")
class PasswordChangeInput:
    """What `passwordChange` is given."""

    current_password: str = strawberry.field(description="Your present password.")
    new_password: str = strawberry.field(description="The new one: at least 12 characters, not easily guessed.")


@strawberry.input(description="What changes about yourself; what is left out stays.")
class ProfileUpdateInput:
    """What `profileUpdate` is given."""

    first_name: strawberry.Maybe[str] = strawberry.field(default=None, description="Given name.")
    last_name: strawberry.Maybe[str] = strawberry.field(default=None, description="Family name.")


@strawberry.input(description="Whom to invite, and as what.")
class MembershipInviteInput(MutationInput):
    """What `membershipInvite` is given."""

    email: str = strawberry.field(description="The address the invitation is sent to; the person signs in with it.")
    first_name: str = strawberry.field(description="Given name.")
    last_name: str = strawberry.field(description="Family name.")
    roles: list[Role] = strawberry.field(
        description="What the person becomes: one or more roles of staff; or CLIENT alone, with `clientId`."
    )
    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="For the role CLIENT: whose portal it is."
    )
    centre_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="For those who administer the platform: the centre invited to; unless said, the platform.",
    )
    phone: str | None = strawberry.field(default=None, description="Work telephone, in any usual form.")
    hire_date: date | None = strawberry.field(default=None, description="First day of work at the centre.")
    qualification_level: str | None = strawberry.field(default=None, description="Highest advice qualification.")
    capacity_points: int | None = strawberry.field(
        default=None, description="How many points of open cases the person can carry; unless said, no limit."
    )


@strawberry.input(description="Who is sent another invitation.")
class InvitationResendInput(MutationInput):
    """What `invitationResend` is given."""

    membership_id: strawberry.ID = strawberry.field(description="The invited membership.")


@strawberry.input(description="The link of an invitation, and a password.")
class InvitationAcceptInput:
    """What `invitationAccept` is given."""

    token: str = strawberry.field(description="What stands after the # of the link.")
    password: str = strawberry.field(
        description="Whoever signs in here for the first time chooses it: at least 12 characters. Whoever has a "
        "password already confirms with it."
    )
    first_name: str | None = strawberry.field(default=None, description="Given name, if the known one is wrong.")
    last_name: str | None = strawberry.field(default=None, description="Family name, if the known one is wrong.")


@strawberry.input(description="Whose password is lost.")
class PasswordResetRequestInput:
    """What `passwordResetRequest` is given."""

    email: str = strawberry.field(description="The address you sign in with.")


@strawberry.input(description="The link of a letter about a lost password, and a new password.")
class PasswordResetInput:
    """What `passwordReset` is given."""

    token: str = strawberry.field(description="What stands after the # of the link.")
    new_password: str = strawberry.field(description="The new one: at least 12 characters, not easily guessed.")


@strawberry.input(description="Which of your sign-ins to end.")
class SessionRevokeInput:
    """What `sessionRevoke` is given."""

    id: strawberry.ID = strawberry.field(description="The sign-in, as `sessions` lists it.")


@strawberry.input(description="A new key for a program.")
class ServiceKeyCreateInput(MutationInput):
    """What `serviceKeyCreate` is given."""

    name: str = strawberry.field(description="What the key is for; up to 100 characters.")
    scopes: list[Permission] = strawberry.field(
        description="The permissions it is good for, of those that programs can have (the role SERVICE)."
    )
    expires_at: datetime = strawberry.field(description="When it ends; at most a year from now.")


@strawberry.input(description="Which key to end.")
class ServiceKeyRevokeInput(MutationInput):
    """What `serviceKeyRevoke` is given."""

    id: strawberry.ID = strawberry.field(description="The key.")
    expected_version: int = strawberry.field(description="The version you read.")
