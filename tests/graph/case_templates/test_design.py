"""A template is designed, published and designed anew, while what was published stays as it was."""

from typing import Any

from graph.case_templates.conftest import Studio, rules
from support.trail import audit_of, events_of

TASK = {"name": "Look", "stageType": "TASK", "adviceStage": "TRIAGE", "role": "ADVISOR"}
SEEN_TO = {"approverRoles": ["CENTRE_MANAGER"], "deadlineDays": 3}


def codes(said: dict[str, Any]) -> list[str]:
    return [stage["code"] for stage in said["stages"]]


def steps(said: dict[str, Any]) -> list[tuple[str, int]]:
    return [(stage["code"], stage["sequenceOrder"]) for stage in said["stages"]]


async def test_a_template_from_the_first_stage_to_the_second_version(studio: Studio) -> None:
    made = await studio.scene.ask("caseTemplateCreate", code=" short ", name=" A short course ", description="Brief.")
    assert made["errors"] == []
    new = made["caseTemplate"]
    assert (new["code"], new["name"], new["publishedNumber"], new["hasDraft"], new["local"], new["current"]) == (
        "SHORT",
        "A short course",
        0,
        True,
        True,
        None,
    )
    template = new["id"]
    for code, after, said in (
        ("first", None, {}),
        ("THIRD", None, {"durationDays": 5}),
        ("SECOND", "FIRST", {"role": "CENTRE_MANAGER", "stageType": "REVIEW"}),
    ):
        payload = await studio.on("caseTemplateStageAdd", template, code=code, after=after, stage={**TASK, **said})
        assert payload["errors"] == []
    assert steps(payload["caseTemplate"]["draft"]) == [("FIRST", 1), ("SECOND", 2), ("THIRD", 3)]
    assert payload["caseTemplate"]["draft"]["faults"] == []

    reordered = await studio.on("caseTemplateStagesReorder", template, steps=[["FIRST"], ["third", "SECOND"]])
    assert steps(reordered["caseTemplate"]["draft"]) == [("FIRST", 1), ("THIRD", 2), ("SECOND", 2)]
    assert [stage["isParallel"] for stage in reordered["caseTemplate"]["draft"]["stages"]] == [False, False, True]

    changed = await studio.on(
        "caseTemplateStageUpdate", template, code="THIRD", stage={**TASK, "name": "Tell", "approval": SEEN_TO}
    )
    third = changed["caseTemplate"]["draft"]["stages"][1]
    assert (third["name"], third["durationDays"], third["approvalRequired"]) == ("Tell", None, True)
    assert third["approval"] == {
        "approvalType": "SINGLE",
        "minApprovers": 1,
        "approverRoles": ["CENTRE_MANAGER"],
        "deadlineDays": 3,
    }

    ruled = await studio.on(
        "caseTemplateRulesSet",
        template,
        approvalRules=[{"trigger": "ERASURE", "approval": SEEN_TO}],
        notificationRules=[{"moment": "APPROVAL_REQUESTED", "recipient": "APPROVERS", "stageCode": "third"}],
        documentRules=[{"documentType": "ADVICE_LETTER", "stageCode": "FIRST", "documentTemplate": "COA"}],
    )
    assert ruled["errors"] == []
    assert ruled["caseTemplate"]["draft"]["notificationRules"][0]["stageCode"] == "THIRD"

    published = await studio.on("caseTemplatePublish", template, note="The first.")
    assert published["errors"] == []
    now = published["caseTemplate"]
    assert (now["publishedNumber"], now["hasDraft"], now["current"]["number"], now["current"]["note"]) == (
        1,
        False,
        1,
        "The first.",
    )
    first = now["current"]
    assert codes(first) == ["FIRST", "THIRD", "SECOND"]
    assert first["documentRules"] == [
        {"documentType": "ADVICE_LETTER", "stageCode": "FIRST", "isMandatory": True, "documentTemplate": "COA"}
    ]

    removed = await studio.on("caseTemplateStageRemove", template, code="SECOND")
    draft = removed["caseTemplate"]["draft"]
    assert codes(draft) == ["FIRST", "THIRD"]
    assert draft["changes"] == {
        "stages": [{"code": "SECOND", "kind": "REMOVED", "fields": []}],
        "approvalRules": False,
        "notificationRules": False,
        "documentRules": False,
    }
    assert (await studio.on("caseTemplatePublish", template))["errors"] == []
    whole = await studio.template(template)
    assert [(version["number"], codes(version)) for version in whole["versions"]] == [
        (2, ["FIRST", "THIRD"]),
        (1, ["FIRST", "THIRD", "SECOND"]),
    ]
    assert {name: value for name, value in whole["versions"][1].items() if name != "id"} == {
        name: value for name, value in first.items() if name != "id"
    }

    told = [event for event in await events_of(studio.scene.data, studio.scene.centre) if "template" in event.name]
    assert [event.name.partition(".")[2] for event in told] == [
        "created",
        *["draft_changed"] * 6,
        "published",
        "draft_changed",
        "published",
    ]
    assert all(event.audience_after["everyone"] for event in told)
    assert "Brief." not in str([event.changes for event in told])
    trail = [entry for entry in await audit_of(studio.scene.data, studio.scene.centre) if "template" in entry.action]
    assert len(trail) == len(told)
    assert trail[-1].changes["published_number"] == {"old": 1, "new": 2}


