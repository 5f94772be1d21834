"""A walk through stages and approvals, any way people might take it: what may never happen does not."""

import asyncio
from collections.abc import Coroutine, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import DomainError
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.sequence import StagePlace, blockers_of, present_stage
from cma_graphql.domain.workflow.services.adding import add_stage
from cma_graphql.domain.workflow.services.asking import withdraw_approval
from cma_graphql.domain.workflow.services.people import reassign_stage
from cma_graphql.domain.workflow.services.progress import reopen_stage, skip_stage, start_stage
from cma_graphql.domain.workflow.states import FOLLOWING, StageState
from support.acting import Acting, Service
from support.data import Data
from support.stages import Floor, a_floor, a_task, an_approved_task

PEOPLE = ("manager", "second", "officer", "advisor", "trainee")
STAGES = (
    a_task("First"),
    a_task("Courtesy", required=False),
    an_approved_task("Approved", ApprovalType.SINGLE, Role.CENTRE_MANAGER),
    an_approved_task("Twice", ApprovalType.SEQUENTIAL, Role.COMPLIANCE_OFFICER, Role.CENTRE_MANAGER),
    a_task("Last"),
)
person_of = st.sampled_from(PEOPLE)
stage_of = st.sampled_from([stage.name for stage in STAGES])


def places_of(stages: Sequence[dict[str, Any]]) -> list[StagePlace]:
    """Answer the places of stages as they are in the database."""
    return [
        StagePlace(
            key=stage["id"],
            position=stage["position"],
            required=stage["required"],
            parallel=stage["parallel"],
            state=stage["state"],
        )
        for stage in stages
    ]


