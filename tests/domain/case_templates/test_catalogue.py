"""Every centre has the network's templates, published, and its cases begin with the standard one."""

from dataclasses import astuple, replace
from uuid import UUID

import pytest

from case_template_catalogue import CODE, STANDARD
from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.definition import Definition, TemplateVersion
from cma_graphql.domain.case_templates.drafts import read_draft, write_draft
from cma_graphql.domain.case_templates.selectors import default_version_for, version_of
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.data import Data

NOBODY = UUID(int=0)


def without_ids(said: Definition) -> tuple[object, ...]:
    return astuple(
        Definition(
            stages=tuple(replace(stage, id=NOBODY) for stage in said.stages),
            approval_rules=said.approval_rules,
            notification_rules=said.notification_rules,
            document_rules=said.document_rules,
        )
    )


async def begun_with(data: Data, acting: Acting, centre: UUID, code: str) -> TemplateVersion | None:
    case_type = await acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = $2", centre, code)
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        return await default_version_for(uow, case_type)


async def test_a_centre_has_the_standard_template(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    version = await begun_with(data, acting, centre, "DEBT_ADVICE")
    assert version is not None
    assert (version.template_code, version.template_name, version.number) == (CODE, "Debt-advice standard", 1)
    assert [(stage.code, stage.advice_stage.value) for stage in version.stages] == [
        ("TRIAGE", "TRIAGE"),
        ("CONSENT-PACK", "TRIAGE"),
        ("FACT-FIND", "FACT_FIND"),
        ("BUDGET", "BUDGET"),
        ("BUDGET-CHECK", "BUDGET"),
        ("OPTIONS", "ADVICE"),
        ("COA-LETTER", "RECOMMENDATION"),
        ("SUPERVISOR-APPROVAL", "RECOMMENDATION"),
        ("CLIENT-DECISION", "RECOMMENDATION"),
        ("IMPLEMENTATION", "IMPLEMENTATION"),
        ("REVIEW", "REVIEW"),
        ("CLOSURE", "CLOSURE"),
        ("FILE-REVIEW", "CLOSURE"),
    ]
    assert [stage.sequence_order for stage in version.stages] == list(range(1, 14))
    assert [[stage.code for stage in step] for step in version.steps] == [[stage.code] for stage in version.stages]
    approval = version.stages[7].approval
    assert approval is not None
    assert (approval.approver_roles, approval.min_approvers) == ((Role.CENTRE_MANAGER,), 1)
    assert version.stages[10].wait_days == (30, 90, 180)
    assert version.stages[12].sample_percent == 10
    assert without_ids(version) == without_ids(read_draft(STANDARD))


@pytest.mark.parametrize("code", ["MH_BREATHING_SPACE", "COMPLAINT"])
async def test_every_type_begins_with_it_until_it_says_otherwise(data: Data, acting: Acting, code: str) -> None:
    version = await begun_with(data, acting, await data.a_centre(), code)
    assert version is not None
    assert version.template_code == CODE


async def test_another_centres_version_is_none(data: Data, acting: Acting) -> None:
    version = await begun_with(data, acting, await data.a_centre(), "DEBT_ADVICE")
    assert version is not None
    async with unit_of_work(data.database, data.keys, system_of(await data.a_centre())) as uow:
        assert await version_of(uow, version.id) is None
        assert await version_of(uow, new_id()) is None


def test_what_a_draft_says_survives_being_written_down() -> None:
    said = read_draft(STANDARD)
    assert read_draft(write_draft(said)) == said
    assert {stage.advice_stage for stage in said.stages} == {*CaseStage} - {
        CaseStage.ENQUIRY,
        CaseStage.APPOINTMENT,
    }  # before the case is opened, and beside its stages


async def test_case_types_propose_what_suits_them(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    rows = {
        row["code"]: row
        for row in await acting.rows.fetch(
            "SELECT kind.*, parent.code AS parent FROM case_types AS kind LEFT JOIN case_types AS parent "
            "ON parent.centre_id = kind.centre_id AND parent.id = kind.parent_id WHERE kind.centre_id = $1",
            centre,
        )
    }
    assert len(rows) == 14
    assert [code for code, row in rows.items() if row["is_default"]] == ["DEBT_ADVICE"]
    assert (rows["MH_BREATHING_SPACE"]["parent"], rows["BREATHING_SPACE"]["parent"]) == (
        "BREATHING_SPACE",
        "DEBT_ADVICE",
    )
    assert (rows["EMERGENCY"]["default_priority"], rows["BUDGETING"]["default_complexity"]) == ("URGENT", "LOW")
    assert {row["default_billing_method"] for row in rows.values()} == {"NONE"}
