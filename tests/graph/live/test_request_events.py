"""What is told of clients' requests of appointments, to whom: those who see the case, and the client themselves."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.following import Following
from support.operations import document

EVENTS = document("appointmentEvents")

pytestmark = pytest.mark.usefixtures("soon")


async def test_a_request_is_told_with_its_appointment_beside(live: Live, following: Following) -> None:
    scene = live.scene
    advisor, working = await live.somebody()
    _, elsewhere = await live.somebody()
    client, own = await live.somebody(Role.CLIENT, client_id=scene.client)
    _, others = await live.somebody(Role.CLIENT, client_id=await scene.data.a_client(live.centre))
    case = write_id("case", await scene.a_case(status="IN_PROGRESS", advisor=advisor))
    start = await live.head()
    first, second = [
        (await scene.ask("appointmentRequest", client, caseId=case))["appointmentRequest"]["id"] for _ in range(2)
    ]
    await scene.ask("appointmentRequestWithdraw", client, id=first, expectedVersion=1)
    await scene.ask("appointmentRequestDecline", advisor, id=second, expectedVersion=1, reason="Ring us")
    head = await live.head()

    async def heard(header: str, **given: Any) -> list[tuple[str, Any, Any]]:
        async with following.follow(header, EVENTS, after=start, **given) as follower:
            answers = await follower.everything_until(head)
        return [(each["name"], each["appointment"], each["request"]) for each in answers]

    withdrawn, declined = (
        {"id": key, "status": state, "version": 2}
        for key, state in (
            (first, "WITHDRAWN"),
            (second, "DECLINED"),
        )
    )
    everything = [
        ("appointment_request.made", None, withdrawn),
        ("appointment_request.made", None, declined),
        ("appointment_request.withdrawn", None, withdrawn),
        ("appointment_request.declined", None, declined),
    ]
    assert await heard(working) == everything == await heard(own)
    assert await heard(working, caseId=case, filter={"names": ["REQUEST_DECLINED"]}) == everything[-1:]
    assert await heard(elsewhere) == [] == await heard(others)
