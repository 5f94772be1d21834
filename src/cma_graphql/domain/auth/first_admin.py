"""The platform's first administrator, made from the command line: nobody is there yet who could invite them."""

from sqlalchemy import Text, bindparam, func, select

from cma_graphql.access.actor import Sight, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.ids import PLATFORM_CENTRE, new_person_id
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.invitations import make_invitation
from cma_graphql.domain.auth.letters import invitation_link
from cma_graphql.domain.users.members import add_membership
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import AnySelect, live, statement
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


@statement
def administrators(sight: Sight) -> AnySelect:
    """Select the platform's system administrators, the invited among them."""
    return select(Membership.id.label("key")).where(
        live(Membership, sight),
        Membership.status != bindparam("deactivated", type_=Text()),
        Membership.roles.op("@>")(
            func.array_append(bindparam("no_roles", [], type_=Membership.roles.type), bindparam("role", type_=Text()))
        ),
    )


async def create_first_admin(
    database: Database,
    keys: CentreKeys,
    *,
    email: str,
    first_name: str,
    last_name: str,
    public_url: str,
    another: bool = False,
) -> str:
    """Make a system administrator of the platform; answer the one-time link by which they choose a password.

    `database` is opened with the migration address. Raises Invalid (`email` with the rule `administrator-exists`
    where there is one already, unless `another`; or for what is no address). An invited administrator whose link
    was lost gets another one.
    """
    address = read_field("email", normalise_email, email)
    outcome = await write(
        database,
        keys,
        system_of(PLATFORM_CENTRE, request_id="command-line"),
        _create,
        address=address,
        first_name=first_name,
        last_name=last_name,
        another=another,
    )
    return invitation_link(public_url.rstrip("/"), outcome.returned)


async def _create(uow: UnitOfWork, *, address: str, first_name: str, last_name: str, another: bool) -> str:
    row = await uow.one(
        doors.make_user,
        new_user_id=new_person_id(),
        email=address,
        email_key=email_key(address),
        first_name=first_name,
        last_name=last_name,
        at=now(),
    )
    assert row is not None  # noqa: S101 - the function answers a row always
    user_id = row["answer"]
    there = {
        row["key"]
        for row in await uow.all(
            administrators, deactivated=MembershipStatus.DEACTIVATED.value, role=Role.SYSTEM_ADMIN.value
        )
    }
    present = (await memberships_by_id(uow, [user_id]))[0]
    invited = present is not None and present["status"] == MembershipStatus.INVITED and user_id in there
    if there - {user_id} and not another:
        raise Invalid(
            "email", "administrator-exists", "The platform has an administrator already; say --another for one more."
        )
    if not invited:
        await add_membership(
            uow,
            user_id=user_id,
            email=address,
            first_name=first_name,
            last_name=last_name,
            roles=[Role.SYSTEM_ADMIN],
        )
    uow.add(security_entry(uow.actor, "membership.invited", {"member": str(user_id), "from": "command-line"}))
    return await make_invitation(uow, user_id)
