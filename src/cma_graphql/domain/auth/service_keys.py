"""Keys by which the programs of a centre sign in: made, shown once, revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import TABLE, Permission, Reach, Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, LimitReached, TransitionRefused
from cma_graphql.core.events import Audience
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import new_id
from cma_graphql.core.tokens import token_digest
from cma_graphql.domain.auth.events import ServiceKeyCreated, ServiceKeyRevoked
from cma_graphql.domain.auth.models import ServiceKey
from cma_graphql.domain.auth.selectors import MOST_KEYS, number_of_good_keys
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork

LONGEST_LIFETIME = timedelta(days=365)
_LONGEST_NAME = 100
GRANTABLE = frozenset(permission for permission in Permission if TABLE[permission][Role.SERVICE] is not Reach.NONE)
"""The permissions that a key may name: those of the role SERVICE."""
WHO_HEARS = Audience(restricted=True)
"""Those who see the whole centre, and nobody else."""


async def create_service_key(
    uow: UnitOfWork, *, token: str, name: str, scopes: Sequence[Permission], expires_at: datetime
) -> UUID:
    """Make a key of the centre, good for these permissions until an instant at most a year away.

    `token` is the new secret; only its digest is kept, so that it can be shown this once. Raises Forbidden,
    InvalidInput (rules `scopes-empty`, `scope-of-programs`, `expiry`), LimitReached (50 good keys).
    """
    uow.actor.require(Permission.INTEGRATION_MANAGE)
    if uow.actor.kind is not ActorKind.STAFF:
        raise Forbidden(Permission.INTEGRATION_MANAGE.name, "Keys belong to a centre, and its manager makes them.")
    at = now()
    faults = Faults()
    title = faults.read("name", one_line, name, max_length=_LONGEST_NAME)
    wanted = set(scopes)
    if not wanted:
        faults.add("scopes", "scopes-empty", "A key is good for at least one permission.")
    beyond = sorted(permission.name for permission in wanted - GRANTABLE)
    if beyond:
        faults.add("scopes", "scope-of-programs", "Programs cannot have all of these permissions.", refused=beyond)
    if not at < expires_at <= at + LONGEST_LIFETIME:
        faults.add(
            "expires_at",
            "expiry",
            f"A key ends within {LONGEST_LIFETIME.days} days.",
            maximum_days=LONGEST_LIFETIME.days,
        )
    faults.raise_any()
    counted = await uow.one(number_of_good_keys, at=at)
    if counted is not None and counted["number"] >= MOST_KEYS:
        raise LimitReached("service-keys", MOST_KEYS)
    key = ServiceKey(
        id=new_id(),
        name=title,
        digest=token_digest(token),
        scopes=[permission.value for permission in Permission if permission in wanted],
        expires_at=expires_at,
    )
    changes = {field: change for field, change in uow.add(key).items() if field != "digest"}
    await uow.flush()
    uow.record(ServiceKeyCreated(subject_id=key.id, version=key.version), changes=changes, after=WHO_HEARS)
    uow.add(security_entry(uow.actor, "service_key.created", {"key": str(key.id), "scopes": key.scopes}))
    return key.id


async def revoke_service_key(uow: UnitOfWork, *, key_id: UUID, version: int) -> UUID:
    """End a key for good. Raises NotFound, Forbidden, Conflict, TransitionRefused for one that is revoked."""
    uow.actor.require(Permission.INTEGRATION_MANAGE)
    key = await uow.lock(ServiceKey, key_id, version=version)
    if key.revoked_at is not None:
        raise TransitionRefused(source="REVOKED", target="REVOKED", allowed=())
    changes = uow.change(key, revoked_at=now(), revoked_by=uow.actor.user_id)
    await uow.flush()
    uow.record(
        ServiceKeyRevoked(subject_id=key.id, version=key.version), changes=changes, before=WHO_HEARS, after=WHO_HEARS
    )
    uow.add(security_entry(uow.actor, "service_key.revoked", {"key": str(key.id)}))
    return key.id
