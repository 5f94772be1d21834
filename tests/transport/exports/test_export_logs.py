"""Nothing of an export is sent before it is on record: the export in the audit trail, each page in the access log."""

import json

import pytest
from starlette.types import Message

from cma_graphql.core.errors import Unavailable
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.graph.exchange import export_pages
from cma_graphql.persistence.failures import TryAgain
from support.asking import Graph
from support.exporting import Exporting
from transport.exports.conftest import NAMES, Shelf

HEAD, HEADER_LINE, PAGE = "head", "header line", "page"


async def test_everything_is_on_record_before_it_is_sent(exporting: Exporting, shelf: Shelf) -> None:
    seen: list[tuple[str, int, int]] = []

    async def look(message: Message) -> None:
        kind = HEAD if message["type"].endswith("start") else str(len(message["body"].splitlines()))
        seen.append((kind, len(await shelf.audit()), sum(len(row["client_ids"]) for row in await shelf.access())))

    exported = await exporting.run(f"query Names {NAMES}", as_=shelf.manager, before_sending=look)
    assert exported.whole
    assert seen == [
        (HEAD, 1, 100), ("1", 1, 100), ("100", 1, 100), ("100", 1, 200), ("50", 1, 250), ("0", 1, 250),
    ]  # fmt: skip
    rows = await shelf.access()
    assert {row["operation"] for row in rows} == {"export clients"}
    assert {row["request_id"] for row in rows} == {shelf.manager.request_id}
    delivered = {row["id"].removeprefix("client_") for row in exported.rows}
    assert {key.hex for row in rows for key in row["client_ids"]} == delivered
    assert exporting.access_log.waiting == 0
    assert exporting.contexts[-1].seen_clients == set(), "what is on record would be noted once more"


async def test_the_trail_says_what_was_given_out_and_nothing_that_a_caller_wrote(
    exporting: Exporting, shelf: Shelf, graph: Graph
) -> None:
    query = """query Secret($filter: ClientFilter) {
        clients(filter: $filter) { edges { node { MrsSmith: lastName nationalInsuranceNumber } } } }"""
    given = {"filter": {"nameStartsWith": "Smith"}}
    await exporting.run(query, as_=shelf.manager, variables=given)
    await exporting.run(query, as_=shelf.manager, variables=given)
    await exporting.run(query, as_=shelf.manager, variables={"filter": {"nameStartsWith": "Khan"}})
    first, second, third = await shelf.audit()
    changes = json.loads(first["changes"]) if isinstance(first["changes"], str) else first["changes"]
    digest = changes.pop("filters_digest")
    assert changes == {
        "list": {"old": None, "new": "clients"},
        "fields": {"old": None, "new": ["lastName", "nationalInsuranceNumber"]},
        "arguments": {"old": None, "new": ["filter.nameStartsWith"]},
        "operation": {"old": None, "new": "Secret"},
    }
    assert len(digest["new"]) == 64
    assert second["changes"]["filters_digest"] == digest
    assert third["changes"]["filters_digest"] != digest
    assert (first["entity"], first["actor_id"], first["client_id"]) == ("export", shelf.manager.user_id, None)
    assert first["subject_id"] != second["subject_id"]
    events = await shelf.rows.fetch(
        "SELECT * FROM event_log WHERE centre_id = $1 AND name = 'list.exported'", shelf.centre
    )
    assert len(events) == 3
    assert {event["changes"]["operation"] for event in events} == {None}, "an operation's name is a caller's text"
    assert "Smith" not in str([dict(event) for event in events])
    async with graph.database.read(shelf.manager) as reader:
        assert (await verify_chain(reader)).intact


async def test_the_trail_is_read_like_any_other(exporting: Exporting, shelf: Shelf, graph: Graph) -> None:
    await exporting.run(NAMES, as_=shelf.manager)
    query = """{ auditLogs(filter: { action: ["list.exported"] }) { edges { node {
        action entity subjectNodeId subject { id } actor { id } changes { field new } } } } }"""
    answer = await graph.run(query, as_=shelf.manager)
    [edge] = answer.data["auditLogs"]["edges"]
    entry = edge["node"]
    assert entry["subjectNodeId"].startswith("export_")
    assert entry["subject"] is None
    assert entry["actor"]["id"] == f"membership_{shelf.manager.user_id.hex}"
    assert {"field": "fields", "new": "id, reference, firstName, lastName"} in entry["changes"]


async def test_sensitive_fields_shown_are_on_record(exporting: Exporting, shelf: Shelf) -> None:
    await shelf.data.a_client(shelf.centre, national_insurance_number="AB123456C")
    query = "{ clients(orderBy: CREATED_AT_ASC) { edges { node { nationalInsuranceNumber } } } }"
    exported = await exporting.run(query, as_=shelf.manager)
    assert exported.rows[-1]["nationalInsuranceNumber"] == "AB123456C"
    assert [row["sensitive_fields"] for row in await shelf.access()] == [
        [], [], ["clients.national_insurance_number"],
    ]  # fmt: skip


async def test_without_its_audit_entry_nothing_is_sent(
    exporting: Exporting, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_given: object, **_named: object) -> None:
        raise Unavailable

    monkeypatch.setattr(export_pages, "write", away)
    exported = await exporting.run(NAMES, as_=shelf.manager)
    assert (exported.status, exported.code) == (503, "UNAVAILABLE")
    assert exported.headers["retry-after"] == "2"
    assert "BIG-C" not in exported.body.decode()
    assert await shelf.audit() == await shelf.access() == []
    assert exporting.figure("cma_exports_ended_total", outcome="UNAVAILABLE") == 1


@pytest.mark.parametrize("failing", [1, 2, 3])
async def test_without_its_access_row_no_page_is_sent(
    exporting: Exporting, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    written, writes = exporting.access_log._write, 0

    async def write(*given: object) -> None:
        nonlocal writes
        writes += 1
        if writes == failing:
            raise TryAgain
        await written(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting.access_log, "_write", write)
    exported = await exporting.run(NAMES, as_=shelf.manager)
    assert len(await shelf.audit()) == 1
    on_record = sum(len(row["client_ids"]) for row in await shelf.access())
    assert on_record == (failing - 1) * 100
    if failing == 1:
        assert (exported.status, exported.code) == (503, "UNAVAILABLE")
    else:
        assert (exported.status, exported.whole) == (200, False)
        assert len(exported.rows) == on_record


async def test_json_is_noted_as_ever(exporting: Exporting, shelf: Shelf) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager, address="/graphql")
    assert exported.status == 200
    assert len(exporting.contexts[-1].seen_clients) == 25
