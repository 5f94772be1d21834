"""The primitive changes of a case: each writes, keeps the history and tells of it. Only casework calls them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.events import Audience, Change, Changes, Event, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.audience import audience_with
from cma_graphql.domain.cases.events import (
    CaseAssigned,
    CaseCreated,
    CaseDeleted,
    CaseRestored,
    CaseRestricted,
    CaseStageChanged,
    CaseStatusChanged,
    CaseTeamChanged,
    CaseTriaged,
    CaseUpdated,
)
from cma_graphql.domain.cases.models import Case, CaseStage, CaseStatus, CaseStatusChange
from cma_graphql.domain.cases.selectors import team_users
from cma_graphql.domain.cases.team_models import CaseTeamMember, Responsibility
from cma_graphql.domain.cases.transitions import OPEN, require_step
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.persistence.unit_of_work import UnitOfWork

_OF_A_HOLD = ("hold_reason", "next_review_at")
_OF_A_TRIAGE = ("triage_reason", "triage_at")
_OF_AN_END = (
    "closed_on",
    "closure_reason",
    "closure_note",
    "resolved_at",
    "resolution_type",
    "resolution_summary",
    "satisfaction",
    "referred_to",
    "cancellation_reason",
)


async def audience_of(uow: UnitOfWork, case: Case) -> Audience:
    """Tell who sees a case besides those who see the whole centre."""
    return _audience(case, await team_users(uow, case.id))


def audience_of_new(case: Case) -> Audience:
    """Tell the same of a case that was just opened: nobody is on its team yet, so nobody has to be looked up."""
    return _audience(case, ())


def _audience(case: Case, team: Iterable[UUID]) -> Audience:
    return audience_with(
        team,
        advisor_id=case.advisor_id,
        team_id=case.team_id,
        restricted=case.restricted,
        client_id=case.client_id,
    )


def said(**texts: str | None) -> Changes:
    """Answer what was said about a change, as the audit trail keeps it; events tell only that something was."""
    return {name: Change(None, text, Publicity.TEXT) for name, text in texts.items() if text is not None}


async def _tell(
    uow: UnitOfWork,
    event: type[Event],
    case: Case,
    changes: Changes,
    *,
    before: Audience | None,
    after: Audience | None,
) -> None:
    await uow.flush()
    uow.record(
        event(subject_id=case.id, case_id=case.id, client_id=case.client_id, version=case.version),
        changes=changes,
        before=before,
        after=after,
    )


def _step(uow: UnitOfWork, case: Case, target: CaseStatus, reason: str | None, **columns: object) -> Changes:
    """Take a step, keep it in the history; answer what changed. Raise TransitionRefused for none of the table's."""
    source = case.status
    require_step(source, target)
    left_behind: dict[str, object] = {}
    if source == CaseStatus.ON_HOLD:
        left_behind.update(dict.fromkeys(_OF_A_HOLD))
    if target not in OPEN:
        left_behind.update(dict.fromkeys(_OF_A_TRIAGE))
    if target is CaseStatus.REOPENED:
        # A case at work has no result. What it had stays in the audit trail and, in words, in the history.
        left_behind.update(dict.fromkeys(_OF_AN_END))
    changes = uow.change(case, status=target.value, **{**left_behind, **columns})
    _keep(uow, case, source, reason)
    return {**changes, **said(reason=reason)}


def _keep(uow: UnitOfWork, case: Case, source: str | None, reason: str | None) -> None:
    step = CaseStatusChange(
        id=new_id(),
        case_id=case.id,
        from_status=source,
        to_status=case.status,
        reason=reason,
        changed_at=now(),
        changed_by=uow.actor.user_id,
    )
    uow.add_lines([step])


async def add_case(uow: UnitOfWork, case: Case, *, override_capacity_reason: str | None = None) -> None:
    """Add a new case, with the first line of its history."""
    await add_cases(uow, [case], override_capacity_reason=override_capacity_reason)


async def add_cases(uow: UnitOfWork, cases: Sequence[Case], *, override_capacity_reason: str | None = None) -> None:
    """Add new cases, each with the first line of its history, by two statements whatever their number."""
    changes = [uow.add(case) for case in cases]
    await uow.flush()
    for case, opening in zip(cases, changes, strict=True):
        _keep(uow, case, None, None)
        _tell_of_opening(uow, case, {**opening, **said(override_capacity_reason=override_capacity_reason)})


def _tell_of_opening(uow: UnitOfWork, case: Case, changes: Changes) -> None:
    audience = audience_of_new(case)
    place = {"subject_id": case.id, "case_id": case.id, "client_id": case.client_id}
    uow.record(CaseCreated(**place, version=case.version), changes=changes, after=audience)
    if case.advisor_id is not None:
        advisor = {"advisor_id": Change(None, case.advisor_id, Publicity.OPEN)}
        uow.record(CaseAssigned(**place, version=case.version), changes=advisor, before=audience, after=audience)


