"""What a person can do with templates as such: make, clone and name them, retire them, make one the default."""

from enum import StrEnum
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.core.errors import AlreadyExists, Invalid, LimitReached
from cma_graphql.core.events import STAFF
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.definition import Definition
from cma_graphql.domain.case_templates.drafts import with_new_ids, write_draft
from cma_graphql.domain.case_templates.events import (
    CaseTypeTemplateChanged,
    DefaultTemplateChanged,
    TemplateActivated,
    TemplateCreated,
    TemplateRetired,
    TemplateUpdated,
)
from cma_graphql.domain.case_templates.kinds import TemplateCategory
from cma_graphql.domain.case_templates.models import CaseTemplate, CaseTypeTemplate
from cma_graphql.domain.case_templates.policy import MANAGE, require_may_manage
from cma_graphql.domain.case_templates.services.taking import said_by, take, tell
from cma_graphql.domain.case_templates.stages import NAME_LENGTH, TEXT_LENGTH, read_code
from cma_graphql.domain.case_templates.template_selectors import (
    case_types_naming_templates,
    default_template_id,
    link_of_case_type,
    number_of_templates,
)
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.cases.type_services import require_may_manage_type
from cma_graphql.domain.centres.models import Centre
from cma_graphql.persistence.unit_of_work import UnitOfWork

LONGEST_CODE = 20
MOST_TEMPLATES = 500


class TemplateEdits(TypedDict, total=False):
    """The fields of a template that are to change."""

    name: str
    description: str | None
    category: TemplateCategory
    case_type_id: UUID | None


async def create_template(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    description: str | None = None,
    category: TemplateCategory = TemplateCategory.GENERAL,
    case_type_id: UUID | None = None,
) -> UUID:
    """Add a template of the centre's own, as an empty draft; answer its id.

    Raises Forbidden, NotFound (`case_type_id`), Invalid, InvalidInput, LimitReached.
    """
    stated: TemplateEdits = {
        "name": name,
        "description": description,
        "category": category,
        "case_type_id": case_type_id,
    }
    return await _add(uow, code, stated, Definition())


async def clone_template(
    uow: UnitOfWork, *, template_id: UUID, code: str, name: str, description: str | None = None
) -> UUID:
    """Add a template that says what another one does: its draft, or else its newest version. Answer its id.

    Raises Forbidden, NotFound, Invalid, InvalidInput, LimitReached.
    """
    uow.actor.require(MANAGE)
    source = await uow.get(CaseTemplate, template_id, field="id")
    said = await said_by(uow, source)
    stated: TemplateEdits = {
        "name": name,
        "description": source.description if description is None else description,
        "category": TemplateCategory(source.category),
        "case_type_id": source.case_type_id,
    }
    copied = Definition(
        stages=with_new_ids(said.stages),
        approval_rules=said.approval_rules,
        notification_rules=said.notification_rules,
        document_rules=said.document_rules,
    )
    return await _add(uow, code, stated, copied)


async def update_template(uow: UnitOfWork, *, template_id: UUID, version: int, edits: TemplateEdits) -> UUID:
    """Change what a template is called and meant for. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput."""
    template = await take(uow, template_id, version)
    require_may_manage(uow.actor, edits.get("category", template.category))
    faults = Faults()
    columns = _read(faults, edits)
    faults.raise_any()
    await _require_type(uow, edits)
    await tell(uow, template, uow.change(template, **columns), TemplateUpdated)
    return template.id


async def retire_template(uow: UnitOfWork, *, template_id: UUID, version: int) -> UUID:
    """Let no case begin with a template any more; those that did go on with their version.

    Raises Forbidden, NotFound, Conflict; Invalid for the default one and one that case types begin with.
    """
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    template = await take(uow, template_id, version)
    if template.is_default:
        raise Invalid("id", "default-template", "Make another template the default before this one is retired.")
    (naming,) = await case_types_naming_templates(uow, [template.id])
    types = [row["code"] for row in naming]
    if types:
        raise Invalid(
            "id",
            "in-use",
            f"Cases of {', '.join(types)} begin with it: give these types another template before it is retired.",
            case_types=types,
        )
    await tell(uow, template, uow.change(template, active=False), TemplateRetired)
    return template.id


