"""Assets are added, changed, deleted and restored: what they come to, who may, what is refused, what is left behind."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import strawberry
from graphql import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from cma_graphql.graph.variables import explain_variables
from support.asking import Graph
from support.assets import an_asset
from support.data import Data
from support.operations import document, most_statements
from support.trail import audit_of, events_of
from support.walking import bare

CAR = {"assetType": "VEHICLE", "description": "Small car", "estimatedValue": "1500.00"}
HOUSE = {
    "assetType": "PROPERTY",
    "description": "The home",
    "estimatedValue": "200000.01",
    "valuedOn": "2026-02-01",
    "valuationBasis": "PROFESSIONAL_VALUATION",
    "ownershipShare": "33.33",
    "jointOwner": "Kim Hall",
    "securedAmount": "150000.00",
    "address": "1 High Street",
    "postcode": "ls1 1aa",
    "mortgaged": True,
}
LISTED = """query ($id: ID!) { case(id: $id) { version assets { id description estimatedValue equity exempt version }
    assetTotals { value secured equity exemptEquity countedEquity } } }"""
ADD, UPDATE, DELETE, RESTORE = "assetAdd", "assetUpdate", "assetDelete", "assetRestore"


async def ask(graph: Graph, name: str, actor: Actor, **stated: Any) -> Any:
    """Run a mutation's document; answer its payload."""
    answer = await graph.run(document(name), as_=actor, input=stated)
    assert answer.errors == []
    assert answer.statements <= most_statements(name)
    return answer.data[name]


async def a_scene(data: Data) -> tuple[UUID, Actor, UUID]:
    """Make a centre with an advisor and a case of theirs."""
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    return centre, advisor, await data.a_case(centre, advisor=advisor)


async def listed(graph: Graph, actor: Actor, case: UUID) -> Any:
    """Read a case's assets and their totals."""
    answer = await graph.run(LISTED, as_=actor, id=write_id("case", case))
    assert answer.errors == []
    return answer.data["case"]


def faults(payload: Any) -> list[tuple[str, str]]:
    return [(error["path"][1], error["rule"]) for error in payload["errors"]]


