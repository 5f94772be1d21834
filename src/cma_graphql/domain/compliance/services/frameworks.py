"""Gives a centre a framework of its own, beside its copies of the network's."""

from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import AlreadyExists, Invalid, LimitReached
from cma_graphql.core.events import STAFF
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.compliance.codes import read_code
from cma_graphql.domain.compliance.events import FrameworkCreated
from cma_graphql.domain.compliance.framework_selectors import frameworks
from cma_graphql.domain.compliance.models import ComplianceFramework
from cma_graphql.domain.compliance.policy import require_of_the_centre
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_FRAMEWORKS = 100
NAME_LENGTH = 200
TEXT_LENGTH = 2_000


async def create_framework(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    edition: str,
    effective_from: date,
    effective_to: date | None = None,
    source: str,
    description: str,
) -> UUID:
    """Add a framework to the centre; its checklists follow. A code has each edition once.

    Raises Forbidden, Invalid, InvalidInput, LimitReached.
    """
    require_of_the_centre(uow.actor, Permission.FRAMEWORK_MANAGE)
    faults = Faults()
    framework = ComplianceFramework(
        id=new_id(),
        code=faults.read("code", read_code, code) or "",
        name=faults.read("name", one_line, name, max_length=NAME_LENGTH) or "",
        edition=faults.read("edition", one_line, edition, max_length=40) or "",
        effective_from=effective_from,
        effective_to=effective_to,
        source=faults.read("source", one_line, source, max_length=NAME_LENGTH) or "",
        description=faults.read("description", multiline, description, max_length=TEXT_LENGTH) or "",
        active=True,
    )
    if effective_to is not None and effective_to < effective_from:
        faults.add("effective_to", "before-start", "A framework does not end before it begins.")
    faults.raise_any()
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    present = await frameworks(uow)
    if len(present) >= MOST_FRAMEWORKS:
        raise LimitReached("frameworks", MOST_FRAMEWORKS)
    framework.position = len(present) + 1
    changes = uow.add(framework)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("edition", "unique", "The centre has this edition of this framework already.") from None
    uow.record(FrameworkCreated(subject_id=framework.id, version=1), changes=changes, after=STAFF)
    return framework.id
