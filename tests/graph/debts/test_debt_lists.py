"""Lists of debts, a case's debts and totals, what is masked."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.access.permissions import Role
from cma_graphql.domain.debts.kinds import DebtPriority, DebtStatus, Liability
from cma_graphql.graph.node import write_id
from support.debt_scene import DebtScene
from support.debts import a_creditor, a_debt
from support.operations import document

MONEY = st.one_of(st.none(), st.decimals(0, Decimal("9999999999.99"), places=2))


async def _described(scene: DebtScene, **variables: Any) -> list[str]:
    answer = await scene.graph.run(document("debts"), as_=variables.pop("as_", scene.manager), **variables)
    assert answer.errors == [], answer.errors
    page = answer.data["debts"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["description"] for edge in page["edges"]]


async def test_debts_are_found_by_what_they_say(scene: DebtScene) -> None:
    other = await scene.data.a_case(scene.centre)
    buyer = await a_creditor(scene.data, scene.centre, name="Buyer")
    await a_debt(scene.data, scene.centre, scene.case, description="card", account_number="AB-12 34567")
    await a_debt(
        scene.data,
        scene.centre,
        scene.case,
        code="RENT_ARREARS",
        description="rent",
        enforcement_stage="POSSESSION_CLAIM",
        next_action_on=date(2026, 12, 1),
        creditor_id=scene.bank,
        collector_id=buyer,
    )
    await a_debt(
        scene.data,
        scene.centre,
        other,
        description="old",
        status="CLOSED",
        liability="NOT_LIABLE",
        next_action_on=date(2026, 11, 1),
    )
    oldest = "CREATED_AT_ASC"
    assert await _described(scene, orderBy=oldest) == ["card", "rent", "old"]
    assert await _described(scene) == ["old", "rent", "card"]
    assert await _described(scene, orderBy="NEXT_ACTION_ON_ASC") == ["old", "rent", "card"]
    rent = write_id("debttype", await scene.type_of("RENT_ARREARS"))
    for condition, found in (
        ({"status": ["CLOSED"]}, ["old"]),
        ({"priority": ["PRIORITY"]}, ["rent"]),
        ({"liability": ["NOT_LIABLE"]}, ["old"]),
        ({"enforcementStage": ["POSSESSION_CLAIM", "CCJ"]}, ["rent"]),
        ({"debtType": [rent]}, ["rent"]),
        ({"creditor": [write_id("creditor", scene.bank)]}, ["rent"]),
        ({"collector": [write_id("creditor", buyer)]}, ["rent"]),
        ({"case": [write_id("case", scene.case)]}, ["card", "rent"]),
        ({"client": [write_id("client", scene.client)]}, ["card", "rent"]),
        ({"client": ["case_1"]}, []),
        ({"nextActionBefore": "2026-12-01"}, ["old"]),
        ({"nextActionBefore": "2026-12-02"}, ["rent", "old"]),
        ({"accountNumber": "ab1234567"}, ["card"]),
        ({"accountNumber": "1234567"}, []),
    ):
        assert await _described(scene, filter=condition, orderBy=oldest) == found, condition
    assert await _described(scene, as_=scene.advisor, orderBy=oldest) == ["card", "rent"]


async def test_pages_by_the_next_action_go_on_past_those_without_one(scene: DebtScene) -> None:
    for number in range(3):
        await a_debt(scene.data, scene.centre, scene.case, description=str(number))
    await a_debt(scene.data, scene.centre, scene.case, description="due", next_action_on=date(2026, 12, 1))
    seen: list[str] = []
    after = None
    while True:
        answer = await scene.graph.run(
            document("debts"), as_=scene.manager, first=1, after=after, orderBy="NEXT_ACTION_ON_ASC"
        )
        page = answer.data["debts"]
        seen += [edge["node"]["description"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["due", "0", "1", "2"]


async def test_finding_by_an_account_number_takes_the_whole_centre(scene: DebtScene) -> None:
    for viewer in (scene.advisor, await scene.data.a_member(scene.centre, Role.AUDITOR)):
        answer = await scene.graph.run(document("debts"), as_=viewer, filter={"accountNumber": "1234567"})
        assert answer.codes == ["FORBIDDEN"]


async def test_an_account_number_is_shown_masked_or_in_full(scene: DebtScene) -> None:
    trainee = await scene.data.a_member(scene.centre, Role.TRAINEE)
    case = await scene.data.a_case(scene.centre, advisor=scene.advisor, team_members=(trainee,))
    debt = await a_debt(scene.data, scene.centre, case, account_number="4929123456789012")
    auditor = await scene.data.a_member(scene.centre, Role.AUDITOR)
    shown = {}
    for name, viewer in (
        ("manager", scene.manager),
        ("advisor", scene.advisor),
        ("trainee", trainee),
        ("auditor", auditor),
    ):
        answer = await scene.graph.run(document("debt"), as_=viewer, id=write_id("debt", debt))
        shown[name] = (answer.data["debt"]["accountNumber"], answer.data["debt"]["viewerCan"]["readAccountNumber"])
    assert shown == {
        "manager": ("4929123456789012", True),
        "advisor": ("4929123456789012", True),
        "trainee": ("****9012", False),
        "auditor": ("****9012", False),
    }


async def test_a_cases_debts_are_listed_by_state_and_priority(scene: DebtScene) -> None:
    await a_debt(scene.data, scene.centre, scene.case, code="RENT_ARREARS", description="rent")
    await a_debt(scene.data, scene.centre, scene.case, description="card", status="SETTLED")
    answer = await scene.graph.run(
        "query ($id: ID!) { case(id: $id) { all: debts { description } done: debts(status: [SETTLED]) { description } "
        "first: debts(priority: [PRIORITY]) { description } none: debts(status: []) { description } } }",
        as_=scene.advisor,
        id=write_id("case", scene.case),
    )
    listed = {name: [debt["description"] for debt in debts] for name, debts in answer.data["case"].items()}
    assert listed == {"all": ["rent", "card"], "done": ["card"], "first": ["rent"], "none": []}


async def test_a_limitation_period_is_a_prompt_from_the_dates(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, last_payment_on=date(2022, 5, 1))
    answer = await scene.graph.run(document("debt"), as_=scene.advisor, id=write_id("debt", debt))
    assert answer.data["debt"]["limitationExpiry"] == {
        "expiresOn": "2028-05-01",
        "countedFrom": "2022-05-01",
        "years": 6,
        "certainty": "SOURCED",
        "source": "S37",
    }


async def test_every_centre_has_the_networks_types_of_debt(scene: DebtScene) -> None:
    answer = await scene.graph.run(document("debtTypes"), as_=scene.advisor)
    kinds = {kind["code"]: kind for kind in answer.data["debtTypes"]}
    assert len(kinds) == 47
    assert kinds["STUDENT_LOAN"]["excludedFrom"] == ["DRO", "BREATHING_SPACE", "BANKRUPTCY", "MAP_TOTAL"]
    assert (kinds["LOGBOOK_LOAN"]["defaultPriority"], kinds["LOGBOOK_LOAN"]["adviserDecides"]) == ("PRIORITY", True)
    assert (kinds["BENEFIT_OVERPAYMENT"]["defaultPriority"], kinds["BENEFIT_OVERPAYMENT"]["adviserDecides"]) == (
        "NON_PRIORITY",
        True,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    debts=st.lists(
        st.tuples(
            MONEY,
            MONEY,
            MONEY,
            st.sampled_from(DebtPriority),
            st.sampled_from(DebtStatus),
            st.sampled_from(Liability),
        ),
        max_size=6,
    )
)
async def test_totals_equal_the_sum_of_what_is_listed(scene: DebtScene, debts: list[Any]) -> None:
    case = await scene.data.a_case(scene.centre, advisor=scene.advisor)
    for balance, arrears, monthly, priority, status, liability in debts:
        await a_debt(
            scene.data,
            scene.centre,
            case,
            creditor_id=scene.bank,
            current_balance=balance,
            arrears=arrears,
            monthly_payment=monthly,
            secured_amount=arrears,
            priority=priority.value,
            status=status.value,
            liability=liability.value,
            joint_party_name="Sam",
        )
    answer = await scene.graph.run(
        "query ($id: ID!) { case(id: $id) { debts { countsInTotals currentBalance arrears monthlyPayment securedAmount "
        "priority } debtTotals { count priorityCount nonPriorityCount unknownBalances total priority nonPriority "
        "arrears monthlyPayments secured } } }",
        as_=scene.advisor,
        id=write_id("case", case),
    )
    assert answer.errors == []
    listed = [debt for debt in answer.data["case"]["debts"] if debt["countsInTotals"]]
    first = [debt for debt in listed if debt["priority"] == "PRIORITY"]
    rest = [debt for debt in listed if debt["priority"] == "NON_PRIORITY"]

    def added(some: list[Any], name: str) -> str:
        return f"{sum((Decimal(debt[name]) for debt in some if debt[name] is not None), Decimal('0.00')):f}"

    assert answer.data["case"]["debtTotals"] == {
        "count": len(listed),
        "priorityCount": len(first),
        "nonPriorityCount": len(rest),
        "unknownBalances": sum(debt["currentBalance"] is None for debt in listed),
        "total": added(listed, "currentBalance"),
        "priority": added(first, "currentBalance"),
        "nonPriority": added(rest, "currentBalance"),
        "arrears": added(listed, "arrears"),
        "monthlyPayments": added(listed, "monthlyPayment"),
        "secured": added(listed, "securedAmount"),
    }