async def test_a_draft_begins_from_the_newest_version_and_is_given_up(studio: Studio) -> None:
    template = await studio.standard()
    before = await studio.template(template)
    assert (before["draft"], before["local"], len(before["current"]["id"])) == (
        None,
        False,
        len(before["current"]["id"]),
    )
    payload = await studio.on(
        "caseTemplateStagesReorder", template, steps=[[code] for code in reversed(codes(before["versions"][0]))]
    )
    draft = payload["caseTemplate"]["draft"]
    assert [change["kind"] for change in draft["changes"]["stages"]] == ["MOVED"] * 12
    assert {fault["rule"] for fault in draft["faults"]} == {"goes-back", "not-earlier"}
    assert draft["faults"][0]["path"] == ["stages", "2", "adviceStage"]
    refused = await studio.on("caseTemplatePublish", template)
    assert len(refused["errors"]) == len(draft["faults"])
    assert refused["errors"][0]["path"] == ["input", "stages", "2", "adviceStage"]
    after = await studio.on("caseTemplateDraftDiscard", template)
    assert (after["errors"], after["caseTemplate"]["draft"]) == ([], None)
    assert rules(await studio.on("caseTemplateDraftDiscard", template)) == [("ValidationError", ["id"], "no-draft")]
    assert rules(await studio.on("caseTemplatePublish", template)) == [("ValidationError", ["id"], "no-draft")]
    assert (await studio.template(template))["versions"] == before["versions"]


async def test_what_is_wrong_with_a_stage_is_named_with_its_place(studio: Studio) -> None:
    template = await studio.standard()
    bad = {
        **TASK,
        "name": " ",
        "role": "CLIENT",
        "durationDays": 0,
        "waitDays": [3],
        "samplePercent": 101,
        "approval": {"approverRoles": ["ADVISOR"], "minApprovers": 2},
        "dependsOn": ["a b"],
    }
    payload = await studio.on("caseTemplateStageAdd", template, code="TRIAGE", stage=bad)
    assert rules(payload) == [
        ("ValidationError", ["code"], "duplicate"),
        ("ValidationError", ["stage", "dependsOn", "0"], "code"),
        ("ValidationError", ["stage", "name"], "blank"),
        ("ValidationError", ["stage", "role"], "cannot-do"),
        ("ValidationError", ["stage", "durationDays"], "range"),
        ("ValidationError", ["stage", "samplePercent"], "range"),
        ("ValidationError", ["stage", "samplePercent"], "sampled"),
        ("ValidationError", ["stage", "waitDays"], "wait"),
        ("ValidationError", ["stage", "approval", "approverRoles"], "cannot-approve"),
        ("ValidationError", ["stage", "approval", "minApprovers"], "approvers"),
    ]
    assert (await studio.template(template))["hasDraft"] is False


async def test_stages_that_are_not_there_are_named(studio: Studio) -> None:
    template = await studio.standard()
    on = [("NotFoundError", ["code"], None)]
    assert rules(await studio.on("caseTemplateStageUpdate", template, code="NONE", stage=TASK)) == on
    assert rules(await studio.on("caseTemplateStageRemove", template, code="NONE")) == on
    added = await studio.on("caseTemplateStageAdd", template, code="NEW", after="NONE", stage=TASK)
    assert rules(added) == [("NotFoundError", ["after"], None)]
    for order, rule in (
        ([["TRIAGE"]], "every-stage-once"),
        ([["TRIAGE", "TRIAGE"]], "every-stage-once"),
        ([["TRIAGE"], []], "every-stage-once"),
        ([["NONE"]], "unknown-stage"),
    ):
        refused = await studio.on("caseTemplateStagesReorder", template, steps=order)
        assert rules(refused) == [("ValidationError", ["steps"], rule)]
    ruled = await studio.on(
        "caseTemplateRulesSet", template, documentRules=[{"documentType": "OTHER", "stageCode": "NONE"}]
    )
    assert rules(ruled) == [("ValidationError", ["documentRules", "0", "stageCode"], "unknown-stage")]
    assert (await studio.template(template))["hasDraft"] is False


async def test_a_stage_that_others_name_leaves_faults_behind(studio: Studio) -> None:
    template = await studio.standard()
    payload = await studio.on("caseTemplateStageRemove", template, code="COA-LETTER")
    assert [(fault["path"], fault["rule"]) for fault in payload["caseTemplate"]["draft"]["faults"]] == [
        (["stages", "6", "returnsTo"], "unknown-stage"),
        (["documentRules", "4", "stageCode"], "unknown-stage"),
    ]


async def test_more_approvers_than_the_centre_has(studio: Studio) -> None:
    template = await studio.standard()
    several = {"approverRoles": ["CENTRE_MANAGER"], "approvalType": "ANY", "minApprovers": 3}
    payload = await studio.on(
        "caseTemplateStageAdd", template, code="NEW", stage={**TASK, "adviceStage": "CLOSURE", "approval": several}
    )
    (fault,) = payload["caseTemplate"]["draft"]["faults"]
    assert (fault["path"], fault["rule"]) == (["stages", "13", "approval", "minApprovers"], "too-few-people")
    assert fault["parameters"] == [{"name": "maximum", "value": "1"}]
