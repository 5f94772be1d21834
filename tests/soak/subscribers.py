"""Subscribers: each follows until it is told to stop, and comes back to the other server with its cursor."""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from cma_graphql.graph.node import write_id
from soak.network import Token
from soak.relay import Link, Relay
from soak.scope import Told, Viewer

_ANSWER = """{
  __typename
  ... on CaseEvent { name cursor case { id version summary description } }
  ... on Removed { id cursor }
  ... on Heartbeat { cursor }
  ... on ResyncRequired { reason cursor }
}"""
_ALL = f"subscription Cases($after: String) {{ caseEvents(after: $after) {_ANSWER} }}"
_ONE = f"subscription Case($id: ID!, $after: String) {{ caseChanged(id: $id, after: $after) {_ANSWER} }}"
_PROTOCOL = Subprotocol("graphql-transport-ws")
_FATAL = frozenset({4400, 4401, 4403, 4406, 4409, 4429, 4500})
"""After these codes the standard client does not come back; 4403 says that the session has ended, which none has."""
_PASSING = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
_REMEMBERED = 6
"""How many cursors a subscriber has, of which a forgetful one resumes after the oldest."""
_HOW_OFTEN_FORGETFUL = 0.25
_PAUSE_SECONDS = (0.05, 0.4)
_LOST = (OSError, EOFError, WebSocketException, httpx.HTTPError)


class Subscriber(ABC):
    """One subscriber, whatever it is connected by."""

    def __init__(
        self,
        name: str,
        viewer: Viewer,
        token: Token,
        relays: Sequence[Relay],
        *,
        read_cursor: Callable[[UUID, str], int],
        start: str,
        client: httpx.AsyncClient,
        random: Random,
        only: UUID | None = None,
    ) -> None:
        self.name = name
        self.viewer = viewer
        self.only = only
        self.told: list[Told] = []
        self.passed_over: list[range] = []
        """What ResyncRequired said is to be read by a query."""
        self.endings: Counter[str] = Counter()
        """How its connections ended."""
        self.odd: list[str] = []
        """What it was answered that no standard client would come back from."""
        self._token = token
        self._relays = relays
        self._read_cursor = read_cursor
        self._client = client
        self._random = random
        self._connections = random.randrange(len(relays))
        self._cursors = deque([start], maxlen=_REMEMBERED)
        self._reached = self.behind = read_cursor(viewer.centre, start)
        self._relay: Relay | None = None
        self._port = 0

    @property
    def link(self) -> Link | None:
        """Its connection, as the relay has it; None while it has none."""
        return None if self._relay is None else self._relay.links.get(self._port)

    def has_reached(self, seq: int) -> bool:
        """Tell whether it has been told all there is to tell up to a number, or that nothing of it is its own."""
        return self._reached >= seq

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            self._relay = self._relays[self._connections % len(self._relays)]
            self._connections += 1
            try:
                ending = await self._connect(self._relay.port, self._cursor())
            except TimeoutError:
                ending = "no answer"
            except _LOST as error:
                ending = type(error).__name__
            self._port = 0
            self.endings[ending] += 1
            await asyncio.sleep(self._random.uniform(*_PAUSE_SECONDS))

    @abstractmethod
    async def _connect(self, port: int, cursor: str) -> str:
        """Connect and follow after a cursor; answer why it ended."""

    def _cursor(self) -> str:
        """Answer where to go on: a forgetful client has not kept the last cursors."""
        forgetful = self._random.random() < _HOW_OFTEN_FORGETFUL
        cursor = self._cursors[0] if forgetful else self._cursors[-1]
        self._cursors.clear()
        self._cursors.append(cursor)
        return cursor

    def _operation(self, cursor: str) -> dict[str, Any]:
        if self.only is None:
            return {"query": _ALL, "variables": {"after": cursor}}
        return {"query": _ONE, "variables": {"id": write_id("case", self.only), "after": cursor}}

    def _take(self, body: Mapping[str, Any]) -> None:
        """Keep what is told."""
        if body.get("errors"):
            self.odd.append(f"told with errors: {body['errors']}")
            return
        (answer,) = body["data"].values()
        cursor = answer["cursor"]
        seq = self._read_cursor(self.viewer.centre, cursor)
        match answer["__typename"]:
            case "CaseEvent":
                self.told.append(Told(seq, _key(answer["case"]["id"]), answer["name"], self._connections))
            case "Removed":
                self.told.append(Told(seq, _key(answer["id"]), None, self._connections))
            case "ResyncRequired":
                self.passed_over.append(range(self._reached + 1, seq + 1))
        self._cursors.append(cursor)
        self._reached = max(self._reached, seq)

    def _refused(self, errors: Sequence[Mapping[str, Any]]) -> str:
        """Note a refusal; answer its code."""
        code = str(errors[0].get("extensions", {}).get("code"))
        if code not in _PASSING:
            self.odd.append(f"refused: {errors}")
        return code


class SocketSubscriber(Subscriber):
    """Over a WebSocket, by graphql-transport-ws."""

    async def _connect(self, port: int, cursor: str) -> str:
        async with connect(
            f"ws://127.0.0.1:{port}/graphql",
            subprotocols=[_PROTOCOL],
            compression=None,
            ping_interval=None,
            proxy=None,
            close_timeout=1,
            max_size=None,
        ) as socket:
            self._port = socket.local_address[1]
            try:
                return await self._converse(socket, cursor)
            except ConnectionClosed:
                code = socket.close_code
                if code in _FATAL:
                    self.odd.append(f"closed: {code} {socket.close_reason}")
                return f"closed {code}"

    async def _converse(self, socket: ClientConnection, cursor: str) -> str:
        await socket.send(_text(type="connection_init", payload={"authorization": self._token()}))
        while True:
            message = orjson.loads(await socket.recv())
            match message["type"]:
                case "connection_ack":
                    await socket.send(_text(type="subscribe", id="1", payload=self._operation(cursor)))
                case "next":
                    self._take(message["payload"])
                case "error":
                    return self._refused(message["payload"])
                case "complete":
                    return "complete"


class StreamSubscriber(Subscriber):
    """Over server-sent events, by graphql-sse."""

    async def _connect(self, port: int, cursor: str) -> str:
        headers = {"Accept": "text/event-stream", "Authorization": self._token(), "Last-Event-ID": cursor}
        address = f"http://127.0.0.1:{port}/graphql"
        async with self._client.stream("POST", address, json=self._operation(cursor), headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                body = await response.aread()
                return self._refused(orjson.loads(body)["errors"])
            self._port = response.extensions["network_stream"].get_extra_info("client_addr")[1]
            event, data = "", ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    data = value
                elif not line:  # what was begun and not ended is no event
                    if event == "complete":
                        return "complete"
                    if event == "next":
                        ended = self._next(orjson.loads(data))
                        if ended is not None:
                            return ended
                    event = data = ""
        return "ended"

    def _next(self, body: Mapping[str, Any]) -> str | None:
        """Take an event; answer why the stream ends, where it says so."""
        if body.get("errors") and body.get("data") is None:
            return self._refused(body["errors"])
        self._take(body)
        return None


def _text(**message: object) -> str:
    return orjson.dumps(message).decode()


def _key(text: str) -> UUID:
    return UUID(hex=text.removeprefix("case_"))
