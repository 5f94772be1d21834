"""Importing an uploaded caseload: the report, all or nothing, who may, and what is told to whom."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.exchange.importing import services
from cma_graphql.domain.exchange.importing.services import MOST_BYTES, MOST_LINE_ENDS
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.documents import a_document, hand_in, said_of
from support.imports import Line, case, client, debt, left, text_of
from support.operations import document, most_statements
from support.refusals import refusals

ANNOUNCE = """mutation($input: DocumentUploadRequestInput!) { documentUploadRequest(input: $input) {
  document { id } upload { url } errors { message } } }"""
COMPLETE = """mutation($input: DocumentUploadCompleteInput!) { documentUploadComplete(input: $input) {
  document { uploadState } errors { message } } }"""
GOOD = [client(), case(), debt()]


@dataclass
class Desk:
    """Where a manager uploads and imports."""

    graph: Graph
    data: Data
    acting: Acting
    centre: UUID
    manager: Actor

    async def uploaded(self, content: str | bytes | list[Line], media_type: str = "text/csv") -> str:
        """Upload a file and have it looked at; answer the document's id."""
        text = text_of(content) if isinstance(content, list) else content
        whole = text.encode() if isinstance(text, str) else text
        file = said_of(whole, media_type, "caseload.csv")
        asked = {"title": "Our caseload", "type": "CASELOAD_CSV", "file": file}
        answer = await self.graph.run(ANNOUNCE, as_=self.manager, input=asked)
        announced = answer.data["documentUploadRequest"]
        assert announced["errors"] == []
        await hand_in(self.graph.storage.store, announced["upload"]["url"], whole)  # type: ignore[arg-type]
        document_id: str = announced["document"]["id"]
        answer = await self.graph.run(COMPLETE, as_=self.manager, input={"id": document_id, "versionNumber": 1})
        assert answer.data["documentUploadComplete"]["document"]["uploadState"] == "AVAILABLE"
        return document_id

    async def run(self, document_id: str, *, as_: Actor | None = None, dry_run: bool = False, **given: Any) -> Any:
        """Import a document."""
        asked = {"documentId": document_id, "dryRun": dry_run, **given}
        answer = await self.graph.run(document("caseloadImport"), as_=as_ or self.manager, input=asked)
        assert answer.errors == []
        assert answer.statements <= most_statements("caseloadImport")
        return answer.data["caseloadImport"]

    async def left(self) -> dict[str, Any]:
        """Count what the centre has."""
        return await left(self.acting.rows, self.centre)


@pytest.fixture
async def desk(graph: Graph, data: Data, acting: Acting) -> Desk:
    """Set a desk up in a centre of its own."""
    centre = await data.a_centre()
    return Desk(graph, data, acting, centre, await data.a_member(centre, Role.CENTRE_MANAGER))


async def test_a_caseload_is_checked_then_imported_once(desk: Desk) -> None:
    document_id = await desk.uploaded(GOOD)
    before = await desk.left()
    looked = await desk.run(document_id, dry_run=True, idempotencyKey="one")
    numbers = {"lines": 3, "clients": 1, "cases": 1, "debts": 1, "faults": [], "faultCount": 0, "faultsLeftOut": 0}
    assert looked == {"report": numbers, "import": None, "replayed": False, "errors": []}
    assert await desk.left() == before
    done = await desk.run(document_id, idempotencyKey="one")
    assert (done["report"], done["errors"], done["replayed"]) == (numbers, [], False)
    made = done["import"]
    assert made["document"] == {"id": document_id}
    assert made["importer"] == {"id": f"membership_{desk.manager.user_id.hex}"}
    assert (made["fileName"], made["sha256"]) == ("caseload.csv", hashlib.sha256(text_of(GOOD).encode()).hexdigest())
    after = await desk.left()
    again = await desk.run(document_id, idempotencyKey="one")
    assert again == {**done, "replayed": True}
    assert await desk.left() == after
    twice = await desk.run(document_id)
    assert refusals(twice) == [("ValidationError", "input.documentId", "imported-already")]
    assert [parameter["name"] for parameter in twice["errors"][0]["parameters"]] == ["importedAt"]
    same = await desk.run(await desk.uploaded(GOOD), dry_run=True)
    assert refusals(same) == [("ValidationError", "input.documentId", "imported-already")]
    answer = await desk.graph.run(document("caseloadImports"), as_=desk.manager, first=5)
    assert answer.statements == most_statements("caseloadImports")
    (edge,) = answer.data["caseloadImports"]["edges"]
    assert edge["node"]["id"] == made["id"]
    assert [entry["node"]["action"] for entry in edge["node"]["history"]["edges"]] == ["caseload.imported"]
    verified = await desk.graph.run("{ auditVerification { intact entries } }", as_=desk.manager)
    assert verified.data["auditVerification"] == {"intact": True, "entries": len(await desk.acting.audit(desk.centre))}


