"""Sign-ins, the viewer, and the keys of programs, as the schema shows them."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.auth.models import AuthenticationMethod
from cma_graphql.domain.auth.profile import own_memberships, own_profile
from cma_graphql.domain.auth.selectors import service_keys_by_id
from cma_graphql.domain.auth.sessions import Opened
from cma_graphql.domain.auth.standing import roles_at
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL, cost, list_size
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.refs import CentreRef, MembershipRef
from cma_graphql.persistence.reads import Record

described(
    AuthenticationMethod,
    "How a person proved who they are.",
    {
        "PASSWORD": "With their password.",
        "INVITATION": "With the link of an invitation, by which they chose their password.",
    },
)


@strawberry.type(description="The tokens of a sign-in. Keep both secret; the refresh token is good once.")
class Session:
    """What a sign-in answers."""

    access_token: str = strawberry.field(
        description="Send it with each request: `Authorization: Bearer …`. It is good for 15 minutes."
    )
    access_token_expires_at: datetime = strawberry.field(description="When the access token ends.")
    refresh_token: str = strawberry.field(
        description="Exchange it with `refresh` for new tokens, once. Using one twice ends the sign-in."
    )
    refresh_token_expires_at: datetime = strawberry.field(description="When the refresh token ends.")

    @classmethod
    def of(cls, opened: Opened) -> Self:
        """Hand out an opened session's tokens."""
        return cls(
            access_token=opened.access_token,
            access_token_expires_at=opened.access_token_expires_at,
            refresh_token=opened.refresh_token,
            refresh_token_expires_at=opened.refresh_token_expires_at,
        )


@strawberry.type(description="A person, as the whole network knows them.")
class Profile:
    """The viewer's own person."""

    id: strawberry.ID = strawberry.field(description="The person's id, the same at every centre.")
    email: str = strawberry.field(description="The address the person signs in with.")
    first_name: str = strawberry.field(description="Given name.")
    last_name: str = strawberry.field(description="Family name.")

    @classmethod
    def of(cls, row: Record) -> Self:
        """Make the profile of a person."""
        return cls(
            id=write_id("user", row["user_id"]),
            email=row["email"],
            first_name=row["first_name"],
            last_name=row["last_name"],
        )


@strawberry.type(description="What may be said of a centre to a member of it who is signed in to another.")
class CentreSummary:
    """A centre's name."""

    id: strawberry.ID = strawberry.field(description="The centre's id; `centreSwitch` takes it.")
    code: str = strawberry.field(description="Its short code, unique in the network.")
    name: str = strawberry.field(description="What the centre is called.")

    @classmethod
    def of(cls, row: Record) -> Self:
        """Make the summary of a centre that a row of the person's names."""
        return cls(id=write_id("centre", row["centre_id"]), code=row["centre_code"], name=row["centre_name"])


@strawberry.type(description="What the viewer is at one of their centres.")
class CentreMembership:
    """A centre that the viewer may sign in to."""

    centre: CentreSummary = strawberry.field(description="The centre.")
    roles: list[Role] = strawberry.field(description="What the viewer is there.")


@strawberry.type(description="Who is signed in, where, and with which rights.")
class Viewer:
    """The person who asks."""

    actor: strawberry.Private[Actor]

    @strawberry.field(description="The person.", directives=[cost(call=CALL)])
    async def user(self, info: Info) -> Profile:
        """Read the person."""
        return Profile.of(await own_profile(info.context.reader))

    @relation(description="The centre the viewer is signed in to; null for those who administer the platform.")
    async def centre(viewers: list["Viewer"], info: Info) -> list[CentreRef | None]:
        """Answer the viewer's centre."""
        if info.context.actor.at_platform:
            return [None for _ in viewers]
        return await centres_by_id(info.context.reader, [viewer.actor.centre_id for viewer in viewers])

    @strawberry.field(description="What the viewer is at this centre.")
    def roles(self) -> list[Role]:
        """Answer the roles, in their order."""
        return [role for role in Role if role in self.actor.roles]

    @strawberry.field(
        description="What the viewer may do, or propose, at this centre; on which records is another question."
    )
    def permissions(self) -> list[Permission]:
        """Answer the permissions, in their order."""
        return [permission for permission in Permission if self.actor.may(permission)]

    @strawberry.field(
        description="The centres the viewer may sign in to, by name; the platform is among them.",
        directives=[cost(call=CALL), list_size(5)],
    )
    async def centres(self, info: Info) -> list[CentreMembership]:
        """Read the viewer's memberships."""
        return [
            CentreMembership(
                centre=CentreSummary.of(row),
                roles=[role for role in Role if role in roles_at(row["centre_id"], row["roles"])],
            )
            for row in await own_memberships(info.context.reader)
        ]


@strawberry.type(description="One of the viewer's own sign-ins that has not ended.")
class SignedInSession:
    """A sign-in, as its owner may see it."""

    id: strawberry.ID = strawberry.field(description="The sign-in's id; `sessionRevoke` takes it.")
    centre: CentreSummary = strawberry.field(description="The centre it is at.")
    authenticated_by: AuthenticationMethod = strawberry.field(description="How it was opened.")
    remote_address: str = strawberry.field(description="The network address it was opened from.")
    user_agent: str = strawberry.field(description="The program it was opened with, as that named itself.")
    created_at: datetime = strawberry.field(description="When it was opened.")
    last_used_at: datetime = strawberry.field(description="When tokens were last given out for it.")
    expires_at: datetime = strawberry.field(description="When it ends, unless it is renewed before.")
    current: bool = strawberry.field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, row: Record, viewer: Actor) -> Self:
        """Make the object of a row."""
        return cls(
            id=write_id("session", row["session_id"]),
            centre=CentreSummary.of(row),
            authenticated_by=AuthenticationMethod(row["authenticated_by"]),
            remote_address=row["remote_address"],
            user_agent=row["user_agent"],
            created_at=row["created_at"],
            last_used_at=row["last_used_at"],
            expires_at=row["expires_at"],
            current=row["session_id"] == viewer.session_id,
        )


@node_type(table="service_keys", load=service_keys_by_id, requires=Permission.INTEGRATION_MANAGE)
@strawberry.type(description="A key by which a program of the centre signs in. The secret itself is shown once only.")
class ServiceKey(Node):
    """One program's key."""

    prefix: ClassVar[str] = "servicekey"

    name: str = strawberry.field(description="What the key is for.")
    scopes: list[Permission] = strawberry.field(description="The permissions it is good for.")
    expires_at: datetime = strawberry.field(description="When it ends.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked, if it was.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the hour; null: never.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    created_by: strawberry.Private[UUID]

    @relation(description="Who made it.", reads=())
    async def creator(keys: list["ServiceKey"], info: Info) -> list[MembershipRef | None]:
        """Answer each key's maker."""
        return await memberships_by_id(reader_for(info), [key.created_by for key in keys])
