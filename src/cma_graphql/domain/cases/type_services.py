"""What a person can do with a centre's case types: its copies of the network's, and its own."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import AlreadyExists, Forbidden, Invalid, LimitReached, NotFound
from cma_graphql.core.events import STAFF, Changes
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import BillingMethod, CaseCategory, Level, Priority
from cma_graphql.domain.cases.type_events import (
    CaseTypeActivated,
    CaseTypeCreated,
    CaseTypeDeactivated,
    CaseTypeEvent,
    CaseTypeUpdated,
)
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.cases.type_selectors import MOST_CASE_TYPES, case_types
from cma_graphql.domain.centres.models import Centre
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MANAGE = Permission.WORKFLOW_TEMPLATE_MANAGE
NAME_LENGTH = 100
TEXT_LENGTH = 2_000
LONGEST_CODE = 20
_CODE = re.compile(r"[A-Z0-9]+([_-][A-Z0-9]+)*")


class CaseTypeEdits(TypedDict, total=False):
    """The fields of a case type that are to change."""

    name: str
    description: str
    parent_id: UUID | None
    category: CaseCategory
    default_priority: Priority
    default_complexity: Level
    default_billing_method: BillingMethod
    requires_legal_review: bool
    requires_compliance_review: bool
    requires_cost_tracking: bool
    is_default: bool


_USUAL: CaseTypeEdits = {
    "parent_id": None,
    "category": CaseCategory.PERSONAL,
    "default_priority": Priority.MEDIUM,
    "default_complexity": Level.MEDIUM,
    "default_billing_method": BillingMethod.NONE,
    "requires_legal_review": False,
    "requires_compliance_review": False,
    "requires_cost_tracking": True,
    "is_default": False,
}


def require_may_manage_type(actor: Actor, *, reviewed: bool) -> None:
    """Raise Forbidden where the actor may not manage a case type.

    A compliance officer manages those that need a review (domain reference 5.5: legal templates); whoever stands
    above the centres, none of a centre's.
    """
    actor.require(MANAGE)
    if actor.at_platform:
        raise Forbidden(MANAGE.name, "A centre's case types are its own: its manager changes them.")
    if actor.kind is ActorKind.STAFF and Role.CENTRE_MANAGER not in actor.roles and not reviewed:
        raise Forbidden(MANAGE.name, "Case types that need no review are for the centre's manager to change.")


async def create_case_type(uow: UnitOfWork, *, code: str, name: str, description: str, edits: CaseTypeEdits) -> UUID:
    """Add a case type of the centre's own, behind all others; answer its id.

    Raises Forbidden, NotFound (`parent_id`), Invalid, InvalidInput, LimitReached.
    """
    stated: CaseTypeEdits = {**_USUAL, **edits}
    require_may_manage_type(uow.actor, reviewed=_reviewed(stated))
    faults = Faults()
    own_code = faults.read("code", _read_code, code) or ""
    columns = _read(faults, {**stated, "name": name, "description": description})
    faults.raise_any()
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    present = await case_types(uow)
    if len(present) >= MOST_CASE_TYPES:
        raise LimitReached("case-types", MOST_CASE_TYPES)
    kind = CaseType(id=new_id(), code=own_code, active=True, **columns)
    kind.position = 1 + max((row["position"] for row in present), default=0)
    _place(kind, present)
    if kind.is_default:
        await _make_way(uow, kind.id, present)
    changes = uow.add(kind)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("code", "unique", "The centre has a case type of this code already.") from None
    uow.record(CaseTypeCreated(subject_id=kind.id, version=1), changes=changes, after=STAFF)
    return kind.id


async def update_case_type(uow: UnitOfWork, *, case_type_id: UUID, version: int, edits: CaseTypeEdits) -> UUID:
    """Change the stated fields of a case type; cases keep what they were opened with.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    uow.actor.require(MANAGE)
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    kind = await uow.lock(CaseType, case_type_id, version=version)
    now = {name: getattr(kind, name) for name in ("requires_legal_review", "requires_compliance_review")}
    require_may_manage_type(uow.actor, reviewed=_reviewed(now) and _reviewed({**now, **edits}))
    faults = Faults()
    columns = _read(faults, edits)
    if columns.get("is_default") is False and kind.is_default:
        faults.add("is_default", "default-type", "Make another type the default: there is one as long as it is in use.")
    if columns.get("is_default") and not kind.active:
        faults.add("is_default", "inactive", "New cases are not of this type any more.")
    faults.raise_any()
    present = await case_types(uow)
    if columns.get("is_default") and not kind.is_default:
        await _make_way(uow, kind.id, present)
    changes = uow.change(kind, **columns)
    _place(kind, present)
    await _tell(uow, CaseTypeUpdated, kind, changes)
    return kind.id


