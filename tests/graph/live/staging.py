"""A stage for every subscription: people of each role, two cases with all that is followed, and what happens there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from graph.live.conftest import Live
from support.appointments import an_appointment, at_london, working_day
from support.compliance import a_checklist, begin_one, fetched, items
from support.documents import a_document
from support.notes import a_note, a_task
from support.referrals import a_referral

OF_PROGRAMS = (Permission.CASE_READ, Permission.DOCUMENT_ACCESS, Permission.USER_READ)
WIDE = (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER)


VERSION = """
query ($id: ID!) {
  node(id: $id) {
    ... on Case { version } ... on Document { version } ... on ComplianceItem { version } ... on Appointment { version }
    ... on WorkflowStage { version } ... on Referral { version }
    ... on Note { version } ... on Task { version }
  }
}
"""


@dataclass
class Stage:
    """Two cases with a document, a checklist, a referral, a note and a task each, and what happens to each of them."""

    live: Live
    people: dict[Role, Actor]
    headers: dict[Role, str]
    cases: dict[str, UUID]
    papers: dict[str, UUID]
    appointments: dict[str, UUID]
    referrals: dict[str, UUID]
    notes: dict[str, UUID]
    tasks: dict[str, UUID]

    async def change(self, mutation: str, record: str, **given: Any) -> None:
        """Run a mutation of a record as the manager, at whatever version it is."""
        scene = self.live.scene
        found = await scene.graph.run(VERSION, as_=scene.manager, id=record)
        payload = await scene.ask(mutation, id=record, expectedVersion=found.data["node"]["version"], **given)
        assert payload["errors"] == []

    async def retitle(self, name: str) -> None:
        """Have something happen to a case."""
        await self.change("caseUpdate", write_id("case", self.cases[name]), title=f"Title {new_id()}")

    async def read(self, name: str) -> None:
        """Have something happen to a document."""
        await self.change("documentUpdate", write_id("document", self.papers[name]), description=f"Read {new_id()}")

    async def set_day(self, name: str) -> None:
        """Have something happen to a stage."""
        (stage,) = await fetched(
            self.live.scene.data,
            "SELECT id, deadline_at FROM case_stages WHERE case_id = $1 AND code = 'TRIAGE'",
            self.cases[name],
        )
        on = "2099-03-31" if stage["deadline_at"] is None else None
        await self.change("workflowStageSetDeadline", write_id("workflowstage", stage["id"]), deadlineOn=on)

    async def relocate(self, name: str) -> None:
        """Have something happen to an appointment."""
        key = write_id("appointment", self.appointments[name])
        await self.change("appointmentUpdate", key, location=f"Room {new_id()}")

    async def put_off(self, name: str) -> None:
        """Have something happen to a checklist."""
        item = (await items(self.live.scene.data, self.cases[name]))["L-1"]
        on = "2099-03-31" if item["deadline_on"] is None else None
        await self.change("complianceItemSetDeadline", write_id("complianceitem", item["id"]), deadlineOn=on)

    async def refer(self, name: str) -> None:
        """Have something happen to a referral."""
        said = {"reason": f"Reason {new_id()}", "categories": ["NAME"], "urgency": "SOON"}
        await self.change("referralUpdate", write_id("referral", self.referrals[name]), **said)

    async def tag(self, name: str) -> None:
        """Have something happen to a note."""
        await self.change("noteUpdate", write_id("note", self.notes[name]), tags=[f"tag {new_id()}"[:40]])

    async def rename(self, name: str) -> None:
        """Have something happen to a task."""
        await self.change("taskUpdate", write_id("task", self.tasks[name]), title=f"Title {new_id()}")


async def set_stage(live: Live, *, advisor: Actor | None = None, team: UUID | None = None) -> Stage:
    """Sign somebody in for each role, and set the stage: an advisor and a trainee are near the one case."""
    data = live.scene.data
    people = {role: await live.somebody(role) for role in (*WIDE, Role.AUDITOR, Role.ADVISOR, Role.TRAINEE)}
    people[Role.CLIENT] = await live.somebody(Role.CLIENT, client_id=live.scene.client)
    _, program = await live.a_program(*OF_PROGRAMS)
    people[Role.SERVICE] = (await live.signing_in.actor(program), program)
    near = tuple(people[role][0] for role in (Role.ADVISOR, Role.TRAINEE))
    elsewhere = await data.a_client(live.centre)
    of_own = {"team_members": near, "team_id": team, "advisor": advisor or live.scene.advisor}
    cases = {
        "own": await live.scene.a_case(status="IN_PROGRESS", **of_own),
        "hidden": await live.scene.a_case(status="IN_PROGRESS", restricted=True, client_id=elsewhere),
    }
    checklist = await a_checklist(data, live.scene.manager)
    for case in cases.values():
        await begin_one(data, live.scene.manager, case, checklist)
        async with unit_of_work(data.database, data.keys, live.scene.manager) as uow:
            await begin_by_hand(uow, case_id=case)
    papers = {
        name: await a_document(data, live.centre, case, shared_with_client=True, access_level="CENTRE")
        for name, case in cases.items()
    }
    clients = {"own": live.scene.client, "hidden": elsewhere}
    appointments = {
        name: await an_appointment(
            data,
            live.centre,
            advisor=live.scene.manager,
            client_id=clients[name],
            case_id=case,
            starts_at=at_london(working_day(), clock),
        )
        for (name, case), clock in zip(cases.items(), ("10:00", "14:00"), strict=True)
    }
    return Stage(
        live,
        {role: actor for role, (actor, _) in people.items()},
        {role: header for role, (_, header) in people.items()},
        cases,
        papers,
        appointments,
        {name: await a_referral(data, live.centre, case_id, state="DRAFT") for name, case_id in cases.items()},
        {name: await a_note(data, live.scene.manager, key, visible_to_client=True) for name, key in cases.items()},
        {name: await a_task(data, live.scene.manager, key) for name, key in cases.items()},
    )


Happens = Callable[[Stage, str], Awaitable[None]]
HAPPENS: dict[str, tuple[Happens, str]] = {
    "caseEvents": (Stage.retitle, "case"),
    "caseChanged": (Stage.put_off, "case"),
    "documentProcessed": (Stage.read, "document"),
    "complianceAlerts": (Stage.put_off, "case"),
    "workflowEvents": (Stage.set_day, "case"),
    "appointmentEvents": (Stage.relocate, "appointment"),
    "referralEvents": (Stage.refer, "referral"),
    "noteEvents": (Stage.tag, "note"),
    "taskEvents": (Stage.rename, "task"),
    "dashboard": (Stage.retitle, ""),
}


def variables_of(name: str, stage: Stage, case: str) -> dict[str, Any]:
    """Answer what a subscription has to be told."""
    return {"id": write_id("case", stage.cases[case])} if name == "caseChanged" else {}