async def test_faults_are_in_the_report_and_nothing_is_written(desk: Desk) -> None:
    document_id = await desk.uploaded([client(), case(title=""), debt(case="F9")])
    before = await desk.left()
    for dry_run in (True, False):
        answer = await desk.run(document_id, dry_run=dry_run, idempotencyKey="two")
        told = [(fault["line"], fault["column"], fault["rule"]) for fault in answer["report"]["faults"]]
        assert told == [(3, "title", "blank"), (4, "case", "not-found")]
        assert (answer["report"]["faultCount"], answer["import"]) == (2, None)
        expected = [] if dry_run else [("ValidationError", "input.documentId", "caseload-faults")]
        assert refusals(answer) == expected
        assert await desk.left() == before


async def test_a_report_holds_a_thousand_faults_and_says_how_many_more(desk: Desk) -> None:
    lines = [client(f"P{number}", title="x" * 31, postcode="?") for number in range(600)]
    answer = await desk.run(await desk.uploaded(lines))
    report = answer["report"]
    assert (report["faultCount"], len(report["faults"]), report["faultsLeftOut"]) == (1_200, 1_000, 200)


async def test_possible_duplicates_are_accepted_where_somebody_looked(desk: Desk) -> None:
    await desk.data.a_client(desk.centre, first_name="Ann", last_name="Lee P1", email="ann@example.org")
    document_id = await desk.uploaded([client(email="ann@example.org")])
    refused = await desk.run(document_id)
    (fault,) = refused["report"]["faults"]
    assert (fault["line"], fault["column"], fault["rule"]) == (2, None, "possible-duplicate")
    assert fault["parameters"] == [{"name": "count", "value": "1"}]
    assert refusals(await desk.run(document_id, acceptPossibleDuplicates=True)) == []


async def test_more_than_two_thousand_lines_are_the_commands(desk: Desk) -> None:
    lines = [client(f"P{number}") for number in range(2_001)]
    for dry_run in (True, False):
        answer = await desk.run(await desk.uploaded(lines), dry_run=dry_run)
        (error,) = answer["errors"]
        assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "import-lines", 2_000)
        assert "cma-graphql import" in error["message"]
        assert answer["report"] is None


async def test_a_file_that_is_too_large_is_not_fetched(desk: Desk) -> None:
    document_id = await desk.uploaded(GOOD)
    await desk.acting.rows.execute(
        "UPDATE document_versions SET size = $2 WHERE centre_id = $1", desk.centre, MOST_BYTES + 1
    )
    (error,) = (await desk.run(document_id))["errors"]
    assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "import-bytes", MOST_BYTES)


async def test_the_declared_encoding_is_the_files(desk: Desk) -> None:
    content = text_of([client(first_name="Zoë")]).encode("cp1252")
    answer = await desk.run(await desk.uploaded(content, "text/csv; charset=windows-1252"))
    assert answer["errors"] == []
    names = await desk.acting.rows.fetch("SELECT first_name FROM clients WHERE centre_id = $1", desk.centre)
    assert [row["first_name"] for row in names] == ["Zoë"]


async def test_documents_that_are_none_of_these(desk: Desk) -> None:
    case_id = await desk.data.a_case(desk.centre)
    letter = await a_document(desk.data, desk.centre, case_id)
    pending = await a_document(desk.data, desk.centre, None, upload_state="PENDING")
    other = await desk.data.a_centre()
    theirs = await a_document(desk.data, other, None)
    expected = {
        f"document_{letter.hex}": ("ValidationError", "input.documentId", "document-type"),
        f"document_{pending.hex}": ("ValidationError", "input.documentId", "not-available"),
        f"document_{theirs.hex}": ("NotFoundError", "input.documentId"),
        f"case_{case_id.hex}": ("NotFoundError", "input.documentId"),
        "nonsense": ("NotFoundError", "input.documentId"),
    }
    for document_id, refusal in expected.items():
        assert refusals(await desk.run(document_id)) == [refusal]


