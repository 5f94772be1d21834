"""Whether what a template says can be run as a whole, every fault under its place."""

from collections.abc import Mapping, Sequence

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import Faults
from cma_graphql.domain.case_templates.approvals import check_approval, check_people
from cma_graphql.domain.case_templates.definition import Definition, NotificationRule, StageDefinition
from cma_graphql.domain.case_templates.kinds import Channel, NotificationMoment, Recipient
from cma_graphql.domain.case_templates.models import MOST_DAYS, MOST_RULES, MOST_STAGES
from cma_graphql.domain.case_templates.reaching import check_reachable
from cma_graphql.domain.case_templates.stages import check_stage
from cma_graphql.domain.cases.models import CaseStage

_ADVICE = {stage: place for place, stage in enumerate(CaseStage)}
_OF_APPROVALS = {
    NotificationMoment.APPROVAL_REQUESTED,
    NotificationMoment.APPROVAL_DECIDED,
    NotificationMoment.APPROVAL_OVERDUE,
}
_OF_DEADLINES = {NotificationMoment.DEADLINE_NEAR, NotificationMoment.DEADLINE_PASSED}


def faults_of(said: Definition, *, holders: Mapping[Role, int]) -> Sequence[Invalid]:
    """Answer what keeps a definition from being published; `holders` are how many of each role the centre has."""
    faults = Faults()
    check_definition(faults, said, holders=holders)
    return faults.found


def check_definition(faults: Faults, said: Definition, *, holders: Mapping[Role, int]) -> None:
    """Note what keeps a definition from being published."""
    stages = said.stages
    if not 1 <= len(stages) <= MOST_STAGES:
        faults.add("stages", "items", f"A template has 1 to {MOST_STAGES} stages.", minimum=1, maximum=MOST_STAGES)
        return
    if not any(stage.is_required for stage in stages):
        faults.add("stages", "nothing-required", "A case needs at least one stage that cannot be skipped.")
    for number, stage in enumerate(stages):
        check_stage(faults, f"stages.{number}", stage)
        if stage.approval is not None:
            check_people(faults, f"stages.{number}.approval", stage.approval, holders)
    _check_order(faults, stages)
    _check_references(faults, stages)
    check_reachable(faults, stages)
    check_rules(faults, said, holders=holders)


def check_rules(faults: Faults, said: Definition, *, holders: Mapping[Role, int]) -> None:
    """Note what is wrong with the rules of a definition, of which some are about its stages."""
    lists = {
        "approval_rules": said.approval_rules,
        "notification_rules": said.notification_rules,
        "document_rules": said.document_rules,
    }
    for name, rules in lists.items():
        if len(rules) > MOST_RULES:
            faults.add(name, "items", f"At most {MOST_RULES} rules of a kind.", maximum=MOST_RULES)
    triggers = set()
    for number, rule in enumerate(said.approval_rules):
        within = f"approval_rules.{number}"
        if rule.trigger in triggers:
            faults.add(f"{within}.trigger", "duplicate", "One rule says who approves this.")
        triggers.add(rule.trigger)
        check_approval(faults, f"{within}.approval", rule.approval)
        check_people(faults, f"{within}.approval", rule.approval, holders)
    _check_notifications(faults, said)
    _check_documents(faults, said)


def _check_order(faults: Faults, stages: Sequence[StageDefinition]) -> None:
    """Stages have codes of their own, an order, and an advice stage that does not go back."""
    codes: set[str] = set()
    before: StageDefinition | None = None
    for number, stage in enumerate(stages):
        within = f"stages.{number}"
        if stage.code in codes:
            faults.add(f"{within}.code", "duplicate", "Each stage has a code of its own.", code=stage.code)
        codes.add(stage.code)
        if before is None:
            if stage.is_parallel:
                faults.add(f"{within}.is_parallel", "first", "The first stage has nothing to run beside.")
        else:
            _check_neighbours(faults, within, before, stage)
        before = stage


def _check_neighbours(faults: Faults, within: str, before: StageDefinition, stage: StageDefinition) -> None:
    if stage.sequence_order < before.sequence_order:
        faults.add(f"{within}.sequence_order", "order", "Stages stand in their order.", minimum=before.sequence_order)
    elif stage.sequence_order == before.sequence_order and not stage.is_parallel:
        faults.add(
            f"{within}.sequence_order",
            "duplicate-order",
            f"{before.code} has this place in the order: stages that share one are parallel.",
            stage=before.code,
        )
    if _ADVICE[stage.advice_stage] < _ADVICE[before.advice_stage]:
        faults.add(
            f"{within}.advice_stage",
            "goes-back",
            f"The advice has come to {before.advice_stage.value} by then; a template does not go back in it.",
            minimum=before.advice_stage.value,
        )


def _check_references(faults: Faults, stages: Sequence[StageDefinition]) -> None:
    places = {stage.code: number for number, stage in reversed(list(enumerate(stages)))}
    for number, stage in enumerate(stages):
        unknown = sorted(set(stage.depends_on) - places.keys())
        if unknown:
            faults.add(
                f"stages.{number}.depends_on", "unknown-stage", "The template has no such stage.", unknown=unknown
            )
        back = stage.returns_to
        if back is None or back == stage.code:
            continue
        if back not in places:
            faults.add(
                f"stages.{number}.returns_to", "unknown-stage", "The template has no such stage.", unknown=[back]
            )
        elif places[back] > number:
            faults.add(f"stages.{number}.returns_to", "not-earlier", "A rejection opens an earlier stage again.")


def _check_notifications(faults: Faults, said: Definition) -> None:
    seen: set[NotificationRule] = set()
    for number, rule in enumerate(said.notification_rules):
        within = f"notification_rules.{number}"
        least = 1 if rule.moment is NotificationMoment.DEADLINE_NEAR else 0
        if not least <= rule.days <= MOST_DAYS:
            faults.add(
                f"{within}.days", "range", f"From {least} to {MOST_DAYS} days.", minimum=least, maximum=MOST_DAYS
            )
        if rule.recipient is Recipient.CLIENT and rule.channel is Channel.TASK:
            faults.add(f"{within}.channel", "client-has-no-tasks", "A client is told by e-mail or SMS.")
        if rule in seen:
            faults.add(within, "duplicate", "This is said already.")
        seen.add(rule)
        if rule.stage_code is not None:
            _check_stage_told_of(faults, within, said.stage(rule.stage_code), rule)


def _check_stage_told_of(faults: Faults, within: str, stage: StageDefinition | None, rule: NotificationRule) -> None:
    if stage is None:
        faults.add(
            f"{within}.stage_code", "unknown-stage", "The template has no such stage.", unknown=[rule.stage_code or ""]
        )
    elif rule.moment in _OF_APPROVALS and stage.approval is None:
        faults.add(f"{within}.moment", "no-approval", f"Nobody approves {stage.code}.")
    elif rule.moment in _OF_DEADLINES and stage.duration_days is None:
        faults.add(f"{within}.moment", "no-deadline", f"{stage.code} has no deadline.")


def _check_documents(faults: Faults, said: Definition) -> None:
    seen: set[tuple[object, object]] = set()
    for number, rule in enumerate(said.document_rules):
        within = f"document_rules.{number}"
        what = (rule.document_type, rule.stage_code)
        if what in seen:
            faults.add(within, "duplicate", "This document is asked for here already.")
        seen.add(what)
        if rule.stage_code is not None and said.stage(rule.stage_code) is None:
            faults.add(
                f"{within}.stage_code", "unknown-stage", "The template has no such stage.", unknown=[rule.stage_code]
            )
