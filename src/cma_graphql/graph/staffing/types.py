"""Profiles, weeks, absences and workloads, as the schema shows them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import LONDON
from cma_graphql.domain.staffing import selectors
from cma_graphql.domain.staffing.hours import write_minute
from cma_graphql.domain.staffing.policy import may_keep_absences
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.execution.batched import position_of
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.graph.staffing.enums import WEEKDAYS, AbsenceKind, AdvisorSkill, Weekday


@strawberry.type(description="What an advisor can do, and whether new cases come automatically.")
class AdvisorProfile(FromRecord):
    """One person's profile."""

    accepts_new_cases: bool = strawberry.field(
        description="Whether cases are given to the person automatically; by hand they may be all the same."
    )
    skills: list[AdvisorSkill] = strawberry.field(
        description="What the person can do beyond the advice that every advisor gives."
    )
    languages: list[str] = strawberry.field(
        description="The languages besides English in which the person advises: tags like cy or pa-Arab."
    )
    last_assigned_at: datetime | None = strawberry.field(description="When the person was last given a case.")


@strawberry.type(description="A time of the week at which somebody works, by the clock in London.")
class WorkingInterval(FromRecord):
    """One interval."""

    iso_weekday: strawberry.Private[int]
    start_minute: strawberry.Private[int]
    end_minute: strawberry.Private[int]

    @strawberry.field(description="The day.")
    def weekday(self) -> Weekday:
        """Name the day."""
        return WEEKDAYS[self.iso_weekday - 1]

    @strawberry.field(description="When it begins, like 09:00.")
    def starts(self) -> str:
        """Write the time."""
        return write_minute(self.start_minute)

    @strawberry.field(description="When it ends, like 17:30; the day's end is 24:00.")
    def ends(self) -> str:
        """Write the time."""
        return write_minute(self.end_minute)


@strawberry.type(description="What the viewer may do with an absence.")
class AbsenceViewerCan:
    """The viewer's rights over one absence."""

    change: bool = strawberry.field(description="Change and cancel it while it is not over, and know why it is.")


@node_type(table="absences", load=selectors.absences_by_id, requires=Permission.USER_READ)
@strawberry.type(description="A time in which somebody does not work, and who sees to their cases meanwhile.")
class Absence(Node):
    """One absence."""

    prefix: ClassVar[str] = "absence"

    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="The first instant after it.")
    all_day: bool = strawberry.field(description="Whether it was given in days.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    user_id: strawberry.Private[UUID]
    cover_id: strawberry.Private[UUID | None]
    kept_kind: strawberry.Private[str]
    kept_note: strawberry.Private[str | None]

    @strawberry.field(description="Its first day, where it was given in days.")
    def first_day(self) -> date | None:
        """Tell the day."""
        return self.starts_at.astimezone(LONDON).date() if self.all_day else None

    @strawberry.field(description="Its last day, where it was given in days.")
    def last_day(self) -> date | None:
        """Tell the day."""
        return self.ends_at.astimezone(LONDON).date() - timedelta(days=1) if self.all_day else None

    @relation(
        description="Why the person is away: for the person and for those with `USER_MANAGE`, null for others.",
        reads=(),
    )
    async def kind(absences: list["Absence"], info: Info) -> list[AbsenceKind | None]:
        """Answer why, to whom it may be told."""
        known = _known([absence.user_id for absence in absences], info)
        kinds = [absence.kept_kind for absence in absences]
        return [AbsenceKind(kind) if told else None for kind, told in zip(kinds, known, strict=True)]

    @relation(description="What was noted: for the person and for those with `USER_MANAGE`, null for others.", reads=())
    async def note(absences: list["Absence"], info: Info) -> list[str | None]:
        """Answer the note, to whom it may be told."""
        known = _known([absence.user_id for absence in absences], info)
        notes = [absence.kept_note for absence in absences]
        return [note if told else None for note, told in zip(notes, known, strict=True)]

    @relation(description="Who is away.", requires=Permission.USER_READ, reads=())
    async def member(absences: list["Absence"], info: Info) -> list[MembershipRef | None]:
        """Answer whose each absence is."""
        return await memberships_by_id(reader_for(info), [absence.user_id for absence in absences])

    @relation(
        description="Who sees and works on the person's open cases meanwhile, as one of their teams.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def cover(absences: list["Absence"], info: Info) -> list[MembershipRef | None]:
        """Answer who covers."""
        return await memberships_by_optional_id(reader_for(info), [absence.cover_id for absence in absences])

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(absences: list["Absence"], info: Info) -> list[AbsenceViewerCan]:
        """Answer the viewer's rights over each absence."""
        actor = info.context.actor
        return [AbsenceViewerCan(change=may_keep_absences(actor, absence.user_id)) for absence in absences]


def _known(user_ids: Sequence[UUID], info: Info) -> list[bool]:
    """Tell whose absences the viewer may know the reasons of; say once that they are withheld of others."""
    actor = info.context.actor
    known = [may_keep_absences(actor, user_id) for user_id in user_ids]
    if not all(known):
        info.context.redact(position_of(info), Permission.USER_MANAGE, "HIDDEN")
    return known


@strawberry.type(description="What an advisor carries: the open cases, in points of 1, 2, 3 or 5 by complexity.")
class Workload:
    """One person's load."""

    key: strawberry.Private[UUID]
    open_cases: int = strawberry.field(description="How many open cases the person advises on.")
    points: int = strawberry.field(description="How many points they count.")
    capacity_points: int | None = strawberry.field(description="How many the person can carry; null: no limit.")
    accepts_new_cases: bool = strawberry.field(description="Whether cases are given to the person automatically.")
    away_until: datetime | None = strawberry.field(description="Until when the person is away, who is away now.")

    @strawberry.field(description="How many points more the person can carry; null: no limit.")
    def room(self) -> int | None:
        """Take what is carried from what can be."""
        return None if self.capacity_points is None else max(0, self.capacity_points - self.points)

    @relation(description="Who carries it.", requires=Permission.USER_READ, reads=())
    async def member(loads: list["Workload"], info: Info) -> list[MembershipRef | None]:
        """Answer whose each load is."""
        return await memberships_by_id(reader_for(info), [load.key for load in loads])
