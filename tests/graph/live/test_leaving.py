"""What becomes of appointments is heard by those who keep them: as a case changes hands, and as somebody leaves."""

from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.appointments import an_appointment, at_london, working_day
from support.data import Data
from support.following import Follower, Following

EVENTS = """subscription { appointmentEvents {
    __typename
    ... on AppointmentEvent { name appointment { id status advisor { id } } }
    ... on Removed { id }
    ... on Heartbeat { cursor }
    ... on ResyncRequired { reason }
} }"""


async def booked(live: Live, data: Data, advisor: Actor, case_id: UUID, clock: str = "10:00") -> UUID:
    """Book an appointment about a case."""
    starts_at = at_london(working_day(), clock)
    given: dict[str, Any] = {"client_id": live.scene.client, "case_id": case_id, "starts_at": starts_at}
    return await an_appointment(data, live.centre, advisor=advisor, **given)


async def heard(follower: Follower, number: int) -> list[tuple[str, str]]:
    """Receive so many answers; tell what each is, and of which appointment."""
    answers = await follower.take(number)
    return [(each.get("name", each["__typename"]), each.get("id") or each["appointment"]["id"]) for each in answers]


async def test_an_appointment_goes_from_one_diary_to_another(live: Live, following: Following, data: Data) -> None:
    former, old = await live.somebody()
    new, wins = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=former)
    key = write_id("appointment", await booked(live, data, former, case))
    async with following.follow(old, EVENTS) as theirs, following.follow(wins, EVENTS) as ours:
        await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", new.user_id))
        assert await heard(theirs, 2) == [("Removed", write_id("case", case)), ("Removed", key)]
        (told,) = await ours.take()
    assert (told["name"], told["appointment"]["advisor"]) == (
        "appointment.reassigned",
        {"id": write_id("membership", new.user_id)},
    )


async def test_a_colleague_hears_what_somebody_leaves(live: Live, following: Following, data: Data) -> None:
    leaver, _ = await live.somebody()
    advisor, header = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    kept = await booked(live, data, leaver, case)
    lost = await booked(live, data, leaver, case, "14:00")
    await an_appointment(
        data,
        live.centre,
        advisor=advisor,
        client_id=await data.a_client(live.centre),
        starts_at=at_london(working_day(), "14:30"),
    )
    async with following.follow(header, EVENTS) as theirs:
        payload = await live.scene.ask(
            "membershipDeactivate", id=write_id("membership", leaver.user_id), expectedVersion=1, reason="Left"
        )
        assert payload["errors"] == []
        assert await heard(theirs, 2) == [
            ("appointment.reassigned", write_id("appointment", kept)),
            ("appointment.cancelled", write_id("appointment", lost)),
        ]
