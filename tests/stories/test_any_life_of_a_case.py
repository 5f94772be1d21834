"""Whole lives of cases at random, through services: whatever people try, no case gets where none may be."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import DomainError
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.cases.type_services import create_case_type
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.casework.delete import delete_case, restore_case
from cma_graphql.domain.casework.hand_over import hand_over_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.people import add_case_team_member
from cma_graphql.domain.casework.propose import propose_closure, propose_resolution
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.adding import add_stage
from cma_graphql.domain.workflow.services.asking import request_approval, withdraw_approval
from cma_graphql.domain.workflow.services.progress import reopen_stage, skip_stage, start_stage
from cma_graphql.domain.workflow.states import has_ended
from support.acting import Acting, Service
from support.data import Data
from support.referrals import a_referral
from support.stages import Floor, a_floor, a_task, an_approved_task
from support.workflow import STEPS

STAGES = (
    a_task("First"),
    a_task("Courtesy", required=False),
    an_approved_task("Approved", ApprovalType.SINGLE, Role.CENTRE_MANAGER),
    a_task("Last"),
)
RESOLUTION: dict[str, Any] = {"resolution_type": ResolutionType.ADVICE_GIVEN, "summary": "Plans made"}
LIFE = (CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.RESOLVED, CaseStatus.CLOSED)
"""How a case usually goes: a walk begins at one of these."""
ACTS: dict[CaseStatus, tuple[Service, dict[str, Any]]] = {
    CaseStatus.IN_PROGRESS: (start_case, {}),
    CaseStatus.RESOLVED: (resolve_case, RESOLUTION),
    CaseStatus.CLOSED: (close_case, {"reason": ClosureReason.ADVICE_COMPLETE}),
}
OF_STATE = {
    "closed_on": {CaseStatus.CLOSED},
    "hold_reason": {CaseStatus.ON_HOLD},
    "referred_to": {CaseStatus.REFERRED, CaseStatus.CLOSED},
    "cancellation_reason": {CaseStatus.CANCELLED},
}
"""What is said of a case in these states alone: to whom it was referred, a closed one may still say."""
ENDS = {CaseStatus.RESOLVED, CaseStatus.CLOSED, CaseStatus.CANCELLED}

person_of = st.sampled_from(["manager", "manager", "second", "officer", "advisor", "trainee"])
worker_of = st.sampled_from(["advisor", "trainee", "manager"])
stage_of = st.sampled_from([stage.name for stage in STAGES])
reason_of = st.sampled_from([ClosureReason.ADVICE_COMPLETE, ClosureReason.ADVICE_COMPLETE, ClosureReason.DUPLICATE])


class Life(RuleBasedStateMachine):
    """One case, from its opening to wherever it gets."""

    data: Data
    acting: Acting
    loop: asyncio.AbstractEventLoop
    head_start: CaseStatus
    reached: set[CaseStatus]

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the tests' loop: the machine itself runs in a thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    @initialize(alone=st.booleans())
    def open(self, *, alone: bool) -> None:
        """Open a case, of nobody or of the advisor, with four stages, and bring it to where its life is looked at."""
        self.history: list[Any] = []
        self.versions: dict[Any, int] = {}
        self.status: CaseStatus | None = None
        self.added = 0
        self.floor: Floor = self.wait(self._open(alone=alone))
        steps = LIFE[: LIFE.index(self.head_start) + 1]
        if alone and steps[1:]:
            assert self.on_case("manager", assign_case, advisor_id=self.floor.advisor.user_id, reason="Shared out")
        for status in steps[1:]:
            if status is CaseStatus.RESOLVED:
                self._do_the_rest()
            service, given = ACTS[status]
            assert self.on_case("manager", service, **given)

    async def _open(self, *, alone: bool) -> Floor:
        floor = await a_floor(self.data, self.acting, begun=False)
        await self.data.a_consent(floor.centre, floor.client, "REFERRAL")
        said: dict[str, Any] = {"code": "PLAIN", "name": "Plain", "description": "Without checklists", "edits": {}}
        kind = await self.acting(floor.manager, create_case_type, **said)
        words: dict[str, Any] = {
            "client_id": floor.client,
            "case_type_id": kind,
            "title": "Rent",
            "description": "Arrears",
        }
        floor.case_id = await self.acting(floor.advisor, open_case, **words, unassigned=alone)
        await floor.on_case(add_case_team_member, floor.manager, member_id=floor.trainee.user_id)
        await floor.own()
        for stage in reversed(STAGES):
            await self.acting(floor.manager, add_stage, case_id=floor.case_id, new=stage)
        return floor

    def on_case(self, person: str, service: Service, **given: Any) -> bool:
        """Try something with the case, in its present version."""
        return self.attempt(self.floor.on_case(service, getattr(self.floor, person), **given))

    def attempt(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Try something; what is refused leaves nothing behind."""
        before = self.wait(self._left())
        try:
            self.wait(work)
        except DomainError:
            assert self.wait(self._left()) == before
            return False
        return True

    async def _left(self) -> tuple[Any, ...]:
        floor = self.floor
        return await floor.acting.case(floor.case_id), await floor.states(), len(await floor.events())

    @rule(to=worker_of)
    def assign(self, to: str) -> None:
        """Give the case to somebody."""
        self.on_case("manager", assign_case, advisor_id=getattr(self.floor, to).user_id, reason="Shared out")

    @rule(source=worker_of, to=worker_of)
    def hand_over(self, source: str, to: str) -> None:
        """Hand the case over from one to another."""
        given = {"from_id": getattr(self.floor, source).user_id, "to_ids": [getattr(self.floor, to).user_id]}
        self.on_case("manager", hand_over_case, **given, reason="Leaves")

    @rule(person=person_of)
    def start(self, person: str) -> None:
        """Start the work."""
        self.on_case(person, start_case)

    @rule(person=person_of)
    def hold(self, person: str) -> None:
        """Let the case wait."""
        self.on_case(person, hold_case, reason="Papers", review_on=today() + timedelta(days=3))

    @rule(person=person_of)
    def resolve(self, person: str) -> None:
        """Resolve the case."""
        self.on_case(person, resolve_case, **RESOLUTION)

    @rule(person=person_of, reason=reason_of)
    def close(self, person: str, reason: ClosureReason) -> None:
        """Close the case."""
        self.on_case(person, close_case, reason=reason)

    @rule(person=person_of, reason=st.none() | reason_of)
    def propose(self, person: str, reason: ClosureReason | None) -> None:
        """Propose to resolve the case, or to close it."""
        if reason is None:
            self.on_case(person, propose_resolution, **RESOLUTION)
        else:
            self.on_case(person, propose_closure, reason=reason)

    @rule(person=person_of)
    def reopen(self, person: str) -> None:
        """Take the case up again."""
        self.on_case(person, reopen_case, reason="New debts")

    @rule(person=person_of)
    def refer(self, person: str) -> None:
        """Hand the case to another organisation, which gives it back or has done with it."""
        floor = self.floor
        referral = self.wait(a_referral(self.data, floor.centre, floor.case_id))
        self.on_case(person, refer_case, referral_id=referral)
        self.wait(
            floor.acting.rows.execute(
                "UPDATE referrals SET state = 'COMPLETED', outcome = 'RETURNED' WHERE id = $1", referral
            )
        )

    @rule(person=person_of)
    def cancel(self, person: str) -> None:
        """Cancel the case."""
        self.on_case(person, cancel_case, reason="Never came")

    @rule(person=person_of)
    def delete(self, person: str) -> None:
        """Delete the case."""
        self.on_case(person, delete_case, reason="Twice")

    @rule(person=person_of)
    def restore(self, person: str) -> None:
        """Bring the case back."""
        self.on_case(person, restore_case)

    @rule(stage=stage_of, person=person_of, service=st.sampled_from([start_stage, complete_stage]))
    def go_on(self, stage: str, person: str, service: Service) -> None:
        """Begin or complete a stage."""
        given = {"notes": "Done"} if service is complete_stage else {}
        self.attempt(self.floor.on(stage, service, getattr(self.floor, person), **given))

    @rule(stage=stage_of, person=person_of, service=st.sampled_from([skip_stage, reopen_stage]))
    def go_about(self, stage: str, person: str, service: Service) -> None:
        """Skip a stage, or open it again."""
        self.attempt(self.floor.on(stage, service, getattr(self.floor, person), reason="So"))

    @rule()
    def do_the_rest(self) -> None:
        """Do all that is left of the stages, as the trainee, approved by a manager."""
        self._do_the_rest()

    def _do_the_rest(self) -> None:
        manager, trainee = self.floor.second, self.floor.trainee
        for stage in STAGES:
            self.attempt(self.floor.on(stage.name, start_stage, trainee))
            if self.attempt(self.floor.on(stage.name, complete_stage, trainee, notes="Done")) and stage.approval_type:
                self.attempt(self.floor.on_approval(decide_approval, manager, decision=Decision.APPROVE))

    @rule(required=st.booleans())
    def add(self, *, required: bool) -> None:
        """Add a stage."""
        if self.added < 2:
            self.added += 1
            new = a_task(f"Added {self.added}", required=required)
            self.attempt(self.acting(self.floor.advisor, add_stage, case_id=self.floor.case_id, new=new))

    @rule(person=person_of)
    def ask(self, person: str) -> None:
        """Ask for an approval of something else."""
        given: dict[str, Any] = {
            "case_id": self.floor.case_id,
            "subject": ApprovalSubject.DRO_SUBMISSION,
            "note": "Ready",
        }
        self.attempt(self.acting(getattr(self.floor, person), request_approval, **given))

    @rule(person=person_of, decision=st.sampled_from([Decision.APPROVE, Decision.APPROVE, Decision.REJECT]))
    def decide(self, person: str, decision: Decision) -> None:
        """Decide on the newest approval."""
        if self.wait(self.floor.approvals()):
            given = {"decision": decision, "comment": "So"}
            self.attempt(self.floor.on_approval(decide_approval, getattr(self.floor, person), **given))

    @rule(person=person_of)
    def withdraw(self, person: str) -> None:
        """Take the newest approval back."""
        if self.wait(self.floor.approvals()):
            self.attempt(self.floor.on_approval(withdraw_approval, getattr(self.floor, person), reason="Too soon"))

    @invariant()
    def the_case_is_where_it_may_be(self) -> None:
        """Look at the case, its stages and approvals, and how it came there."""
        if hasattr(self, "floor"):
            self.wait(self._look())

    async def _look(self) -> None:
        floor = self.floor
        case, stages = await floor.acting.case(floor.case_id), await floor.stages()
        approvals, workflow = await floor.approvals(), await floor.workflow()
        status = CaseStatus(case["status"])
        self.reached.add(status)
        for name, states in OF_STATE.items():
            assert case[name] is None or status in states, f"{name} is said of a case that is {status}"
            assert case[name] is not None or {status} != states, f"{name} is not said"
        assert case["advisor_id"] is not None or status not in {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS}
        if status in ENDS:
            open_yet = [stage for stage in stages.values() if not has_ended(stage["state"])]
            since = await floor.acting.rows.fetchval(
                "SELECT max(changed_at) FROM case_status_history WHERE case_id = $1", floor.case_id
            )
            # of a case that has ended one may ask, too: that its client's data are erased, say
            pending = {
                each["subject"] for each in approvals if each["state"] == "PENDING" and each["requested_at"] < since
            }
            if status is CaseStatus.RESOLVED:  # what is opened again or added afterwards keeps it from being closed
                around = any(stage["required"] for stage in open_yet)
                assert not (around and self.status is not status), "resolved around a required stage"
                assert pending <= {"CASE_CLOSURE"}, "resolved around an approval"
            else:
                assert (open_yet, pending, workflow["state"] == "ACTIVE") == ([], set(), False)
        assert not any(stage["required"] and stage["state"] == "SKIPPED" for stage in stages.values())
        assert (case["deleted_at"] is None) == (workflow["deleted_at"] is None)
        self.status = status
        await self._look_back(case)
        self._compare_versions([("case", case), ("workflow", workflow)])
        self._compare_versions([("stage", each) for each in stages.values()])
        self._compare_versions([("approval", each) for each in approvals])
        await self._look_at_decisions()

    async def _look_back(self, case: dict[str, Any]) -> None:
        """Follow the case's history: nothing of it is lost or changed, each step is one of the table, to its state."""
        floor = self.floor
        lines = await floor.acting.rows.fetch(
            "SELECT * FROM case_status_history WHERE case_id = $1 ORDER BY changed_at, id", floor.case_id
        )
        history = [tuple(line.values()) for line in lines]
        assert history[: len(self.history)] == self.history, "history was lost"
        self.history = history
        for line, following in pairwise(lines):
            assert following["from_status"] == line["to_status"]
        for line in lines:
            source, target = line["from_status"], CaseStatus(line["to_status"])
            assert source is None or (CaseStatus(source), target) in STEPS
            if target in {CaseStatus.RESOLVED, CaseStatus.CLOSED}:
                assert line["changed_by"] != floor.trainee.user_id, "a trainee concluded"
        if lines:
            assert lines[-1]["to_status"] == case["status"]

    def _compare_versions(self, records: list[tuple[str, dict[str, Any]]]) -> None:
        for kind, record in records:
            key = (kind, record["id"])
            assert record["version"] >= self.versions.get(key, 1), f"the version of a {kind} fell"
            self.versions[key] = record["version"]

    async def _look_at_decisions(self) -> None:
        rows = await self.floor.acting.rows.fetch(
            "SELECT d.user_id, a.requested_by, a.assignee_id FROM approval_decisions d JOIN approvals a "
            "ON a.centre_id = d.centre_id AND a.id = d.approval_id WHERE d.case_id = $1",
            self.floor.case_id,
        )
        assert all(row["user_id"] not in {row["requested_by"], row["assignee_id"]} for row in rows)

    def teardown(self) -> None:
        """Verify the audit chain of the whole life."""
        if hasattr(self, "floor"):
            assert self.wait(self._verify())

    async def _verify(self) -> bool:
        async with self.acting.database.read(self.floor.manager) as reader:
            return (await verify_chain(reader)).intact


@pytest.mark.parametrize("head_start", LIFE)
async def test_no_case_gets_where_none_may_be(data: Data, acting: Acting, head_start: CaseStatus) -> None:
    reached: set[CaseStatus] = set()
    loop = asyncio.get_running_loop()
    held = {"data": data, "acting": acting, "loop": loop, "head_start": head_start, "reached": reached}
    limits = settings(
        max_examples=5,
        stateful_step_count=25,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    await asyncio.to_thread(run_state_machine_as_test, type("Life", (Life,), held), settings=limits)
    assert reached & {head_start, CaseStatus.NEW}, "no walk was looked at from its beginning"
