"""A centre's templates of notes, and what one of them says of a case."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import AlreadyExists, Invalid, LimitReached
from cma_graphql.core.events import STAFF, Changes, Event
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.compliance.policy import require_of_the_centre
from cma_graphql.domain.notes.events import NoteTemplateCreated, NoteTemplateUpdated
from cma_graphql.domain.notes.models import NoteCategory, NoteTemplate
from cma_graphql.domain.notes.placeholders import filled, read_template_body
from cma_graphql.domain.notes.reading import read_name
from cma_graphql.domain.notes.selectors import templates_in_order
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_TEMPLATES = 200


async def create_template(
    uow: UnitOfWork,
    *,
    name: str,
    category_id: UUID,
    body: str,
    priority: Priority = Priority.MEDIUM,
    tags: Sequence[str] = (),
) -> UUID:
    """Add a template of notes to the centre. Raises Forbidden, NotFound, Invalid, InvalidInput, LimitReached."""
    require_of_the_centre(uow.actor, Permission.CENTRE_CONFIGURE)
    await uow.get(NoteCategory, category_id, field="category_id")
    faults = Faults()
    template = NoteTemplate(
        id=new_id(),
        category_id=category_id,
        name=faults.read("name", read_name, name) or "",
        body=faults.read("body", read_template_body, body) or "",
        priority=priority.value,
        tags=faults.read("tags", read_tags, tags) or [],
        active=True,
    )
    faults.raise_any()
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    if len(await uow.all(templates_in_order)) >= MOST_TEMPLATES:
        raise LimitReached("note-templates", MOST_TEMPLATES)
    changes = uow.add(template)
    await _flush(uow)
    _tell(uow, NoteTemplateCreated, template, changes, new=True)
    return template.id


async def update_template(
    uow: UnitOfWork,
    *,
    template_id: UUID,
    version: int,
    name: str | None = None,
    body: str | None = None,
    tags: Sequence[str] | None = None,
    priority: Priority | None = None,
    active: bool | None = None,
) -> UUID:
    """Change a template, retire it or use it again; None leaves a thing as it is, as do notes that began with it.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    require_of_the_centre(uow.actor, Permission.CENTRE_CONFIGURE)
    template = await uow.lock(NoteTemplate, template_id, version=version)
    faults = Faults()
    columns: dict[str, object] = {}
    if name is not None:
        columns["name"] = faults.read("name", read_name, name)
    if body is not None:
        columns["body"] = faults.read("body", read_template_body, body)
    if tags is not None:
        columns["tags"] = faults.read("tags", read_tags, tags)
    if priority is not None:
        columns["priority"] = priority.value
    if active is not None:
        columns["active"] = active
    faults.raise_any()
    changes = uow.change(template, **columns)
    if changes:
        await _flush(uow)
        _tell(uow, NoteTemplateUpdated, template, changes)
    return template.id


def begun_with(template: Record, case: Record, client: Record) -> str:
    """Answer a template's words, the placeholders filled from a case and its client."""
    values = {
        "case_number": case["case_number"],
        "case_title": case["title"],
        "client_name": f"{client['first_name']} {client['last_name']}",
        "client_reference": client["reference"],
        "opened_on": _said(case["opened_on"]),
        "today": _said(today()),
    }
    return filled(template["body"], values)


def _said(day: object) -> str:
    return f"{day:%-d %B %Y}"


async def _flush(uow: UnitOfWork) -> None:
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("name", "unique", "The centre has a template of this name already.") from None


def _tell(uow: UnitOfWork, event: type[Event], template: NoteTemplate, changes: Changes, *, new: bool = False) -> None:
    told = event(subject_id=template.id, version=template.version)
    uow.record(told, changes=changes, before=None if new else STAFF, after=STAFF)
