"""Each mutation of one case, by its document: what it answers, what it refuses and how."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import CASE_TYPE, DEEDS, Scene
from support.operations import document


@pytest.mark.parametrize("name", list(DEEDS))
async def test_what_a_mutation_answers(scene: Scene, name: str) -> None:
    before, given, shown = DEEDS[name]
    case_id = await scene.a_case(**before)
    payload = await scene.on(name, case_id, **given)
    assert (payload["errors"], payload["replayed"]) == ([], False)
    assert payload["case"]["id"] == write_id("case", case_id)
    assert {field: payload["case"][field] for field in shown} == shown
    assert payload["case"]["version"] == 2


@pytest.mark.parametrize("name", list(DEEDS))
async def test_a_stale_version_is_answered_with_the_case_as_it_is(scene: Scene, acting: Acting, name: str) -> None:
    before, given, _ = DEEDS[name]
    case_id = await scene.a_case(**before)
    row = await acting.case(case_id)
    payload = await scene.on(name, case_id, 7, **given)
    assert payload["case"] is None
    assert payload["errors"] == [
        {
            "__typename": "ConflictError",
            "code": "CONFLICT",
            "message": "The record has changed since you read it. Read it again, then repeat your change.",
            "path": ["input", "expectedVersion"],
            "currentVersion": 1,
            "current": {"id": write_id("case", case_id)},
        }
    ]
    assert (await acting.case(case_id), await acting.events(scene.centre)) == (row, [])


@pytest.mark.parametrize("name", list(DEEDS))
async def test_another_centres_case_is_like_one_that_is_not_there(scene: Scene, acting: Acting, name: str) -> None:
    before, given, _ = DEEDS[name]
    case_id = await scene.a_case(**before)
    row = await acting.case(case_id)
    elsewhere = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    theirs = await scene.on(name, case_id, as_=elsewhere, **given)
    nothing = await scene.on(name, new_id(), as_=elsewhere, **given)
    nonsense = await scene.ask(name, elsewhere, id="case_1", expectedVersion=1, **given)
    other = await scene.ask(name, elsewhere, id=write_id("client", scene.client), expectedVersion=1, **given)
    assert theirs == nothing == nonsense == other
    assert theirs["case"] is None
    assert [(error["__typename"], error["path"]) for error in theirs["errors"]] == [("NotFoundError", ["input", "id"])]
    assert (await acting.case(case_id), await acting.events(scene.centre)) == (row, [])


@pytest.mark.parametrize("name", list(DEEDS))
async def test_a_repetition_answers_the_same_and_does_nothing(scene: Scene, acting: Acting, name: str) -> None:
    before, given, shown = DEEDS[name]
    case_id = await scene.a_case(**before)
    first = await scene.on(name, case_id, **given, idempotencyKey="k1")
    told = await acting.events(scene.centre)
    again = await scene.on(name, case_id, **given, idempotencyKey="k1")
    assert (first["replayed"], again["replayed"], again["errors"]) == (False, True, [])
    assert {field: again["case"][field] for field in shown} == shown
    assert await acting.events(scene.centre) == told
    differently = await scene.on(name, case_id, 2, **given, idempotencyKey="k1")
    assert [error["rule"] for error in differently["errors"]] == ["idempotency-key-reused"]


@pytest.mark.parametrize("name", list(DEEDS))
async def test_an_auditor_is_refused_by_name_of_the_permission(scene: Scene, acting: Acting, name: str) -> None:
    before, given, _ = DEEDS[name]
    case_id = await scene.a_case(**before)
    auditor = await scene.data.a_member(scene.centre, Role.AUDITOR)
    payload = await scene.on(name, case_id, as_=auditor, **given)
    (error,) = payload["errors"]
    needed = {
        "caseUpdateLegal": "CASE_UPDATE_LEGAL",
        "caseResolve": "CASE_CONCLUDE",
        "caseClose": "CASE_CONCLUDE",
        "caseReopen": "CASE_REOPEN",
        "caseRefer": "CORRESPONDENCE_SEND",
        "caseCancel": "CASE_CANCEL",
    }
    general = "CASE_UPDATE" if name in {"caseUpdate", "caseRestrict", "caseUnrestrict"} else "CASE_CHANGE_STATUS"
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", needed.get(name, general))
    assert await acting.events(scene.centre) == []


async def test_a_step_that_is_none_says_which_there_are(scene: Scene) -> None:
    payload = await scene.on("caseStart", await scene.a_case(status="CLOSED"))
    assert [
        (error["__typename"], error["code"], error["from"], error["to"], error["allowed"])
        for error in payload["errors"]
    ] == [("TransitionError", "TRANSITION_REFUSED", "CLOSED", "IN_PROGRESS", ["REOPENED"])]


async def test_the_board_names_what_is_missing(scene: Scene) -> None:
    payload = await scene.on("caseChangeStatus", await scene.a_case(), status="ON_HOLD", reason="Papers")
    assert [(error["path"], error["rule"], error["parameters"]) for error in payload["errors"]] == [
        (["input", "reviewOn"], "required", [{"name": "status", "value": "ON_HOLD"}])
    ]


async def test_the_board_assigns_too(scene: Scene) -> None:
    advisor_id = write_id("membership", scene.advisor.user_id)
    case_id = await scene.a_case(advisor=None)
    given: dict[str, Any] = {"status": "ASSIGNED", "reason": "Nearest"}
    unknown = await scene.on("caseChangeStatus", case_id, **given, advisorId="rubbish")
    assert [error["path"] for error in unknown["errors"]] == [["input", "advisorId"]]
    payload = await scene.on("caseChangeStatus", case_id, **given, advisorId=advisor_id)
    assert (payload["errors"], payload["case"]["advisor"]) == ([], {"id": advisor_id})


async def test_a_guard_that_no_field_mends_has_no_path(scene: Scene) -> None:
    client = await scene.data.a_client(scene.centre)
    payload = await scene.on("caseStart", await scene.a_case(client_id=client, advisor=None))
    assert {(error["rule"], *error["path"]) for error in payload["errors"]} == {
        ("advisor-missing",),
        ("consent-missing",),
    }


async def test_absent_stays_and_null_empties(scene: Scene) -> None:
    case_id = await scene.a_case(summary="Waiting")
    kept = await scene.on("caseUpdate", case_id, title="Rent")
    assert kept["case"]["summary"] == "Waiting"
    emptied = await scene.on("caseUpdate", case_id, 2, summary=None)
    assert (emptied["case"]["summary"], emptied["case"]["title"]) == (None, "Rent")
    answer = await scene.graph.run(
        document("caseUpdate"),
        as_=scene.manager,
        input={"id": write_id("case", case_id), "expectedVersion": 3, "title": None},
    )
    assert (answer.data, len(answer.errors)) == (None, 1)  # a title cannot be taken away


async def test_a_case_type_is_changed_by_its_id(scene: Scene, acting: Acting) -> None:
    case_id = await scene.a_case()
    kind = await acting.rows.fetchval(CASE_TYPE.replace("DEBT_ADVICE", "DMP"), scene.centre)
    refused = await scene.on("caseUpdate", case_id, caseTypeId="rubbish")
    assert [error["path"] for error in refused["errors"]] == [["input", "caseTypeId"]]
    payload = await scene.on("caseUpdate", case_id, caseTypeId=write_id("casetype", kind))
    assert payload["case"]["caseType"] == {"code": "DMP"}


async def test_a_deleted_case_is_listed_and_restored(scene: Scene) -> None:
    case_id = await scene.a_case(status="CLOSED", title="Rent")
    payload = await scene.on("caseDelete", case_id, reason="Twice", idempotencyKey="d")
    deleted = payload["deletedCase"]
    assert (deleted["id"], deleted["title"], deleted["version"]) == (write_id("case", case_id), "Rent", 2)
    assert deleted["deleter"] == {"id": write_id("membership", scene.manager.user_id)}
    again = await scene.on("caseDelete", case_id, reason="Twice", idempotencyKey="d")
    assert (again["replayed"], again["deletedCase"]) == (True, deleted)
    listed = await scene.graph.run(document("deletedCases"), as_=scene.manager)
    assert [edge["node"]["id"] for edge in listed.data["deletedCases"]["edges"]] == [deleted["id"]]
    assert listed.data["deletedCases"]["totalCount"] == 1
    absent = await scene.graph.run(document("case"), as_=scene.manager, id=deleted["id"])
    assert (absent.data, absent.errors) == ({"case": None}, [])
    refused = await scene.graph.run(document("deletedCases"), as_=scene.advisor)
    assert refused.codes == ["FORBIDDEN"]
    restored = await scene.on("caseRestore", case_id, 2)
    assert restored["case"] == {
        "id": deleted["id"],
        "caseNumber": deleted["caseNumber"],
        "status": "CLOSED",
        "version": 3,
    }


async def test_the_anonymous_are_not_answered(scene: Scene) -> None:
    case_id = await scene.a_case()
    answer = await scene.graph.run(document("caseStart"), input={"id": write_id("case", case_id), "expectedVersion": 1})
    assert (answer.data, answer.codes) == (None, ["UNAUTHENTICATED"])
