"""A centre of which much happens by chance, written as the product writes it; and who is to be told what, by a model.

The model says in a few lines of its own who sees a case or a document (domain reference 5.5). It shares nothing with
the gate, with record rules or with what keeps subscriptions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, literal
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.events import STAFF, Audience, Event
from cma_graphql.core.ids import SYSTEM_ACTOR, new_id
from cma_graphql.domain.assets.events import AssetUpdated
from cma_graphql.domain.cases import events as of_cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import audience_of_row
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.clients.events import ClientUpdated
from cma_graphql.domain.compliance.events import ItemCompleted
from cma_graphql.domain.documents.audience import audience_on
from cma_graphql.domain.documents.events import DocumentAccessChanged, DocumentDownloaded, DocumentUpdated
from cma_graphql.domain.documents.models import AccessLevel, Document
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

ALL = frozenset({Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER})
WIDE = frozenset({Role.AUDITOR, Role.SERVICE})


@dataclass(frozen=True)
class CaseState:
    """What of a case settles who sees it."""

    id: UUID
    client: UUID
    people: frozenset[UUID] = frozenset()
    team: UUID | None = None
    restricted: bool = False
    deleted: bool = False

    @property
    def audience(self) -> Audience | None:
        """Who sees it, as the log keeps it: its people are its team's, it has no advisor."""
        row = {
            "team_users": list(self.people),
            "advisor_id": None,
            "team_id": self.team,
            "restricted": self.restricted,
            "client_id": self.client,
        }
        return None if self.deleted else audience_of_row(row)  # type: ignore[arg-type] # it is read like a record


@dataclass(frozen=True)
class PaperState:
    """What of a document settles, with its case, who sees it."""

    id: UUID
    level: AccessLevel = AccessLevel.CASE_TEAM
    shared: bool = False

    def audience(self, case: CaseState) -> Audience:
        """Who sees it, as the log keeps it."""
        return audience_on(case.audience, access_level=self.level.value, with_client=self.shared)


@dataclass(frozen=True)
class Viewer:
    """Somebody who follows."""

    actor: Actor
    role: Role

    @property
    def is_staff(self) -> bool:
        """Whether they may be a case's own."""
        return self.role not in {Role.CLIENT, Role.SERVICE}

    def near(self, case: CaseState) -> int:
        """Tell how near a case is: 2 as one of its people, 1 as whoever else sees it, 0 where they do not."""
        own = self.actor.user_id in case.people
        open_to = {
            **dict.fromkeys(ALL, True),
            **dict.fromkeys(WIDE, not case.restricted),
            Role.ADVISOR: case.team in self.actor.team_ids and not case.restricted,
            Role.CLIENT: case.client == self.actor.client_id,
        }
        if case.deleted:
            return 0
        return 2 if own else int(open_to.get(self.role, False))

    def sees(self, paper: PaperState, case: CaseState) -> bool:
        """Tell whether they see a document."""
        near = self.near(case)
        if self.role in ALL or not near:
            return bool(near)
        if self.role is Role.CLIENT:
            return paper.shared
        if paper.level is AccessLevel.MANAGERS_AND_COMPLIANCE:
            return False
        return near == 2 or self.role is not Role.ADVISOR or paper.level is AccessLevel.CENTRE


@dataclass(frozen=True)
class Happened:
    """One event, with what it was about before and after it."""

    seq: int
    event: Event
    case: tuple[CaseState, CaseState] | None
    paper: tuple[PaperState, PaperState] | None = None


