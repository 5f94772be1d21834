"""The ledger of outcomes: written, never changed, withdrawn; one main outcome a case; sums; who may."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.outcomes import services
from cma_graphql.domain.outcomes.codes import OutcomeCode
from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.debts import fill_debts
from support.operations import document, most_statements
from support.outcomes import an_outcome
from support.trail import audit_of, events_of

RECORD, MAKE_MAIN, WITHDRAW = "outcomeRecord", "outcomeMakeMain", "outcomeWithdraw"
LEDGER = """query ($id: ID!) { case(id: $id) { outcomes { id code main withdrawnAt version } mainOutcome { code }
    gains { oneOff annual confirmed } } }"""


async def ask(graph: Graph, name: str, actor: Actor, **stated: Any) -> Any:
    """Run a mutation's document; answer its payload."""
    answer = await graph.run(document(name), as_=actor, input=stated)
    assert answer.errors == []
    assert answer.statements <= most_statements(name)
    return answer.data[name]


async def ledger(graph: Graph, actor: Actor, case: UUID) -> Any:
    """Read a case's outcomes."""
    answer = await graph.run(LEDGER, as_=actor, id=write_id("case", case))
    assert answer.errors == []
    return answer.data["case"]


async def a_scene(data: Data, **case: Any) -> tuple[UUID, Actor, UUID]:
    """Make a centre with an advisor and a case of theirs."""
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    return centre, advisor, await data.a_case(centre, advisor=advisor, **case)


async def test_the_first_outcome_is_the_main_one_and_money_adds_up(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    key = write_id("case", case)
    await ask(graph, RECORD, advisor, caseId=key, code="DMP_STARTED", occurredOn="2026-01-05", note="Agreed")
    await ask(graph, RECORD, advisor, caseId=key, code="INCOME_GAINED", amount="520.10", basis="ANNUAL")
    await ask(graph, RECORD, advisor, caseId=key, code="GRANT_AWARDED", amount="150.00", certainty="CONFIRMED")
    seen = await ledger(graph, advisor, case)
    assert [(each["code"], each["main"]) for each in seen["outcomes"]] == [
        ("DMP_STARTED", True),
        ("INCOME_GAINED", False),
        ("GRANT_AWARDED", False),
    ]
    assert seen["mainOutcome"] == {"code": "DMP_STARTED"}
    assert seen["gains"] == {"oneOff": "150.00", "annual": "520.10", "confirmed": "150.00"}
    events = await events_of(data, centre)
    assert [event.name for event in events] == ["outcome.recorded"] * 3
    assert events[1].changes["amount"] == {"old": None, "new": "520.10"}
    assert events[0].changes["note"] is None  # a text stays out of what is broadcast
    (entry, *_) = await audit_of(data, centre)
    assert entry.changes["note"] == {"old": None, "new": "Agreed"}


async def test_another_may_become_the_main_one(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    key = write_id("case", case)
    first = (await ask(graph, RECORD, advisor, caseId=key, code="HOLD_AGREED"))["outcome"]
    second = (await ask(graph, RECORD, advisor, caseId=key, code="DRO_MADE", main=True))["outcome"]
    assert (await ledger(graph, advisor, case))["mainOutcome"] == {"code": "DRO_MADE"}
    again = await ask(graph, MAKE_MAIN, advisor, id=first["id"], expectedVersion=2)
    assert again["errors"] == []
    assert again["outcome"]["case"]["mainOutcome"] == {"id": first["id"]}
    stale = await ask(graph, MAKE_MAIN, advisor, id=second["id"], expectedVersion=1)
    assert [(error["__typename"], error["currentVersion"]) for error in stale["errors"]] == [("ConflictError", 2)]
    names = [event.name for event in await events_of(data, centre)]
    assert names == [
        "outcome.recorded",
        "outcome.main_changed",
        "outcome.recorded",
        "outcome.main_changed",
        "outcome.main_changed",
    ]


async def test_what_is_withdrawn_stays_and_counts_no_more(graph: Graph, data: Data) -> None:
    _, advisor, case = await a_scene(data)
    key = write_id("case", case)
    outcome = (await ask(graph, RECORD, advisor, caseId=key, code="GRANT_AWARDED", amount="99.99"))["outcome"]
    empty = await ask(graph, WITHDRAW, advisor, id=outcome["id"], expectedVersion=1, reason=" ")
    assert [(error["path"], error["rule"]) for error in empty["errors"]] == [(["input", "reason"], "blank")]
    gone = await ask(graph, WITHDRAW, advisor, id=outcome["id"], expectedVersion=1, reason="Paid to somebody else")
    assert gone["outcome"]["withdrawalReason"] == "Paid to somebody else"
    seen = await ledger(graph, advisor, case)
    assert (len(seen["outcomes"]), seen["mainOutcome"]) == (1, None)
    assert seen["gains"] == {"oneOff": "0.00", "annual": "0.00", "confirmed": "0.00"}
    twice = await ask(graph, WITHDRAW, advisor, id=outcome["id"], expectedVersion=2, reason="Again")
    assert [error["rule"] for error in twice["errors"]] == ["outcome-withdrawn"]


async def test_an_outcome_may_come_about_after_the_end(graph: Graph, data: Data) -> None:
    _, advisor, case = await a_scene(data, status=CaseStatus.CLOSED)
    payload = await ask(graph, RECORD, advisor, caseId=write_id("case", case), code="DRO_MADE")
    assert payload["errors"] == []


async def test_the_debt_is_one_of_the_same_case(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    other = await data.a_case(centre, advisor=advisor)
    await fill_debts(data, centre, "X", {"here": case, "there": other}, manager)
    listed = "query ($id: ID!) { case(id: $id) { debts { id } } }"
    debts = {
        name: (await graph.run(listed, as_=advisor, id=write_id("case", each))).data["case"]["debts"][0]["id"]
        for name, each in (("here", case), ("there", other))
    }
    key = write_id("case", case)
    refused = await ask(graph, RECORD, advisor, caseId=key, code="WRITE_OFF", debtId=debts["there"])
    assert [(error["path"][1], error["rule"]) for error in refused["errors"]] == [("debtId", "another-case")]
    kept = await ask(graph, RECORD, advisor, caseId=key, code="WRITE_OFF", debtId=debts["here"])
    assert kept["outcome"]["debt"] == {"id": debts["here"], "outcomes": [{"id": kept["outcome"]["id"]}]}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.CENTRE_MANAGER, True),
        (Role.COMPLIANCE_OFFICER, True),
        (Role.ADVISOR, False),
        (Role.TRAINEE, False),
        (Role.AUDITOR, False),
    ],
)
async def test_who_may_write_in_anothers_ledger(graph: Graph, data: Data, role: Role, *, may: bool) -> None:
    centre, _, case = await a_scene(data)
    colleague = await data.a_member(centre, role)
    payload = await ask(graph, RECORD, colleague, caseId=write_id("case", case), code="NO_CHANGE")
    assert (payload["errors"] == []) is may


