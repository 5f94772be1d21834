"""What the mutations of appointments and diaries cost: as many statements as their documents say."""

from typing import Any

from cma_graphql.core.clock import stopped
from graph.appointments.test_appointments import DAY, book, on, starting
from support.appointments import at_london
from support.case_scene import Scene
from support.operations import most_statements


async def test_mutations_take_the_statements_they_promise(scene: Scene) -> None:
    spent: dict[str, int] = {}

    async def one(name: str, answered: Any) -> Any:
        payload = await answered
        assert payload["errors"] == []
        spent[name] = scene.last.statements
        return payload

    case = await scene.a_case()
    first = (await one("appointmentBook", book(scene, case)))["appointment"]
    moved = await one("appointmentReschedule", on(scene, "appointmentReschedule", first, start=starting("14:00")))
    shown = (await one("appointmentConfirm", on(scene, "appointmentConfirm", moved["appointment"])))["appointment"]
    shown = (await one("appointmentUpdate", on(scene, "appointmentUpdate", shown, location="Room 2")))["appointment"]
    second = (await book(scene, case))["appointment"]
    third = (await book(scene, case, start=starting("11:00")))["appointment"]
    with stopped(at_london(DAY, "14:00")):
        await one("appointmentAttend", on(scene, "appointmentAttend", shown, outcomeSummary="Agreed"))
        await one("appointmentMiss", on(scene, "appointmentMiss", second))
    await one("appointmentCancel", on(scene, "appointmentCancel", third, byClient=True, reason="Is ill"))
    week = [{"weekday": 1, "opens": "09:00", "closes": "17:00"}]
    settled: dict[str, Any] = {"holidayRegion": "ENG", "reminderHours": [2]}
    await scene.ask("openingTimesUpdate", expectedVersion=0, week=week, **settled)
    await one("openingTimesUpdate", scene.ask("openingTimesUpdate", expectedVersion=1, week=[], **settled))
    added = await one("openingExceptionAdd", scene.ask("openingExceptionAdd", onDay=DAY.isoformat(), reason="Training"))
    key = added["openingException"]["id"]
    await one("openingExceptionWithdraw", scene.ask("openingExceptionWithdraw", id=key, expectedVersion=1))
    feed = await one("calendarFeedCreate", scene.ask("calendarFeedCreate", scene.advisor))
    key = feed["calendarFeed"]["id"]
    await one("calendarFeedRevoke", scene.ask("calendarFeedRevoke", scene.advisor, id=key, expectedVersion=1))
    assert spent == {name: most_statements(name) for name in spent}
