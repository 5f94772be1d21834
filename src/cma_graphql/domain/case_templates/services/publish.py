"""Publishes a template's draft as its next version, once it can be run as a whole."""

from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.case_templates.checking import check_definition
from cma_graphql.domain.case_templates.drafts import read_draft
from cma_graphql.domain.case_templates.events import TemplatePublished
from cma_graphql.domain.case_templates.publishing import add_version
from cma_graphql.domain.case_templates.services.taking import take_in_use, tell
from cma_graphql.domain.case_templates.stages import TEXT_LENGTH
from cma_graphql.domain.case_templates.template_selectors import people_by_role
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def publish_template(uow: UnitOfWork, *, template_id: UUID, version: int, note: str | None = None) -> UUID:
    """Publish the draft as the next version: cases begin with it from now on, those at work keep theirs.

    Raises Forbidden, NotFound, Conflict; Invalid where there is no draft, and InvalidInput with every place of it
    that keeps a case from being run.
    """
    template = await take_in_use(uow, template_id, version)
    if template.draft is None:
        raise Invalid("id", "no-draft", "Nobody has changed anything since its newest version.")
    said = read_draft(template.draft)
    faults = Faults()
    words = None if note is None else faults.read("note", multiline, note, max_length=TEXT_LENGTH)
    check_definition(faults, said, holders=await people_by_role(uow))
    faults.raise_any()
    number = template.published_number + 1
    changes = uow.change(template, draft=None, published_number=number)
    await uow.flush()
    version_id = await add_version(uow, template, said, note=words)
    told = {
        "published_number": changes["published_number"],
        "version_id": Change(None, version_id, Publicity.OPEN),
        "stages": Change(None, len(said.stages), Publicity.OPEN),
    }
    await tell(uow, template, told, TemplatePublished)
    return template.id
