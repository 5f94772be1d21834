"""The measuring client of live updates: holds subscribers, and notes when each event reached each of them.

A process of its own that imports nothing but the standard library. It counts WebSocket frames that hold a marker and
takes nothing apart but the head of each, so that it is not what is measured; one frame is handed back to be looked at.
Its first line of standard input is its orders, as JSON; it answers `{"ready": true}` once all subscribers are there.
Each further line is a number of events to wait for; the answer says when they came, by the clock that all processes
share.
"""

import json
import os
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

_RECEIVED_AT_ONCE = 262_144
_PATIENCE_SECONDS = 60.0
_SHORT, _LONG = 126, 127
"""Lengths that say: the length itself follows, in two bytes or in eight."""
_LOOKED_AFTER = 20
"""After how many more connections those that are there are looked after: servers ask for signs of life."""
_TEXT, _CLOSE, _PING = 1, 8, 9
_MASK = b"\x00\x00\x00\x00"
"""A client has to mask; this mask changes nothing."""
_ID_NUMBER = 10**12


class Broken(Exception):
    """A server refused, fell silent or said something wrong."""


@dataclass(slots=True)
class Subscriber:
    """One connection with one subscription."""

    link: socket.socket
    rest: bytes = b""
    """What has come of a frame that is not whole yet."""
    arrivals: list[int] = field(default_factory=list)
    last: bytes = b""

    def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self.link.sendall(framed(_TEXT, json.dumps(message).encode()))

    def frames(self) -> list[bytes]:
        """Read what has come; answer the texts of whole frames, pings answered. Raises Broken for an end."""
        piece = self.link.recv(_RECEIVED_AT_ONCE)
        if not piece:
            raise Broken("the server closed a connection")
        data = self.rest + piece if self.rest else piece
        found, at, whole = [], 0, len(data)
        while whole - at >= 2:  # noqa: PLR2004 - a head
            opcode, length, begin = data[at] & 15, data[at + 1], at + 2
            if length == _SHORT:
                begin += 2
                length = int.from_bytes(data[at + 2 : begin])
            elif length == _LONG:
                begin += 8
                length = int.from_bytes(data[at + 2 : begin])
            if begin > whole or begin + length > whole:
                break
            at = begin + length
            if opcode == _TEXT:
                found.append(data[begin:at])
            elif opcode == _PING:
                self.link.sendall(framed(_PING + 1, data[begin:at]))
            elif opcode == _CLOSE:
                raise Broken(f"the server closed a connection: {data[begin + 2 : at]!r}")
        self.rest = data[at:]
        return found

    def hear(self, marker: bytes) -> None:
        """Wait for a frame that holds a marker; nothing but it may come."""
        while True:
            for text in self.frames():
                if marker in text:
                    return
                raise Broken(text[:2000].decode(errors="replace"))


def framed(opcode: int, data: bytes) -> bytes:
    """Write a frame of a client."""
    if len(data) < _SHORT:
        return bytes((128 | opcode, 128 | len(data))) + _MASK + data
    return struct.pack("!BBH", 128 | opcode, 128 | _SHORT, len(data)) + _MASK + data


def subscribed(orders: dict[str, Any], number: int) -> Subscriber:
    """Open a connection, say who it is, and subscribe. Raises Broken."""
    link = socket.create_connection(("127.0.0.1", orders["port"]), timeout=_PATIENCE_SECONDS)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(
        b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n" % orders["port"]
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = link.recv(1)
        if not piece:
            raise Broken("the server closed a connection")
        head += piece
    if b" 101 " not in head.split(b"\r\n")[0]:
        raise Broken(head.decode(errors="replace"))
    subscriber = Subscriber(link)
    tokens = orders["tokens"]
    payload = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"} if tokens else {}
    subscriber.say({"type": "connection_init", "payload": payload})
    subscriber.hear(b"connection_ack")
    subscriber.say(
        {"type": "subscribe", "id": f"subscription-{_ID_NUMBER + number}", "payload": {"query": orders["query"]}}
    )
    if orders["first"]:
        subscriber.hear(orders["first"].encode())
    else:  # nothing says that a subscription stands: whatever was asked after it is answered after it
        subscriber.say({"type": "ping"})
        subscriber.hear(b'"pong"')
    return subscriber


def look_after(by_descriptor: dict[int, Subscriber], poll: select.epoll) -> None:
    """Answer the pings of those that are there, and pass over what was said to them. Raises Broken."""
    for descriptor, _ in poll.poll(0):
        by_descriptor[descriptor].frames()


def wait(by_descriptor: dict[int, Subscriber], poll: select.epoll, marker: bytes, events: int) -> dict[str, Any]:
    """Wait until every subscriber has had so many events. Raises Broken."""
    subscribers = list(by_descriptor.values())
    for subscriber in subscribers:
        subscriber.arrivals = []
    missing = len(subscribers)
    cpu_began = time.process_time()
    while missing:
        ready = poll.poll(_PATIENCE_SECONDS)
        if not ready:
            raise Broken(f"{missing} of {len(subscribers)} subscribers had no event within {_PATIENCE_SECONDS} seconds")
        for descriptor, _ in ready:
            subscriber = by_descriptor[descriptor]
            came = subscriber.frames()
            at = time.perf_counter_ns()
            for text in came:
                if marker in text:
                    if b'"errors"' in text:
                        raise Broken(text[:2000].decode(errors="replace"))
                    subscriber.arrivals.append(at)
                    subscriber.last = text
                    missing -= len(subscriber.arrivals) == events
                elif b'"Heartbeat"' not in text:
                    raise Broken(text[:2000].decode(errors="replace"))
    if any(len(subscriber.arrivals) > events for subscriber in subscribers):
        raise Broken("more events came than there were")
    return {
        "arrivals": [subscriber.arrivals for subscriber in subscribers],
        "sample": subscribers[-1].last.decode(),
        "cpu_seconds": time.process_time() - cpu_began,
    }


def main() -> None:
    """Carry out the orders, until standard input ends."""
    orders = json.loads(sys.stdin.readline())
    marker = orders["marker"].encode()
    poll = select.epoll()
    by_descriptor: dict[int, Subscriber] = {}
    try:
        for number in range(orders["subscribers"]):
            subscriber = subscribed(orders, number)
            poll.register(subscriber.link.fileno(), select.EPOLLIN)
            by_descriptor[subscriber.link.fileno()] = subscriber
            if not number % _LOOKED_AFTER:
                look_after(by_descriptor, poll)
        _answer({"ready": True})
        for line in sys.stdin:
            _answer(wait(by_descriptor, poll, marker, int(line)))
    except (Broken, OSError) as error:
        _answer({"broken": f"{len(by_descriptor)} subscribers: {error}"})
    os._exit(0)  # so that thousands of sockets close at once


def _answer(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
