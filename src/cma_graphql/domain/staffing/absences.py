"""Recording, changing and cancelling absences, by the person or by who manages people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached, NotFound, Overlaps
from cma_graphql.core.events import STAFF, Change, Changes, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.staffing import selectors
from cma_graphql.domain.staffing.events import AbsenceCancelled, AbsenceChanged, AbsenceRecorded
from cma_graphql.domain.staffing.models import Absence, AbsenceKind
from cma_graphql.domain.staffing.policy import require_may_keep_absences
from cma_graphql.domain.staffing.times import DAYS, INSTANTS, Times, read_times
from cma_graphql.domain.staffing.workload import unfit
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork

LONGEST_NOTE = 1_000
MOST_ABSENCES = 100
"""Present and coming ones of a person: they are a plain list, so it has a bound (decision 17)."""
_CANNOT_WAIT = frozenset({AbsenceKind.SICKNESS.value, AbsenceKind.COMPASSIONATE_LEAVE.value})


async def record_absence(uow: UnitOfWork, *, user_id: UUID, values: Mapping[str, Any]) -> UUID:
    """Say that somebody is away, and who covers: `kind`, days or times, `cover_id`, `note`.

    Raises Forbidden, NotFound, Invalid (`overlap` among its rules), InvalidInput, LimitReached.
    """
    require_may_keep_absences(uow.actor, user_id)
    times, note = _read(values)
    cover_id: UUID | None = values.get("cover_id")
    await _take_people(uow, user_id, cover_id)
    absence = Absence(
        id=new_id(),
        user_id=user_id,
        kind=values["kind"].value,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        all_day=times.all_day,
        cover_id=cover_id,
        note=note,
    )
    if await selectors.number_to_come(uow, user_id, now()) >= MOST_ABSENCES:
        raise LimitReached("absences", MOST_ABSENCES, f"A person has at most {MOST_ABSENCES} absences to come.")
    await _require_free(uow, absence, times)
    changes = uow.add(absence)
    await _flush(uow, times.field)
    await _require_fitting(uow, absence)
    uow.record(AbsenceRecorded(subject_id=absence.id, version=absence.version), changes=_told(changes), after=STAFF)
    return absence.id


async def change_absence(uow: UnitOfWork, *, absence_id: UUID, version: int, values: Mapping[str, Any]) -> UUID:
    """Change what was given of an absence that is not over; days or times are given whole.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    former = await uow.get(Absence, absence_id, field="id")
    require_may_keep_absences(uow.actor, former.user_id)
    cover_id: UUID | None = values.get("cover_id", former.cover_id)
    await _take_people(uow, former.user_id, cover_id)
    absence = await uow.lock(Absence, absence_id, version=version)
    _require_to_come(absence)
    retimed = any(name in values for name in (*DAYS, *INSTANTS))
    columns: dict[str, Any] = {"cover_id": cover_id}
    if retimed:
        times, columns["note"] = _read(values)
        await _require_free(uow, absence, times)
        columns |= {"starts_at": times.starts_at, "ends_at": times.ends_at, "all_day": times.all_day}
    else:
        columns["note"] = _read_note(values)
    if "note" not in values:
        del columns["note"]
    if "kind" in values:
        columns["kind"] = values["kind"].value
    changes = uow.change(absence, **columns)
    if changes:
        await _flush(uow, DAYS[0] if absence.all_day else INSTANTS[0])
        if changes.keys() & {"cover_id", "starts_at", "ends_at"}:
            await _require_fitting(uow, absence)
        uow.record(
            AbsenceChanged(subject_id=absence.id, version=absence.version),
            changes=_told(changes),
            before=STAFF,
            after=STAFF,
        )
    return absence.id


async def cancel_absence(uow: UnitOfWork, *, absence_id: UUID, version: int) -> UUID:
    """Say that somebody will not be away after all; one that is over stays. Raises Forbidden, NotFound, Conflict."""
    former = await uow.get(Absence, absence_id, field="id")
    require_may_keep_absences(uow.actor, former.user_id)
    absence = await uow.lock(Absence, absence_id, version=version)
    _require_to_come(absence)
    changes = uow.soft_delete(absence)
    await uow.flush()
    uow.record(AbsenceCancelled(subject_id=absence.id, version=absence.version), changes=changes, before=STAFF)
    return absence.id