class Walk(RuleBasedStateMachine):
    """One workflow, from hand to hand."""

    data: Data
    acting: Acting
    loop: asyncio.AbstractEventLoop

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the tests' loop: the machine itself runs in a thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    @initialize()
    def begin(self) -> None:
        """Make a case with a workflow of five stages."""
        self.added = 0
        self.floor: Floor = self.wait(a_floor(self.data, self.acting))
        self.wait(self.floor.own(*STAGES))

    def attempt(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Do something for good; tell whether it was done."""
        try:
            self.wait(work)
        except DomainError:
            return False
        return True

    def stages(self) -> dict[str, dict[str, Any]]:
        """Answer the stages."""
        found: dict[str, dict[str, Any]] = self.wait(self.floor.stages())
        return found

    def on(self, stage: str, service: Service, person: str, **given: Any) -> None:
        """Do something with a stage; where it was begun or done, nothing required was passed over."""
        before = self.stages()
        if not self.attempt(self.floor.on(stage, service, getattr(self.floor, person), **given)):
            assert self.wait(self.floor.states()) == {name: each["state"] for name, each in before.items()}
            return
        if service in {start_stage, complete_stage}:
            assert blockers_of(before[stage]["id"], places_of(list(before.values()))) == []

    @rule(stage=stage_of, person=person_of)
    def start(self, stage: str, person: str) -> None:
        """Begin a stage."""
        self.on(stage, start_stage, person)

    @rule(stage=stage_of, person=person_of)
    def complete(self, stage: str, person: str) -> None:
        """Complete a stage."""
        self.on(stage, complete_stage, person, notes="Done")

    @rule(person=person_of)
    def go_on(self, person: str) -> None:
        """Begin or complete whatever stage comes next."""
        at = present_stage(places_of(list(self.stages().values())))
        if at is not None:
            name = next(name for name, stage in self.stages().items() if stage["id"] == at.key)
            self.on(
                name,
                complete_stage if at.state == StageState.IN_PROGRESS else start_stage,
                person,
                **({"notes": "Done"} if at.state == StageState.IN_PROGRESS else {}),
            )

    @rule(stage=stage_of, person=person_of)
    def skip(self, stage: str, person: str) -> None:
        """Skip a stage; a required one stays."""
        self.on(stage, skip_stage, person, reason="No need")
        now = self.stages()[stage]
        assert not (now["required"] and now["state"] == StageState.SKIPPED)

    @rule(stage=stage_of, person=person_of)
    def reopen(self, stage: str, person: str) -> None:
        """Open a stage again."""
        self.on(stage, reopen_stage, person, reason="Once more")

    @rule(stage=stage_of, person=person_of, to=person_of)
    def reassign(self, stage: str, person: str, to: str) -> None:
        """Give a stage to somebody."""
        self.on(stage, reassign_stage, person, member_id=getattr(self.floor, to).user_id, reason="Leave")

    @rule(stage=stage_of, beside=st.booleans(), required=st.booleans())
    def add(self, stage: str, *, beside: bool, required: bool) -> None:
        """Add a stage behind another one, or beside it."""
        if self.added < 3:
            self.added += 1
            new = a_task(f"Added {self.added}", required=required)
            after = self.stages()[stage]["id"]
            given = {"case_id": self.floor.case_id, "new": new, "after_id": after, "beside": beside}
            self.attempt(self.acting(self.floor.advisor, add_stage, **given))

    @rule(person=person_of, decision=st.sampled_from([*Decision, Decision.APPROVE, Decision.APPROVE]), to=person_of)
    def decide(self, person: str, decision: Decision, to: str) -> None:
        """Decide on the newest approval."""
        if self.wait(self.floor.approvals()):
            delegate = getattr(self.floor, to).user_id if decision is Decision.DELEGATE else None
            given: dict[str, Any] = {"decision": decision, "comment": "So", "delegate_id": delegate}
            self.attempt(self.floor.on_approval(decide_approval, getattr(self.floor, person), **given))

    @rule(person=person_of)
    def withdraw(self, person: str) -> None:
        """Take the newest approval back."""
        if self.wait(self.floor.approvals()):
            self.attempt(self.floor.on_approval(withdraw_approval, getattr(self.floor, person), reason="Too soon"))

    @invariant()
    def history_is_complete(self) -> None:
        """Follow each stage's history from its beginning to its state, by steps that there are."""
        if hasattr(self, "floor"):
            for name, stage in self.stages().items():
                steps = self.wait(self.floor.steps(name))
                assert steps[0][:2] == (None, StageState.PENDING)
                for (_, before, _), (source, target, _) in pairwise(steps):
                    assert source == before
                    assert target in FOLLOWING[StageState(source)]
                assert steps[-1][1] == stage["state"]

    @invariant()
    def nobody_approves_their_own_work(self) -> None:
        """Compare every decision with whose work it is about."""
        if hasattr(self, "floor"):
            rows = self.wait(self._decisions())
            assert all(row["user_id"] not in {row["requested_by"], row["assignee_id"]} for row in rows)
            assert len({(row["approval_id"], row["user_id"]) for row in rows}) == len(rows)
            states = {stage["id"]: stage["state"] for stage in self.stages().values()}
            pending = [row["stage_id"] for row in self.wait(self.floor.approvals()) if row["state"] == "PENDING"]
            waiting = [key for key, state in states.items() if state == StageState.AWAITING_APPROVAL]
            assert sorted(pending) == sorted(waiting)

    async def _decisions(self) -> list[dict[str, Any]]:
        rows = await self.acting.rows.fetch(
            "SELECT d.*, a.requested_by, a.assignee_id FROM approval_decisions d JOIN approvals a "
            "ON a.centre_id = d.centre_id AND a.id = d.approval_id WHERE d.case_id = $1",
            self.floor.case_id,
        )
        return [dict(row) for row in rows]

    @invariant()
    def the_case_stands_where_its_workflow_does(self) -> None:
        """Compare the workflow's state with its stages', and the case's stage with the present one's."""
        if hasattr(self, "floor"):
            stages = list(self.stages().values())
            at = present_stage(places_of(stages))
            assert (self.wait(self.floor.workflow())["state"] == "ACTIVE") == (at is not None)
            if at is not None:
                advice = next(stage["advice_stage"] for stage in stages if stage["id"] == at.key)
                assert self.wait(self.acting.case(self.floor.case_id))["stage"] == advice

    def teardown(self) -> None:
        """Verify the audit chain of the whole walk."""
        if hasattr(self, "floor"):
            self.wait(self._verify())

    async def _verify(self) -> None:
        async with self.acting.database.read(self.floor.manager) as reader:
            assert (await verify_chain(reader)).intact


async def test_no_walk_passes_over_a_stage_or_approves_itself(data: Data, acting: Acting) -> None:
    walk = type("Walk", (Walk,), {"data": data, "acting": acting, "loop": asyncio.get_running_loop()})
    limits = settings(
        max_examples=6,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    await asyncio.to_thread(run_state_machine_as_test, walk, settings=limits)
