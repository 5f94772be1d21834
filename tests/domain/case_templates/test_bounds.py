"""What a template, and a centre, can have at most."""

import pytest

from case_template_catalogue import STANDARD
from cma_graphql.access.actor import acting_at
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Forbidden, LimitReached
from cma_graphql.domain.case_templates.difference import Difference, difference
from cma_graphql.domain.case_templates.drafts import read_draft
from cma_graphql.domain.case_templates.models import MOST_STAGES
from cma_graphql.domain.case_templates.services import publish, templates
from cma_graphql.domain.case_templates.services.drafting import add_stage
from cma_graphql.domain.cases import type_services
from support.acting import Acting
from support.data import Data
from support.templates import a_stage, a_template


async def test_lists_that_are_plain_are_bounded(data: Data, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    codes = [f"S-{number}" for number in range(MOST_STAGES)]
    template = await a_template(data, manager, *codes)
    with pytest.raises(LimitReached) as refused:
        await acting(manager, add_stage, template_id=template, version=62, code="ONE-MORE", stage=a_stage("One more"))
    assert (refused.value.limit, refused.value.maximum) == ("stages", 60)
    other = await a_template(data, manager, code="OTHER")
    monkeypatch.setattr(publish, "MOST_VERSIONS", 1)
    await acting(manager, add_stage, template_id=other, version=4, code="THIRD", stage=a_stage("Third"))
    with pytest.raises(LimitReached) as refused:
        await acting(manager, publish.publish_template, template_id=other, version=5)
    assert refused.value.limit == "case-template-versions"
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 3)
    with pytest.raises(LimitReached) as refused:
        await acting(manager, templates.create_template, code="FOURTH", name="A fourth")
    assert refused.value.limit == "case-templates"
    monkeypatch.setattr(type_services, "MOST_CASE_TYPES", 14)
    with pytest.raises(LimitReached) as refused:
        await acting(manager, type_services.create_case_type, code="X", name="X", description="X", edits={})
    assert refused.value.limit == "case-types"


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN])
async def test_whoever_stands_above_changes_none_of_a_centres(data: Data, acting: Acting, role: Role) -> None:
    centre = await data.a_centre()
    above = acting_at(await data.an_administrator(role), centre)
    with pytest.raises(Forbidden):
        await acting(above, templates.create_template, code="NEW", name="New")
    with pytest.raises(Forbidden):
        await acting(above, type_services.create_case_type, code="X", name="X", description="X", edits={})


def test_a_difference_tells_what_was_done() -> None:
    old = read_draft(STANDARD)
    assert difference(old, read_draft(STANDARD)).stages == ()
    moved = {**STANDARD, "stages": [STANDARD["stages"][1], STANDARD["stages"][0], *STANDARD["stages"][2:]]}
    (one,) = difference(old, read_draft(moved)).stages
    assert (one.kind, one.code in {"TRIAGE", "CONSENT-PACK"}) == (Difference.MOVED, True)
    first = {**STANDARD["stages"][0], "name": "Other", "duration_days": 3}
    new = {**STANDARD["stages"][0], "code": "NEW"}
    changed = difference(old, read_draft({**STANDARD, "stages": [first, *STANDARD["stages"][1:12], new]}))
    assert [(stage.code, stage.kind.value, stage.fields) for stage in changed.stages] == [
        ("TRIAGE", "CHANGED", ("name", "duration_days")),
        ("NEW", "ADDED", ()),
        ("FILE-REVIEW", "REMOVED", ()),
    ]
    assert not changed.approval_rules
    assert difference(old, read_draft({**STANDARD, "approval_rules": []})).approval_rules
