"""A centre with a case, and the mutations of its statements by their documents."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import find_id, write_id
from support.asking import Graph
from support.budgets import DAY, a_sheet
from support.data import Data
from support.operations import document


@dataclass
class BudgetScene:
    """A centre with a manager, an advisor and their case of a client."""

    graph: Graph
    data: Data
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID
    case: UUID
    last: Any = None

    async def ask(self, name: str, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation's document as the advisor, unless said; answer its payload."""
        answer = await self.graph.run(document(name), as_=as_ or self.advisor, input=given)
        assert answer.errors == []
        self.last = answer
        payload: dict[str, Any] = answer.data[name]
        return payload

    async def on(self, name: str, sheet_id: UUID, version: int, as_: Actor | None = None, **given: Any) -> Any:
        """Run a mutation of one statement; lines are added and set by the statement's id under another name."""
        field = "sheetId" if name in {"budgetLineAdd", "budgetLinesSet"} else "id"
        return await self.ask(
            name, as_, **{field: write_id("budgetsheet", sheet_id), "expectedVersion": version, **given}
        )

    async def begun(self, day: date = DAY, as_: Actor | None = None, **given: Any) -> tuple[UUID, int]:
        """Begin a statement through the API; answer its key and version."""
        payload = await self.ask(
            "budgetSheetBegin",
            as_,
            **{"caseId": write_id("case", self.case), "statementDate": day.isoformat(), **given},
        )
        assert payload["errors"] == []
        key = find_id("budgetsheet", payload["budgetSheet"]["id"])
        assert key is not None
        return key, payload["budgetSheet"]["version"]

    async def a_sheet(self, status: str = "DRAFT", **given: Any) -> tuple[UUID, int]:
        """Make a statement of the case in a state; answer its key and version."""
        key = await a_sheet(self.data, self.manager, given.pop("case", self.case), status=status, **given)
        return key, (await self.sheet(key))["version"]

    async def sheet(self, sheet_id: UUID) -> dict[str, Any]:
        """Read a statement as the manager."""
        answer = await self.graph.run(document("budgetSheet"), as_=self.manager, id=write_id("budgetsheet", sheet_id))
        assert answer.errors == []
        shown: dict[str, Any] = answer.data["budgetSheet"]
        return shown


async def a_budget_scene(graph: Graph, data: Data) -> BudgetScene:
    """Set a scene in a centre of its own."""
    centre = await data.a_centre()
    client = await data.a_client(centre)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    case = await data.a_case(centre, client_id=client, advisor=advisor)
    return BudgetScene(graph, data, centre, manager, advisor, client, case)


def line(code: str, amount: str, frequency: str = "MONTHLY", **given: Any) -> dict[str, Any]:
    """Say a line as the API takes it."""
    return {"code": code, "amount": amount, "frequency": frequency, **given}
