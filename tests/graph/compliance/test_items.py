"""The requirements of a case by their mutations: what each does, refuses, and leaves behind."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind, Mandatory
from cma_graphql.domain.compliance.services.checklists import NewRequirement
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from graph.compliance.conftest import Desk, rules
from support.compliance import a_checklist, a_framework, a_paper, begin_one
from support.trail import audit_of, events_of

TODAY, NEXT_WEEK = today().isoformat(), (today() + timedelta(days=7)).isoformat()
YESTERDAY, TOMORROW = (today() - timedelta(days=1)).isoformat(), (today() + timedelta(days=1)).isoformat()


async def test_a_note_completes_what_asks_for_one(desk: Desk) -> None:
    payload = await desk.on("complianceItemComplete", "L-1", evidenceNote=" Said so ", notes="By telephone")
    assert payload["errors"] == []
    item = payload["complianceItem"]
    shown = {
        "code": "L-1",
        "state": "DONE",
        "requirementMet": True,
        "evidenceProvided": True,
        "evidenceNote": "Said so",
        "notes": "By telephone",
        "checkedOn": TODAY,
        "checkedBy": {
            "id": write_id("membership", desk.scene.advisor.user_id),
            "fullName": item["checkedBy"]["fullName"],
        },
        "version": 2,
    }
    assert {name: item[name] for name in shown} == shown
    checklist = item["caseCompliance"]
    assert (checklist["status"], checklist["completion"], checklist["version"]) == ("IN_PROGRESS", "50.00", 2)
    assert (checklist["doneWeight"], checklist["applicableWeight"]) == (2, 4)
    (event,) = [one for one in await events_of(desk.scene.data, desk.scene.centre) if one.name.endswith("completed")]
    assert (event.name, event.entity, event.version) == ("compliance.item_completed", "complianceitem", 2)
    assert (event.case_id, event.changes["state"]) == (desk.case_id, {"old": "OPEN", "new": "DONE"})
    assert event.changes["evidence_note"] is None
    assert event.audience_after["user_ids"] == [str(desk.scene.advisor.user_id)]
    entry = (await audit_of(desk.scene.data, desk.scene.centre))[-1]
    assert (entry.action, entry.changes["evidence_note"]) == (
        "compliance.item_completed",
        {"old": None, "new": "Said so"},
    )


async def test_a_document_of_the_case_completes_what_asks_for_one(desk: Desk) -> None:
    paper = await a_paper(desk.scene.data, desk.scene.centre, desk.case_id)
    payload = await desk.on("complianceItemComplete", "L-2", evidenceDocumentId=write_id("document", paper))
    assert payload["errors"] == []
    assert payload["complianceItem"]["evidenceProvided"] is True
    assert (await desk.items())["L-2"]["evidence_document_id"] == paper


async def test_evidence_has_to_be_the_cases_own_and_there(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    other_case = await a_paper(data, centre, await desk.scene.a_case())
    unseen = await a_paper(data, centre, await data.a_case(centre))
    scanning = await a_paper(data, centre, desk.case_id, upload_state="SCANNING", current_version=None)
    elsewhere = await data.a_centre()
    strange = await a_paper(data, elsewhere, await data.a_case(elsewhere))
    before = await desk.items()
    field = ["evidenceDocumentId"]
    for document, refused in (
        (write_id("document", other_case), ("ValidationError", field, "evidence-of-another-case")),
        (write_id("document", scanning), ("ValidationError", field, "evidence-unavailable")),
        (write_id("document", unseen), ("NotFoundError", field, None)),
        (write_id("document", strange), ("NotFoundError", field, None)),
        ("document_1", ("NotFoundError", field, None)),
    ):
        payload = await desk.on("complianceItemComplete", "L-2", evidenceDocumentId=document)
        assert rules(payload) == [refused]
    assert await desk.items() == before


@pytest.mark.parametrize(
    ("code", "given", "refused"),
    [
        ("L-1", {}, [(["evidenceNote"], "evidence-missing")]),
        ("L-1", {"evidenceNote": None}, [(["evidenceNote"], "evidence-missing")]),
        ("L-1", {"evidenceNote": " "}, [(["evidenceNote"], "blank")]),
        ("L-1", {"evidenceNote": "x" * 2001}, [(["evidenceNote"], "too-long")]),
        ("L-2", {}, [(["evidenceDocumentId"], "evidence-missing")]),
        ("L-2", {"evidenceNote": "It is here"}, [(["evidenceDocumentId"], "evidence-missing")]),
        (
            "L-1",
            {"notes": "", "checkedOn": TOMORROW},
            [(["notes"], "blank"), (["checkedOn"], "past"), (["evidenceNote"], "evidence-missing")],
        ),
    ],
)
async def test_bad_evidence_is_named(
    code: str, given: dict[str, Any], refused: list[tuple[list[str], str]], desk: Desk
) -> None:
    before = await desk.items()
    payload = await desk.on("complianceItemComplete", code, **given)
    assert rules(payload) == [("ValidationError", path, rule) for path, rule in refused]
    assert payload["complianceItem"] is None
    assert await desk.items() == before


async def test_an_item_is_reopened(desk: Desk) -> None:
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so", checkedOn=YESTERDAY)
    assert (await desk.items())["L-1"]["checked_on"].isoformat() == YESTERDAY
    payload = await desk.on("complianceItemReopen", "L-1", reason="The wrong case")
    item = payload["complianceItem"]
    assert (item["state"], item["notes"], item["evidenceNote"], item["checkedOn"], item["checkedBy"]) == (
        "OPEN",
        "The wrong case",
        None,
        None,
        None,
    )
    assert (item["caseCompliance"]["status"], item["caseCompliance"]["completion"]) == ("PENDING", "0.00")
    again = await desk.on("complianceItemReopen", "L-1", reason="Once more")
    assert [(error["__typename"], error["from"], error["to"], error["allowed"]) for error in again["errors"]] == [
        ("TransitionError", "OPEN", "OPEN", ["DONE", "NOT_APPLICABLE", "WAIVED", "FAILED"])
    ]
    blank = await desk.on("complianceItemComplete", "L-1", evidenceNote="Now")
    assert blank["errors"] == []
    assert rules(await desk.on("complianceItemReopen", "L-1", reason=" ")) == [("ValidationError", ["reason"], "blank")]


async def test_an_item_fails_with_its_remedy(desk: Desk) -> None:
    payload = await desk.on("complianceItemFail", "L-1", remedialAction="Write to the client", deadlineOn=NEXT_WEEK)
    item = payload["complianceItem"]
    assert (item["state"], item["requirementMet"], item["remedialAction"], item["deadlineOn"]) == (
        "FAILED",
        False,
        "Write to the client",
        NEXT_WEEK,
    )
    assert (item["caseCompliance"]["status"], item["caseCompliance"]["dueOn"]) == ("NON_COMPLIANT", NEXT_WEEK)
    late = await desk.on("complianceItemFail", "L-2", remedialAction=" ", deadlineOn=YESTERDAY)
    assert rules(late) == [
        ("ValidationError", ["remedialAction"], "blank"),
        ("ValidationError", ["deadlineOn"], "future"),
    ]
    mended = await desk.on("complianceItemComplete", "L-1", evidenceNote="Written")
    assert (mended["complianceItem"]["state"], mended["complianceItem"]["remedialAction"]) == ("DONE", None)


async def test_who_may_say_that_an_item_does_not_apply(desk: Desk) -> None:
    reason: dict[str, Any] = {"reason": "Nothing of the kind"}
    refused = await desk.on("complianceItemMarkNotApplicable", "L-1", **reason)
    assert [(error["__typename"], error["requiredPermission"]) for error in refused["errors"]] == [
        ("ForbiddenError", "COMPLIANCE_WAIVE")
    ]
    conditional = await desk.on("complianceItemMarkNotApplicable", "L-3", **reason)
    assert conditional["complianceItem"]["state"] == "NOT_APPLICABLE"
    officer = await desk.scene.data.a_member(desk.scene.centre, Role.COMPLIANCE_OFFICER)
    mandatory = await desk.on("complianceItemMarkNotApplicable", "L-1", officer, **reason)
    item = mandatory["complianceItem"]
    assert (item["state"], item["reason"], item["checkedOn"]) == ("NOT_APPLICABLE", "Nothing of the kind", TODAY)
    assert item["caseCompliance"]["applicableWeight"] == 2


async def test_a_condition_holds_from_when_somebody_says_so(desk: Desk) -> None:
    payload = await desk.on("complianceItemMarkApplicable", "L-3")
    assert (payload["complianceItem"]["state"], payload["complianceItem"]["binding"]) == ("OPEN", True)
    assert payload["complianceItem"]["caseCompliance"]["applicableWeight"] == 5
    assert rules(await desk.on("complianceItemMarkApplicable", "L-3")) == [
        ("ValidationError", ["id"], "already-applicable")
    ]
    assert rules(await desk.on("complianceItemMarkApplicable", "L-1")) == [
        ("ValidationError", ["id"], "not-conditional")
    ]
    await desk.on("complianceItemMarkNotApplicable", "L-3", reason="No, it does not")
    assert (await desk.items())["L-3"]["binding"] is False
    await desk.on("complianceItemMarkApplicable", "L-3")
    row = (await desk.items())["L-3"]
    assert (row["state"], row["binding"], row["reason"]) == ("OPEN", True, None)
    await desk.on("complianceItemComplete", "L-3")
    settled = await desk.on("complianceItemMarkApplicable", "L-3")
    assert [error["__typename"] for error in settled["errors"]] == ["TransitionError"]


async def test_a_deadline_is_set_and_taken_away(desk: Desk) -> None:
    payload = await desk.on("complianceItemSetDeadline", "L-3", deadlineOn=NEXT_WEEK)
    item = payload["complianceItem"]
    assert (item["deadlineOn"], item["binding"], item["caseCompliance"]["dueOn"]) == (NEXT_WEEK, True, NEXT_WEEK)
    cleared = await desk.on("complianceItemSetDeadline", "L-3", deadlineOn=None)
    assert (cleared["complianceItem"]["deadlineOn"], cleared["complianceItem"]["caseCompliance"]["dueOn"]) == (
        None,
        None,
    )
    assert rules(await desk.on("complianceItemSetDeadline", "L-3", deadlineOn=YESTERDAY)) == [
        ("ValidationError", ["deadlineOn"], "future")
    ]
    await desk.on("complianceItemFail", "L-1", remedialAction="Write", deadlineOn=TOMORROW)
    assert rules(await desk.on("complianceItemSetDeadline", "L-1", deadlineOn=None)) == [
        ("ValidationError", ["deadlineOn"], "required")
    ]
    await desk.on("complianceItemComplete", "L-4")
    done = await desk.on("complianceItemSetDeadline", "L-4", deadlineOn=NEXT_WEEK)
    assert [error["__typename"] for error in done["errors"]] == ["TransitionError"]


async def test_a_waiver_is_for_managers_and_compliance_officers(desk: Desk) -> None:
    refused = await desk.on("complianceItemWaive", "L-1", reason="Not needed")
    assert [(error["__typename"], error["requiredPermission"]) for error in refused["errors"]] == [
        ("ForbiddenError", "COMPLIANCE_WAIVE")
    ]
    waived = await desk.on("complianceItemWaive", "L-1", desk.scene.manager, reason="Not needed")
    item = waived["complianceItem"]
    assert (item["state"], item["reason"], item["requirementMet"]) == ("WAIVED", "Not needed", False)
    assert rules(await desk.on("complianceItemWaive", "L-2", desk.scene.manager, reason="")) == [
        ("ValidationError", ["reason"], "blank")
    ]


DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "complianceItemComplete": ("L-1", {"evidenceNote": "Said so"}),
    "complianceItemReopen": ("L-4", {"reason": "Again"}),
    "complianceItemFail": ("L-1", {"remedialAction": "Write", "deadlineOn": NEXT_WEEK}),
    "complianceItemMarkNotApplicable": ("L-3", {"reason": "No"}),
    "complianceItemMarkApplicable": ("L-3", {}),
    "complianceItemSetDeadline": ("L-1", {"deadlineOn": NEXT_WEEK}),
    "complianceItemWaive": ("L-1", {"reason": "No"}),
}


@pytest.mark.parametrize("name", sorted(DEEDS))
async def test_others_and_old_versions_are_refused(name: str, desk: Desk) -> None:
    data, scene = desk.scene.data, desk.scene
    code, given = DEEDS[name]
    await desk.on("complianceItemComplete", "L-4")
    before = (await desk.items(), await desk.checklist())
    waiver = name == "complianceItemWaive"
    able = scene.manager if waiver else scene.advisor
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    assert [error["__typename"] for error in (await desk.on(name, code, stranger, **given))["errors"]] == [
        "NotFoundError"
    ]
    colleague = await data.a_member(scene.centre)
    expected = "ForbiddenError" if waiver else "NotFoundError"
    assert [error["__typename"] for error in (await desk.on(name, code, colleague, **given))["errors"]] == [expected]
    for role in (Role.AUDITOR, Role.CLIENT):
        somebody = await data.a_member(
            scene.centre, role, **({"client_id": scene.client} if role is Role.CLIENT else {})
        )
        assert [error["__typename"] for error in (await desk.on(name, code, somebody, **given))["errors"]] == [
            "ForbiddenError"
        ]
    conflict = await desk.on(name, code, able, **given, expectedVersion=7)
    assert [(error["__typename"], error["currentVersion"]) for error in conflict["errors"]] == [
        ("ConflictError", before[0][code]["version"])
    ]
    assert (await desk.items(), await desk.checklist()) == before


async def test_a_case_at_its_end_keeps_what_has_a_gate(desk: Desk) -> None:
    data, scene = desk.scene.data, desk.scene
    gated = NewRequirement(code="G-1", text="Gated.", evidence_kind=EvidenceKind.NONE, gate_stage=CaseStage.ADVICE)
    free = NewRequirement(code="G-2", text="Reviewed later.", evidence_kind=EvidenceKind.NONE, mandatory=Mandatory.NO)
    framework = await a_framework(data, scene.manager, code="GATES")
    checklist = await a_checklist(data, scene.manager, [gated, free], framework_id=framework)
    await begin_one(data, scene.manager, desk.case_id, checklist)
    async with unit_of_work(data.database, data.keys, system_of(scene.centre)) as uow:
        uow.change(await uow.lock(Case, desk.case_id), status="CLOSED")
    assert rules(await desk.on("complianceItemComplete", "G-1")) == [("ValidationError", ["id"], "case-ended")]
    reviewed = await desk.on("complianceItemComplete", "G-2")
    assert (reviewed["errors"], reviewed["complianceItem"]["state"]) == ([], "DONE")


async def test_trainees_tick_in_own_cases(desk: Desk) -> None:
    data, scene = desk.scene.data, desk.scene
    trainee = await data.a_member(scene.centre, Role.TRAINEE)
    own = Desk(scene, await scene.a_case(advisor=trainee))
    checklist = (await desk.checklist())["checklist_id"]
    await begin_one(data, scene.manager, own.case_id, checklist)
    ticked = await own.on("complianceItemComplete", "L-1", trainee, evidenceNote="Said so")
    assert ticked["complianceItem"]["checkedBy"]["id"] == write_id("membership", trainee.user_id)
    assert [error["__typename"] for error in (await desk.on("complianceItemComplete", "L-4", trainee))["errors"]] == [
        "NotFoundError"
    ]


async def test_several_are_completed_each_by_itself(desk: Desk) -> None:
    found = await desk.items()

    def one(code: str, version: int = 1, **given: Any) -> dict[str, Any]:
        return {"id": write_id("complianceitem", found[code]["id"]), "expectedVersion": version, **given}

    chosen = [one("L-1", evidenceNote="Said so"), one("L-2"), one("L-3", version=4), one("L-4")]
    payload = await desk.scene.ask("complianceItemsComplete", desk.scene.advisor, items=chosen, checkedOn=YESTERDAY)
    assert [result["index"] for result in payload["results"]] == [0, 1, 2, 3]
    states = [result["complianceItem"] and result["complianceItem"]["state"] for result in payload["results"]]
    assert states == ["DONE", None, None, "DONE"]
    errors = [[(error["__typename"], error["path"]) for error in result["errors"]] for result in payload["results"]]
    assert errors == [
        [],
        [("ValidationError", ["input", "items", "1", "evidenceDocumentId"])],
        [("ConflictError", ["input", "items", "2", "expectedVersion"])],
        [],
    ]
    assert {row["checked_on"].isoformat() for row in (await desk.items()).values() if row["state"] == "DONE"} == {
        YESTERDAY
    }
    assert (await desk.checklist())["version"] == 3
    for items, rule in (([], "items"), ([one("L-1")] * 2, "duplicate")):
        refused = await desk.scene.ask("complianceItemsComplete", desk.scene.advisor, items=items)
        assert (rules(refused), refused["results"]) == ([("ValidationError", ["items"], rule)], [])
    auditor = await desk.scene.data.a_member(desk.scene.centre, Role.AUDITOR)
    forbidden = await desk.scene.ask("complianceItemsComplete", auditor, items=[one("L-2")])
    assert [error["__typename"] for error in forbidden["errors"]] == ["ForbiddenError"]


async def test_a_repetition_is_replayed(desk: Desk) -> None:
    first = await desk.on(
        "complianceItemComplete", "L-1", evidenceNote="Said so", idempotencyKey="k", expectedVersion=1
    )
    again = await desk.on(
        "complianceItemComplete", "L-1", evidenceNote="Said so", idempotencyKey="k", expectedVersion=1
    )
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["complianceItem"] == first["complianceItem"]
