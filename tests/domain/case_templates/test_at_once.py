"""Several people at one template, and at the choice of the default: one wins, nobody breaks anything."""

import asyncio

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Invalid
from cma_graphql.domain.case_templates.services.drafting import add_stage
from cma_graphql.domain.case_templates.services.publish import publish_template
from cma_graphql.domain.case_templates.services.templates import make_default, retire_template, set_type_template
from cma_graphql.domain.cases.type_services import update_case_type
from support.arena import Arena
from support.templates import a_stage, a_template

pytestmark = pytest.mark.own_database


async def test_two_designers_of_one_draft(arena: Arena) -> None:
    centre = await arena.data.a_centre()
    managers = [await arena.data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(6)]
    template = await a_template(arena.data, managers[0])
    answers = await asyncio.gather(
        *(
            arena.acting(
                manager, add_stage, template_id=template, version=4, code=f"BY-{number}", stage=a_stage("Another")
            )
            for number, manager in enumerate(managers)
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 5 + ["UUID"]
    published = await asyncio.gather(
        *(arena.acting(manager, publish_template, template_id=template, version=5) for manager in managers),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Conflict) for answer in published) == 5
    rows = await arena.acting.rows.fetch(
        "SELECT version.number, count(*) AS stages FROM case_template_versions AS version JOIN case_template_stages AS "
        "stage ON stage.version_id = version.id WHERE version.template_id = $1 GROUP BY 1 ORDER BY 1",
        template,
    )
    assert [tuple(row) for row in rows] == [(1, 2), (2, 3)]


async def test_one_default_whoever_chooses(arena: Arena) -> None:
    centre = await arena.data.a_centre()
    managers = [await arena.data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(4)]
    templates = [await a_template(arena.data, manager, code=f"T-{number}") for number, manager in enumerate(managers)]
    answers = await asyncio.gather(
        *(
            arena.acting(manager, make_default, template_id=template, version=4)
            for manager, template in zip(managers, templates, strict=True)
        )
    )
    assert answers == templates
    defaults = await arena.acting.rows.fetch(
        "SELECT id FROM case_templates WHERE centre_id = $1 AND is_default", centre
    )
    assert len(defaults) == 1
    assert defaults[0]["id"] in templates


async def test_a_template_is_named_or_retired_never_both(arena: Arena) -> None:
    centre = await arena.data.a_centre()
    manager, other = [await arena.data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(2)]
    template = await a_template(arena.data, manager)
    kind = await arena.acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DRO'", centre)
    answers = await asyncio.gather(
        arena.acting(manager, set_type_template, case_type_id=kind, version=1, template_id=template),
        arena.acting(other, retire_template, template_id=template, version=4),
        return_exceptions=True,
    )
    refused = [isinstance(answer, Invalid) for answer in answers]
    assert sorted(refused) == [False, True]
    active = await arena.acting.rows.fetchval("SELECT active FROM case_templates WHERE id = $1", template)
    assert active == refused[1]


async def test_two_types_do_not_become_kinds_of_one_another(arena: Arena) -> None:
    centre = await arena.data.a_centre()
    manager, other = [await arena.data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(2)]
    one, two = [
        await arena.acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = $2", centre, code)
        for code in ("BUDGETING", "BENEFITS")
    ]
    answers = await asyncio.gather(
        arena.acting(manager, update_case_type, case_type_id=one, version=1, edits={"parent_id": two}),
        arena.acting(other, update_case_type, case_type_id=two, version=1, edits={"parent_id": one}),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    assert [(fault.field, fault.rule) for fault in refused] == [("parent_id", "cyclic")]
