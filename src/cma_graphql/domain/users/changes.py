"""How a membership is changed, ended and taken up again, once what hangs on it is settled.

The actions are in `casework`, since they look at the person's cases first. Whoever changes a right of a member
holds the lock of the centre, so that two managers do not take each other's role, or supervise each other.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Invalid, NotFound, TransitionRefused
from cma_graphql.core.events import STAFF, Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.domain.centres.events import CentreManagerChanged
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.users import selectors
from cma_graphql.domain.users.details import read_details
from cma_graphql.domain.users.events import (
    MembershipDeactivated,
    MembershipReactivated,
    MembershipRolesChanged,
    MembershipUpdated,
)
from cma_graphql.domain.users.members import audience_of
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.users.roles import check_roles, require_may_grant
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LONGEST_CHAIN = 20


async def begin_change(uow: UnitOfWork, *, user_id: UUID, version: int, of_rights: bool) -> Membership:
    """Lock a membership for a change, and before it the centre where rights change.

    Raises Forbidden, NotFound, Conflict.
    """
    uow.actor.require(Permission.USER_MANAGE)
    if of_rights:
        await uow.lock(Centre, uow.actor.centre_id)
    return await uow.lock(Membership, user_id, version=version)


async def change_membership(uow: UnitOfWork, member: Membership, values: Mapping[str, Any]) -> UUID:
    """Change what was given of a membership; null empties it. Raises InvalidInput, Invalid, Forbidden."""
    audience = audience_of(member)
    faults = Faults()
    columns = read_details(faults, values)
    if "roles" in values:
        columns["roles"] = await _read_roles(uow, faults, member, values["roles"])
    faults.raise_any()
    require_may_grant(uow.actor, member.id, member.roles, columns.get("roles", member.roles))
    if values.get("supervisor_id") is not None:
        await _require_supervisor(uow, member, values["supervisor_id"])
    if "supervisor_id" in values:
        columns["supervisor_id"] = values["supervisor_id"]
    was_manager = Role.CENTRE_MANAGER.value in member.roles
    changes = uow.change(member, **columns)
    await uow.flush()
    rights = {name: change for name, change in changes.items() if name == "roles"}
    for event, part in (
        (MembershipRolesChanged, rights),
        (MembershipUpdated, {name: change for name, change in changes.items() if name not in rights}),
    ):
        if part:
            uow.record(
                event(subject_id=member.id, client_id=member.client_id, version=member.version),
                changes=part,
                before=audience,
                after=audience,
            )
    if was_manager and Role.CENTRE_MANAGER.value not in member.roles:
        await _release_centre(uow, member.id)
    return member.id


async def _read_roles(uow: UnitOfWork, faults: Faults, member: Membership, roles: Any) -> list[str]:
    held = check_roles(faults, roles, centre_id=uow.actor.centre_id, client_id=member.client_id)
    if member.status == MembershipStatus.ACTIVE:
        await _keep_an_administrator(uow, faults, member, held)
    if Role.TRAINEE.value in held and (number := await selectors.number_supervised(uow, member.id)):
        faults.add("roles", "supervises", "A trainee supervises nobody; this person does.", count=number)
    return held


async def _keep_an_administrator(uow: UnitOfWork, faults: Faults, member: Membership, held: list[str]) -> None:
    """Note a fault where nobody would be left to manage the centre, or the platform.

    The platform may leave a centre without a manager, since it can make another.
    """
    rules = []
    if uow.actor.kind is ActorKind.STAFF:
        rules.append((Role.CENTRE_MANAGER, "last-manager", "Somebody has to manage the centre."))
    if uow.actor.at_platform:
        rules.append((Role.SYSTEM_ADMIN, "last-administrator", "Somebody has to administer the platform."))
    for role, rule, message in rules:
        lost = role.value in member.roles and role.value not in held
        if lost and not await selectors.anybody_else_holds(uow, role, member.id):
            faults.add("roles" if held else "id", rule, message)


async def _require_supervisor(uow: UnitOfWork, member: Membership, supervisor_id: UUID) -> None:
    """Raise Invalid unless this person may supervise the member; NotFound where there is no such person.

    Rules: `client-supervised`; `supervisor-inactive`; `supervisor-trainee`; `supervision-cycle`, also of oneself.
    """
    field = "supervisor_id"
    if member.client_id is not None:
        raise Invalid(field, "client-supervised", "Clients have no supervisor.")
    above: UUID | None = supervisor_id
    for step in range(_LONGEST_CHAIN):
        if above is None:
            return
        if above == member.id:
            break
        (found,) = await selectors.memberships_by_id(uow, [above])
        if found is None:
            raise NotFound(field)
        if step == 0 and (found["status"] != MembershipStatus.ACTIVE or found["client_id"] is not None):
            raise Invalid(field, "supervisor-inactive", "A supervisor is an active member of staff.")
        if step == 0 and Role.TRAINEE.value in found["roles"]:
            raise Invalid(field, "supervisor-trainee", "A trainee supervises nobody.")
        above = found["supervisor_id"]
    raise Invalid(field, "supervision-cycle", "Nobody supervises, over others, themselves.")


async def _release_centre(uow: UnitOfWork, user_id: UUID) -> None:
    """Let the centre be without its manager, where this person was it."""
    centre = await uow.lock(Centre, uow.actor.centre_id)
    if centre.manager_id == user_id:
        changes = uow.change(centre, manager_id=None)
        await uow.flush()
        uow.record(
            CentreManagerChanged(subject_id=centre.id, version=centre.version),
            changes=changes,
            before=STAFF,
            after=STAFF,
        )


async def deactivate(uow: UnitOfWork, member: Membership, *, reason: str) -> UUID:
    """Keep a member from acting for the centre. Raises TransitionRefused, Forbidden, Invalid.

    Rules: `last-manager`, `last-administrator`, `supervises`: whoever is supervised needs another supervisor first.
    """
    if member.status == MembershipStatus.DEACTIVATED:
        raise TransitionRefused(
            source=member.status, target=MembershipStatus.DEACTIVATED.value, allowed=[MembershipStatus.ACTIVE.value]
        )
    require_may_grant(uow.actor, member.id, member.roles, ())
    faults = Faults()
    if member.status == MembershipStatus.ACTIVE:
        await _keep_an_administrator(uow, faults, member, [])
    if number := await selectors.number_supervised(uow, member.id):
        faults.add("id", "supervises", "This person supervises others; they need another supervisor.", count=number)
    faults.raise_any()
    audience = audience_of(member)
    changes = uow.change(member, status=MembershipStatus.DEACTIVATED.value)
    await uow.flush()
    uow.record(
        MembershipDeactivated(subject_id=member.id, client_id=member.client_id, version=member.version),
        changes={**changes, "reason": Change(None, reason, Publicity.TEXT)},
        before=audience,
        after=audience,
    )
    await _release_centre(uow, member.id)
    return member.id


async def reactivate_membership(uow: UnitOfWork, *, user_id: UUID, version: int) -> UUID:
    """Let a deactivated member act again, in the same roles, in no team, under no supervisor who has gone.

    Whoever had not accepted the invitation is as before invited: nobody is made a member unasked.
    Raises Forbidden, NotFound, Conflict, TransitionRefused.
    """
    member = await begin_change(uow, user_id=user_id, version=version, of_rights=True)
    if member.status != MembershipStatus.DEACTIVATED:
        raise TransitionRefused(
            source=member.status, target=MembershipStatus.ACTIVE.value, allowed=[MembershipStatus.DEACTIVATED.value]
        )
    require_may_grant(uow.actor, member.id, (), member.roles)
    columns: dict[str, Any] = {"status": (await selectors.was_deactivated_as(uow, member.id)).value}
    if member.supervisor_id is not None:
        try:
            await _require_supervisor(uow, member, member.supervisor_id)
        except Invalid:
            columns["supervisor_id"] = None
    audience = audience_of(member)
    changes = uow.change(member, **columns)
    await uow.flush()
    uow.record(
        MembershipReactivated(subject_id=member.id, client_id=member.client_id, version=member.version),
        changes=changes,
        before=audience,
        after=audience,
    )
    return member.id
