"""The measuring client: keeps connections busy with requests and tells how many were answered, and how fast.

A process of its own that imports nothing but the standard library, so that it starts in no time and costs little:
raw sockets, HTTP/1.1 kept alive, one request under way on each connection. `capacity.py` measures how fast it is
itself. Reads its orders as JSON from standard input, answers as JSON.

A body is a list of texts and numbers of a kind: between the texts stand `"counter"`, a number that grows with each
request of the connection from where the orders say, and `"priority"`, which changes with it.
"""

import json
import re
import select
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.1 200 ")
_ERRORS = re.compile(rb'"errors":\s*\[\s*\{')
_RECEIVED_AT_ONCE = 262_144
_PATIENCE_SECONDS = 60.0
PRIORITIES = ("HIGH", "LOW")
"""What a counter that is even, or odd, sets a case's priority to."""


@dataclass(slots=True)
class Connection:
    """One connection, its bodies in turn, and what is read of the answer under way."""

    link: socket.socket
    head: bytes
    bodies: list[list[str]]
    starts: list[int]
    turn: int
    number: int = 0
    sent_at: int = 0
    received: bytearray = field(default_factory=bytearray)
    whole: int = -1
    """How long the answer is, head included, once that is known."""
    body_at: int = 0

    def send(self) -> None:
        """Send the next request."""
        index = self.turn % len(self.bodies)
        counter = self.starts[index] if self.starts else self.number
        body = written(self.bodies[index], counter)
        request = b"%scontent-length: %d\r\n\r\n%s" % (self.head, len(body), body)
        self.sent_at = time.perf_counter_ns()
        self.link.sendall(request)

    def receive(self) -> bytes | None:
        """Read what has come; answer the response's body once it is whole. Raises RuntimeError for a bad one."""
        piece = self.link.recv(_RECEIVED_AT_ONCE)
        if not piece:
            raise RuntimeError("the server closed the connection")
        self.received += piece
        if self.whole < 0:
            self._read_head()
        if self.whole < 0 or len(self.received) < self.whole:
            return None
        body = bytes(self.received[self.body_at : self.whole])
        self.received.clear()
        self.whole = -1
        return body

    def _read_head(self) -> None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self.received, 0, end + 2)
        if _STATUS.match(self.received) is None or length is None:
            raise RuntimeError(bytes(self.received[:2000]).decode(errors="replace"))
        self.body_at = end + 4
        self.whole = self.body_at + int(length[1])


def written(body: list[str], counter: int) -> bytes:
    """Write a body with this counter."""
    parts = {"counter": str(counter), "priority": PRIORITIES[counter % 2]}
    return "".join(text if at % 2 == 0 else parts[text] for at, text in enumerate(body)).encode()


def require_good(body: bytes) -> None:
    """Refuse an answer with errors. Raises RuntimeError."""
    if b'"errors"' in body and _ERRORS.search(body):
        raise RuntimeError(body[:2000].decode(errors="replace"))


def measure(orders: dict[str, Any]) -> dict[str, Any]:
    """Carry out the orders. Raises RuntimeError where the server refuses or falls silent."""
    connections = [_connected(orders, number) for number in range(orders["connections"])]
    by_descriptor = {connection.link.fileno(): connection for connection in connections}
    poll = select.epoll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.EPOLLIN)
    durations: list[int] = []
    most = orders["most"]
    began = time.perf_counter_ns()
    deadline = began + int(orders["seconds"] * 1e9)
    cpu_began = time.process_time()
    last: tuple[int, bytes] = (0, b"")
    begun = 0
    for connection in connections[:most]:
        connection.send()
        begun += 1
    under_way = begun
    ended = began
    while under_way:
        events = poll.poll(_PATIENCE_SECONDS)
        if not events:
            raise RuntimeError(f"no answer within {_PATIENCE_SECONDS} seconds")
        for descriptor, _ in events:
            connection = by_descriptor[descriptor]
            body = connection.receive()
            if body is None:
                continue
            ended = time.perf_counter_ns()
            durations.append(ended - connection.sent_at)
            require_good(body)
            index = connection.turn % len(connection.bodies)
            last = (index, body)
            _advance(connection, index, len(connections))
            if ended < deadline and begun < most:
                connection.send()
                begun += 1
            else:
                # a server closes a connection that has been idle for some seconds while slow answers are waited for
                poll.unregister(descriptor)
                connection.link.close()
                under_way -= 1
    for connection in connections[most:]:
        connection.link.close()
    return {
        "requests": len(durations),
        "seconds": (ended - began) / 1e9,
        "cpu_seconds": time.process_time() - cpu_began,
        "durations_us": [duration // 1000 for duration in durations],
        "last_index": last[0],
        "last_body": last[1].decode(),
    }


def _advance(connection: Connection, index: int, connections: int) -> None:
    """Go on to the next body and number: of those that are counted, a connection keeps to its own."""
    if connection.starts:
        connection.starts[index] += 1
    else:
        connection.number += connections
        connection.turn += 1


def _connected(orders: dict[str, Any], number: int) -> Connection:
    link = socket.create_connection(("127.0.0.1", orders["port"]), timeout=_PATIENCE_SECONDS)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = ["POST /graphql HTTP/1.1", f"host: 127.0.0.1:{orders['port']}", "content-type: application/json"]
    lines += [f"{name}: {value}" for name, value in orders["headers"].items()]
    return Connection(
        link=link,
        head="".join(f"{line}\r\n" for line in lines).encode(),
        bodies=orders["bodies"],
        starts=list(orders["starts"]),
        turn=number,
        number=orders["first_number"] + number,
    )


if __name__ == "__main__":
    json.dump(measure(json.load(sys.stdin)), sys.stdout)
