"""The network's templates of cases (domain reference 5.4), as rows."""

from typing import Any
from uuid import UUID

CODE = "DEBT-ADVICE-STANDARD"
ADVISOR, MANAGER, COMPLIANCE = "ADVISOR", "CENTRE_MANAGER", "COMPLIANCE_OFFICER"


def _approval(kind: str, *roles: str, least: int = 1, days: int | None = 3) -> dict[str, Any]:
    """Say who approves: the days are DESIGN, no source names a number."""
    return {"approval_type": kind, "min_approvers": least, "approver_roles": list(roles), "deadline_days": days}


def _stage(code: str, name: str, kind: str, advice: str, about: str, **more: Any) -> dict[str, Any]:
    """Write one stage as a draft has it; `more` says what is unlike the usual."""
    usual = {
        "is_required": True,
        "is_parallel": False,
        "auto_assign": True,
        "role": ADVISOR,
        "duration_days": None,
        "estimated_hours": None,
        "condition": "ALWAYS",
        "sample_percent": None,
        "depends_on": [],
        "returns_to": None,
        "approval": None,
        "wait_days": [],
        "gate_evidence": "NONE",
    }
    said = {"code": code, "name": name, "description": about, "stage_type": kind, "advice_stage": advice}
    return {**said, **usual, **more}


def _in_order(*stages: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**stage, "sequence_order": number} for number, stage in enumerate(stages, start=1)]


