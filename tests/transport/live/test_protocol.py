"""graphql-transport-ws, message by message: what is answered, what closes the connection, and with which code."""

import asyncio
import struct

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode

from cma_graphql.core.errors import Unavailable
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.live.answering import LiveBounds
from support.live import FOLLOW, LiveEdge
from support.polling import until
from support.torture import codes
from transport.live.conftest import NewLive


@pytest.mark.parametrize("http", ["httptools", "h11"])
async def test_a_subscription_from_its_beginning_to_its_end(new_live: NewLive, http: str) -> None:
    live = await new_live(http=http)
    async with live.connected() as socket:
        assert socket.connection.subprotocol == "graphql-transport-ws"
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        feed.say("one")
        feed.say("two")
        assert await socket.hear() == {"id": "1", "type": "next", "payload": {"data": {"follow": "one"}}}
        assert await socket.hear() == {"id": "1", "type": "next", "payload": {"data": {"follow": "two"}}}
        feed.end()
        assert await socket.hear() == {"id": "1", "type": "complete"}
        await until(lambda: feed.is_closed)
        await socket.subscribe("1", FOLLOW)  # the id is free again
        (await live.feed(1)).say("three")
        assert (await socket.hear())["payload"] == {"data": {"follow": "three"}}
    await live.until_empty()


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {}}, {"payload": {"other": 1}}])
async def test_an_init_without_a_payload_is_taken_when_the_handshake_says_who_it_is(
    live: LiveEdge, payload: dict[str, object]
) -> None:
    async with live.open(headers={"Authorization": "Bearer ann"}) as socket:
        await socket.say("connection_init", **payload)
        assert (await socket.hear())["type"] == "connection_ack"


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_the_token_is_found_under_either_name(live: LiveEdge, name: str) -> None:
    async with live.open() as socket:
        await socket.say("connection_init", payload={name: "Bearer ann"})
        assert (await socket.hear())["type"] == "connection_ack"