async def deactivate_case_type(uow: UnitOfWork, *, case_type_id: UUID, version: int) -> UUID:
    """Open new cases of a type no more; its cases stay as they are. Raises Forbidden, NotFound, Conflict, Invalid."""
    kind = await _take(uow, case_type_id, version)
    if kind.is_default:
        raise Invalid("id", "default-type", "Make another type the default before this one goes out of use.")
    await _tell(uow, CaseTypeDeactivated, kind, uow.change(kind, active=False))
    return kind.id


async def activate_case_type(uow: UnitOfWork, *, case_type_id: UUID, version: int) -> UUID:
    """Let new cases be of a type again. Raises Forbidden, NotFound, Conflict."""
    kind = await _take(uow, case_type_id, version)
    await _tell(uow, CaseTypeActivated, kind, uow.change(kind, active=True))
    return kind.id


async def _take(uow: UnitOfWork, case_type_id: UUID, version: int) -> CaseType:
    uow.actor.require(MANAGE)
    kind = await uow.lock(CaseType, case_type_id, version=version)
    require_may_manage_type(uow.actor, reviewed=kind.requires_legal_review or kind.requires_compliance_review)
    return kind


async def _tell(uow: UnitOfWork, event: type[CaseTypeEvent], kind: CaseType, changes: Changes) -> None:
    if changes:
        await uow.flush()
        uow.record(event(subject_id=kind.id, version=kind.version), changes=changes, before=STAFF, after=STAFF)


async def _make_way(uow: UnitOfWork, chosen: UUID, present: Sequence[Record]) -> None:
    """Let the present default be none any more: there is one at most."""
    former = next((row["key"] for row in present if row["is_default"] and row["key"] != chosen), None)
    if former is not None:
        kind = await uow.lock(CaseType, former, field=None)
        await _tell(uow, CaseTypeUpdated, kind, uow.change(kind, is_default=False))


def _reviewed(stated: Mapping[str, Any]) -> bool:
    return bool(stated["requires_legal_review"] or stated["requires_compliance_review"])


def _place(kind: CaseType, present: Sequence[Record]) -> None:
    """Raise NotFound or Invalid where the type above a type is none of the centre's, or a kind of it."""
    parents = {row["key"]: row["parent_id"] for row in present}
    above = kind.parent_id
    if above is not None and above not in parents:
        raise NotFound("parent_id")
    while above is not None:
        if above == kind.id:
            raise Invalid("parent_id", "cyclic", "A type is no kind of itself, nor of one of its kinds.")
        above = parents[above]


def _read_code(text: str) -> str:
    """Return a case type's code in capitals. Refuses with `code`."""
    code = text[: LONGEST_CODE + 1].strip().upper()
    if len(text) > LONGEST_CODE or not code.isascii() or not _CODE.fullmatch(code):
        raise FormatError(
            "code",
            f"A code is up to {LONGEST_CODE} letters and digits, with hyphens or underscores between: DEBT_ADVICE.",
            maximum=LONGEST_CODE,
        )
    return code


def _read(faults: Faults, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the columns that are stated, as they are stored."""
    columns = {name: value.value if isinstance(value, StrEnum) else value for name, value in stated.items()}
    if "name" in columns:
        columns["name"] = faults.read("name", one_line, columns["name"], max_length=NAME_LENGTH) or ""
    if "description" in columns:
        columns["description"] = (
            faults.read("description", multiline, columns["description"], max_length=TEXT_LENGTH) or ""
        )
    return columns
