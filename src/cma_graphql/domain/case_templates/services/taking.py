"""How a template is taken to be changed, and how the change is told."""

from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import STAFF, Change, Changes, Publicity
from cma_graphql.domain.case_templates.definition import Definition
from cma_graphql.domain.case_templates.drafts import read_draft, with_new_ids, write_draft
from cma_graphql.domain.case_templates.events import TemplateEvent
from cma_graphql.domain.case_templates.models import CaseTemplate
from cma_graphql.domain.case_templates.policy import MANAGE, require_may_manage
from cma_graphql.domain.case_templates.said import definition_of
from cma_graphql.domain.case_templates.template_selectors import newest_version_id
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take(uow: UnitOfWork, template_id: UUID, version: int) -> CaseTemplate:
    """Lock a template that the actor may manage. Raises Forbidden, NotFound, Conflict."""
    uow.actor.require(MANAGE)
    template = await uow.lock(CaseTemplate, template_id, version=version)
    require_may_manage(uow.actor, template.category)
    return template


async def take_in_use(uow: UnitOfWork, template_id: UUID, version: int) -> CaseTemplate:
    """Lock a template that is not retired. Raises Forbidden, NotFound, Conflict, Invalid."""
    template = await take(uow, template_id, version)
    if not template.active:
        raise Invalid("id", "retired", "This template is retired: activate it before you work on it.")
    return template


async def said_by(uow: UnitOfWork, template: CaseTemplate) -> Definition:
    """Answer what a template's draft says; without one, what its newest version says, as a new draft would."""
    if template.draft is not None:
        return read_draft(template.draft)
    said = await definition_of(uow, await newest_version_id(uow, template.id, template.published_number))
    return Definition(
        stages=with_new_ids(said.stages),
        approval_rules=said.approval_rules,
        notification_rules=said.notification_rules,
        document_rules=said.document_rules,
    )


async def keep(uow: UnitOfWork, template: CaseTemplate, said: Definition, event: type[TemplateEvent]) -> None:
    """Keep what a draft says; its event tells how many stages there are, never its words."""
    changes = uow.change(template, draft=write_draft(said))
    if changes:
        told = {"stages": Change(None, len(said.stages), Publicity.OPEN)}
        await tell(uow, template, told, event)


async def tell(uow: UnitOfWork, template: CaseTemplate, changes: Changes, event: type[TemplateEvent]) -> None:
    """Record an event of a template that has changed; nothing where it has not."""
    if changes:
        await uow.flush()
        uow.record(event(subject_id=template.id, version=template.version), changes=changes, before=STAFF, after=STAFF)
