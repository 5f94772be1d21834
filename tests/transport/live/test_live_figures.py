"""What operators read of live updates: connections, lag, queues, resyncs, and how many share one text."""

import asyncpg

from cma_graphql.graph.node import write_id
from support.data import Data
from support.following import CASE_EVENTS
from support.live import Socket
from support.product import Product


async def follow(socket: Socket, token: str, count: int, **variables: object) -> list[str]:
    """Begin subscriptions on a socket; answer what each is told first."""
    await socket.begin(token)
    told = []
    for number in range(count):
        await socket.subscribe(f"cases-{number}", CASE_EVENTS, variables=variables)
        told.append((await socket.hear())["payload"]["data"]["caseEvents"]["__typename"])
    return told


async def test_figures_of_what_is_followed(
    product: Product, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    case = write_id("case", await data.a_case(product.centre, status="IN_PROGRESS"))
    token = (await product.log_in())["accessToken"]
    product.client.headers["Authorization"] = f"Bearer {token}"
    beginning = (await product.run("{ eventCursor }"))["eventCursor"]
    async with product.socket() as connection:
        socket = Socket(connection)
        assert await follow(socket, token, 3) == ["Heartbeat"] * 3
        await product.hold(case)
        told = [(await socket.hear())["payload"]["data"]["caseEvents"]["name"] for _ in range(3)]
        assert told == ["case.status_changed"] * 3
        assert await product.figure('cma_live_connections{transport="ws"}') == 1
        assert await product.figure('cma_live_operations{transport="ws"}') == 3
        assert await product.figure('cma_live{what="subscriptions"}') == 3
        assert await product.figure('cma_live{what="queued"}') == 0
        assert await product.figure('cma_live_answers_total{what="delivered"}') == 3
        assert await product.figure('cma_live_answers_total{what="rendered"}') == 1
        assert await product.figure('cma_live_answers_total{what="rendered_for_one"}') == 0
        assert await product.figure("cma_live_delivery_seconds_count") == 1
        assert await product.figure("cma_live_delivery_seconds_sum") > 0

    await overseer.execute("DELETE FROM event_log WHERE centre_id = $1", product.centre)
    async with product.socket() as connection:
        socket = Socket(connection)
        assert await follow(socket, token, 1, after=beginning) == ["Heartbeat"]
        assert (await socket.hear())["payload"]["data"]["caseEvents"]["reason"] == "OUT_OF_RETENTION"
        assert await product.figure('cma_live_answers_total{what="resync_out_of_retention"}') == 1
