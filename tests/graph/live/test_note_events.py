"""What is told of notes, to whom: of confidential ones, those alone whom they are for."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.cases.models import Priority
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.following import Following
from support.notes import a_note, category_of
from support.operations import document

EVENTS = document("noteEvents")

pytestmark = pytest.mark.usefixtures("soon")


async def on_note(live: Live, name: str, note: UUID, as_: Actor, version: int = 1, **given: Any) -> dict[str, Any]:
    payload = await live.scene.ask(name, as_, id=write_id("note", note), expectedVersion=version, **given)
    assert payload["errors"] == []
    return payload


def told(answers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Tell what answers are, and of which note."""
    return [(each.get("name") or each["__typename"], each.get("id") or each["note"]["id"]) for each in answers]


async def test_a_note_that_becomes_confidential_is_removed_from_those_who_lose_it(
    live: Live, following: Following
) -> None:
    data = live.scene.data
    team = await data.a_team(live.centre)
    author, its_author = await live.somebody()
    trainee, learning = await live.somebody(Role.TRAINEE)
    readers = {"author": its_author, "trainee": learning}
    for name, role, given in (
        ("colleague", Role.ADVISOR, {"team_ids": (team,)}),
        ("officer", Role.COMPLIANCE_OFFICER, {}),
        ("auditor", Role.AUDITOR, {}),
    ):
        _, readers[name] = await live.somebody(role, **given)
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=author, team_id=team, team_members=(trainee,))
    start = await live.head()
    note = await a_note(data, author, case)
    key = write_id("note", note)
    await on_note(live, "noteSetAccess", note, author, confidential=True)
    await on_note(live, "noteUpdate", note, author, version=2, tags=["secret"])
    head, heard = await live.head(), {}
    for name, header in readers.items():
        async with following.follow(header, EVENTS, after=start) as follower:
            heard[name] = told(await follower.everything_until(head))
    everything = [("note.written", key), ("note.access_changed", key), ("note.updated", key)]
    # What is shown is the note as it is now: who has lost it since is told of nothing before, either.
    removed = [("Removed", key)]
    assert heard == {
        "author": everything,
        "officer": everything,
        "trainee": removed,
        "colleague": removed,
        "auditor": removed,
    }


async def test_a_confidential_note_is_told_to_its_author_who_learns(live: Live, following: Following) -> None:
    trainee, learning = await live.somebody(Role.TRAINEE)
    other, _ = await live.somebody(Role.TRAINEE)
    advisor, advising = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, team_members=(trainee, other))
    start = await live.head()
    own = await a_note(live.scene.data, trainee, case, confidential=True)
    of_other = await a_note(live.scene.data, other, case, confidential=True)
    head = await live.head()
    async with following.follow(learning, EVENTS, after=start) as follower:
        assert told(await follower.everything_until(head)) == [("note.written", write_id("note", own))]
    async with following.follow(advising, EVENTS, after=start) as follower:
        keys = [write_id("note", note) for note in (own, of_other)]
        assert told(await follower.everything_until(head)) == [("note.written", key) for key in keys]


async def test_whoever_keeps_a_case_through_the_team_alone_is_told_that_notes_are_gone(
    live: Live, following: Following
) -> None:
    team = await live.scene.data.a_team(live.centre)
    before, header = await live.somebody(team_ids=(team,))
    after, _ = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=before, team_id=team)
    await a_note(live.scene.data, live.scene.manager, case, confidential=True)
    async with following.follow(header, EVENTS) as follower:
        await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", after.user_id))
        assert told(await follower.everything_until(await live.head())) == [("Removed", write_id("case", case))]


async def test_a_note_on_a_client_is_told_to_whoever_sees_the_client(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    _, stranger = await live.somebody(Role.TRAINEE)
    client = await live.scene.data.a_client(live.centre)
    await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, client_id=client)
    start = await live.head()
    note = await a_note(live.scene.data, advisor, None, client_id=client)
    await on_note(live, "noteDelete", note, live.scene.manager, reason="Twice")
    restored = await a_note(live.scene.data, advisor, None, client_id=client)
    head = await live.head()
    async with following.follow(header, EVENTS, after=start) as follower:
        assert told(await follower.everything_until(head)) == [
            ("Removed", write_id("note", note)),
            ("note.written", write_id("note", restored)),
        ]
    async with following.follow(stranger, EVENTS, after=start) as follower:
        assert await follower.everything_until(head) == []


async def test_filters_choose_what_is_told_and_every_removal_is(live: Live, following: Following) -> None:
    manager, header = await live.somebody(Role.CENTRE_MANAGER)
    other, _ = await live.somebody(Role.CENTRE_MANAGER)
    data, elsewhere = live.scene.data, await live.scene.data.a_client(live.centre)
    case = await live.scene.a_case(status="IN_PROGRESS")
    of_other_client = await live.scene.a_case(status="IN_PROGRESS", client_id=elsewhere)
    start = await live.head()
    first = await a_note(data, manager, case, priority=Priority.URGENT)
    second = await a_note(data, other, of_other_client)
    third = await a_note(data, other, case, category="BUDGET")
    await on_note(live, "noteUpdate", first, manager, tags=["x"])
    head = await live.head()
    money = await category_of(data, live.centre, "BUDGET")
    chosen: list[tuple[dict[str, Any], list[UUID]]] = [
        ({"filter": {"names": ["WRITTEN"]}}, [first, second, third]),
        ({"filter": {"client": [write_id("client", elsewhere)]}}, [second]),
        ({"filter": {"author": [write_id("membership", other.user_id)]}}, [second, third]),
        ({"filter": {"priority": ["URGENT"], "names": ["WRITTEN"]}}, [first]),
        ({"filter": {"category": [write_id("notecategory", money)]}}, [third]),
        ({"filter": {"author": ["x"]}}, []),
        ({"caseId": write_id("case", of_other_client)}, [second]),
        ({"caseId": "x"}, []),
    ]
    for given, notes in chosen:
        async with following.follow(header, EVENTS, after=start, **given) as follower:
            heard = told(await follower.everything_until(head))
        assert heard == [("note.written", write_id("note", note)) for note in notes], given
    await on_note(live, "noteDelete", third, manager, reason="Twice")
    gone = await live.head()
    async with following.follow(header, EVENTS, after=head, filter={"names": ["WRITTEN"]}) as follower:
        assert told(await follower.everything_until(gone)) == [("Removed", write_id("note", third))]


async def test_events_tells_the_same_page_by_page(live: Live) -> None:
    team = await live.scene.data.a_team(live.centre)
    author, _ = await live.somebody()
    colleague, _ = await live.somebody(team_ids=(team,))
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=author, team_id=team)
    start = await live.head()
    note = await a_note(live.scene.data, author, case, confidential=True)
    shown = await a_note(live.scene.data, author, case)
    heard = {}
    for name, viewer in (("author", author), ("colleague", colleague)):
        answer = await live.scene.graph.run(document("events"), as_=viewer, after=start)
        assert answer.errors == []
        heard[name] = told(answer.data["events"]["items"])
    assert heard == {
        "author": [("note.written", write_id("note", key)) for key in (note, shown)],
        "colleague": [("note.written", write_id("note", shown))],
    }