@pytest.mark.parametrize(
    "role", [Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR], ids=lambda role: role.value
)
async def test_only_managers_import(desk: Desk, role: Role) -> None:
    document_id = await desk.uploaded(GOOD)
    somebody = await desk.data.a_member(desk.centre, role)
    before = await desk.left()
    for dry_run in (True, False):
        (error,) = (await desk.run(document_id, as_=somebody, dry_run=dry_run))["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CASELOAD_IMPORT")
    answer = await desk.graph.run(document("caseloadImports"), as_=somebody)
    assert answer.codes == ["FORBIDDEN"]
    assert await desk.left() == before


async def test_another_centre_imports_the_same_file_for_itself(desk: Desk) -> None:
    await desk.run(await desk.uploaded(GOOD))
    other = await desk.data.a_centre()
    stranger = Desk(desk.graph, desk.data, desk.acting, other, await desk.data.a_member(other, Role.CENTRE_MANAGER))
    assert refusals(await stranger.run(await stranger.uploaded(GOOD))) == []
    answer = await desk.graph.run("{ caseloadImports { totalCount } }", as_=desk.manager)
    assert answer.data["caseloadImports"]["totalCount"] == 1


async def test_records_are_shown_and_found_by_their_former_reference(desk: Desk) -> None:
    await desk.run(await desk.uploaded([client("OLD/4711"), case("FILE-0815", "OLD/4711")]))
    answer = await desk.graph.run(
        "{ clients { edges { node { formerReference } } } cases { edges { node { formerReference } } } }",
        as_=desk.manager,
    )
    assert [edge["node"]["formerReference"] for edge in answer.data["clients"]["edges"]] == ["OLD/4711"]
    assert [edge["node"]["formerReference"] for edge in answer.data["cases"]["edges"]] == ["FILE-0815"]
    for words in ("old/4711", "file-0815"):
        words_of = await desk.acting.rows.fetch(
            "SELECT DISTINCT kind FROM search_words WHERE centre_id = $1 AND word = $2",
            desk.centre,
            words.replace("/", "").replace("-", ""),
        )
        assert len(words_of) == 1


RESTORE = """mutation($input: ClientRestoreInput!) { clientRestore(input: $input) {
  errors { __typename path ... on ValidationError { rule } } } }"""


async def test_a_deleted_client_is_imported_anew_and_then_not_restored(desk: Desk) -> None:
    await desk.run(await desk.uploaded([client()]))
    (row,) = await desk.acting.rows.fetch("SELECT id, version FROM clients WHERE centre_id = $1", desk.centre)
    deleting = "mutation($input: ClientDeleteInput!) { clientDelete(input: $input) { errors { message } } }"
    given = {"id": f"client_{row['id'].hex}", "expectedVersion": row["version"]}
    answer = await desk.graph.run(deleting, as_=desk.manager, input=given)
    assert answer.data["clientDelete"]["errors"] == []
    anew = await desk.run(await desk.uploaded([client(city="Leeds")]))
    assert anew["errors"] == []
    given["expectedVersion"] += 1
    answer = await desk.graph.run(RESTORE, as_=desk.manager, input=given)
    assert refusals(answer.data["clientRestore"]) == [("ValidationError", "input.id", "former-reference-taken")]


async def test_a_file_of_nothing_but_line_ends_holds_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(services, "draw_outline", lambda *_, **__: drawn.append(1))
    text = text_of([*GOOD, client("P2", safe_contact_note="a\n" * MOST_LINE_ENDS)])
    for content in (text_of(GOOD) + "\n" * MOST_LINE_ENDS, text):
        answer = await desk.run(await desk.uploaded(content), dry_run=True)
        (error,) = answer["errors"]
        assert (error["__typename"], error["limit"], error["maximum"]) == (
            "LimitError",
            "import-line-ends",
            MOST_LINE_ENDS,
        )
    assert drawn == []