async def test_an_asset_is_recorded_as_it_was_stated(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        payload = await ask(graph, ADD, advisor, caseId=write_id("case", case), **HOUSE)
    assert payload["errors"] == []
    asset = payload["asset"]
    assert asset.pop("id").startswith("asset_")
    assert asset.pop("client")["id"].startswith("client_")
    assert asset.pop("case")["assetTotals"] == {
        "value": "200000.01",
        "secured": "150000.00",
        "equity": "16665.00",
        "exemptEquity": "0.00",
        "countedEquity": "16665.00",
    }
    assert asset == {
        **HOUSE,
        "postcode": "LS1 1AA",
        "equity": "16665.00",  # a third of 50,000.01 is 16,665.003333
        "securedDebt": None,
        "exempt": False,
        "exemptionReason": None,
        "exemptionNote": None,
        "registration": None,
        "adapted": None,
        "neededForWork": None,
        "domestic": None,
        "createdAt": "2026-03-01T09:30:00.000Z",
        "updatedAt": "2026-03-01T09:30:00.000Z",
        "version": 1,
    }
    (event,) = await events_of(data, centre)
    assert (event.name, event.entity, event.case_id, event.version) == ("asset.added", "asset", case, 1)
    assert event.changes["estimated_value"] == {"old": None, "new": "200000.01"}
    assert event.changes["address"] is None
    assert (event.audience_before, event.audience_after["user_ids"]) == (None, [str(advisor.user_id)])
    (entry,) = await audit_of(data, centre)
    assert entry.changes["joint_owner"] == {"old": None, "new": "Kim Hall"}


async def test_what_is_not_stated_is_the_usual(graph: Graph, data: Data) -> None:
    _, advisor, case = await a_scene(data)
    with clock.stopped(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):  # 1 July in London
        payload = await ask(graph, ADD, advisor, caseId=write_id("case", case), **CAR, ownershipShare=None)
    asset = payload["asset"]
    assert (asset["valuedOn"], asset["valuationBasis"]) == ("2026-07-01", "CLIENT_ESTIMATE")
    assert (asset["ownershipShare"], asset["securedAmount"], asset["exempt"]) == ("100.00", "0.00", False)
    assert asset["equity"] == "1500.00"


async def test_a_vehicle_has_its_own_fields(graph: Graph, data: Data) -> None:
    _, advisor, case = await a_scene(data)
    own = {"registration": "ab12 cde", "adapted": True, "neededForWork": False, "domestic": True}
    exempt = {"exempt": True, "exemptionReason": "VEHICLE_ADAPTED", "exemptionNote": "Hand controls."}
    asset = (await ask(graph, ADD, advisor, caseId=write_id("case", case), **CAR, **own, **exempt))["asset"]
    assert {name: asset[name] for name in own} == {**own, "registration": "AB12CDE"}
    assert {name: asset[name] for name in exempt} == exempt
    assert asset["case"]["assetTotals"]["countedEquity"] == "0.00"
    assert asset["case"]["assetTotals"]["exemptEquity"] == "1500.00"
    # It was no vehicle after all: what only a vehicle has goes with that, and its reason cannot stay.
    change = {"id": asset["id"], "expectedVersion": 1, "assetType": "TOOLS_OF_TRADE"}
    assert faults(await ask(graph, UPDATE, advisor, **change)) == [("exemptionReason", "reason-does-not-fit")]
    changed = await ask(graph, UPDATE, advisor, **change, exemptionReason="TOOLS_OF_TRADE")
    assert [changed["asset"][name] for name in own] == [None, None, None, None]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"estimatedValue": "-0.01"}, [("estimatedValue", "minimum")]),
        ({"securedAmount": "-1"}, [("securedAmount", "minimum")]),
        ({"estimatedValue": "10000000000.00"}, [("estimatedValue", "maximum")]),
        ({"description": " "}, [("description", "blank")]),
        ({"valuedOn": "2999-01-01"}, [("valuedOn", "date-in-future")]),
        ({"ownershipShare": "0"}, [("ownershipShare", "range")]),
        ({"ownershipShare": "100.01"}, [("ownershipShare", "range")]),
        ({"ownershipShare": "50"}, [("jointOwner", "required")]),
        ({"ownershipShare": "50", "jointOwner": " "}, [("jointOwner", "blank")]),
        ({"jointOwner": "Kim"}, [("jointOwner", "sole-owner")]),
        ({"exempt": True}, [("exemptionReason", "required")]),
        ({"exempt": True, "exemptionReason": "OTHER"}, [("exemptionNote", "required")]),
        ({"exempt": True, "exemptionReason": "PENSION_RIGHTS"}, [("exemptionReason", "reason-does-not-fit")]),
        ({"exemptionReason": "HELD_ON_TRUST"}, [("exemptionReason", "not-exempt")]),
        ({"exempt": False, "exemptionNote": "For a child."}, [("exemptionNote", "not-exempt")]),
        ({"registration": "no mark at all"}, [("registration", "registration")]),
        ({"postcode": "LS1 1AA", "mortgaged": False}, [("postcode", "property-only"), ("mortgaged", "property-only")]),
        ({"assetType": "SAVINGS", "domestic": True}, [("domestic", "vehicle-only")]),
        ({"estimatedValue": "-1", "ownershipShare": "0"}, [("estimatedValue", "minimum"), ("ownershipShare", "range")]),
    ],
)
async def test_bad_input_names_field_and_rule(
    graph: Graph, data: Data, stated: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    centre, advisor, case = await a_scene(data)
    payload = await ask(graph, ADD, advisor, caseId=write_id("case", case), **{**CAR, **stated})
    assert (payload["asset"], faults(payload)) == (None, expected)
    assert (await listed(graph, advisor, case))["assets"] == []
    assert await events_of(data, centre) == []


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("estimatedValue", "1.234", "decimals"),
        ("estimatedValue", "10000000000000", "digits"),
        ("estimatedValue", "NaN", "finite"),
        ("securedAmount", "Infinity", "finite"),
        ("securedAmount", 1.5, "money-format"),
        ("ownershipShare", "NaN", "finite"),
        ("ownershipShare", "1e2", "percentage"),
        ("ownershipShare", "33.333", "decimals"),
        ("ownershipShare", "-50", "minimum"),
        ("ownershipShare", 33.33, "percentage-format"),
    ],
)
def test_what_is_no_amount_is_refused_before_anything_is_done(
    schema: strawberry.Schema, field: str, value: object, rule: str
) -> None:
    operation = parse(document(ADD)).definitions[0]
    stated = {"caseId": write_id("case", new_id()), **CAR, field: value}
    (refusal,) = explain_variables(bare(schema), operation, {"input": stated})  # type: ignore[arg-type]
    assert refusal.extensions is not None
    assert [refusal.extensions[name] for name in ("code", "field", "rule")] == [
        "BAD_USER_INPUT",
        f"input.{field}",
        rule,
    ]


