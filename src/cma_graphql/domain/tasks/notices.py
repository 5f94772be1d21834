"""Does what the notification rules of a case's template say: tells people, gives them tasks; once for each occasion.

The change that a rule is about queues the job (workflow/telling.py); deadlines come by upkeep. Both lock the case,
read what rules ask for and nobody has been told yet, and write that down together with what comes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON, now
from cma_graphql.core.events import Audience, Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import Channel, NotificationMoment, Recipient
from cma_graphql.domain.cases.models import Case, Priority
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.tasks import keeping_step
from cma_graphql.domain.tasks.assigning import is_fit
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.keeping_step import Occasion
from cma_graphql.domain.tasks.models import RuleCode, TaskKind, TaskOrigin
from cma_graphql.domain.tasks.notice_models import Notice
from cma_graphql.domain.tasks.notice_selectors import cases_to_tell_of, notices_due
from cma_graphql.domain.users.models import Membership
from cma_graphql.domain.workflow.approval_selectors import approvers_present
from cma_graphql.domain.workflow.events import ApprovalNotified, StageNotified
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_AT_ONCE = 200
LOOKED_BACK = timedelta(days=7)
"""For how long after it fell due something is still told: what is older is no news, whatever kept the worker."""
AHEAD = timedelta(minutes=5)
"""How far the clock of the server that wrote an instant down may be ahead of the worker's."""
NOBODY: Sequence[UUID | None] = (None,)
_MOMENT = timedelta(microseconds=1)

_TITLES: Mapping[NotificationMoment, tuple[str, TaskKind, Priority]] = {
    NotificationMoment.STAGE_READY: ("Begin a stage that is ready", TaskKind.OTHER, Priority.MEDIUM),
    NotificationMoment.STAGE_COMPLETED: ("Look at a stage that is done", TaskKind.REVIEW, Priority.MEDIUM),
    NotificationMoment.STAGE_REJECTED: ("Mend a stage that was not approved", TaskKind.OTHER, Priority.HIGH),
    NotificationMoment.DEADLINE_NEAR: ("End a stage before its deadline", TaskKind.DEADLINE, Priority.MEDIUM),
    NotificationMoment.DEADLINE_PASSED: ("See to a stage that is late", TaskKind.DEADLINE, Priority.HIGH),
    NotificationMoment.APPROVAL_REQUESTED: ("Decide on an approval", TaskKind.REVIEW, Priority.MEDIUM),
    NotificationMoment.APPROVAL_DECIDED: ("Look at what was decided on an approval", TaskKind.OTHER, Priority.MEDIUM),
    NotificationMoment.APPROVAL_OVERDUE: ("See to an approval that is late", TaskKind.DEADLINE, Priority.HIGH),
}
"""What the task of a moment is called, before the stage's name, and what it is."""
_ROLES: Mapping[Recipient, Role] = {
    Recipient.CENTRE_MANAGERS: Role.CENTRE_MANAGER,
    Recipient.COMPLIANCE_OFFICERS: Role.COMPLIANCE_OFFICER,
}


async def give_notices(uow: UnitOfWork, *, case_id: UUID) -> int:
    """Do what the rules of a case's template ask for by now; answer how many occasions there were."""
    return await _give(uow, [case_id], now())


async def give_of_deadlines(uow: UnitOfWork, at: datetime) -> int:
    """Do the same for all cases with a deadline that is near or has passed; answer how many occasions there were."""
    found = await uow.all(cases_to_tell_of, at=at, since=at - LOOKED_BACK, most=MOST_AT_ONCE)
    return await _give(uow, [row["case_id"] for row in found], at)


async def _give(uow: UnitOfWork, case_ids: Iterable[UUID], at: datetime) -> int:
    """Take the cases first (decision 37): whoever does the same waits, and then finds it done."""
    keys = [case.id for case in await uow.lock_all(Case, sorted(case_ids))]
    if not keys:
        return 0
    told = {"at": at, "soon": at + AHEAD, "since": at - LOOKED_BACK, "most": MOST_AT_ONCE}
    rows = await uow.all(notices_due, keys=keys, **told)
    seen = {key: audience for key, (_, audience) in (await cases_and_audiences(uow, keys)).items()} if rows else {}
    people = await _people(uow, rows, seen)
    for row, wanted in zip(rows, people, strict=True):
        place = seen[row["case_id"]]
        notices = [_notice(row, user_id, at) for user_id in wanted or NOBODY]
        uow.add_lines(notices)
        await uow.flush()
        for notice in notices:
            if notice.user_id is not None:
                await _tell(uow, row, notice, place, at)
    return len(rows)