@dataclass
class RandomCentre:
    """A centre, and all that has happened there."""

    data: Data
    id: UUID
    random: Random
    viewers: list[Viewer]
    teams: list[UUID]
    cases: dict[UUID, CaseState]
    papers: dict[UUID, tuple[UUID, PaperState]]
    """Each document's case, and itself."""
    seq: int
    log: list[Happened] = field(default_factory=list)

    async def happens(self, number: int) -> list[Happened]:
        """Have so many things happen in one transaction; answer them."""
        async with unit_of_work(self.data.database, self.data.keys, system_of(self.id)) as uow:
            before = dict(self.cases), dict(self.papers)
            batch = [self._one(uow) for _ in range(number)]
            await self._write(uow, *before)
        self.log += batch
        return batch

    def _one(self, uow: UnitOfWork) -> Happened:
        kinds = [self._of_case] * 5 + [self._of_paper] * 4 + [self._of_part] * 2 + [self._of_client]
        if all(case.deleted for case in self.cases.values()):
            kinds = [self._of_case]
        self.seq += 1
        return self.random.choice(kinds)(uow)

    def _of_case(self, uow: UnitOfWork) -> Happened:
        case = self.random.choice(list(self.cases.values()))
        after, kind = self._changed(case)
        self.cases[case.id] = after
        event = kind(subject_id=case.id, case_id=case.id, client_id=case.client)
        uow.record(event, before=case.audience, after=after.audience)
        return Happened(self.seq, event, (case, after))

    def _changed(self, case: CaseState) -> tuple[CaseState, type[Event]]:
        if case.deleted:
            return replace(case, deleted=False), of_cases.CaseRestored
        somebody = self.random.choice([viewer for viewer in self.viewers if viewer.is_staff]).actor.user_id
        changes: list[Callable[[], tuple[CaseState, type[Event]]]] = [
            lambda: (case, of_cases.CaseUpdated),
            lambda: (case, of_cases.CaseStatusChanged),
            lambda: (replace(case, people=case.people ^ {somebody}), of_cases.CaseTeamChanged),
            lambda: (replace(case, people=frozenset({somebody})), of_cases.CaseAssigned),
            lambda: (replace(case, team=self.random.choice([None, *self.teams])), of_cases.CaseTeamChanged),
            lambda: (replace(case, restricted=not case.restricted), of_cases.CaseRestricted),
            lambda: (replace(case, deleted=True), of_cases.CaseDeleted),
        ]
        return self.random.choice(changes)()

    def _of_paper(self, uow: UnitOfWork) -> Happened:
        key = self.random.choice([key for key, (case, _) in self.papers.items() if not self.cases[case].deleted])
        case, paper = self.cases[self.papers[key][0]], self.papers[key][1]
        kind: type[Event]
        kind, after = self.random.choice(
            [
                (DocumentUpdated, paper),
                (DocumentDownloaded, paper),
                (DocumentAccessChanged, replace(paper, level=self.random.choice(list(AccessLevel)))),
                (DocumentAccessChanged, replace(paper, shared=not paper.shared)),
            ]
        )
        self.papers[key] = (case.id, after)
        event = kind(subject_id=key, case_id=case.id, client_id=case.client)
        uow.record(event, before=paper.audience(case), after=after.audience(case))
        return Happened(self.seq, event, (case, case), (paper, after))

    def _of_part(self, uow: UnitOfWork) -> Happened:
        case = self.random.choice([case for case in self.cases.values() if not case.deleted])
        kind: type[Event] = self.random.choice([ItemCompleted, AssetUpdated])
        event = kind(subject_id=new_id(), case_id=case.id, client_id=case.client)
        uow.record(event, before=case.audience, after=case.audience)
        return Happened(self.seq, event, (case, case))

    def _of_client(self, uow: UnitOfWork) -> Happened:
        event = ClientUpdated(subject_id=new_id())
        uow.record(event, before=STAFF, after=STAFF)
        return Happened(self.seq, event, None)

    async def _write(
        self, uow: UnitOfWork, cases: dict[UUID, CaseState], papers: dict[UUID, tuple[UUID, PaperState]]
    ) -> None:
        """Bring the records to where the batch has left them."""
        for key, case in self.cases.items():
            if case == cases[key]:
                continue
            ended = now() if case.deleted else None
            await uow.run_update(
                Case, Case.id == key, team_id=case.team, restricted=case.restricted, deleted_at=ended, deleted_by=None
            )
            gone = cases[key].people - case.people
            await uow.run_update(
                CaseTeamMember,
                CaseTeamMember.case_id == key,
                CaseTeamMember.removed_at.is_(None),
                CaseTeamMember.user_id == any_(literal(list(gone), ARRAY(Uuid()))),
                removed_at=now(),
                removed_by=SYSTEM_ACTOR,
            )
            for user in case.people - cases[key].people:
                uow.add(CaseTeamMember(id=new_id(), case_id=key, user_id=user, added_at=now(), added_by=SYSTEM_ACTOR))
        for key, (case_id, paper) in self.papers.items():
            if (case_id, paper) != papers[key]:
                level = paper.level.value
                await uow.run_update(Document, Document.id == key, access_level=level, shared_with_client=paper.shared)

    # What the model expects of those who have followed a batch until its end, and of nobody before

    def told(self, viewer: Viewer, topic: str, batch: list[Happened]) -> list[tuple[str, str, int]]:
        """Answer what a viewer is told of a batch: of which kind each is, of which record, with which number."""
        tell = {"cases": self._told_of_case, "documents": self._told_of_paper, "compliance": self._told_of_compliance}
        answers = [(tell[topic](viewer, each), each.seq) for each in batch]
        return [(*answer, seq) for answer, seq in answers if answer is not None]

    def _told_of_case(self, viewer: Viewer, each: Happened) -> tuple[str, str] | None:
        if each.case is None or each.event.entity != "case":
            return None
        before, after = each.case
        if viewer.near(before) and not viewer.near(after):
            return "Removed", write_id("case", before.id)
        shown = viewer.near(after) and viewer.near(self.cases[after.id])
        return ("CaseEvent", write_id("case", after.id)) if shown else None

    def _told_of_paper(self, viewer: Viewer, each: Happened) -> tuple[str, str] | None:
        if each.case is None:
            return None
        before, after = each.case
        if each.paper is None:
            nearness = [viewer.near(state) for state in (before, after)]
            if viewer.role is not Role.ADVISOR:
                nearness = [min(near, 1) for near in nearness]
            lost = each.event.entity == "case" and nearness[1] < nearness[0]
            return ("Removed", write_id("case", before.id)) if lost else None
        old, new = each.paper
        if viewer.sees(old, before) and not viewer.sees(new, after):
            return "Removed", write_id("document", new.id)
        case_id, present = self.papers[new.id]
        shown = viewer.sees(new, after) and viewer.sees(present, self.cases[case_id])
        if not shown or isinstance(each.event, DocumentDownloaded):
            return None
        return "DocumentEvent", write_id("document", new.id)

    def _told_of_compliance(self, viewer: Viewer, each: Happened) -> tuple[str, str] | None:
        if each.case is None:
            return None
        before, after = each.case
        if viewer.near(before) and not viewer.near(after):
            return "Removed", write_id("case", before.id)
        if not isinstance(each.event, ItemCompleted) or viewer.role is Role.CLIENT:
            return None  # of what is the centre's own work, the portal is told nothing
        shown = viewer.near(after) and viewer.near(self.cases[after.id])
        return ("ComplianceEvent", write_id("case", after.id)) if shown else None