def _read(values: Mapping[str, Any]) -> tuple[Times, str | None]:
    faults = Faults()
    times = read_times(faults, values)
    note = values.get("note")
    read = None if note is None else faults.read("note", multiline, note, max_length=LONGEST_NOTE)
    faults.raise_any()
    assert times is not None  # noqa: S101 - faults would have been raised
    return times, read


def _read_note(values: Mapping[str, Any]) -> str | None:
    faults = Faults()
    note = values.get("note")
    read = None if note is None else faults.read("note", multiline, note, max_length=LONGEST_NOTE)
    faults.raise_any()
    return read


def _require_to_come(absence: Absence) -> None:
    if absence.ends_at <= now():
        raise Invalid("id", "past", "This absence is over.")


async def _take_people(uow: UnitOfWork, user_id: UUID, cover_id: UUID | None) -> None:
    """Lock who is away and who covers, in one order, so that two do not come to cover for one another at once."""
    if cover_id == user_id:
        raise Invalid("cover_id", "cover-self", "Nobody covers for themselves.")
    ids = [user_id] if cover_id is None else [user_id, cover_id]
    found = {member.id: member for member in await uow.lock_all(Membership, ids)}
    member = found.get(user_id)
    if member is None or member.client_id is not None:
        raise NotFound("membership_id")
    if member.status != MembershipStatus.ACTIVE:
        raise Invalid("membership_id", "inactive", "This person does not act for the centre at present.")
    if cover_id is None:
        return
    cover = found.get(cover_id)
    if cover is None:
        raise NotFound("cover_id")
    fault = unfit(cover.status, cover.roles, permission=Permission.CASE_UPDATE, field="cover_id")
    if fault is not None:
        raise fault


async def _require_fitting(uow: UnitOfWork, absence: Absence) -> None:
    """Raise Invalid where the cover is away then, too, or the person covers for somebody meanwhile.

    Who is ill cannot wait until somebody else covers.
    """
    if absence.cover_id is not None:
        (away,) = await selectors.absences_between(uow, [absence.cover_id], absence.starts_at, absence.ends_at)
        if away:
            raise Invalid(
                "cover_id",
                "cover-absent",
                "This person is away then, too.",
                starts_at=away[0]["starts_at"].isoformat(),
                ends_at=away[0]["ends_at"].isoformat(),
            )
    covered = await selectors.covered_between(uow, absence.user_id, absence.starts_at, absence.ends_at)
    if covered is not None and absence.kind not in _CANNOT_WAIT:
        raise Invalid(
            DAYS[0] if absence.all_day else INSTANTS[0],
            "covers",
            "This person covers for somebody then: have somebody else cover first.",
            starts_at=covered["starts_at"].isoformat(),
            ends_at=covered["ends_at"].isoformat(),
        )


async def _require_free(uow: UnitOfWork, absence: Absence, times: Times) -> None:
    """Raise Invalid where the person, whose membership is locked, is away already, and tell when that is."""
    (away,) = await selectors.absences_between(uow, [absence.user_id], times.starts_at, times.ends_at)
    for other in away:
        if other["key"] != absence.id:
            raise Invalid(
                times.field,
                "overlap",
                "This person is away at some of this time already: change that absence, or leave its time out.",
                starts_at=other["starts_at"].isoformat(),
                ends_at=other["ends_at"].isoformat(),
            )


async def _flush(uow: UnitOfWork, field: str) -> None:
    try:
        await uow.flush()
    except Overlaps:
        raise Invalid(field, "overlap", "This person is away at some of this time already.") from None


def _told(changes: Changes) -> Changes:
    """Answer the changes as others may hear of them: that somebody is away, not why."""
    return {
        name: Change(change.old, change.new, Publicity.TEXT) if name == "kind" else change
        for name, change in changes.items()
    }