async def _people(uow: UnitOfWork, rows: Sequence[Record], seen: Mapping[UUID, Audience]) -> list[list[UUID]]:
    """Answer who is told of each: those whom the rule means, who act for the centre, see the case and work on it."""
    roles = {role for row in rows for role in _roles(row)}
    holders = await approvers_present(uow, sorted(roles)) if roles else ()
    meant = [_meant(row, seen[row["case_id"]], holders) for row in rows]
    members = {member.id: member for member in await uow.lock_all(Membership, sorted(set[UUID]().union(*meant)))}
    fit: dict[tuple[UUID, UUID], bool] = {}
    for row, wanted in zip(rows, meant, strict=True):
        for key in wanted & members.keys():
            pair = (row["case_id"], key)
            if pair not in fit:
                fit[pair] = await is_fit(uow, members[key], seen[row["case_id"]])
    return [
        sorted(key for key in wanted if fit.get((row["case_id"], key), False))
        for row, wanted in zip(rows, meant, strict=True)
    ]


def _roles(row: Record) -> Sequence[str]:
    recipient = Recipient(row["recipient"])
    if recipient is Recipient.APPROVERS:
        return list(row["roles"])
    return [_ROLES[recipient].value] if recipient in _ROLES else []


def _meant(row: Record, place: Audience, holders: Sequence[Record]) -> set[UUID]:
    """Answer whom a rule means. A client is told once there are letters (e-mail, SMS): nobody until then."""
    match Recipient(row["recipient"]):
        case Recipient.ASSIGNEE:
            return {row["assignee_id"]} - {None}
        case Recipient.CASE_ADVISOR:
            return {row["advisor_id"]} - {None}
        case Recipient.CASE_TEAM:
            return set(place.user_ids)
        case Recipient.CLIENT:
            return set()
        case recipient:
            wanted = set(_roles(row))
            held = {holder["key"] for holder in holders if wanted & set(holder["roles"])}
            own = {row["requested_by"], row["assignee_id"]} if recipient is Recipient.APPROVERS else set()
            return held - own


def _notice(row: Record, user_id: UUID | None, at: datetime) -> Notice:
    return Notice(
        id=new_id(),
        case_id=row["case_id"],
        rule_id=row["rule_id"],
        moment=row["moment"],
        channel=row["channel"],
        stage_id=row["subject_id"] if row["of_stage"] else None,
        approval_id=None if row["of_stage"] else row["subject_id"],
        occasion=row["occasion"],
        user_id=user_id,
        given_at=at,
    )


async def _tell(uow: UnitOfWork, row: Record, notice: Notice, place: Audience, at: datetime) -> None:
    """Tell one person, by a task where the rule says so; e-mail and SMS are told of live until there are letters."""
    assert notice.user_id is not None  # noqa: S101 - narrows the type; nobody is not told
    if notice.channel == Channel.TASK:
        audience = audience_on(place, confidential=False, assignee_id=None, beside=None, people=())
        await keeping_step.begin(uow, _task(row, notice, at), audience)
    event = StageNotified if row["of_stage"] else ApprovalNotified
    told = {"moment": notice.moment, "channel": notice.channel, "recipient_id": notice.user_id}
    recipient = Audience(user_ids=(notice.user_id,), restricted=True)
    uow.record(
        event(subject_id=row["subject_id"], case_id=row["case_id"], client_id=row["client_id"], version=row["version"]),
        changes={name: Change(None, value, Publicity.OPEN) for name, value in told.items()},
        before=recipient,
        after=recipient,
    )


def _task(row: Record, notice: Notice, at: datetime) -> Occasion:
    """Make what somebody is asked to do: by the deadline where that is to come, else on the day."""
    title, kind, priority = _TITLES[NotificationMoment(notice.moment)]
    today = at.astimezone(LONDON).date()
    deadline = row["deadline_at"]
    last_day = today if deadline is None else (deadline - _MOMENT).astimezone(LONDON).date()
    return Occasion(
        rule=RuleCode.TEMPLATE_NOTICE,
        origin=TaskOrigin.RULE,
        kind=kind,
        title=title if row["name"] is None else f"{title}: {row['name']}",
        priority=priority,
        source_id=notice.id,
        case_id=row["case_id"],
        client_id=row["client_id"],
        on=notice.occasion.astimezone(LONDON).date(),
        due_on=max(today, last_day),
        assignee_id=notice.user_id,
    )