async def test_what_is_left_out_stays_and_null_takes_away(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    asset = await an_asset(
        data,
        centre,
        case,
        asset_type="VEHICLE",
        registration="AB12CDE",
        adapted=True,
        ownership_share=Decimal("50.00"),
        joint_owner="Kim",
        valued_on=date(2026, 1, 5),
    )
    given_ = {"id": write_id("asset", asset), "expectedVersion": 1}
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        payload = await ask(graph, UPDATE, advisor, **given_, estimatedValue="90.00", registration=None)
    assert payload["errors"] == []
    changed = payload["asset"]
    assert (changed["estimatedValue"], changed["valuedOn"], changed["registration"]) == ("90.00", "2026-03-01", None)
    assert (changed["adapted"], changed["jointOwner"], changed["equity"], changed["version"]) == (
        True,
        "Kim",
        "45.00",
        2,
    )
    (event,) = await events_of(data, centre)
    assert (event.name, event.version) == ("asset.updated", 2)
    assert event.changes == {
        "estimated_value": {"old": "100.00", "new": "90.00"},
        "valued_on": {"old": "2026-01-05", "new": "2026-03-01"},
        "registration": None,
    }
    whole = await ask(graph, UPDATE, advisor, id=given_["id"], expectedVersion=2, ownershipShare="100")
    assert (whole["asset"]["jointOwner"], whole["asset"]["equity"]) == (None, "90.00")


async def test_an_asset_that_counts_again_has_no_reason(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    asset = await an_asset(data, centre, case, exempt=True, exemption_reason="OTHER", exemption_note="A gift.")
    given_ = {"id": write_id("asset", asset), "expectedVersion": 1}
    assert faults(await ask(graph, UPDATE, advisor, **given_, exemptionNote=None)) == [("exemptionNote", "required")]
    payload = await ask(graph, UPDATE, advisor, **given_, exempt=False)
    assert [payload["asset"][name] for name in ("exempt", "exemptionReason", "exemptionNote")] == [False, None, None]


@pytest.mark.parametrize(
    "field",
    [
        "assetType",
        "description",
        "estimatedValue",
        "valuedOn",
        "valuationBasis",
        "ownershipShare",
        "securedAmount",
        "exempt",
    ],
)
async def test_some_of_it_cannot_be_taken_away(graph: Graph, data: Data, field: str) -> None:
    centre, advisor, case = await a_scene(data)
    asset = write_id("asset", await an_asset(data, centre, case))
    payload = await ask(graph, UPDATE, advisor, id=asset, expectedVersion=1, **{field: None})
    assert faults(payload) == [(field, "required")]


async def test_what_is_as_before_changes_nothing(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    asset = write_id("asset", await an_asset(data, centre, case, valued_on=date(2026, 1, 5)))
    for same in ({}, {"estimatedValue": "100", "ownershipShare": "100.0", "jointOwner": None}):
        payload = await ask(graph, UPDATE, advisor, id=asset, expectedVersion=1, **same)
        assert (payload["errors"], payload["asset"]["version"], payload["asset"]["valuedOn"]) == ([], 1, "2026-01-05")
    assert await events_of(data, centre) == []


async def test_a_stale_version_is_refused_with_the_asset_as_it_is(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    asset = write_id("asset", await an_asset(data, centre, case))
    await ask(graph, UPDATE, advisor, id=asset, expectedVersion=1, description="Cash")
    for name, more in ((UPDATE, {"description": "Gold"}), (DELETE, {})):
        (error,) = (await ask(graph, name, advisor, id=asset, expectedVersion=1, **more))["errors"]
        assert (error["__typename"], error["currentVersion"], error["current"]) == ("ConflictError", 2, {"id": asset})
    assert [one["description"] for one in (await listed(graph, advisor, case))["assets"]] == ["Cash"]


async def test_an_asset_is_deleted_and_restored(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    asset = await an_asset(data, centre, case)
    key = write_id("asset", asset)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        gone = await ask(graph, DELETE, advisor, id=key, expectedVersion=1)
    assert gone["errors"] == []
    assert {name: gone["deletedAsset"][name] for name in ("id", "description", "deletedAt", "version")} == {
        "id": key,
        "description": "Savings account",
        "deletedAt": "2026-03-01T09:30:00.000Z",
        "version": 2,
    }
    assert (await listed(graph, advisor, case))["assetTotals"]["value"] == "0.00"
    (error,) = (await ask(graph, UPDATE, advisor, id=key, expectedVersion=2, description="Cash"))["errors"]
    assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", "id"])
    stale = await ask(graph, RESTORE, advisor, id=key, expectedVersion=1)
    assert stale["errors"][0]["__typename"] == "ConflictError"
    back = await ask(graph, RESTORE, advisor, id=key, expectedVersion=2)
    assert (back["errors"], back["asset"]["version"], back["asset"]["equity"]) == ([], 3, "100.00")
    again = await ask(graph, RESTORE, advisor, id=key, expectedVersion=3)
    assert again["errors"][0]["__typename"] == "NotFoundError"
    deleted, restored = await events_of(data, centre)
    assert (deleted.name, deleted.subject_id, deleted.audience_after) == ("asset.deleted", asset, None)
    assert (restored.name, restored.audience_before, restored.version) == ("asset.restored", None, 3)


async def test_a_case_has_at_most_two_hundred(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    deleted = write_id("asset", await an_asset(data, centre, case))
    await ask(graph, DELETE, advisor, id=deleted, expectedVersion=1)
    for _ in range(200):
        await an_asset(data, centre, case, estimated_value=Decimal("9999999999.99"))
    refused = await ask(graph, ADD, advisor, caseId=write_id("case", case), **CAR)
    restored = await ask(graph, RESTORE, advisor, id=deleted, expectedVersion=2)
    for payload in (refused, restored):
        (error,) = payload["errors"]
        assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "assets", 200)
    seen = await listed(graph, advisor, case)
    assert len(seen["assets"]) == 200
    assert seen["assetTotals"]["value"] == "1999999999998.00"


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_roles_that_write_no_debts_are_refused(graph: Graph, data: Data, role: Role) -> None:
    centre, advisor, case = await a_scene(data)
    actor = await data.a_member(centre, role)
    key = write_id("asset", await an_asset(data, centre, case))
    for name, given_ in _acts(case, key).items():
        (error,) = (await ask(graph, name, actor, **given_))["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "DEBT_WRITE")
    assert [one["version"] for one in (await listed(graph, advisor, case))["assets"]] == [1]
    assert await events_of(data, centre) == []


def _acts(case: UUID, asset: str) -> dict[str, dict[str, Any]]:
    return {
        ADD: {"caseId": write_id("case", case), **CAR},
        UPDATE: {"id": asset, "expectedVersion": 1, "description": "Other"},
        DELETE: {"id": asset, "expectedVersion": 1},
    }


async def test_a_colleague_of_the_team_sees_and_may_not(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor, colleague = await data.a_member(centre), await data.a_member(centre, team_ids=(team,))
    case = await data.a_case(centre, advisor=advisor, team_id=team)
    key = write_id("asset", await an_asset(data, centre, case))
    assert len((await listed(graph, colleague, case))["assets"]) == 1
    for name, given_ in _acts(case, key).items():
        (error,) = (await ask(graph, name, colleague, **given_))["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "DEBT_WRITE")


async def test_the_portal_reads_the_own_assets_and_changes_none(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    case, other = await data.a_case(centre, client_id=client), await data.a_case(centre)
    key = write_id("asset", await an_asset(data, centre, case))
    hidden = write_id("asset", await an_asset(data, centre, other))
    assert [one["id"] for one in (await listed(graph, portal, case))["assets"]] == [key]
    answer = await graph.run("query ($id: ID!) { node(id: $id) { id } }", as_=portal, id=hidden)
    assert answer.data == {"node": None}
    for name, given_ in _acts(case, key).items():
        (error,) = (await ask(graph, name, portal, **given_))["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "DEBT_WRITE")
    assert await events_of(data, centre) == []


async def test_another_centre_finds_neither_case_nor_asset(graph: Graph, data: Data) -> None:
    centre, advisor, case = await a_scene(data)
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    key = write_id("asset", await an_asset(data, centre, case))
    for name, given_ in _acts(case, key).items():
        (error,) = (await ask(graph, name, stranger, **given_))["errors"]
        field = "caseId" if name == ADD else "id"
        assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", field])
    await ask(graph, DELETE, advisor, id=key, expectedVersion=1)
    (error,) = (await ask(graph, RESTORE, stranger, id=key, expectedVersion=2))["errors"]
    assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", "id"])


@pytest.mark.parametrize("status", ["CLOSED", "CANCELLED", "REFERRED"])
async def test_a_case_at_its_end_keeps_its_assets(graph: Graph, data: Data, status: str) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case = await data.a_case(centre, advisor=advisor, status=status)
    key = write_id("asset", await an_asset(data, centre, case))
    for name, given_ in _acts(case, key).items():
        assert faults(await ask(graph, name, advisor, **given_)) == [("caseId" if name == ADD else "id", "case-ended")]
    assert await events_of(data, centre) == []


async def test_a_key_adds_it_once(graph: Graph, data: Data) -> None:
    _centre, advisor, case = await a_scene(data)
    stated = {"caseId": write_id("case", case), **HOUSE, "idempotencyKey": "form-9"}
    first, again = [await ask(graph, ADD, advisor, **stated) for _ in range(2)]
    assert (first["replayed"], again["replayed"], again["asset"]) == (False, True, first["asset"])
    assert len((await listed(graph, advisor, case))["assets"]) == 1


MONEY = st.decimals(min_value=Decimal("0.00"), max_value=Decimal("9999999999.99"), places=2)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    assets=st.lists(
        st.tuples(MONEY, MONEY, st.decimals(Decimal("0.01"), Decimal("99.99"), places=2), st.booleans()), max_size=5
    )
)
async def test_totals_equal_the_sum_of_what_is_listed(
    graph: Graph, data: Data, assets: list[tuple[Decimal, Decimal, Decimal, bool]]
) -> None:
    centre, advisor, case = await a_scene(data)
    for value, secured, share, exempt in assets:
        await an_asset(
            data,
            centre,
            case,
            estimated_value=value,
            secured_amount=secured,
            ownership_share=share,
            joint_owner="Kim",
            exempt=exempt,
            exemption_reason="HELD_ON_TRUST" if exempt else None,
        )
    seen = await listed(graph, advisor, case)
    totals = {name: Decimal(amount) for name, amount in seen["assetTotals"].items()}
    shown = [(Decimal(one["estimatedValue"]), Decimal(one["equity"]), one["exempt"]) for one in seen["assets"]]
    assert totals["value"] == sum(value for value, _, _ in shown)
    assert totals["secured"] == sum(secured for _, secured, _, _ in assets)
    assert totals["equity"] == sum(equity for _, equity, _ in shown)
    assert totals["exemptEquity"] == sum(equity for _, equity, exempt in shown if exempt)
    assert totals["countedEquity"] == sum(equity for _, equity, exempt in shown if not exempt)
