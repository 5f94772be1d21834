"""Who sees which notes: a confidential one is nobody's but those it is for, wherever one might look for a trace."""

from typing import Any

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import read_id, write_id
from graph.notes.conftest import Desk, rules
from support.operations import document
from support.trail import events_of


async def traces(desk: Desk, note: dict[str, Any], as_: Actor) -> list[str]:
    """Tell where somebody finds a trace of a note."""
    graph, found = desk.scene.graph, []
    case = write_id("case", desk.case_id)
    if note["id"] in await desk.seen(as_):
        found.append("list")
    if (await graph.run(document("note"), as_=as_, id=note["id"])).data["note"]:
        found.append("note")
    answer = await graph.run("query Q($id: ID!) { node(id: $id) { id } }", as_=as_, id=note["id"])
    if answer.data["node"]:
        found.append("node")
    answer = await graph.run(
        "query Q($id: ID!) { case(id: $id) { notes { totalCount edges { node { id } } } history(first: 100) { edges {"
        " node { subjectNodeId } } } } }",
        as_=as_,
        id=case,
    )
    if answer.data["case"]:
        shown = answer.data["case"]
        if shown["notes"]["totalCount"] or shown["notes"]["edges"]:
            found.append("case")
        if shown["history"] and any(edge["node"]["subjectNodeId"] == note["id"] for edge in shown["history"]["edges"]):
            found.append("history")
    for name, given in (("noteUpdate", {"tags": ["x"]}), ("noteSetAccess", {"confidential": True})):
        errors = (
            await graph.run(document(name), as_=as_, input={"id": note["id"], "expectedVersion": 99, **given})
        ).data
        if [error["__typename"] for error in errors[name]["errors"]] == ["ConflictError"]:
            found.append(name)
    return found


EVERYWHERE = ["list", "note", "node", "case", "history", "noteUpdate", "noteSetAccess"]


async def test_a_confidential_note_leaves_no_trace_for_others(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    note = await desk.written(confidential=True, tags=["secret"])
    auditor = await data.a_member(centre, Role.AUDITOR)
    trainee = await data.a_member(centre, Role.TRAINEE)
    for stranger in (desk.colleague, desk.trainee, auditor, trainee, await desk.portal()):
        assert await traces(desk, note, stranger) == [], stranger.roles
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    for reader in (desk.scene.advisor, desk.scene.manager, officer):
        assert await traces(desk, note, reader) == EVERYWHERE, reader.roles


async def test_its_author_sees_it_who_sees_the_case_through_the_team(desk: Desk) -> None:
    note = await desk.written(desk.colleague, confidential=True)
    assert await desk.seen(desk.colleague) == {note["id"]} == await desk.seen(desk.scene.advisor)
    event = next(item for item in await events_of(desk.scene.data, desk.scene.centre) if item.name == "note.written")
    people = sorted(str(actor.user_id) for actor in (desk.colleague, desk.scene.advisor, desk.trainee))
    assert (event.audience_after["user_ids"], event.audience_after["team_id"]) == (people, None)
    assert event.audience_after["restricted"] is True
    # The trainee is one of the case's people; the gate tells them of what they wrote alone.
    told = (event.audience_after["confidential"], event.audience_after["author_id"])
    assert told == (True, str(desk.colleague.user_id))
    # Once the case is closed to the team, the note is none of theirs either.
    await desk.scene.on("caseRestrict", desk.case_id)
    assert await desk.seen(desk.colleague) == set()


async def test_a_note_becomes_confidential_and_is_told_to_whom_it_was_and_is_for(desk: Desk) -> None:
    note = await desk.written()
    assert await desk.seen(desk.colleague) == {note["id"]}
    await desk.on("noteSetAccess", note, confidential=True)
    assert await desk.seen(desk.colleague) == set()
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    before, after = event.audience_before, event.audience_after
    assert (before["team_id"] is not None, after["team_id"]) == (True, None)
    assert (before["restricted"], after["restricted"]) == (False, True)
    await desk.on("noteUpdate", note, tags=["later"])
    assert (await events_of(desk.scene.data, desk.scene.centre))[-1].audience_before["restricted"] is True


async def test_the_portal_shows_what_was_opened_to_the_client_and_writes_nothing(desk: Desk) -> None:
    shared, kept = await desk.written(visibleToClient=True), await desk.written()
    client = await desk.portal()
    assert await desk.seen(client) == {shared["id"]}
    event = next(item for item in await events_of(desk.scene.data, desk.scene.centre) if item.name == "note.written")
    assert event.audience_after["client_id"] == str(desk.scene.client)
    assert rules(await desk.write(client)) == [("ForbiddenError", "", None)]
    await desk.on("noteSetAccess", shared, visibleToClient=False)
    assert await desk.seen(client) == set()
    assert kept["visibleToClient"] is False


async def test_roles_that_write_no_notes_are_refused(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    before = await desk.left()
    for role in (Role.AUDITOR,):
        refused = await desk.write(await data.a_member(centre, role))
        assert [error["requiredPermission"] for error in refused["errors"]] == ["NOTE_WRITE"]
    elsewhere = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    assert [error["__typename"] for error in (await desk.write(elsewhere))["errors"]] == ["NotFoundError"]
    assert await desk.left() == before


async def test_another_centre_finds_nothing(desk: Desk) -> None:
    note = await desk.written()
    elsewhere = await desk.scene.data.a_member(await desk.scene.data.a_centre(), Role.CENTRE_MANAGER)
    assert await traces(desk, note, elsewhere) == []
    row = await desk.acting.rows.fetchrow("SELECT * FROM notes WHERE id = $1", read_id("note", note["id"]))
    assert row is not None
    assert (row["body"], row["version"]) == ("Rang the bank.", 1)
