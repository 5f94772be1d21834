"""A centre with a case, and the mutations of cases by their documents."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.referrals import OF_THE_CASE, referral_of

CASE_TYPE = "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DEBT_ADVICE'"


@dataclass
class Scene:
    """A centre with a manager, an advisor, a client who consented, and a case of theirs."""

    graph: Graph
    data: Data
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID
    last: Any = None

    async def a_case(self, **given: Any) -> UUID:
        """Make a case of the client; the advisor's unless said."""
        return await self.data.a_case(self.centre, **{"client_id": self.client, "advisor": self.advisor, **given})

    async def ask(self, name: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a root field's document as the manager, unless said; answer its payload."""
        answer = await self.graph.run(document(name), as_=as_ or self.manager, input=given)
        assert answer.errors == []
        self.last = answer
        payload: dict[str, Any] = answer.data[name]
        return payload

    async def on(self, name: str, case_id: UUID, version: int = 1, as_: Actor | None = None, **given: Any) -> Any:
        """Run a mutation of one case."""
        said = await self.said(case_id, given)
        return await self.ask(name, as_, id=write_id("case", case_id), expectedVersion=version, **said)

    async def said(self, case_id: UUID, given: dict[str, Any]) -> dict[str, Any]:
        """Answer what is said of a case, with the id of its referral where that is asked for."""
        if given.get("referralId") != OF_THE_CASE:
            return given
        return {**given, "referralId": write_id("referral", await referral_of(self.data, case_id))}


async def opened(scene: Scene, acting: Acting, **given: Any) -> dict[str, Any]:
    """Say all that opening needs."""
    kind = await acting.rows.fetchval(CASE_TYPE, scene.centre)
    return {
        "clientId": write_id("client", scene.client),
        "caseTypeId": write_id("casetype", kind),
        "title": "Rent",
        "description": "Arrears since spring.",
        **given,
    }


NEXT_WEEK = (today() + timedelta(days=7)).isoformat()
DEEDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "caseUpdate": (
        {},
        {"title": " Rent ", "priority": "URGENT", "estimatedValue": "12.5", "reviewOn": NEXT_WEEK},
        {"title": "Rent", "priority": "URGENT", "estimatedValue": "12.50"},
    ),
    "caseUpdateLegal": ({}, {"complianceRequired": True}, {"complianceRequired": True, "legalReviewRequired": False}),
    "caseChangeStage": ({}, {"stage": "BUDGET"}, {"stage": "BUDGET"}),
    "caseRestrict": ({}, {}, {"restricted": True}),
    "caseUnrestrict": ({"restricted": True}, {}, {"restricted": False}),
    "caseStart": ({}, {}, {"status": "IN_PROGRESS"}),
    "caseHold": (
        {"status": "IN_PROGRESS"},
        {"reason": "Bank statements", "reviewOn": NEXT_WEEK},
        {"status": "ON_HOLD", "holdReason": "Bank statements"},
    ),
    "caseResolve": (
        {"status": "IN_PROGRESS"},
        {"resolutionType": "SELF_HELP", "summary": "Writes to creditors", "satisfaction": 4},
        {
            "status": "RESOLVED",
            "resolutionType": "SELF_HELP",
            "resolutionSummary": "Writes to creditors",
            "satisfaction": 4,
            "allowedStatuses": ["CLOSED", "REOPENED"],
        },
    ),
    "caseClose": (
        {"status": "RESOLVED"},
        {"reason": "ADVICE_COMPLETE", "note": "Letter sent"},
        {"status": "CLOSED", "closureReason": "ADVICE_COMPLETE", "closureNote": "Letter sent"},
    ),
    "caseReopen": (
        {"status": "CLOSED", "closed_on": today()},
        {"reason": "New debts"},
        {"status": "REOPENED", "closedOn": None},
    ),
    "caseRefer": ({}, {"referralId": OF_THE_CASE}, {"status": "REFERRED", "referredTo": "Shelter"}),
    "caseCancel": ({}, {"reason": "Never came"}, {"status": "CANCELLED", "cancellationReason": "Never came"}),
    "caseChangeStatus": (
        {"status": "IN_PROGRESS"},
        {"status": "ON_HOLD", "reason": "Bank statements", "reviewOn": NEXT_WEEK},
        {"status": "ON_HOLD", "allowedStatuses": ["IN_PROGRESS", "CLOSED", "REFERRED", "CANCELLED"]},
    ),
}
"""Each mutation of one case: what it is like before, what is said, and what the answer shows of it."""
