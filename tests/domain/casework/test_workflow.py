"""A walk through the life of a case, any way people might take it, against a model of what should happen."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import DomainError
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.delete import delete_case, restore_case
from support.acting import Acting, Service
from support.data import Data
from support.referrals import a_referral
from support.workflow import STEPS

NEEDS_MORE = set(CaseStatus) - {CaseStatus.NEW, CaseStatus.IN_PROGRESS}
"""States that need more than to be named."""
PROPOSED_BY_TRAINEES = {CaseStatus.RESOLVED, CaseStatus.CLOSED, CaseStatus.REFERRED}
MANAGERS_ALONE = {CaseStatus.CANCELLED}
UNDER_WAY = {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.ON_HOLD}
DELETABLE = {CaseStatus.NEW, CaseStatus.CLOSED, CaseStatus.CANCELLED}


@dataclass
class Model:
    """What the case should be like."""

    status: CaseStatus = CaseStatus.NEW
    version: int = 1
    advisor: str | None = None
    consents: set[str] = field(default_factory=set)
    deleted: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def sees(self, person: str) -> bool:
        """Tell whether a person sees the case; the trainee is on its team."""
        return not self.deleted and (person in {"manager", "trainee"} or person == self.advisor)

    def refusal(self, person: str, target: CaseStatus, *, complete: bool) -> str | None:
        """Tell what a move should be refused with."""
        if not self.sees(person):
            return "NotFound"
        if (self.status, target) not in STEPS:
            return "TransitionRefused"
        if person != "manager":
            refused = self._by_right(person, target)
            if refused is not None:
                return refused
        if target in NEEDS_MORE and not complete:
            return "Invalid"
        if target is CaseStatus.REOPENED and self.status is CaseStatus.CANCELLED and person != "manager":
            return "Forbidden"
        return self._by_guard(target)

    def _by_right(self, person: str, target: CaseStatus) -> str | None:
        trainee = person == "trainee"
        if target in MANAGERS_ALONE or (trainee and target in {CaseStatus.REOPENED, CaseStatus.ASSIGNED}):
            return "Forbidden"
        if target is CaseStatus.ASSIGNED or (trainee and target in PROPOSED_BY_TRAINEES):
            return "ApprovalRequired"
        return None

    def _by_guard(self, target: CaseStatus) -> str | None:
        faults = 0
        if target is CaseStatus.IN_PROGRESS:
            faults = (self.advisor is None) + ("ADVICE" not in self.consents)
        if target is CaseStatus.REFERRED:
            faults = "REFERRAL" not in self.consents
        return (None, "Invalid", "InvalidInput")[faults]


class Walk(RuleBasedStateMachine):
    """One case, from hand to hand."""

    data: Data
    acting: Acting
    loop: asyncio.AbstractEventLoop

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the tests' loop: the machine itself runs in a thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    @initialize()
    def begin(self) -> None:
        """Make a centre with a new case."""
        self.model = Model()
        self.looked_around: set[tuple[str, CaseStatus]] = set()
        self.wait(self._begin())

    async def _begin(self) -> None:
        data = self.data
        self.centre: UUID = await data.a_centre()
        self.people: dict[str, Actor] = {
            "manager": await data.a_member(self.centre, Role.CENTRE_MANAGER),
            "advisor": await data.a_member(self.centre),
            "colleague": await data.a_member(self.centre),
            "trainee": await data.a_member(self.centre, Role.TRAINEE),
        }
        self.client: UUID = await data.a_client(self.centre)
        self.case_id: UUID = await data.a_case(
            self.centre, client_id=self.client, team_members=(self.people["trainee"],)
        )
        self.referral_id = await a_referral(data, self.centre, self.case_id)

    async def _answer_referral(self, before: CaseStatus, after: CaseStatus) -> None:
        """Let what a case is referred by be over at once, and send another one when it has come back."""
        if after is CaseStatus.REFERRED:
            await self.acting.rows.execute(
                "UPDATE referrals SET state = 'COMPLETED', outcome = 'RETURNED' WHERE id = $1", self.referral_id
            )
        elif before is CaseStatus.REFERRED:
            self.referral_id = await a_referral(self.data, self.centre, self.case_id)

    async def _keep_waiting(self, to: CaseStatus) -> None:
        """Have nobody wait for the answer to the referral where the case is to be cancelled: it would keep it."""
        await self.acting.rows.execute(
            "UPDATE referrals SET state = $2 WHERE id = $1 AND state IN ('SENT', 'EXPIRED')",
            self.referral_id,
            "EXPIRED" if to is CaseStatus.CANCELLED else "SENT",
        )

    async def _try(self, person: str, to: CaseStatus, *, complete: bool) -> str:
        await self._keep_waiting(to)
        move = self.move_to(to, "advisor", complete=complete)
        return await self.acting.attempt(self.people[person], change_case_status, **move)

    def attempt(self, person: str, service: Service, **arguments: Any) -> str | None:
        """Do something for good; tell what it was refused with."""
        try:
            self.wait(self.acting(self.people[person], service, **arguments))
        except DomainError as refusal:
            return type(refusal).__name__
        self.model.version += 1
        return None

    def move_to(self, to: CaseStatus, receiver: str, *, complete: bool) -> dict[str, Any]:
        """Say a move on a board, with everything that any state needs or with nothing."""
        words: dict[str, Any] = {
            "reason": "So it is",
            "review_on": today() + timedelta(days=3),
            "resolution_type": ResolutionType.ADVICE_GIVEN,
            "summary": "Plans made",
            "closure_reason": ClosureReason.ADVICE_COMPLETE,
            "referral_id": self.referral_id,
            "advisor_id": self.people[receiver].user_id,
        }
        said = words if complete else {}
        return {"status": to, "move": Move(case_id=self.case_id, version=self.model.version, **said)}

    @precondition(lambda self: not self.model.deleted)
    @rule(
        person=st.sampled_from(["manager", "manager", "manager", "advisor", "trainee"]),
        choice=st.integers(0, 5),
        receiver=st.sampled_from(["advisor", "colleague"]),
    )
    def move(self, person: str, choice: int, receiver: str) -> None:
        """Take one of the steps from where the case is, if the person may."""
        model = self.model
        ways = sorted(to for before, to in STEPS if before is model.status)
        to = ways[choice % len(ways)]
        if to is CaseStatus.IN_PROGRESS and "ADVICE" not in model.consents:
            self.consent("ADVICE")
        expected = model.refusal(person, to, complete=True)
        self.wait(self._keep_waiting(to))
        assert self.attempt(person, change_case_status, **self.move_to(to, receiver, complete=True)) == expected
        if expected is None:
            model.steps.append((model.status, to))
            self.wait(self._answer_referral(model.status, to))
            model.status = to
            if to is CaseStatus.ASSIGNED:
                model.advisor = receiver
                model.events.append("case.assigned")
            model.events.append("case.status_changed")
            if (person, to) not in self.looked_around:
                self.looked_around.add((person, to))
                self.look_around(person, complete=True)

    @rule(person=st.sampled_from(["manager", "advisor", "colleague", "trainee"]), complete=st.booleans())
    def look_around(self, person: str, *, complete: bool) -> None:
        """Try every state there is from here, and take it back."""
        found = {to: self.wait(self._try(person, to, complete=complete)) for to in CaseStatus}
        expected = {to: self.model.refusal(person, to, complete=complete) or "done" for to in CaseStatus}
        assert found == expected

    @precondition(lambda self: not self.model.deleted)
    @rule(receiver=st.sampled_from(["advisor", "colleague"]))
    def assign(self, receiver: str) -> None:
        """Give the case to an advisor."""
        model = self.model
        taken = model.status in UNDER_WAY and receiver == model.advisor
        assignable = model.status in UNDER_WAY or (model.status, CaseStatus.ASSIGNED) in STEPS
        expected = None
        if not assignable:
            expected = "TransitionRefused"
        elif taken:
            expected = "Invalid"
        given: dict[str, Any] = {"advisor_id": self.people[receiver].user_id, "reason": "Shared out"}
        assert self.attempt("manager", assign_case, case_id=self.case_id, version=model.version, **given) == expected
        if expected is None:
            model.advisor = receiver
            model.events.append("case.assigned")
            if model.status not in UNDER_WAY:
                model.steps.append((model.status, CaseStatus.ASSIGNED))
                model.status = CaseStatus.ASSIGNED
                model.events.append("case.status_changed")

    @rule(purpose=st.sampled_from(["ADVICE", "REFERRAL"]))
    def consent(self, purpose: str) -> None:
        """Record a consent, or withdraw it."""
        if purpose in self.model.consents:
            self.model.consents.remove(purpose)
            self.wait(
                self.acting.rows.execute(
                    "UPDATE client_consents SET withdrawn_at = now() WHERE client_id = $1 AND purpose = $2 "
                    "AND withdrawn_at IS NULL",
                    self.client,
                    purpose,
                )
            )
        else:
            self.model.consents.add(purpose)
            self.wait(self.data.a_consent(self.centre, self.client, purpose))

    @precondition(lambda self: len(self.model.steps) > 1)
    @rule()
    def delete(self) -> None:
        """Delete the case."""
        model = self.model
        expected = None if model.status in DELETABLE else "Invalid"
        if model.deleted:
            expected = "NotFound"
        given: dict[str, Any] = {"case_id": self.case_id, "version": model.version, "reason": "Twice"}
        assert self.attempt("manager", delete_case, **given) == expected
        if expected is None:
            model.deleted = True
            model.events.append("case.deleted")

    @precondition(lambda self: self.model.deleted)
    @rule()
    def restore(self) -> None:
        """Bring the case back."""
        model = self.model
        assert self.attempt("manager", restore_case, case_id=self.case_id, version=model.version) is None
        model.deleted = False
        model.events.append("case.restored")

    @rule(to=st.sampled_from(CaseStatus))
    def come_late(self, to: CaseStatus) -> None:
        """Move the case as it was before its last change."""
        move = Move(case_id=self.case_id, version=self.model.version - 1, reason="Late")
        expected = "NotFound" if self.model.deleted else "Conflict"
        assert self.attempt("manager", change_case_status, status=to, move=move) == expected

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """Compare the record, its history and its events."""
        model = self.model
        row = self.wait(self.acting.case(self.case_id))
        advisor = None if model.advisor is None else self.people[model.advisor].user_id
        assert (row["status"], row["version"], row["advisor_id"]) == (model.status, model.version, advisor)
        assert (row["deleted_at"] is not None) == model.deleted
        assert (row["closed_on"] is not None) == (model.status is CaseStatus.CLOSED)
        assert (row["hold_reason"] is not None) == (model.status is CaseStatus.ON_HOLD)
        assert [(before, after) for before, after, _ in self.wait(self.acting.steps(self.case_id))] == model.steps
        assert [event["name"] for event in self.wait(self.acting.events(self.centre))] == model.events

    def teardown(self) -> None:
        """Verify the audit chain of the whole walk."""
        if hasattr(self, "model"):
            self.wait(self._verify())

    async def _verify(self) -> None:
        async with self.acting.database.read(self.people["manager"]) as reader:
            verified = await verify_chain(reader)
        assert (verified.intact, verified.entries) == (True, len(self.model.events))


async def test_a_case_lives_as_the_model_says(data: Data, acting: Acting) -> None:
    walk = type("Walk", (Walk,), {"data": data, "acting": acting, "loop": asyncio.get_running_loop()})
    limits = settings(
        max_examples=8,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    await asyncio.to_thread(run_state_machine_as_test, walk, settings=limits)
