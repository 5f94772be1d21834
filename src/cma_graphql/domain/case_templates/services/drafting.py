"""What a person can do with a template's draft: its stages, their order, its rules. No running case is concerned.

The first change to a template without a draft begins one from its newest version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from cma_graphql.core.errors import Invalid, LimitReached, NotFound
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.checking import check_rules
from cma_graphql.domain.case_templates.definition import (
    ApprovalRule,
    Definition,
    DocumentRule,
    NotificationRule,
    StageDefinition,
    steps_of,
)
from cma_graphql.domain.case_templates.events import DraftChanged, DraftDiscarded
from cma_graphql.domain.case_templates.models import MOST_STAGES
from cma_graphql.domain.case_templates.services.taking import (
    keep,
    said_by,
    take,
    take_in_use,
    tell,
)
from cma_graphql.domain.case_templates.stages import NAME_LENGTH, StatedStage, read_code, read_stage
from cma_graphql.domain.case_templates.template_selectors import people_by_role
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def add_stage(
    uow: UnitOfWork, *, template_id: UUID, version: int, code: str, stage: StatedStage, after: str | None = None
) -> UUID:
    """Put a stage into the draft, behind the one of the code `after`, or behind all.

    Raises Forbidden, NotFound (`after`), Conflict, Invalid, InvalidInput, LimitReached.
    """
    template = await take_in_use(uow, template_id, version)
    said = await said_by(uow, template)
    if len(said.stages) >= MOST_STAGES:
        raise LimitReached("stages", MOST_STAGES)
    faults = Faults()
    own_code = faults.read("code", read_code, code) or ""
    if said.stage(own_code) is not None:
        faults.add("code", "duplicate", "Each stage has a code of its own.", code=own_code)
    added = read_stage(faults, stage, stage_id=new_id(), code=own_code, within="stage")
    faults.raise_any()
    place = len(said.stages) if after is None else 1 + _place(said, after, "after")
    stages = [*said.stages[:place], added, *said.stages[place:]]
    await keep(uow, template, replace(said, stages=_in_order(stages)), DraftChanged)
    return template.id


async def update_stage(uow: UnitOfWork, *, template_id: UUID, version: int, code: str, stage: StatedStage) -> UUID:
    """Say anew what a stage of the draft is; its code and its place stay.

    Raises Forbidden, NotFound (`code`), Conflict, Invalid, InvalidInput.
    """
    template = await take_in_use(uow, template_id, version)
    said = await said_by(uow, template)
    place = _place(said, code, "code")
    former = said.stages[place]
    faults = Faults()
    changed = read_stage(faults, stage, stage_id=former.id, code=former.code, within="stage")
    faults.raise_any()
    stages = [*said.stages[:place], changed, *said.stages[place + 1 :]]
    await keep(uow, template, replace(said, stages=_in_order(stages)), DraftChanged)
    return template.id


async def remove_stage(uow: UnitOfWork, *, template_id: UUID, version: int, code: str) -> UUID:
    """Take a stage out of the draft; what names it is a fault from then on, until it names another.

    Raises Forbidden, NotFound (`code`), Conflict, Invalid.
    """
    template = await take_in_use(uow, template_id, version)
    said = await said_by(uow, template)
    place = _place(said, code, "code")
    stages = [*said.stages[:place], *said.stages[place + 1 :]]
    await keep(uow, template, replace(said, stages=_in_order(stages)), DraftChanged)
    return template.id


async def reorder_stages(uow: UnitOfWork, *, template_id: UUID, version: int, steps: Sequence[Sequence[str]]) -> UUID:
    """Put the draft's stages into these steps, by their codes: those of one step run side by side.

    Raises Forbidden, NotFound, Conflict; Invalid where a stage is left out, or named twice.
    """
    template = await take_in_use(uow, template_id, version)
    said = await said_by(uow, template)
    codes = [code.strip().upper() for step in steps for code in step]
    known = {stage.code: stage for stage in said.stages}
    unknown = sorted({code for code in codes if code not in known})
    if unknown:
        raise Invalid("steps", "unknown-stage", "The draft has no such stage.", unknown=unknown[:10])
    if sorted(codes) != sorted(known) or not all(steps):
        raise Invalid(
            "steps",
            "every-stage-once",
            "Name every stage of the draft once, and no empty step.",
            missing=sorted(known.keys() - set(codes))[:10],
        )
    stages = [
        replace(known[code.strip().upper()], is_parallel=number > 0)
        for step in steps
        for number, code in enumerate(step)
    ]
    await keep(uow, template, replace(said, stages=_in_order(stages)), DraftChanged)
    return template.id


async def set_rules(
    uow: UnitOfWork,
    *,
    template_id: UUID,
    version: int,
    approval_rules: Sequence[ApprovalRule] | None = None,
    notification_rules: Sequence[NotificationRule] | None = None,
    document_rules: Sequence[DocumentRule] | None = None,
) -> UUID:
    """Say anew, as a whole, the draft's rules of the kinds that are given; None: as they are.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    template = await take_in_use(uow, template_id, version)
    said = await said_by(uow, template)
    faults = Faults()
    given: dict[str, tuple[object, ...]] = {}
    if approval_rules is not None:
        given["approval_rules"] = tuple(approval_rules)
    if notification_rules is not None:
        given["notification_rules"] = tuple(
            replace(rule, stage_code=_code_of(rule.stage_code)) for rule in notification_rules
        )
    if document_rules is not None:
        given["document_rules"] = tuple(_read_papers(faults, document_rules))
    changed: Definition = replace(said, **given)  # type: ignore[arg-type]
    only = Definition(stages=said.stages, **{name: getattr(changed, name) for name in given})
    check_rules(faults, only, holders=await people_by_role(uow))
    faults.raise_any()
    await keep(uow, template, changed, DraftChanged)
    return template.id


async def discard_draft(uow: UnitOfWork, *, template_id: UUID, version: int) -> UUID:
    """Give up a draft; the template says what its newest version does.

    Raises Forbidden, NotFound, Conflict; Invalid where there is no draft, or nothing else.
    """
    template = await take(uow, template_id, version)
    if template.draft is None:
        raise Invalid("id", "no-draft", "Nobody has changed anything since its newest version.")
    if template.published_number == 0:
        raise Invalid("id", "unpublished", "A template that was never published is nothing but its draft: retire it.")
    await tell(uow, template, uow.change(template, draft=None), DraftDiscarded)
    return template.id


def _place(said: Definition, code: str, field: str) -> int:
    """Answer where the stage of a code stands; raise NotFound, naming the field it came from."""
    wanted = code.strip().upper()
    for place, stage in enumerate(said.stages):
        if stage.code == wanted:
            return place
    raise NotFound(field)


def _in_order(stages: Sequence[StageDefinition]) -> tuple[StageDefinition, ...]:
    """Give the stages the numbers of their steps; the first of all has nothing to run beside."""
    steps = steps_of(
        [replace(stage, is_parallel=stage.is_parallel and place > 0) for place, stage in enumerate(stages)]
    )
    return tuple(replace(stage, sequence_order=number) for number, step in enumerate(steps, start=1) for stage in step)


def _code_of(text: str | None) -> str | None:
    return None if text is None else text.strip().upper()


def _read_papers(faults: Faults, rules: Sequence[DocumentRule]) -> Iterable[DocumentRule]:
    for number, rule in enumerate(rules):
        made_from = rule.document_template
        if made_from is not None:
            made_from = faults.read(
                f"document_rules.{number}.document_template", one_line, made_from, max_length=NAME_LENGTH
            )
        yield replace(rule, stage_code=_code_of(rule.stage_code), document_template=made_from)
