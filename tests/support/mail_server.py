"""Mail servers on this machine: a real one, and ones that misbehave by script."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME = "cma"
PASSWORD = "p@ss/w:rd?#"


@dataclass
class RealMailServer:
    """What a server has taken, and what it is told to refuse."""

    port: int = 0
    letters: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    greetings: list[str | None] = field(default_factory=list)
    recipient_answer: str = "250 OK"
    letter_answer: str = "250 OK"
    sender_answer: str = "250 OK"

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a sender."""
        assert server.transport is not None
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take or refuse a letter."""
        if self.letter_answer.startswith("250"):
            self.letters.append(envelope)
            self.sessions.append(session)
            self.greetings.append(session.host_name)
        return self.letter_answer


@asynccontextmanager
async def real_mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    sign_in: bool = False,
    foreign_addresses: bool = False,
) -> AsyncGenerator[RealMailServer]:
    """Run a mail server on a free port of this machine."""

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        known = (given.login, given.password) == (USERNAME.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)

    running = RealMailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            running,
            hostname="localhost",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=sign_in,
            authenticator=authenticate if sign_in else None,
            enable_SMTPUTF8=foreign_addresses,
            loop=loop,
        ),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def scripted_mail_server(answers: Sequence[str | None]) -> AsyncGenerator[int]:
    """Run a server that gives one answer per line it reads, the greeting first; None hangs up, the end waits.

    Yields its port.
    """
    connections: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            for answer in answers:
                if answer is None:
                    return
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
                line = await reader.readline()
                while answer.startswith("354") and line not in {b".\r\n", b""}:
                    line = await reader.readline()
            await reader.read()
        finally:
            connections.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in [*connections]:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()
