"""One stage as somebody states it: read, and checked by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.domain.case_templates.approvals import check_approval
from cma_graphql.domain.case_templates.definition import Approval, StageDefinition
from cma_graphql.domain.case_templates.kinds import DOERS, StageCondition, StageType
from cma_graphql.domain.case_templates.models import MOST_DAYS, MOST_HOURS, MOST_STAGES, MOST_WAITS
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind

NAME_LENGTH = 100
TEXT_LENGTH = 2_000
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedStage:
    """A stage as somebody states it; its code and its place are said apart."""

    name: str
    stage_type: StageType
    advice_stage: CaseStage
    description: str | None = None
    is_required: bool = True
    is_parallel: bool = False
    auto_assign: bool = False
    role: Role | None = None
    duration_days: int | None = None
    estimated_hours: int | None = None
    condition: StageCondition = StageCondition.ALWAYS
    sample_percent: int | None = None
    depends_on: Sequence[str] = ()
    returns_to: str | None = None
    approval: Approval | None = None
    wait_days: Sequence[int] = ()
    gate_evidence: EvidenceKind = EvidenceKind.NONE


def read_code(text: str, *, longest: int = _LONGEST_CODE) -> str:
    """Return a code in capitals: letters and digits, hyphens between. Refuses with `code`."""
    code = text[: longest + 1].strip().upper()
    if len(text) > longest or not code.isascii() or not _CODE.fullmatch(code):
        raise FormatError(
            "code", f"A code is up to {longest} letters and digits, with hyphens between: FACT-FIND.", maximum=longest
        )
    return code


def read_stage(faults: Faults, stated: StatedStage, *, stage_id: UUID, code: str, within: str) -> StageDefinition:
    """Read a stated stage, every fault under its place; its order is given to it where it is put."""
    named = [
        faults.read(f"{within}.depends_on.{number}", read_code, text) or ""
        for number, text in enumerate(stated.depends_on[:MOST_STAGES])
    ]
    if len(stated.depends_on) > MOST_STAGES:
        faults.add(f"{within}.depends_on", "items", f"At most {MOST_STAGES} stages.", maximum=MOST_STAGES)
    stage = StageDefinition(
        id=stage_id,
        code=code,
        name=faults.read(f"{within}.name", one_line, stated.name, max_length=NAME_LENGTH) or "",
        description=None
        if stated.description is None
        else faults.read(f"{within}.description", multiline, stated.description, max_length=TEXT_LENGTH),
        stage_type=stated.stage_type,
        advice_stage=stated.advice_stage,
        sequence_order=1,
        is_required=stated.is_required,
        is_parallel=stated.is_parallel,
        auto_assign=stated.auto_assign,
        role=stated.role,
        duration_days=stated.duration_days,
        estimated_hours=stated.estimated_hours,
        condition=stated.condition,
        sample_percent=stated.sample_percent,
        depends_on=tuple(dict.fromkeys(named)),
        returns_to=None
        if stated.returns_to is None
        else faults.read(f"{within}.returns_to", read_code, stated.returns_to),
        approval=stated.approval,
        wait_days=tuple(stated.wait_days),
        gate_evidence=stated.gate_evidence,
    )
    check_stage(faults, within, stage)
    return stage


def check_stage(faults: Faults, within: str, stage: StageDefinition) -> None:
    """Note what is wrong with a stage by itself, whatever stands beside it."""
    _check_role(faults, within, stage)
    for name, value, most in (
        ("duration_days", stage.duration_days, MOST_DAYS),
        ("estimated_hours", stage.estimated_hours, MOST_HOURS),
        ("sample_percent", stage.sample_percent, 100),
    ):
        if value is not None and not 1 <= value <= most:
            faults.add(f"{within}.{name}", "range", f"From 1 to {most}.", minimum=1, maximum=most)
    if (stage.condition is StageCondition.SAMPLED) != (stage.sample_percent is not None):
        faults.add(
            f"{within}.sample_percent", "sampled", "A stage of a sample says how many in a hundred; no other does."
        )
    _check_waiting(faults, within, stage)
    if stage.approval is not None:
        check_approval(faults, f"{within}.approval", stage.approval, doer=stage.role)
    elif stage.stage_type is StageType.APPROVAL:
        faults.add(f"{within}.approval", "required", "A stage that is an approval says who approves.")
    if stage.code in stage.depends_on:
        faults.add(f"{within}.depends_on", "itself", "No stage waits for itself.", stage=stage.code)
    if stage.returns_to == stage.code:
        faults.add(f"{within}.returns_to", "itself", "A rejection that opens this stage again names no other.")


def _check_role(faults: Faults, within: str, stage: StageDefinition) -> None:
    doers = sorted(DOERS)
    if stage.stage_type is StageType.AUTOMATED:
        if stage.role is not None or stage.auto_assign:
            faults.add(f"{within}.role", "nobody", "The server does an automated stage: nobody is assigned.")
    elif stage.role is None:
        faults.add(f"{within}.role", "required", "Say whose role it is to do this stage.", allowed=doers)
    elif stage.role not in DOERS:
        faults.add(
            f"{within}.role",
            "cannot-do",
            f"{stage.role.value} cannot do stages of a case: {', '.join(doers)} can.",
            allowed=doers,
        )


def _check_waiting(faults: Faults, within: str, stage: StageDefinition) -> None:
    days = stage.wait_days
    if (stage.stage_type is StageType.WAIT) != bool(days):
        faults.add(f"{within}.wait_days", "wait", "A stage that is a wait says for how many days; no other does.")
    elif len(days) > MOST_WAITS or not all(1 <= day <= MOST_DAYS for day in days):
        faults.add(
            f"{within}.wait_days",
            "range",
            f"At most {MOST_WAITS} times to look again, each from 1 to {MOST_DAYS} days.",
            minimum=1,
            maximum=MOST_DAYS,
        )
    elif list(days) != sorted(set(days)):
        faults.add(f"{within}.wait_days", "order", "Days from the beginning of the stage, each later than the last.")
    elif days and stage.duration_days is not None and stage.duration_days < days[-1]:
        faults.add(
            f"{within}.duration_days",
            "before-wait-ends",
            "Its deadline would pass before its wait is over.",
            minimum=days[-1],
        )
