"""What is told of documents, to whom: by their access level, by whose the case is, and as either changes."""

from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.documents import a_document, said_of
from support.following import Follower, Following
from support.operations import document

DOCUMENTS = document("documentProcessed")
SEEN = {
    "manager": ["team", "confidential", "centre", "shared", "own"],
    "compliance": ["team", "confidential", "centre", "shared", "own"],
    "advisor": ["team", "centre", "shared"],
    "trainee": ["team", "centre", "shared"],
    "colleague": ["centre"],
    "stranger to the case": [],
    "auditor": ["team", "centre", "shared"],
    "client": ["shared"],
    "program": ["team", "centre", "shared"],
}

pytestmark = pytest.mark.usefixtures("soon")


async def on(live: Live, name: str, key: UUID, version: int = 1, **given: Any) -> None:
    """Run a mutation of one document as the manager."""
    payload = await live.scene.ask(name, id=write_id("document", key), expectedVersion=version, **given)
    assert payload["errors"] == []


def told(answers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Answer what each is, and of which record."""
    return [(each["__typename"], each.get("id") or each["document"]["id"]) for each in answers]


async def test_a_document_is_told_of_from_its_announcement_to_its_deletion(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case, other = await live.scene.a_case(status="IN_PROGRESS"), await live.scene.a_case(status="IN_PROGRESS")
    async with AsyncExitStack() as stack:
        of_case, of_all = [
            await stack.enter_async_context(following.follow(manager, DOCUMENTS, **given))
            for given in ({"caseId": write_id("case", case)}, {})
        ]
        for place in (other, case):
            asked = await live.scene.ask(
                "documentUploadRequest",
                caseId=write_id("case", place),
                title="A letter",
                type="CREDITOR_LETTER",
                file=said_of(b"%PDF-1.7"),
            )
            assert asked["errors"] == []
        key = UUID(asked["document"]["id"].removeprefix("document_"))
        await on(live, "documentUpdate", key, title="From the bank")
        await on(live, "documentDelete", key, 2, reason="Twice")
        await on(live, "documentRestore", key, 3)
        head = await live.head()
        answers = await of_case.everything_until(head)
        assert len(await of_all.everything_until(head)) == len(answers) + 1
    first, second, gone, back = answers
    assert [each.get("name") for each in answers] == [
        "document.upload_requested",
        "document.updated",
        None,
        "document.restored",
    ]
    assert told([gone]) == [("Removed", write_id("document", key))]
    assert second["document"] == {
        "id": write_id("document", key),
        "title": "From the bank",
        "uploadState": "PENDING",
        "accessLevel": "CASE_TEAM",
        "version": 4,  # as it is now
    }
    assert first["actorKind"] == "STAFF"
    assert first["actor"]["id"] == write_id("membership", live.scene.manager.user_id)
    assert back["document"]["version"] == 4


async def test_each_is_told_of_the_documents_that_they_see(live: Live, following: Following) -> None:
    data, centre = live.scene.data, live.centre
    team = await data.a_team(centre)
    advisor, of_advisor = await live.somebody()
    trainee, of_trainee = await live.somebody(Role.TRAINEE)
    headers = {
        "manager": (await live.somebody(Role.CENTRE_MANAGER))[1],
        "compliance": (await live.somebody(Role.COMPLIANCE_OFFICER))[1],
        "advisor": of_advisor,
        "trainee": of_trainee,
        "colleague": (await live.somebody(team_ids=(team,)))[1],
        "stranger to the case": (await live.somebody())[1],
        "auditor": (await live.somebody(Role.AUDITOR))[1],
        "client": (await live.somebody(Role.CLIENT, client_id=live.scene.client))[1],
        "program": (await live.a_program(Permission.CASE_READ, Permission.DOCUMENT_ACCESS))[1],
    }
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, team_members=(trainee,), team_id=team)
    papers = {
        "team": await a_document(data, centre, case),
        "confidential": await a_document(data, centre, case, access_level="MANAGERS_AND_COMPLIANCE"),
        "centre": await a_document(data, centre, case, access_level="CENTRE"),
        "shared": await a_document(data, centre, case, shared_with_client=True),
        "own": await a_document(data, centre, None),
    }
    async with AsyncExitStack() as stack:
        followers = {
            name: await stack.enter_async_context(following.follow(header, DOCUMENTS))
            for name, header in headers.items()
        }
        for key in papers.values():
            await on(live, "documentUpdate", key, description="Read")
        seen = await heard(live, followers, papers)
        assert seen == {name: [("DocumentEvent", paper) for paper in expected] for name, expected in SEEN.items()}
        # A level that hides a document takes it from those who saw it, and from nobody else.
        await on(live, "documentSetAccess", papers["team"], 2, accessLevel="MANAGERS_AND_COMPLIANCE")
        seen = await heard(live, followers, papers)
        assert seen == {name: _taken_away(name, "team", still=("manager", "compliance")) for name in SEEN}
        await on(live, "documentSetAccess", papers["shared"], 2, sharedWithClient=False)
        seen = await heard(live, followers, papers)
        still = [name for name in SEEN if name != "client"]
        assert seen == {name: _taken_away(name, "shared", still=still) for name in SEEN}


def _taken_away(name: str, paper: str, *, still: Any) -> list[tuple[str, str]]:
    if paper not in SEEN[name]:
        return []
    return [("DocumentEvent" if name in still else "Removed", paper)]


async def heard(
    live: Live, followers: dict[str, Follower], papers: dict[str, UUID]
) -> dict[str, list[tuple[str, str]]]:
    """Answer what each has been told since."""
    names = {str(write_id("document", key)): name for name, key in papers.items()}
    head = await live.head()
    return {
        name: [(kind, names.get(key, key)) for kind, key in told(await follower.everything_until(head))]
        for name, follower in followers.items()
    }


async def test_a_case_that_is_lost_or_seen_less_of_takes_its_documents_along(live: Live, following: Following) -> None:
    data, centre = live.scene.data, live.centre
    team = await data.a_team(centre)
    before, of_before = await live.somebody(team_ids=(team,))
    after, of_after = await live.somebody()
    _, of_team = await live.somebody(team_ids=(team,))
    _, of_manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=before, team_id=team)
    paper = await a_document(data, centre, case)
    hidden, shown = ("Removed", write_id("case", case)), ("DocumentEvent", write_id("document", paper))
    async with AsyncExitStack() as stack:
        everybody = [
            await stack.enter_async_context(following.follow(header, DOCUMENTS))
            for header in (of_before, of_after, of_team, of_manager)
        ]

        async def heard_by_all() -> list[list[tuple[str, str]]]:
            head = await live.head()
            return [told(await each.everything_until(head)) for each in everybody]

        await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", after.user_id))
        assert await heard_by_all() == [[hidden], [], [], []]  # their team's still, with fewer papers
        await on(live, "documentUpdate", paper, description="Read")
        assert await heard_by_all() == [[], [shown], [], [shown]]
        await live.scene.on("caseRestrict", case, version=2)
        assert await heard_by_all() == [[hidden], [], [hidden], []]
        await live.scene.on("caseUnrestrict", case, version=3)
        await live.scene.on("caseCancel", case, version=4, reason="Twice")
        await live.scene.on("caseDelete", case, version=5, reason="Twice")
        assert await heard_by_all() == [[hidden], [hidden], [hidden], [hidden]]


async def test_who_was_given_a_file_is_told_to_nobody(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    paper = await a_document(live.scene.data, live.centre, case)
    start = await live.head()
    async with following.follow(manager, DOCUMENTS) as follower:
        given = await live.scene.ask("documentDownload", id=write_id("document", paper))
        assert given["errors"] == []
        assert (head := await live.head()) != start
        assert await follower.everything_until(head) == []


async def test_what_happened_to_a_document_before_it_was_hidden_is_not_shown_afterwards(
    live: Live, following: Following
) -> None:
    advisor, header = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    paper = await a_document(live.scene.data, live.centre, case)
    start = await live.head()
    await on(live, "documentUpdate", paper, description="Read")
    await on(live, "documentSetAccess", paper, 2, accessLevel="MANAGERS_AND_COMPLIANCE")
    async with following.follow(header, DOCUMENTS, after=start) as follower:
        answers = await follower.everything_until(await live.head())
    assert told(answers) == [("Removed", write_id("document", paper))]


async def test_malformed_ids_are_nobodys_and_the_right_is_asked_for(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    paper = await a_document(live.scene.data, live.centre, case)
    async with following.follow(manager, DOCUMENTS, caseId="case_none") as follower:
        await on(live, "documentUpdate", paper, description="Read")
        assert await follower.everything_until(await live.head()) == []
    _, blind = await live.a_program(Permission.CASE_READ)
    with pytest.raises(Forbidden):
        await following.begin(blind, DOCUMENTS)