async def update_case(uow: UnitOfWork, case: Case, **columns: object) -> None:
    """Set columns that settle neither state, nor people, nor sight; tell of it only where something changed."""
    changes = uow.change(case, **columns)
    if changes:
        audience = await audience_of(uow, case)
        await _tell(uow, CaseUpdated, case, changes, before=audience, after=audience)


async def change_status(
    uow: UnitOfWork, case: Case, target: CaseStatus, *, reason: str | None = None, **columns: object
) -> None:
    """Take a step of the transition table and set the columns that go with it. Raise TransitionRefused."""
    audience = await audience_of(uow, case)
    changes = _step(uow, case, target, reason, **columns)
    await _tell(uow, CaseStatusChanged, case, changes, before=audience, after=audience)


async def change_advisor(
    uow: UnitOfWork, case: Case, advisor_id: UUID, *, reason: str, override_capacity_reason: str | None
) -> None:
    """Give a case to an advisor; one that is new or reopened becomes ASSIGNED. Raise TransitionRefused.

    Work under way stays in its state; a case at its end is not assigned.
    """
    team = await team_users(uow, case.id)
    before = _audience(case, team)
    under_way = case.status in {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.ON_HOLD}
    step = None if under_way else _step(uow, case, CaseStatus.ASSIGNED, reason)
    changes = uow.change(case, advisor_id=advisor_id, assigned_at=now(), **dict.fromkeys(_OF_A_TRIAGE))
    told = said(reason=reason, override_capacity_reason=override_capacity_reason)
    after = _audience(case, team)
    await _tell(uow, CaseAssigned, case, {**changes, **told}, before=before, after=after)
    if step is not None:
        await _tell(uow, CaseStatusChanged, case, step, before=after, after=after)


async def triage_case(uow: UnitOfWork, case: Case, reason: TriageReason) -> None:
    """Have a case wait for somebody to find an advisor; told anew where it waits already for another reason."""
    changes = uow.change(case, triage_reason=reason.value)
    if changes:
        changes = {**changes, **uow.change(case, triage_at=now())}
        audience = await audience_of(uow, case)
        await _tell(uow, CaseTriaged, case, changes, before=audience, after=audience)


async def change_stage(uow: UnitOfWork, case: Case, stage: CaseStage) -> None:
    """Put a case elsewhere in the course of advice."""
    audience = await audience_of(uow, case)
    await _tell(uow, CaseStageChanged, case, uow.change(case, stage=stage.value), before=audience, after=audience)


async def change_team(uow: UnitOfWork, case: Case, team_id: UUID | None) -> None:
    """Make a case another team's, or no team's; tell of it only where that changes something."""
    team = await team_users(uow, case.id)
    before = _audience(case, team)
    changes = uow.change(case, team_id=team_id)
    if changes:
        await _tell(uow, CaseTeamChanged, case, changes, before=before, after=_audience(case, team))


async def add_team_member(
    uow: UnitOfWork, case: Case, user_id: UUID, *, responsibility: Responsibility | None = None
) -> UUID:
    """Put a person on a case's team; answer the id of the person's time there."""
    before = await audience_of(uow, case)
    member = CaseTeamMember(
        id=new_id(),
        case_id=case.id,
        user_id=user_id,
        added_at=now(),
        added_by=uow.actor.user_id,
        responsibility=None if responsibility is None else responsibility.value,
    )
    uow.add(member)
    uow.touch(case)
    changes = {"team_member": Change(None, user_id, Publicity.OPEN)}
    if responsibility is not None:
        changes["responsibility"] = Change(None, responsibility.value, Publicity.OPEN)
    await _tell(uow, CaseTeamChanged, case, changes, before=before, after=await audience_of(uow, case))
    return member.id


async def remove_team_member(uow: UnitOfWork, case: Case, member: CaseTeamMember) -> None:
    """Take a person off a case's team; the row stays as history."""
    before = await audience_of(uow, case)
    uow.change(member, removed_at=now(), removed_by=uow.actor.user_id)
    uow.touch(case)
    changes = {"team_member": Change(member.user_id, None, Publicity.OPEN)}
    await _tell(uow, CaseTeamChanged, case, changes, before=before, after=await audience_of(uow, case))


async def change_restriction(uow: UnitOfWork, case: Case, *, restricted: bool) -> None:
    """Hide a case from those who do not work on it, or show it again; nothing where it is so already."""
    team = await team_users(uow, case.id)
    before = _audience(case, team)
    changes = uow.change(case, restricted=restricted)
    if changes:
        await _tell(uow, CaseRestricted, case, changes, before=before, after=_audience(case, team))


async def delete_case(uow: UnitOfWork, case: Case, *, reason: str) -> None:
    """Delete a case softly: its number stays taken, its history stays."""
    before = await audience_of(uow, case)
    changes = uow.soft_delete(case)
    await _tell(uow, CaseDeleted, case, {**changes, **said(reason=reason)}, before=before, after=None)


async def restore_case(uow: UnitOfWork, case: Case) -> None:
    """Bring a deleted case back as it was."""
    changes = uow.change(case, deleted_at=None, deleted_by=None)
    await _tell(uow, CaseRestored, case, changes, before=None, after=await audience_of(uow, case))