async def test_sums_are_those_of_the_cases_in_sight_and_of_the_time(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    colleague = await data.a_member(centre)
    others = await data.a_case(centre, advisor=colleague)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    for actor, each in ((advisor, case), (colleague, others)):
        details = OutcomeDetails(code=OutcomeCode.DEBT_WRITTEN_OFF, amount=Decimal("100.10"))
        outcome = await an_outcome(data, actor, each, details)
        await an_outcome(data, actor, each, details)
        payload = await ask(
            graph, WITHDRAW, actor, id=write_id("outcome", outcome), expectedVersion=1, reason="Recorded twice"
        )
        assert payload["errors"] == []

    async def sums(actor: Actor, since: str = "2000-01-01", until: str = "2999-12-31") -> Any:
        answer = await graph.run(document("outcomeSums"), as_=actor, since=since, until=until)
        assert answer.statements <= most_statements("outcomeSums")
        return answer

    def line(number: int, money: str) -> dict[str, Any]:
        return {
            "code": "DEBT_WRITTEN_OFF",
            "group": "MONEY",
            "outcomes": number,
            "cases": number,
            "oneOff": money,
            "annual": "0.00",
            "confirmed": "0.00",
        }

    assert (await sums(manager)).data["outcomeSums"] == [line(2, "200.20")]
    assert (await sums(advisor)).data["outcomeSums"] == [line(1, "100.10")]
    assert (await sums(manager, until="2000-01-02")).data["outcomeSums"] == []
    refused = await sums(manager, since="2026-02-01", until="2026-01-31")
    assert [error.message for error in refused.errors] == ["The last day comes before the first."]


async def test_lists_filter_and_hide_what_is_out_of_sight(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    await an_outcome(data, advisor, case, OutcomeDetails(code=OutcomeCode.DRO_MADE))
    await an_outcome(data, advisor, case, OutcomeDetails(code=OutcomeCode.SELF_HELP))

    async def codes(actor: Actor, **conditions: Any) -> list[str]:
        answer = await graph.run(document("outcomes"), as_=actor, filter=conditions, first=10)
        assert answer.errors == []
        assert answer.statements <= most_statements("outcomes")
        return [edge["node"]["code"] for edge in answer.data["outcomes"]["edges"]]

    assert sorted(await codes(advisor)) == ["DRO_MADE", "SELF_HELP"]
    assert await codes(advisor, main=True, standing=True) == ["DRO_MADE"]
    assert await codes(advisor, code=["SELF_HELP"], case=[write_id("case", case)]) == ["SELF_HELP"]
    assert await codes(advisor, until="2000-01-01") == []
    assert await codes(stranger) == []
    assert await codes(await data.a_member(centre)) == []


async def test_two_at_once_leave_one_main_outcome(graph: Graph, data: Data) -> None:
    _, advisor, case = await a_scene(data)
    key = write_id("case", case)
    await asyncio.gather(*(ask(graph, RECORD, advisor, caseId=key, code="REPAID", main=True) for _ in range(4)))
    assert [each["main"] for each in (await ledger(graph, advisor, case))["outcomes"]].count(True) == 1


async def test_a_ledger_is_bounded(graph: Graph, data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OUTCOMES", 1)
    _, advisor, case = await a_scene(data)
    key = write_id("case", case)
    await ask(graph, RECORD, advisor, caseId=key, code="REPAID")
    full = await ask(graph, RECORD, advisor, caseId=key, code="REPAID")
    assert [(error["limit"], error["maximum"]) for error in full["errors"]] == [("outcomes", 1)]