async def test_who_says_nothing_of_itself_is_refused_for_good(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.say("connection_init")
        assert (await socket.until_closed())[0] == 4401


async def test_a_token_that_is_not_good_may_be_tried_again_with_another(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.say("connection_init", payload={"authorization": "Bearer nobody"})
        assert await socket.until_closed() == (4403, "Forbidden")


async def test_while_nobody_can_be_verified_clients_come_back_later(live: LiveEdge) -> None:
    live.people.refuse = Unavailable()
    async with live.open() as socket:
        await socket.say("connection_init", payload={"authorization": "Bearer ann"})
        assert (await socket.until_closed())[0] == 1013


@pytest.mark.parametrize(
    "message",
    [
        "",
        "nonsense",
        "[]",
        '["connection_init"]',
        '"connection_init"',
        "null",
        "1",
        "{}",
        '{"type": null}',
        '{"type": 1}',
        '{"type": "start"}',
        '{"type": "connection_terminate"}',
        '{"type": "next", "id": "1"}',
        '{"type": "connection_ack"}',
        '{"type": "connection_init", "payload": "Bearer ann"}',
        '{"type": "connection_init", "payload": []}',
        '{"type": "connection_init", "payload": {"authorization": 1}}',
        '{"type": "connection_init", "payload": {"authorization": {"a": 1}}}',
        '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "' + "x" * 129 + '", "payload": {"query": "{ hello }"}}',
        '{"type": "complete"}',
        '{"type": "ping", "payload": "x"}',
        '{"type": "pong", "payload": 1}',
        '{"type": "connection_init", "payload": {"authorization": "\\ud800"}}',
        "[" * 100_000,
    ],
)
async def test_what_is_no_message_closes_with_4400(live: LiveEdge, message: str) -> None:
    async with live.open() as socket:
        await socket.connection.send(message)
        assert (await socket.until_closed())[0] == 4400
    await live.until_empty()


async def test_binary_frames_close_with_4400(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.connection.send(b'{"type": "connection_init"}')
        assert (await socket.until_closed())[0] == 4400


async def test_an_operation_before_the_init_closes_with_4401(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.subscribe("1", "{ hello }")
        assert await socket.until_closed() == (4401, "Unauthorized")
    assert live.edge.contexts.made == []


async def test_a_second_init_closes_with_4429(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.say("connection_init")
        assert await socket.until_closed() == (4429, "Too many initialisation requests")


async def test_an_id_in_use_closes_with_4409(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("twice", FOLLOW)
        await live.feed()
        await socket.subscribe("twice", FOLLOW)
        assert await socket.until_closed() == (4409, "Subscriber for twice already exists")
    await live.until_empty()


async def test_a_long_id_is_cut_where_a_close_frame_ends(live: LiveEdge) -> None:
    async with live.connected() as socket:
        for _ in range(2):
            await socket.subscribe("é" * 128, FOLLOW)
        code, reason = await socket.until_closed()
    assert code == 4409
    assert reason.startswith("Subscriber for éé")


async def test_who_does_not_say_who_it_is_in_time_is_closed_with_4408(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(init_seconds=0.05))
    async with live.open() as silent, live.connected() as other:
        assert await silent.until_closed() == (4408, "Connection initialisation timeout")
        await other.say("ping")
        assert await other.hear() == {"type": "pong"}  # the timer of one that was taken on is over


@pytest.mark.parametrize("subprotocols", [None, ("graphql-ws",), ("other", "graphql-ws")])
async def test_other_subprotocols_are_closed_with_4406(live: LiveEdge, subprotocols: tuple[str, ...] | None) -> None:
    async with live.open(subprotocols=subprotocols) as socket:
        assert await socket.until_closed() == (4406, "Subprotocol not acceptable")
        assert socket.connection.subprotocol is None
    assert live.value("cma_live_connections_ended_total", transport="ws", reason="4406") == 1


async def test_ours_is_chosen_among_several(live: LiveEdge) -> None:
    async with live.open(subprotocols=("graphql-ws", "graphql-transport-ws")) as socket:
        assert socket.connection.subprotocol == "graphql-transport-ws"
        await socket.begin()


async def test_a_message_beyond_the_limit_closes_with_1009(new_live: NewLive) -> None:
    live = await new_live(limits=Limits(body_bytes=2_000))
    async with live.connected() as socket:
        await socket.subscribe("1", "{ hello }" + " " * 2_000)
        assert (await socket.until_closed())[0] == 1009
    await live.until_empty()


async def test_a_message_of_endless_empty_frames_closes_with_1009(live: LiveEdge) -> None:
    async with live.connected() as socket:
        protocol = socket.connection.protocol
        protocol.send_text(b"", fin=False)
        for _ in range(2_000):
            protocol.send_continuation(b"", fin=False)
        socket.connection.send_data()
        assert (await socket.until_closed())[0] == 1009
    await live.until_empty()


async def test_text_that_is_no_utf8_closes_with_1007_and_is_not_logged_as_our_fault(live: LiveEdge) -> None:
    async with live.connected() as socket:
        mask = b"\0\0\0\0"
        socket.connection.transport.write(struct.pack("!BB", 0x80 | Opcode.TEXT, 0x80 | 2) + mask + b"\xff\xfe")
        assert (await socket.until_closed())[0] == 1007
    await live.until_empty()
    assert [line for line in live.edge.log_lines if line["level"] == "error"] == []


async def test_frames_that_are_none_close_with_1002(live: LiveEdge) -> None:
    async with live.connected() as socket:
        socket.connection.transport.write(b"\xff\x00\xff\x00")
        assert (await socket.until_closed())[0] == 1002
    await live.until_empty()


async def test_pings_are_answered_and_pongs_are_not(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}
        await socket.begin()
        await socket.say("pong")
        await socket.say("pong", payload={"a": 1})
        await socket.say("ping", payload={"a": 1})
        assert await socket.hear() == {"type": "pong"}


async def test_the_server_asks_for_signs_of_life(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(ping_seconds=0.05))
    async with live.connected() as socket:
        await asyncio.sleep(0.3)  # several questions, which the client's library answers by itself
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


async def test_who_gives_no_sign_of_life_is_cut_off(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(ping_seconds=0.05))
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        socket.connection.transport.pause_reading()
        await until(lambda: feed.is_closed)
        socket.connection.transport.resume_reading()
        assert await socket.until_closed() == (1006, "")  # 1011 would keep the standard client from coming back
    await live.until_empty()


async def test_pages_of_strangers_are_refused(new_live: NewLive) -> None:
    live = await new_live(allowed_origins=("https://cases.example.org",))
    for origin in ("https://evil.example", "null", "https://cases.example.org.evil.example", "http://[", ""):
        with pytest.raises(InvalidStatus) as refused:
            async with live.open(headers={"Origin": origin}):
                pass
        assert refused.value.response.status_code == 403
        assert b"FORBIDDEN" in refused.value.response.body
    for origin in ("https://cases.example.org", f"http://127.0.0.1:{live.port}"):
        async with live.connected(headers={"Origin": origin}):
            pass
    assert live.value("cma_live_connections_ended_total", transport="ws", reason="origin") == 5


async def test_a_handshake_that_is_none_is_refused(live: LiveEdge) -> None:
    async with live.client() as client:
        answer = await client.get("/graphql", headers={"Connection": "Upgrade", "Upgrade": "websocket"})
    assert answer.status_code in {400, 426}


async def test_a_websocket_elsewhere_is_refused(live: LiveEdge) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with live.open(path="/elsewhere"):
            pass
    assert refused.value.response.status_code == 403


async def test_two_authorizations_are_refused(live: LiveEdge) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
        b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)
    assert b" 400 " in head
    writer.close()


async def test_a_message_cut_in_the_middle_leaves_nothing(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        await live.feed()
        socket.connection.transport.write(struct.pack("!BB", 0x80 | Opcode.TEXT, 0x80 | 100) + b"\0\0\0\0half")
        socket.connection.transport.abort()
        with pytest.raises(ConnectionClosed):
            await socket.connection.recv()
    await live.until_empty()


async def test_errors_have_codes_and_request_ids(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", "{ unknown }")
        answer = await socket.hear()
    assert (answer["type"], answer["id"]) == ("error", "1")
    assert codes(answer["payload"]) == ["GRAPHQL_VALIDATION_FAILED"]
    [line] = [line for line in live.lines("operation") if line.get("codes")]
    assert answer["payload"][0]["extensions"]["requestId"] == line["request_id"]
