"""An ASGI application served by uvicorn on a loopback port of its own, and free ports for what others serve."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

STOP_SECONDS = 10


def free_port() -> int:
    """Find a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(app: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve an application in a thread and give its address; connections wait in the socket until it is up.

    WebSockets are not taken on, unless the options say how.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        given = {"log_level": "warning", "loop": "asyncio", "ws": "none", "lifespan": "auto", **options}
        config = uvicorn.Config(app, log_config=None, proxy_headers=False, **given)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="served")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            assert not thread.is_alive(), "the server did not stop"
