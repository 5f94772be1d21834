"""What a document says of itself, who sees it, what it is evidence of, and its being deleted and restored."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import InvalidInput
from cma_graphql.core.ids import new_id
from cma_graphql.domain.documents.services import debts
from cma_graphql.domain.documents.services.update import update_document
from cma_graphql.graph.node import write_id
from graph.documents.conftest import Desk, rules
from support.acting import faults_of
from support.debts import a_debt
from support.operations import document as operation
from support.trail import audit_of, events_of


async def last_event(desk: Desk) -> Any:
    return (await events_of(desk.scene.data, desk.scene.centre))[-1]


async def test_what_it_says_of_itself_changes(desk: Desk) -> None:
    paper = await desk.paper(description="Old", tags=["old"])
    payload = await desk.on(
        "documentUpdate", paper, title=" Secret ", type="COURT_PAPER", description=None, tags=["B", "a", "b"]
    )
    assert payload["errors"] == []
    shown = {"title": "Secret", "type": "COURT_PAPER", "description": None, "tags": ["a", "b"], "version": 2}
    assert {name: payload["document"][name] for name in shown} == shown
    event = await last_event(desk)
    assert (event.name, event.version) == ("document.updated", 2)
    assert event.changes == {
        "title": None,
        "document_type": {"old": "CREDITOR_LETTER", "new": "COURT_PAPER"},
        "description": None,
        "tags": None,
    }
    assert event.audience_before == event.audience_after
    entry = (await audit_of(desk.scene.data, desk.scene.centre))[-1]
    assert entry.changes["title"] == {"old": "A letter", "new": "Secret"}
    assert entry.changes["tags"] == {"old": ["old"], "new": ["a", "b"]}


async def test_what_is_absent_stays_and_nothing_new_is_no_change(desk: Desk) -> None:
    paper = await desk.paper(description="Kept", tags=["kept"])
    before = await desk.left()
    payload = await desk.on("documentUpdate", paper, title="A letter")
    assert (payload["errors"], payload["document"]["version"]) == ([], 1)
    assert (payload["document"]["description"], payload["document"]["tags"]) == ("Kept", ["kept"])
    assert await desk.left() == before


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"title": ""}, [("ValidationError", "title", "blank")]),
        ({"tags": ["x"] * 21}, [("ValidationError", "tags", "too-many")]),
        ({"type": "CASELOAD_CSV"}, [("ValidationError", "type", "document-type")]),
        ({"description": "x" * 2_001}, [("ValidationError", "description", "too-long")]),
        ({"title": "x", "expectedVersion": 9}, [("ConflictError", "expectedVersion", None)]),
    ],
)
async def test_what_it_may_not_say(desk: Desk, given: dict[str, Any], refused: list[tuple[Any, ...]]) -> None:
    paper = await desk.paper()
    before = await desk.left()
    assert rules(await desk.on("documentUpdate", paper, **given)) == refused
    assert await desk.left() == before


async def test_what_cannot_be_emptied(desk: Desk) -> None:
    given: dict[str, Any] = {"title": None, "type": None, "tags": None}
    with pytest.raises(InvalidInput) as refused:
        await desk.acting(desk.scene.advisor, update_document, document_id=await desk.paper(), version=1, edits=given)
    assert faults_of(refused.value) == {("title", "blank"), ("type", "blank"), ("tags", "blank")}


async def test_a_document_becomes_confidential_and_open_again(desk: Desk) -> None:
    team = await desk.scene.data.a_team(desk.scene.centre)
    await desk.acting.rows.execute("UPDATE cases SET team_id = $2 WHERE id = $1", desk.case_id, team)
    paper = await desk.paper()
    manager, advisor = desk.scene.manager, desk.scene.advisor
    payload = await desk.on("documentSetAccess", paper, manager, accessLevel="MANAGERS_AND_COMPLIANCE")
    assert payload["document"]["accessLevel"] == "MANAGERS_AND_COMPLIANCE"
    event = await last_event(desk)
    assert (event.name, event.version) == ("document.access_changed", 2)
    assert event.changes == {"access_level": {"old": "CASE_TEAM", "new": "MANAGERS_AND_COMPLIANCE"}}
    # Who saw it hears that it is gone; nobody below a manager hears of what comes after.
    assert event.audience_before["user_ids"] == [str(advisor.user_id)]
    assert (event.audience_after["user_ids"], event.audience_after["restricted"]) == ([], True)
    assert event.audience_after["team_id"] is None
    answer = await desk.scene.graph.run(operation("document"), as_=advisor, id=write_id("document", paper))
    assert (answer.data, answer.errors) == ({"document": None}, [])
    assert rules(await desk.on("documentUpdate", paper, title="x")) == [("NotFoundError", "id", None)]
    await desk.on("documentUpdate", paper, manager, title="Hidden")
    assert (await last_event(desk)).audience_before["user_ids"] == []
    opened = await desk.on("documentSetAccess", paper, manager, accessLevel="CENTRE")
    assert opened["document"]["accessLevel"] == "CENTRE"
    event = await last_event(desk)
    assert (event.audience_after["team_id"], event.audience_after["restricted"]) == (str(team), False)
    assert event.audience_before["team_id"] is None
    assert opened["document"]["version"] == 4


async def test_a_document_is_shared_with_the_client_and_not_any_more(desk: Desk) -> None:
    paper, client = await desk.paper(), await desk.portal()

    async def seen() -> list[str]:
        answer = await desk.scene.graph.run("{ documents { edges { node { id } } } }", as_=client)
        return [edge["node"]["id"] for edge in answer.data["documents"]["edges"]]

    assert await seen() == []
    payload = await desk.on("documentSetAccess", paper, sharedWithClient=True)
    assert payload["document"]["sharedWithClient"] is True
    event = await last_event(desk)
    assert (event.audience_before["client_id"], event.audience_after["client_id"]) == (None, str(desk.scene.client))
    assert await seen() == [write_id("document", paper)]
    await desk.on("documentSetAccess", paper, sharedWithClient=False)
    event = await last_event(desk)
    assert (event.audience_before["client_id"], event.audience_after["client_id"]) == (str(desk.scene.client), None)
    assert await seen() == []
    before = await desk.left()
    assert (await desk.on("documentSetAccess", paper))["errors"] == []  # nothing said, nothing changed
    assert await desk.left() == before


async def test_only_managers_and_compliance_hide_a_document(desk: Desk) -> None:
    paper = await desk.paper()
    before = await desk.left()
    payload = await desk.on("documentSetAccess", paper, accessLevel="MANAGERS_AND_COMPLIANCE", sharedWithClient=True)
    assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
        ("ForbiddenError", "DOCUMENT_ACCESS")
    ]
    assert await desk.left() == before
    own = await desk.paper(case_id=None)
    refused = await desk.on("documentSetAccess", own, desk.scene.manager, accessLevel="CENTRE")
    assert rules(refused) == [("ValidationError", "accessLevel", "access-level")]


async def a_debt_of(desk: Desk, case_id: UUID | None = None) -> tuple[UUID, str]:
    key = await a_debt(desk.scene.data, desk.scene.centre, case_id or desk.case_id)
    return key, write_id("debt", key)


async def test_a_document_is_evidence_of_a_debt_and_not_any_more(desk: Desk) -> None:
    paper, (key, debt) = await desk.paper(), await a_debt_of(desk)
    payload = await desk.on("documentLinkDebt", paper, debtId=debt)
    assert (payload["document"]["debts"], payload["document"]["version"]) == ([{"id": debt}], 2)
    event = await last_event(desk)
    assert (event.name, event.changes) == ("document.debt_linked", {"debt_id": {"old": None, "new": str(key)}})
    before = await desk.left()
    again = await desk.on("documentLinkDebt", paper, debtId=debt)
    assert (again["errors"], again["document"]["debts"]) == ([], [{"id": debt}])
    assert await desk.left() == before
    answer = await desk.scene.graph.run(
        "query ($id: ID!) { debt(id: $id) { documents { id title } } }", as_=desk.scene.advisor, id=debt
    )
    assert answer.data["debt"]["documents"] == [{"id": write_id("document", paper), "title": "A letter"}]
    payload = await desk.on("documentUnlinkDebt", paper, debtId=debt)
    assert (payload["document"]["debts"], payload["document"]["version"]) == ([], 3)
    event = await last_event(desk)
    assert (event.name, event.changes) == ("document.debt_unlinked", {"debt_id": {"old": str(key), "new": None}})
    before = await desk.left()
    assert (await desk.on("documentUnlinkDebt", paper, debtId=debt))["errors"] == []
    assert await desk.left() == before
    assert (await desk.on("documentLinkDebt", paper, debtId=debt))["document"]["debts"] == [{"id": debt}]
    links = await desk.acting.rows.fetch(
        "SELECT unlinked_at IS NULL AS present FROM document_debts WHERE document_id = $1", paper
    )
    assert sorted(link["present"] for link in links) == [False, True]


async def test_evidence_from_another_case_is_refused(desk: Desk) -> None:
    paper = await desk.paper()
    _, others = await a_debt_of(desk, await desk.scene.a_case())
    other_centre = await desk.scene.data.a_centre()
    theirs = await a_debt(desk.scene.data, other_centre, await desk.scene.data.a_case(other_centre))
    unseen = await desk.scene.data.a_case(desk.scene.centre)
    _, hidden = await a_debt_of(desk, unseen)
    before = await desk.left()
    assert rules(await desk.on("documentLinkDebt", paper, debtId=others)) == [
        ("ValidationError", "debtId", "other-case")
    ]
    for debt in (write_id("debt", theirs), hidden, write_id("debt", new_id()), write_id("document", paper)):
        assert rules(await desk.on("documentLinkDebt", paper, debtId=debt)) == [("NotFoundError", "debtId", None)]
    own = await desk.paper(case_id=None)
    _, debt = await a_debt_of(desk)
    assert rules(await desk.on("documentLinkDebt", own, desk.scene.manager, debtId=debt)) == [
        ("ValidationError", "debtId", "other-case")
    ]
    assert await desk.acting.rows.fetchval("SELECT count(*) FROM document_debts WHERE document_id = $1", paper) == 0
    assert (await desk.left())[2:] == before[2:]


async def test_a_document_has_so_many_debts_and_a_debt_so_many_documents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debts, "MOST_LINKS", 1)
    paper, other = await desk.paper(), await desk.paper()
    (_, first), (_, second) = await a_debt_of(desk), await a_debt_of(desk)
    assert (await desk.on("documentLinkDebt", paper, debtId=first))["errors"] == []
    for key, debt in ((paper, second), (other, first)):
        refused = await desk.on("documentLinkDebt", key, debtId=debt)
        assert [(error["limit"], error["maximum"]) for error in refused["errors"]] == [("document-debts", 1)]


async def test_deleting_and_restoring(desk: Desk) -> None:
    paper, (_, debt) = await desk.paper(), await a_debt_of(desk)
    await desk.on("documentLinkDebt", paper, debtId=debt)
    before = await desk.left()
    assert rules(await desk.on("documentDelete", paper, reason=" ")) == [("ValidationError", "reason", "blank")]
    assert await desk.left() == before
    payload = await desk.on("documentDelete", paper, reason="Scanned twice")
    gone = payload["deletedDocument"]
    assert (gone["title"], gone["deletionReason"], gone["version"]) == ("A letter", "Scanned twice", 3)
    assert gone["deleter"] == {"id": write_id("membership", desk.scene.advisor.user_id)}
    event = await last_event(desk)
    assert (event.name, event.audience_after, event.changes["deletion_reason"]) == ("document.deleted", None, None)
    assert event.audience_before["user_ids"] == [str(desk.scene.advisor.user_id)]
    listed = await desk.scene.graph.run(operation("deletedDocuments"), as_=desk.scene.manager)
    assert [edge["node"] for edge in listed.data["deletedDocuments"]["edges"]] == [gone]
    answer = await desk.scene.graph.run(
        "query ($id: ID!, $debt: ID!) { document(id: $id) { id } documents { totalCount } "
        "debt(id: $debt) { documents { id } } }",
        as_=desk.scene.manager,
        id=gone["id"],
        debt=debt,
    )
    assert answer.data == {"document": None, "documents": {"totalCount": 0}, "debt": {"documents": []}}
    assert rules(await desk.on("documentUpdate", paper, title="x")) == [("NotFoundError", "id", None)]
    restored = await desk.on("documentRestore", paper)
    assert (restored["errors"], restored["document"]["version"]) == ([], 4)
    assert restored["document"]["debts"] == [{"id": debt}]
    event = await last_event(desk)
    assert (event.name, event.audience_before) == ("document.restored", None)
    assert rules(await desk.on("documentRestore", paper)) == [("NotFoundError", "id", None)]


async def test_what_a_role_may_not_do_leaves_nothing(desk: Desk) -> None:
    paper = await desk.paper(access_level="CENTRE")
    auditor = await desk.scene.data.a_member(desk.scene.centre, Role.AUDITOR)
    stranger = await desk.scene.data.a_member(await desk.scene.data.a_centre(), Role.CENTRE_MANAGER)
    before = await desk.left()
    deeds: dict[str, dict[str, Any]] = {
        "documentUpdate": {"title": "x"},
        "documentSetAccess": {"sharedWithClient": True},
        "documentLinkDebt": {"debtId": write_id("debt", new_id())},
        "documentUnlinkDebt": {"debtId": write_id("debt", new_id())},
    }
    for name, given in deeds.items():
        assert rules(await desk.on(name, paper, auditor, **given)) == [("ForbiddenError", "", None)], name
        assert rules(await desk.on(name, paper, stranger, **given)) == [("NotFoundError", "id", None)], name
    assert await desk.left() == before


async def test_lists_by_every_condition(desk: Desk) -> None:
    other = await desk.scene.a_case()
    _, debt = await a_debt_of(desk)
    first = await desk.paper(title="first", document_type="IDENTITY", by=desk.scene.manager)
    second = await desk.paper(title="second", upload_state="PENDING", shared_with_client=True, by=desk.scene.advisor)
    await desk.paper(title="third", access_level="CENTRE", case_id=other)
    await desk.paper(title="own", case_id=None)
    await desk.on("documentLinkDebt", second, debtId=debt)

    async def titles(**conditions: Any) -> list[str]:
        answer = await desk.scene.graph.run(
            "query ($filter: DocumentFilter) { documents(filter: $filter, orderBy: CREATED_AT_ASC) "
            "{ totalCount edges { node { title } } } }",
            as_=desk.scene.manager,
            filter=conditions,
        )
        assert answer.errors == []
        found = [edge["node"]["title"] for edge in answer.data["documents"]["edges"]]
        assert answer.data["documents"]["totalCount"] == len(found)
        return found

    assert await titles() == ["first", "second", "third", "own"]
    assert await titles(type=["IDENTITY", "COURT_PAPER"]) == ["first"]
    assert await titles(state=["PENDING"]) == ["second"]
    assert await titles(accessLevel=["CENTRE", "MANAGERS_AND_COMPLIANCE"]) == ["third", "own"]
    assert await titles(case=[write_id("case", other)]) == ["third"]
    assert await titles(case=[write_id("case", desk.case_id)], type=["CREDITOR_LETTER"]) == ["second"]
    assert await titles(client=[write_id("client", desk.scene.client)]) == ["first", "second", "third"]
    assert await titles(debt=[debt]) == ["second"]
    assert await titles(uploadedBy=[write_id("membership", desk.scene.advisor.user_id)]) == ["second"]
    assert await titles(sharedWithClient=True) == ["second"]
    assert await titles(sharedWithClient=False) == ["first", "third", "own"]
    assert await titles(withoutCase=True) == ["own"]
    assert await titles(withoutCase=False) == ["first", "second", "third", "own"]
    assert await titles(case=[write_id("document", first), "x"]) == []


async def test_everything_of_one_document(desk: Desk) -> None:
    document = await desk.handed_in()
    answer = await desk.scene.graph.run(operation("document"), as_=desk.scene.advisor, id=document["id"])
    assert answer.errors == []
    shown = answer.data["document"]
    assert (shown["case"], shown["client"]) == (
        {"id": write_id("case", desk.case_id)},
        {"id": write_id("client", desk.scene.client)},
    )
    assert shown["uploader"] == {"id": write_id("membership", desk.scene.advisor.user_id)}
    assert (shown["retentionDate"], shown["debts"], shown["complianceItems"]) == (None, [], [])
    assert shown["viewerCan"] == {
        "download": True,
        "update": True,
        "addVersion": True,
        "setAccess": True,
        "makeConfidential": False,
        "delete": True,
    }
    assert len(shown["history"]["edges"]) == 2
    await desk.acting.rows.execute(
        "UPDATE cases SET status = 'CLOSED', closed_on = '2026-03-01' WHERE id = $1", desk.case_id
    )
    answer = await desk.scene.graph.run(
        "query ($id: ID!) { case(id: $id) { documents { edges { node { retentionDate } } } "
        "client { documents { totalCount } } } }",
        as_=desk.scene.manager,
        id=write_id("case", desk.case_id),
    )
    assert answer.data["case"] == {
        "documents": {"edges": [{"node": {"retentionDate": "2032-03-01"}}]},
        "client": {"documents": {"totalCount": 1}},
    }
