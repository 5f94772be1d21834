"""What keeps a template from being published, each fault under its place."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_template_catalogue import STANDARD
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.checking import faults_of
from cma_graphql.domain.case_templates.definition import (
    Approval,
    ApprovalRule,
    Definition,
    DocumentRule,
    NotificationRule,
    StageDefinition,
    steps_of,
)
from cma_graphql.domain.case_templates.drafts import read_draft
from cma_graphql.domain.case_templates.kinds import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
)
from cma_graphql.domain.case_templates.reaching import unreachable, waits_of
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import DocumentType

HOLDERS = {Role.CENTRE_MANAGER: 2, Role.COMPLIANCE_OFFICER: 1}
MANAGER = Approval(
    approval_type=ApprovalType.SINGLE, min_approvers=1, approver_roles=(Role.CENTRE_MANAGER,), deadline_days=3
)


def stage(code: str, order: int = 1, **said: Any) -> StageDefinition:
    usual: dict[str, Any] = {
        "id": new_id(),
        "code": code,
        "name": code.title(),
        "description": None,
        "stage_type": StageType.TASK,
        "advice_stage": CaseStage.TRIAGE,
        "sequence_order": order,
        "is_required": True,
        "is_parallel": False,
        "auto_assign": False,
        "role": Role.ADVISOR,
        "duration_days": 7,
        "estimated_hours": None,
        "condition": StageCondition.ALWAYS,
        "sample_percent": None,
        "depends_on": (),
        "returns_to": None,
        "approval": None,
        "wait_days": (),
        "gate_evidence": EvidenceKind.NONE,
    }
    return StageDefinition(**{**usual, **said})


def found(*stages: StageDefinition, **rules: Any) -> list[tuple[str, str]]:
    said = Definition(stages=tuple(stages), **rules)
    return [(fault.field, fault.rule) for fault in faults_of(said, holders=HOLDERS)]


def approved(**said: Any) -> StageDefinition:
    return stage("A", approval=replace(MANAGER, **said))


def test_the_standard_template_has_no_fault() -> None:
    assert faults_of(read_draft(STANDARD), holders={}) == ()


def test_stages_run_in_steps() -> None:
    stages = [stage("A"), stage("B", 2), stage("C", 2, is_parallel=True), stage("D", 3)]
    assert [[one.code for one in step] for step in steps_of(stages)] == [["A"], ["B", "C"], ["D"]]
    assert found(*stages) == []


def test_a_template_has_stages_of_which_one_is_required() -> None:
    assert found() == [("stages", "items")]
    assert found(stage("A", is_required=False)) == [("stages", "nothing-required")]
    assert found(*(stage(f"S-{number}", number) for number in range(1, 62))) == [("stages", "items")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"role": None}, ("stages.0.role", "required")),
        ({"role": Role.AUDITOR}, ("stages.0.role", "cannot-do")),
        ({"role": Role.CLIENT}, ("stages.0.role", "cannot-do")),
        ({"stage_type": StageType.AUTOMATED}, ("stages.0.role", "nobody")),
        ({"stage_type": StageType.AUTOMATED, "role": None, "auto_assign": True}, ("stages.0.role", "nobody")),
        ({"stage_type": StageType.APPROVAL}, ("stages.0.approval", "required")),
        ({"stage_type": StageType.WAIT}, ("stages.0.wait_days", "wait")),
        ({"wait_days": (14,)}, ("stages.0.wait_days", "wait")),
        ({"stage_type": StageType.WAIT, "wait_days": (0,)}, ("stages.0.wait_days", "range")),
        ({"stage_type": StageType.WAIT, "wait_days": (-3, 2)}, ("stages.0.wait_days", "range")),
        ({"stage_type": StageType.WAIT, "wait_days": (3, 2)}, ("stages.0.wait_days", "order")),
        ({"stage_type": StageType.WAIT, "wait_days": (14,)}, ("stages.0.duration_days", "before-wait-ends")),
        ({"duration_days": 0}, ("stages.0.duration_days", "range")),
        ({"duration_days": -1}, ("stages.0.duration_days", "range")),
        ({"duration_days": 3_651}, ("stages.0.duration_days", "range")),
        ({"estimated_hours": 0}, ("stages.0.estimated_hours", "range")),
        ({"condition": StageCondition.SAMPLED}, ("stages.0.sample_percent", "sampled")),
        ({"sample_percent": 10}, ("stages.0.sample_percent", "sampled")),
        ({"condition": StageCondition.SAMPLED, "sample_percent": 101}, ("stages.0.sample_percent", "range")),
        ({"is_parallel": True}, ("stages.0.is_parallel", "first")),
        ({"depends_on": ("A",)}, ("stages.0.depends_on", "itself")),
        ({"depends_on": ("Z",)}, ("stages.0.depends_on", "unknown-stage")),
        ({"returns_to": "A"}, ("stages.0.returns_to", "itself")),
        ({"returns_to": "Z"}, ("stages.0.returns_to", "unknown-stage")),
    ],
)
def test_a_stage_is_sound_by_itself(said: dict[str, Any], fault: tuple[str, str]) -> None:
    assert found(stage("A", **said)) == [fault]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"min_approvers": 2}, ("min_approvers", "approvers")),
        ({"min_approvers": 0}, ("min_approvers", "approvers")),
        ({"approval_type": ApprovalType.ANY, "min_approvers": 11}, ("min_approvers", "approvers")),
        ({"approval_type": ApprovalType.ANY, "min_approvers": 3}, ("min_approvers", "too-few-people")),
        ({"approval_type": ApprovalType.ALL, "min_approvers": 3}, ("min_approvers", "too-few-people")),
        ({"approver_roles": (Role.ADVISOR,)}, ("approver_roles", "cannot-approve")),
        ({"approver_roles": (Role.SYSTEM_ADMIN,)}, ("approver_roles", "cannot-approve")),
        ({"approver_roles": ()}, ("approver_roles", "one-role")),
        ({"approver_roles": (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER)}, ("approver_roles", "one-role")),
        ({"approval_type": ApprovalType.SEQUENTIAL}, ("approver_roles", "no-order")),
        (
            {
                "approval_type": ApprovalType.SEQUENTIAL,
                "approver_roles": (Role.CENTRE_MANAGER, Role.CENTRE_MANAGER),
                "min_approvers": 2,
            },
            ("approver_roles", "duplicate"),
        ),
        (
            {
                "approval_type": ApprovalType.SEQUENTIAL,
                "approver_roles": (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER),
            },
            ("min_approvers", "approvers"),
        ),
        ({"deadline_days": 0}, ("deadline_days", "range")),
    ],
)
def test_an_approval_can_be_given(said: dict[str, Any], fault: tuple[str, str]) -> None:
    name, rule = fault
    faults = [
        (field, broken) for field, broken in found(approved(**said)) if broken != "too-few-people" or broken == rule
    ]
    assert faults == [(f"stages.0.approval.{name}", rule)]
    rules = (ApprovalRule(trigger=ApprovalTrigger.ERASURE, approval=replace(MANAGER, **said)),)
    told = found(stage("A"), approval_rules=rules)
    assert (f"approval_rules.0.approval.{name}", rule) in told


def test_nobody_approves_their_own_work() -> None:
    own = stage("A", role=Role.CENTRE_MANAGER, approval=MANAGER)
    assert found(own) == [("stages.0.approval.approver_roles", "own-work")]
    both = (Role.COMPLIANCE_OFFICER, Role.CENTRE_MANAGER)
    in_turn = replace(MANAGER, approval_type=ApprovalType.SEQUENTIAL, approver_roles=both, min_approvers=2)
    assert found(stage("A", role=Role.CENTRE_MANAGER, approval=in_turn)) == []


def test_stages_have_an_order_and_codes_of_their_own() -> None:
    assert found(stage("A"), stage("A", 2)) == [("stages.1.code", "duplicate")]
    assert found(stage("A"), stage("B", 1)) == [("stages.1.sequence_order", "duplicate-order")]
    assert found(stage("A", 2), stage("B", 1)) == [("stages.1.sequence_order", "order")]
    back = stage("B", 2, advice_stage=CaseStage.ENQUIRY)
    assert found(stage("A"), back) == [("stages.1.advice_stage", "goes-back")]
    assert found(stage("A", returns_to="B"), stage("B", 2)) == [("stages.0.returns_to", "not-earlier")]


def test_no_stage_waits_for_what_waits_for_it() -> None:
    # A is required, so that B waits for it; nothing is left that could begin.
    assert found(stage("A", depends_on=("B",)), stage("B", 2), stage("C", 3)) == [
        ("stages.0.depends_on", "cyclic"),
        ("stages.2", "unreachable"),
    ]
    beside = (
        stage("A", depends_on=("B",)),
        stage("B", 1, is_parallel=True, depends_on=("A",)),
        stage("C", 2, is_required=False),
    )
    assert found(*beside) == [
        ("stages.0.depends_on", "cyclic"),
        ("stages.1.depends_on", "cyclic"),
        ("stages.2", "unreachable"),
    ]
    # One that may be skipped holds up nobody, so that it may wait for a later one.
    assert found(stage("A", is_required=False, depends_on=("B",)), stage("B", 2)) == []


def test_rules_are_about_what_there_is() -> None:
    def told(**said: Any) -> NotificationRule:
        usual = {
            "moment": NotificationMoment.STAGE_READY,
            "stage_code": "A",
            "recipient": Recipient.ASSIGNEE,
            "channel": Channel.TASK,
            "days": 0,
        }
        return NotificationRule(**{**usual, **said})

    def papers(*codes: str | None) -> tuple[DocumentRule, ...]:
        return tuple(
            DocumentRule(
                document_type=DocumentType.IDENTITY, stage_code=code, is_mandatory=True, document_template=None
            )
            for code in codes
        )

    def faults(*rules: NotificationRule) -> list[tuple[str, str]]:
        return found(stage("A", duration_days=None), notification_rules=rules)

    assert faults(told(), told(stage_code=None)) == []
    assert faults(told(), told()) == [("notification_rules.1", "duplicate")]
    assert faults(told(stage_code="Z")) == [("notification_rules.0.stage_code", "unknown-stage")]
    assert faults(told(days=-1)) == [("notification_rules.0.days", "range")]
    assert faults(told(recipient=Recipient.CLIENT)) == [("notification_rules.0.channel", "client-has-no-tasks")]
    assert faults(told(moment=NotificationMoment.APPROVAL_REQUESTED)) == [
        ("notification_rules.0.moment", "no-approval")
    ]
    assert faults(told(moment=NotificationMoment.DEADLINE_NEAR, days=1)) == [
        ("notification_rules.0.moment", "no-deadline")
    ]
    assert found(stage("A"), document_rules=papers("A", None)) == []
    assert found(stage("A"), document_rules=papers("A", "A")) == [("document_rules.1", "duplicate")]
    assert found(stage("A"), document_rules=papers("Z")) == [("document_rules.0.stage_code", "unknown-stage")]
    twice = ApprovalRule(trigger=ApprovalTrigger.ERASURE, approval=MANAGER)
    assert found(stage("A"), approval_rules=(twice, twice)) == [("approval_rules.1.trigger", "duplicate")]


@st.composite
def drawn_stages(draw: st.DrawFn) -> list[StageDefinition]:
    number = draw(st.integers(1, 7))
    codes = [f"S-{place}" for place in range(number)]
    return [
        stage(
            code,
            place + 1,
            is_required=draw(st.booleans()),
            is_parallel=place > 0 and draw(st.booleans()),
            depends_on=tuple(draw(st.lists(st.sampled_from(codes), max_size=2, unique=True))),
        )
        for place, code in enumerate(codes)
    ]


def run(stages: Iterable[StageDefinition]) -> set[str]:
    """Run a case through its stages as far as it comes; answer which it came to."""
    steps = steps_of(list(stages))
    done: set[str] = set()
    while True:
        held = False
        ready: set[str] = set()
        for step in steps:
            if not held:
                ready |= {one.code for one in step if one.code not in done and set(one.depends_on) - {one.code} <= done}
            held = held or any(one.is_required and one.code not in done for one in step)
        if not ready:
            return done
        done |= ready


@given(drawn_stages())
def test_what_is_called_unreachable_is_what_no_case_comes_to(stages: list[StageDefinition]) -> None:
    lost = unreachable(waits_of(stages))
    assert run(stages) == {one.code for one in stages} - lost
    reported = {fault.field for fault in faults_of(Definition(stages=tuple(stages)), holders={})}
    if lost:
        assert any(field.startswith("stages.") for field in reported)