STANDARD: dict[str, Any] = {
    "stages": _in_order(
        _stage(
            "TRIAGE",
            "Triage",
            "TASK",
            "TRIAGE",
            "Score emergencies and vulnerability; choose the channel and the type of case.",
            duration_days=2,
            estimated_hours=1,
        ),
        _stage(
            "CONSENT-PACK",
            "Consent pack",
            "DOCUMENT",
            "TRIAGE",
            "Send the privacy notice and the authority to act; have the consents back.",
            duration_days=7,
            estimated_hours=1,
        ),
        _stage(
            "FACT-FIND",
            "Fact find",
            "DATA_ENTRY",
            "FACT_FIND",
            "Record debts, assets and household; check liability for each debt.",
            duration_days=14,
            estimated_hours=3,
        ),
        _stage(
            "BUDGET",
            "Budget",
            "DATA_ENTRY",
            "BUDGET",
            "Draw up the financial statement and have the client confirm it.",
            duration_days=14,
            estimated_hours=2,
        ),
        _stage(
            "BUDGET-CHECK",
            "Budget check",
            "REVIEW",
            "BUDGET",
            "Check a trainee's financial statement before advice rests on it.",
            role=MANAGER,
            duration_days=3,
            estimated_hours=1,
            condition="TRAINEE",
            returns_to="BUDGET",
        ),
        _stage(
            "OPTIONS",
            "Options",
            "DECISION_GATE",
            "ADVICE",
            "Appraise every option with its reasons, warnings and consequences.",
            duration_days=7,
            estimated_hours=2,
            gate_evidence="DOCUMENT",
        ),
        _stage(
            "COA-LETTER",
            "Confirmation of advice letter",
            "DOCUMENT",
            "RECOMMENDATION",
            "Write down the advice in a letter that the client can keep.",
            duration_days=5,
            estimated_hours=1,
            gate_evidence="DOCUMENT",
        ),
        _stage(
            "SUPERVISOR-APPROVAL",
            "Supervisor approval",
            "APPROVAL",
            "RECOMMENDATION",
            "A supervisor approves the recommendation of a trainee, or one of high risk.",
            duration_days=5,
            condition="TRAINEE_OR_HIGH_RISK",
            returns_to="COA-LETTER",
            approval=_approval("SINGLE", MANAGER),
        ),
        _stage(
            "CLIENT-DECISION",
            "Client decision",
            "WAIT",
            "RECOMMENDATION",
            "The client accepts, declines or thinks about it.",
            duration_days=28,
            wait_days=[14],
        ),
        _stage(
            "IMPLEMENTATION",
            "Implementation",
            "TASK",
            "IMPLEMENTATION",
            "Start the solution, or send the offers and follow their answers.",
            duration_days=28,
            estimated_hours=3,
            gate_evidence="DOCUMENT",
        ),
        _stage(
            "REVIEW",
            "Review",
            "WAIT",
            "REVIEW",
            "See after 30, 90 and 180 days whether the solution holds.",
            duration_days=194,
            wait_days=[30, 90, 180],
        ),
        _stage(
            "CLOSURE",
            "Closure",
            "TASK",
            "CLOSURE",
            "Complete the checklists, record the outcomes, send the closing letter.",
            duration_days=7,
            estimated_hours=1,
        ),
        _stage(
            "FILE-REVIEW",
            "File review",
            "REVIEW",
            "CLOSURE",
            "Review the quality of the advice in a sample of the files.",
            role=COMPLIANCE,
            duration_days=14,
            estimated_hours=1,
            condition="SAMPLED",
            sample_percent=10,
        ),
    ),
    "approval_rules": [
        {"trigger": trigger, "approval": approval}
        for trigger, approval in (
            ("TRAINEE_RECOMMENDATION", _approval("SINGLE", MANAGER)),
            ("DRO_SUBMISSION", _approval("SINGLE", MANAGER)),
            ("WRITE_OFF_OVER_LIMIT", _approval("SINGLE", MANAGER)),
            ("VULNERABLE_HIGH_RISK_CLOSURE", _approval("SINGLE", COMPLIANCE)),
            ("MANDATORY_ITEM_WAIVER", _approval("SINGLE", COMPLIANCE)),
            ("DATA_EXPORT", _approval("SINGLE", MANAGER)),
            ("ERASURE", _approval("SEQUENTIAL", COMPLIANCE, MANAGER, least=2, days=14)),
            ("CENTRE_TRANSFER", _approval("SINGLE", MANAGER)),
            ("LEGAL_REVIEW", _approval("SINGLE", COMPLIANCE, days=7)),
        )
    ],
    "notification_rules": [
        {"moment": moment, "stage_code": stage, "recipient": recipient, "channel": "TASK", "days": days}
        for moment, stage, recipient, days in (
            ("STAGE_READY", None, "ASSIGNEE", 0),
            ("DEADLINE_NEAR", None, "ASSIGNEE", 2),
            ("DEADLINE_PASSED", None, "ASSIGNEE", 0),
            ("DEADLINE_PASSED", None, "CENTRE_MANAGERS", 3),
            ("APPROVAL_REQUESTED", None, "APPROVERS", 0),
            ("APPROVAL_DECIDED", None, "CASE_ADVISOR", 0),
            ("APPROVAL_OVERDUE", None, "CENTRE_MANAGERS", 0),
            ("STAGE_REJECTED", None, "CASE_ADVISOR", 0),
        )
    ],
    "document_rules": [
        {"document_type": kind, "stage_code": stage, "is_mandatory": mandatory, "document_template": None}
        for kind, stage, mandatory in (
            ("CONSENT_FORM", "CONSENT-PACK", False),
            ("AUTHORITY_TO_ACT", "CONSENT-PACK", False),
            ("PROOF_OF_INCOME", "BUDGET", False),
            ("FINANCIAL_STATEMENT", "BUDGET", False),
            ("ADVICE_LETTER", "COA-LETTER", True),
        )
    ],
}
"""Debt-advice standard: thirteen stages, each with its advice stage (domain reference 5.1)."""

TEMPLATES: tuple[tuple[str, str, str, str, bool, dict[str, Any]], ...] = (
    (
        CODE,
        "Debt-advice standard",
        "The usual course of debt advice, from triage to the review of the file.",
        "GENERAL",
        True,
        STANDARD,
    ),
)
"""Code, name, description, category, whether it is the default, what it says."""


def template_rows() -> list[dict[str, Any]]:
    """Answer the rows of the catalogue of templates."""
    return [
        {
            "id": UUID(f"01900000-0000-7000-8000-0042{position:08x}"),
            "code": code,
            "name": name,
            "description": description,
            "category": category,
            "is_default": default,
            "definition": definition,
            "position": position,
        }
        for position, (code, name, description, category, default, definition) in enumerate(TEMPLATES, start=1)
    ]
