"""A case that runs by a workflow, its people, and what is written down of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType, StageType
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.adding import NewStage, add_stage
from cma_graphql.domain.workflow.services.asking import request_approval
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.domain.workflow.services.ending import cancel_workflow
from cma_graphql.domain.workflow.services.progress import skip_stage, start_stage
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting, Service
from support.compliance import fetched
from support.data import Data


@dataclass
class Floor:
    """A centre where a case of an advisor runs by the standard template."""

    data: Data
    acting: Acting
    centre: UUID
    manager: Actor
    second: Actor
    officer: Actor
    advisor: Actor
    trainee: Actor
    client: UUID
    case_id: UUID

    async def stages(self) -> dict[str, dict[str, Any]]:
        """Answer the case's stages by code or name, in their order."""
        rows = await self.acting.rows.fetch(
            "SELECT * FROM case_stages WHERE case_id = $1 ORDER BY position, parallel, id", self.case_id
        )
        return {row["code"] or row["name"]: dict(row) for row in rows}

    async def states(self) -> dict[str, str]:
        """Answer the state of every stage."""
        return {code: stage["state"] for code, stage in (await self.stages()).items()}

    async def workflow(self) -> dict[str, Any]:
        """Answer the case's workflow."""
        (row,) = await self.acting.rows.fetch("SELECT * FROM case_workflows WHERE case_id = $1", self.case_id)
        return dict(row)

    async def steps(self, code: str) -> list[tuple[str | None, str, str | None]]:
        """Answer a stage's history: from, to, reason."""
        stage = (await self.stages())[code]
        rows = await self.acting.rows.fetch(
            "SELECT * FROM case_stage_history WHERE stage_id = $1 ORDER BY changed_at, id", stage["id"]
        )
        return [(row["from_state"], row["to_state"], row["reason"]) for row in rows]

    async def approvals(self) -> list[dict[str, Any]]:
        """Answer the case's approvals, oldest first."""
        rows = await self.acting.rows.fetch(
            "SELECT * FROM approvals WHERE case_id = $1 ORDER BY requested_at, id", self.case_id
        )
        return [dict(row) for row in rows]

    async def approval(self) -> dict[str, Any]:
        """Answer the case's newest approval."""
        return (await self.approvals())[-1]

    async def on(self, code: str, service: Service, as_: Actor | None = None, **given: Any) -> Any:
        """Do something with a stage as its advisor unless said, in its present version."""
        stage = (await self.stages())[code]
        said = {"version": stage["version"], **given}
        return await self.acting(as_ or self.advisor, service, stage_id=stage["id"], **said)

    async def do(self, code: str, as_: Actor | None = None, **given: Any) -> None:
        """Begin and complete a stage."""
        if (await self.stages())[code]["state"] != "IN_PROGRESS":
            await self.on(code, start_stage, as_)
        await self.on(code, complete_stage, as_, **given)

    async def on_approval(self, service: Service, as_: Actor, **given: Any) -> Any:
        """Do something with the newest approval, in its present version."""
        approval = await self.approval()
        return await self.acting(
            as_, service, **{"approval_id": approval["id"], "version": approval["version"], **given}
        )

    async def on_case(self, service: Service, as_: Actor | None = None, **given: Any) -> Any:
        """Do something with the case, in its present version."""
        case = await self.acting.case(self.case_id)
        return await self.acting(as_ or self.advisor, service, case_id=self.case_id, version=case["version"], **given)

    async def events(self) -> list[str]:
        """Answer the names of what has happened, in order."""
        return [event["name"] for event in await self.acting.events(self.centre)]

    async def own(self, *stages: NewStage) -> None:
        """Have none of the template's stages, but these one behind the other."""
        workflow = await self.workflow()
        await self.acting(
            self.manager, cancel_workflow, workflow_id=workflow["id"], version=workflow["version"], reason="Other plans"
        )
        await self.plan(*stages)

    async def plan(self, *stages: NewStage) -> None:
        """Add these stages behind the template's last one."""
        after = (await self.stages())["FILE-REVIEW"]["id"]
        for stage in stages:
            after = await self.acting(self.advisor, add_stage, case_id=self.case_id, new=stage, after_id=after)


async def a_floor(data: Data, acting: Acting, *, begun: bool = True, **given: Any) -> Floor:
    """Set the scene; the trainee is on the case's team."""
    centre = await data.a_centre()
    manager, second = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(2)]
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    advisor, trainee = await data.a_member(centre), await data.a_member(centre, Role.TRAINEE)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    values = {"status": "IN_PROGRESS", "advisor": advisor, "team_members": (trainee,), **given}
    case_id = await data.a_case(centre, client_id=client, **values)
    floor = Floor(data, acting, centre, manager, second, officer, advisor, trainee, client, case_id)
    if begun:
        await acting(manager, begin_by_hand, case_id=case_id)
    return floor


def a_task(name: str, **given: Any) -> NewStage:
    """Make a stage to be added: a task of the review, of which a word in the notes is all that is asked."""
    return NewStage(**{"name": name, "stage_type": StageType.TASK, "advice_stage": CaseStage.REVIEW, **given})


def an_approved_task(name: str, kind: ApprovalType, *roles: Role, least: int = 1, **given: Any) -> NewStage:
    """Make one that somebody has to approve."""
    return a_task(name, approval_type=kind, approver_roles=roles, min_approvers=least, **given)


async def give_up(data: Data, acting: Acting, manager: Actor, case_id: UUID) -> None:
    """Cancel the workflow with which a case was opened, so that it does not keep the case from its end."""
    (row,) = await fetched(data, "SELECT id FROM case_workflows WHERE case_id = $1", case_id)
    await acting(manager, cancel_workflow, workflow_id=row["id"], version=1, reason="Other plans")


async def fill_workflow(data: Data, world: Any) -> None:
    """Give every case of a walk's centre a workflow whose words carry the centre's mark, and an approval decided on.

    The cases that are open alone: what has ended has no workflow.
    """
    manager, mark = world.actors[Role.CENTRE_MANAGER.value], world.mark
    other = await data.a_member(world.centre, Role.COMPLIANCE_OFFICER, last_name=f"{mark}Approver")
    for case_id in world.cases.values():
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await begin_by_hand(uow, case_id=case_id)
        async with unit_of_work(data.database, data.keys, manager) as uow:
            task = a_task(mark, description=f"{mark} stage", required=False)
            stage_id = await add_stage(uow, case_id=case_id, new=task)
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await skip_stage(uow, stage_id=stage_id, version=2, reason=f"{mark} reason")
        async with unit_of_work(data.database, data.keys, manager) as uow:
            approval_id = await request_approval(uow, case_id=case_id, subject=ApprovalSubject.LEGAL_REVIEW, note=mark)
        async with unit_of_work(data.database, data.keys, other) as uow:
            no: dict[str, Any] = {"decision": Decision.REJECT, "comment": f"{mark} comment"}
            await decide_approval(uow, approval_id=approval_id, version=1, **no)
