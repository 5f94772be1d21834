"""Shows a worker's figures to Prometheus, by HTTP from a thread of its own."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

from cma_graphql.worker.counts import WorkerCounts

_TEXT = "text/plain; version=1.0.0; charset=utf-8"


@contextmanager
def figures_at(host: str, port: int, counts: WorkerCounts, *, token: str | None) -> Iterator[int]:
    """Show them at /metrics until the end of the block; answer the port.

    With a token to whoever knows it (`Authorization: Bearer …`), without one to this machine; to others there is
    nothing here.
    """

    class Figures(BaseHTTPRequestHandler):
        """Answers one path."""

        timeout = 5

        def do_GET(self) -> None:
            """Show the figures."""
            if self.path != "/metrics" or not self._may_see():
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            text = counts.text()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", _TEXT)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_given: object) -> None:
            """Say nothing: it would be a line for each look."""

        def _may_see(self) -> bool:
            if token is None:
                return ip_address(self.client_address[0]).is_loopback
            given = self.headers.get("Authorization", "").encode()
            return hmac.compare_digest(given, f"Bearer {token}".encode())

    server = ThreadingHTTPServer((host, port), Figures)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
