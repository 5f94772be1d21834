"""What a case would begin with, asked before it is opened, and compared with what it then begins with."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Forbidden
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import Scene, opened
from support.operations import document, most_statements

BEGUN = """query ($id: ID!) { case(id: $id) {
  category priority complexity billingMethod complianceRequired legalReviewRequired
  caseType { id code } advisor { id } compliance { checklist { id } }
  workflow { templateVersion { id } stages { code name } } } }"""


async def drafted(scene: Scene, as_: Any = None, **given: Any) -> dict[str, Any]:
    answer = await scene.graph.run(document("caseDraftFromTemplate"), as_=as_ or scene.manager, **given)
    assert answer.errors == []
    assert answer.statements <= most_statements("caseDraftFromTemplate")
    found: dict[str, Any] = answer.data["caseDraftFromTemplate"]
    return found


async def test_a_case_begins_as_its_draft_says(scene: Scene, acting: Acting) -> None:
    words = await opened(scene, acting)
    draft = await drafted(scene, scene.advisor, caseTypeId=words["caseTypeId"])
    scene.client = await scene.data.a_client(scene.centre, recorded_by=scene.advisor.user_id)
    words = await opened(scene, acting, title=draft["title"])
    payload = await scene.ask("caseOpen", scene.advisor, **words)
    assert payload["errors"] == []
    answer = await scene.graph.run(BEGUN, as_=scene.advisor, id=payload["case"]["id"])
    case = answer.data["case"]
    assert {name: case[name] for name in case if name not in {"compliance", "workflow"}} == {
        name: draft[name] for name in draft if name not in {"title", "templateVersion", "checklists"}
    }
    assert case["workflow"]["templateVersion"]["id"] == draft["templateVersion"]["id"]
    assert case["workflow"]["stages"] == draft["templateVersion"]["stages"] != []
    assert {each["checklist"]["id"] for each in case["compliance"]} == {each["id"] for each in draft["checklists"]}
    assert draft["checklists"] != []


async def test_without_a_type_it_is_the_one_that_the_centre_proposes(scene: Scene, acting: Acting) -> None:
    (row,) = await acting.rows.fetch(
        "SELECT code, name FROM case_types WHERE centre_id = $1 AND is_default", scene.centre
    )
    draft = await drafted(scene)
    assert (draft["caseType"]["code"], draft["title"]) == (row["code"], row["name"])
    assert draft["advisor"] is None  # a manager opens it for others


async def test_of_an_unknown_or_inactive_type_nothing_is_drafted(scene: Scene, acting: Acting) -> None:
    elsewhere = await scene.data.a_centre()
    theirs = await acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 LIMIT 1", elsewhere)
    assert await drafted(scene, caseTypeId=write_id("casetype", theirs)) is None
    assert await drafted(scene, caseTypeId="case_0") is None
    other = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND NOT is_default LIMIT 1", scene.centre
    )
    kind = write_id("casetype", other)
    assert (await drafted(scene, caseTypeId=kind))["caseType"]["id"] == kind
    assert (await scene.ask("caseTypeDeactivate", id=kind, expectedVersion=1))["errors"] == []
    assert await drafted(scene, caseTypeId=kind) is None


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMPLIANCE_OFFICER])
async def test_whoever_opens_no_cases_drafts_none(scene: Scene, role: Role) -> None:
    viewer = await scene.data.a_member(scene.centre, role)
    answer = await scene.graph.run(document("caseDraftFromTemplate"), as_=viewer)
    assert answer.data == {"caseDraftFromTemplate": None}
    assert [(type(error.original_error), error.path) for error in answer.errors] == [
        (Forbidden, ["caseDraftFromTemplate"])
    ]
