"""The measuring client sends what it is told, counts what it gets, and refuses bad answers."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

import client
from measure import MeasurementFailed, ask


class Answering(BaseHTTPRequestHandler):
    """Answers every request with what the test wants."""

    protocol_version = "HTTP/1.1"
    status: ClassVar[int]
    answer: ClassVar[bytes]
    received: ClassVar[list[dict[str, Any]]]
    connections: ClassVar[set[Any]]
    slow: ClassVar[int]
    """The number of the request that is answered only once another connection has been closed."""
    closed: ClassVar[threading.Event]

    def do_POST(self) -> None:
        """Keep the request and answer it."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        type(self).received.append({**body, "authorization": self.headers["authorization"]})
        type(self).connections.add(self.client_address)
        kept_waiting = body.get("number") == self.slow and not self.closed.wait(20)
        self.send_response(504 if kept_waiting else self.status)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        for at in range(0, len(self.answer), 100_000):
            self.wfile.write(self.answer[at : at + 100_000])

    def finish(self) -> None:
        """Tell that the client closed its connection."""
        super().finish()
        self.closed.set()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Answering.status, Answering.answer = 200, b'{"data":{"__typename":"Query"}}'
    Answering.received, Answering.connections = [], set()
    Answering.slow, Answering.closed = -1, threading.Event()
    served = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    served.daemon_threads = True
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def orders(server: ThreadingHTTPServer, **changed: Any) -> dict[str, Any]:
    return {
        "port": server.server_address[1],
        "headers": {"authorization": "Bearer one"},
        "bodies": [['{"number": ', "counter", ', "priority": "', "priority", '"}']],
        "starts": [],
        "first_number": 100,
        "connections": 3,
        "seconds": 60.0,
        "most": 10,
        **changed,
    }


def test_it_sends_as_many_as_it_is_told_each_another_number(server: ThreadingHTTPServer) -> None:
    found = client.measure(orders(server))
    assert found["requests"] == len(found["durations_us"]) == len(Answering.received) == 10
    assert len(Answering.connections) == 3
    numbers = [request["number"] for request in Answering.received]
    assert len(set(numbers)) == 10
    assert min(numbers) == 100
    assert {request["authorization"] for request in Answering.received} == {"Bearer one"}
    assert all(request["priority"] == ("LOW" if request["number"] % 2 else "HIGH") for request in Answering.received)
    assert found["last_body"] == '{"data":{"__typename":"Query"}}'
    assert 0 < found["seconds"] < 60
    assert found["cpu_seconds"] >= 0


def test_it_stops_when_its_time_is_up(server: ThreadingHTTPServer) -> None:
    found = client.measure(orders(server, seconds=0.0, most=1000))
    assert found["requests"] == 3  # those that were under way


def test_a_connection_that_is_done_is_closed_while_slow_answers_are_waited_for(server: ThreadingHTTPServer) -> None:
    Answering.slow = 100
    found = client.measure(orders(server, connections=2, most=2))
    assert found["requests"] == 2


def test_of_counted_bodies_each_connection_keeps_to_its_own(server: ThreadingHTTPServer) -> None:
    bodies = [[f'{{"case": {case}, "number": ', "counter", "}"] for case in range(4)]
    client.measure(orders(server, bodies=bodies, starts=[7, 17, 27, 37], connections=2))
    by_case: dict[int, list[int]] = {}
    for request in Answering.received:
        by_case.setdefault(request["case"], []).append(request["number"])
    assert by_case.keys() == {0, 1}
    assert by_case[0] == list(range(7, 7 + len(by_case[0])))
    assert by_case[1] == list(range(17, 17 + len(by_case[1])))


def test_other_bodies_are_taken_in_turn(server: ThreadingHTTPServer) -> None:
    bodies = [[f'{{"case": {case}}}'] for case in range(4)]
    found = client.measure(orders(server, bodies=bodies, connections=1, most=6))
    assert Counter(request["case"] for request in Answering.received) == {0: 2, 1: 2, 2: 1, 3: 1}
    assert found["last_index"] == 1


def test_a_long_answer_is_read_to_its_end(server: ThreadingHTTPServer) -> None:
    Answering.answer = json.dumps({"data": "é" * 500_000}).encode()
    found = client.measure(orders(server, most=4))
    assert found["last_body"].encode() == Answering.answer


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, b'{"data":null,"errors":[{"message":"refused by test"}]}', "refused by test"),
        (200, b'{"data":{"caseUpdate":{"errors": [ {"code":"CONFLICT"}]}}}', "CONFLICT"),
        (500, b'{"data":{"__typename":"Query"}}', "500"),
    ],
)
def test_a_bad_answer_ends_the_measurement(server: ThreadingHTTPServer, status: int, answer: bytes, said: str) -> None:
    Answering.status, Answering.answer = status, answer
    with pytest.raises(MeasurementFailed, match=said):
        ask(orders(server))


def test_a_payload_without_errors_is_good(server: ThreadingHTTPServer) -> None:
    Answering.answer = b'{"data":{"caseUpdate":{"case":{},"errors":[]}}}'
    assert ask(orders(server))["requests"] == 10


def test_it_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({client.__file__!r})"], check=False
    )
    assert done.returncode == 0
