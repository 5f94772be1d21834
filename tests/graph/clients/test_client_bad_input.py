"""Every rule about a client's details, each refused by its name and its field, and nothing half written."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import events_of

CREATE = document("clientCreate")
UPDATE = document("clientUpdate")
PERSON = {"firstName": "Amara", "lastName": "Okafor"}
MARKS = "e" + "\u0301" * 40

RULES: list[tuple[str, Any, str, dict[str, str]]] = [
    ("firstName", "", "blank", {"minimum": "1"}),
    ("firstName", " \u200b ", "blank", {"minimum": "1"}),
    ("firstName", "x" * 101, "too-long", {"maximum": "100"}),
    ("lastName", "x" * 1_000_000, "too-long", {"maximum": "100"}),
    ("lastName", "O\x00Neill", "control-character", {"position": "2", "character": "U+0000"}),
    ("lastName", "two\nlines", "control-character", {"position": "4", "character": "U+000A"}),
    ("lastName", "half\ud800", "lone-surrogate", {"position": "5"}),
    ("lastName", MARKS, "combining-marks", {"maximum": "30"}),
    ("title", "x" * 31, "too-long", {"maximum": "30"}),
    ("title", "", "blank", {"minimum": "1"}),
    ("dateOfBirth", "2026-03-02", "date-in-future", {}),
    ("dateOfBirth", "2010-03-02", "minimum-age", {"minimum": "16"}),
    ("dateOfBirth", "1905-02-28", "maximum-age", {"maximum": "120"}),
    ("nationalInsuranceNumber", "QQ123456C", "national-insurance-number", {}),
    ("nationalInsuranceNumber", "BG123456A", "national-insurance-number", {}),
    ("nationalInsuranceNumber", "AB123456E", "national-insurance-number", {}),
    ("nationalInsuranceNumber", "AB\x00123456", "national-insurance-number", {}),
    ("safeContactNote", "x" * 2_001, "too-long", {"maximum": "2000"}),
    ("safeContactNote", "bell\x07", "control-character", {"position": "5", "character": "U+0007"}),
    ("phonePrimary", "call me", "phone", {}),
    ("phonePrimary", "+44 12", "phone-too-short", {}),
    ("phonePrimary", "020 7946 00180 000 000 000", "phone-too-long", {}),
    ("phonePrimary", "999", "phone-short-number", {}),
    ("phoneSecondary", "020 7946 0018 ext 12", "phone-extension", {}),
    ("phoneSecondary", "7946 0018", "phone-area-code", {}),
    ("email", "nobody", "email", {}),
    ("email", "a@b\x00.org", "email", {}),
    ("email", "x" * 400 + "@example.org", "email", {}),
    ("addressLine1", "x" * 201, "too-long", {"maximum": "200"}),
    ("addressLine2", "\x1b[0m", "control-character", {"position": "1", "character": "U+001B"}),
    ("city", "x" * 101, "too-long", {"maximum": "100"}),
    ("postcode", "QA1 1AA", "postcode", {}),
    ("postcode", "M1 1CE", "postcode", {}),
    ("postcode", "", "postcode", {}),
    ("dependents", -1, "range", {"minimum": "0", "maximum": "30"}),
    ("dependents", 31, "range", {"minimum": "0", "maximum": "30"}),
    ("preferredLanguage", "english", "language", {}),
    ("preferredLanguage", "en-\x00", "language", {}),
]


@pytest.mark.parametrize(("field", "value", "rule", "parameters"), RULES)
async def test_a_broken_rule_is_told_with_its_field_and_parameters(  # noqa: PLR0917 - a table
    graph: Graph,
    data: Data,
    field: str,
    value: Any,
    rule: str,
    parameters: dict[str, str],
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    changed = {"id": write_id("client", client), "expectedVersion": 1, field: value, "idempotencyKey": "k"}
    with clock.stopped(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        created = await graph.run(CREATE, as_=manager, input={**PERSON, field: value, "idempotencyKey": "k"})
        updated = await graph.run(UPDATE, as_=manager, input=changed)
    for answer in (created, updated):
        assert answer.errors == []
        (payload,) = answer.data.values()
        (error,) = payload["errors"]
        assert (error["__typename"], error["code"], error["rule"]) == ("ValidationError", "INVALID", rule)
        assert error["path"] == ["input", field]
        assert {item["name"]: item["value"] for item in error["parameters"]} == parameters
        assert payload["client"] is None
    assert await events_of(data, centre) == []


async def test_all_faults_are_told_at_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    bad = {"firstName": "", "lastName": "\x00", "postcode": "?", "email": "?", "dependents": 99, "phonePrimary": "?"}
    answer = await graph.run(CREATE, as_=manager, input=bad)
    errors = answer.data["clientCreate"]["errors"]
    assert {error["path"][1] for error in errors} == set(bad)
    assert len(errors) == len(bad)
    assert await events_of(data, centre) == []


async def test_a_day_is_a_day_in_london(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    turning = {**PERSON, "dateOfBirth": "2010-06-16"}
    with clock.stopped(datetime(2026, 6, 15, 22, 59, tzinfo=UTC)):
        before = await graph.run(CREATE, as_=manager, input=turning)
    with clock.stopped(datetime(2026, 6, 15, 23, 0, tzinfo=UTC)):
        after = await graph.run(CREATE, as_=manager, input=turning)
    assert before.data["clientCreate"]["errors"][0]["rule"] == "minimum-age"
    assert after.data["clientCreate"]["errors"] == []


async def test_ids_that_are_none_are_not_found(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre)
    for bad in ("", "client_", "x" * 100_000, write_id("team", team), write_id("case", team), "client_\x00"):
        for operation in ("clientUpdate", "clientDelete", "clientRestore"):
            answer = await graph.run(document(operation), as_=manager, input={"id": bad, "expectedVersion": 1})
            (error,) = answer.data[operation]["errors"]
            assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", "id"])


ANYTHING = st.text(st.characters(exclude_categories=[]), max_size=60)
LIKELY = st.one_of(
    ANYTHING,
    st.from_regex(r"[A-Za-z]{1,2}[0-9]{6}[A-Da-d]?", fullmatch=True),
    st.from_regex(r"\+?[0-9 ()x\-]{3,20}", fullmatch=True),
    st.from_regex(r"[a-z.]{1,8}@[a-zé.\-]{1,12}", fullmatch=True),
    st.from_regex(r"[A-Za-z]{1,2}[0-9]{1,2} ?[0-9][A-Za-z]{2}", fullmatch=True),
    st.from_regex(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", fullmatch=True),
)
TEXTS = [
    "title",
    "firstName",
    "lastName",
    "nationalInsuranceNumber",
    "safeContactNote",
    "phonePrimary",
    "phoneSecondary",
    "email",
    "addressLine1",
    "addressLine2",
    "city",
    "postcode",
    "preferredLanguage",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=st.dictionaries(st.sampled_from(TEXTS), LIKELY, min_size=1, max_size=4), born=st.none() | st.dates())
async def test_whatever_is_typed_is_kept_or_refused_by_name(
    graph: Graph, data: Data, stated: dict[str, str], born: date | None
) -> None:
    manager = await _one_manager(data)
    details: dict[str, Any] = {**stated, **({"dateOfBirth": born.isoformat()} if born else {})}
    answer = await graph.run(
        CREATE,
        as_=manager,
        input={**PERSON, **details, "acceptPossibleDuplicate": True, "idempotencyKey": str(new_id())},
    )
    assert answer.errors == []
    created = answer.data["clientCreate"]
    assert {error["path"][1] for error in created["errors"]} <= details.keys()
    assert {error["__typename"] for error in created["errors"]} <= {"ValidationError"}
    assert (created["client"] is None) == bool(created["errors"])
    if created["client"] is not None:
        # What was kept is in its normal form: to state it again changes nothing.
        again = {name: created["client"][name] for name in details}
        same = {"id": created["client"]["id"], "expectedVersion": 1, **again}
        answer = await graph.run(UPDATE, as_=manager, input=same)
        assert answer.errors == []
        assert answer.data["clientUpdate"]["errors"] == []
        assert answer.data["clientUpdate"]["client"]["version"] == 1


async def _one_manager(data: Data) -> Actor:
    """Answer the manager of the one centre that all examples share."""
    if not _MANAGERS:
        _MANAGERS.append(await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER))
    return _MANAGERS[0]


_MANAGERS: list[Actor] = []
