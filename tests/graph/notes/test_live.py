"""Who follows a case hears of its notes and tasks: of confidential ones, those alone whom they are for."""

from typing import Any

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.cases.live_types import CASES_WITH_PARTS
from cma_graphql.graph.live.topics import Told, Watch
from cma_graphql.persistence.event_log import read_after
from graph.notes.conftest import Desk


async def told(desk: Desk, viewers: dict[str, Actor]) -> dict[str, list[str]]:
    """Answer what each of these is told of the case's notes and tasks, by name."""
    async with desk.scene.data.database.read(system_of(desk.scene.centre)) as reader:
        happened = await read_after(reader, 0, most=200)
    watch = Watch(CASES_WITH_PARTS, case_id=desk.case_id)
    return {
        name: [
            event.name
            for event in happened
            if event.entity in {"note", "task"} and watch.judge(viewer, event) is not Told.NOTHING
        ]
        for name, viewer in viewers.items()
    }


async def test_followers_of_the_case_hear_what_is_theirs(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    viewers = {
        "advisor": desk.scene.advisor,
        "manager": desk.scene.manager,
        "trainee": desk.trainee,
        "colleague": desk.colleague,
        "auditor": await data.a_member(centre, Role.AUDITOR),
        "stranger": await data.a_member(centre),
        "client": await desk.portal(),
    }
    await desk.written(confidential=True, followUpOn=today().isoformat())
    hidden = ["note.written", "task.created"]
    nobody: dict[str, Any] = {name: [] for name in viewers}
    assert await told(desk, viewers) == {**nobody, "advisor": hidden, "manager": hidden}
    note = await desk.written()
    await desk.on("noteSetAccess", note, visibleToClient=True)
    everything = [*hidden, "note.written", "note.access_changed"]
    opened = everything[2:]
    assert await told(desk, viewers) == {
        "advisor": everything,
        "manager": everything,
        "trainee": opened,
        "colleague": opened,
        "auditor": opened,
        "stranger": [],
        "client": ["note.access_changed"],
    }