async def activate_template(uow: UnitOfWork, *, template_id: UUID, version: int) -> UUID:
    """Let cases begin with a template again. Raises Forbidden, NotFound, Conflict."""
    template = await take(uow, template_id, version)
    await tell(uow, template, uow.change(template, active=True), TemplateActivated)
    return template.id


async def make_default(uow: UnitOfWork, *, template_id: UUID, version: int) -> UUID:
    """Let cases begin with a template where their type says nothing else; the default there was is none any more.

    Raises Forbidden, NotFound, Conflict, Invalid (retired, or never published).
    """
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    template = await take(uow, template_id, version)
    require_may_manage(uow.actor, TemplateCategory.GENERAL)
    _require_usable(template, "id")
    former = await default_template_id(uow)
    if former is not None and former != template.id:
        other = await uow.lock(CaseTemplate, former, field=None)
        await tell(uow, other, uow.change(other, is_default=False), DefaultTemplateChanged)
    await tell(uow, template, uow.change(template, is_default=True), DefaultTemplateChanged)
    return template.id


async def set_type_template(uow: UnitOfWork, *, case_type_id: UUID, version: int, template_id: UUID | None) -> UUID:
    """Say what cases of a type begin with from now on; None: what the type above it does, or the centre's default.

    Raises Forbidden, NotFound, Conflict, Invalid (retired, or never published).
    """
    uow.actor.require(MANAGE)
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    kind = await uow.lock(CaseType, case_type_id, version=version)
    require_may_manage_type(uow.actor, reviewed=kind.requires_legal_review or kind.requires_compliance_review)
    if template_id is not None:
        _require_usable(await uow.lock(CaseTemplate, template_id, field="template_id"), "template_id")
    known = await link_of_case_type(uow, kind.id)
    if known is None:
        link = CaseTypeTemplate(id=new_id(), case_type_id=kind.id, template_id=template_id)
        changes = {name: change for name, change in uow.add(link).items() if name == "template_id"}
    else:
        link = await uow.lock(CaseTypeTemplate, known, field=None)
        changes = dict(uow.change(link, template_id=template_id))
    if changes:
        uow.touch(kind)
        await uow.flush()
        event = CaseTypeTemplateChanged(subject_id=kind.id, version=kind.version)
        uow.record(event, changes=changes, before=STAFF, after=STAFF)
    return kind.id


async def _add(uow: UnitOfWork, code: str, stated: TemplateEdits, said: Definition) -> UUID:
    require_may_manage(uow.actor, stated["category"])
    faults = Faults()
    template = CaseTemplate(
        id=new_id(),
        code=faults.read("code", read_code, code, longest=LONGEST_CODE) or "",
        is_default=False,
        active=True,
        published_number=0,
        draft=write_draft(said),
        **_read(faults, stated),
    )
    faults.raise_any()
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    await _require_type(uow, stated)
    if await number_of_templates(uow) >= MOST_TEMPLATES:
        raise LimitReached("case-templates", MOST_TEMPLATES)
    changes = uow.add(template)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("code", "unique", "The centre has a template of this code already.") from None
    uow.record(TemplateCreated(subject_id=template.id, version=1), changes=changes, after=STAFF)
    return template.id


async def _require_type(uow: UnitOfWork, stated: TemplateEdits) -> None:
    case_type_id = stated.get("case_type_id")
    if case_type_id is not None:
        await uow.get(CaseType, case_type_id, field="case_type_id")


def _require_usable(template: CaseTemplate, field: str) -> None:
    if not template.active:
        raise Invalid(field, "retired", "Cases do not begin with a retired template.")
    if template.published_number == 0:
        raise Invalid(field, "unpublished", "Publish the template before cases begin with it.")


def _read(faults: Faults, stated: TemplateEdits) -> dict[str, Any]:
    """Answer the columns that are stated, as they are stored."""
    columns: dict[str, Any] = {
        name: value.value if isinstance(value, StrEnum) else value for name, value in stated.items()
    }
    if "name" in columns:
        columns["name"] = faults.read("name", one_line, columns["name"], max_length=NAME_LENGTH) or ""
    if columns.get("description") is not None:
        columns["description"] = faults.read("description", multiline, columns["description"], max_length=TEXT_LENGTH)
    return columns
