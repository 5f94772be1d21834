"""Sends letters through a mail server."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib

from cma_graphql.core import clock
from cma_graphql.integrations.email.mime import compose, read_sender
from cma_graphql.integrations.email.port import EmailNotSent, OutgoingEmail

_SCHEMES = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PERMANENT = range(500, 600)
"""Reply codes of RFC 5321 that a repetition does not change."""
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiosmtplib.SMTPRecipientRefused, "the mail server refused the recipient"),
    (aiosmtplib.SMTPDataError, "the mail server refused the letter"),
    (aiosmtplib.SMTPAuthenticationError, "the mail server refused our sign-in"),
    (aiosmtplib.SMTPSenderRefused, "the mail server refused the sender"),
    (aiosmtplib.SMTPResponseException, "the mail server refused to work"),
    (aiosmtplib.SMTPNotSupported, "the mail server does not know the characters of the address"),
    (TimeoutError, "the mail server did not answer in time"),
    (aiosmtplib.SMTPServerDisconnected, "the mail server closed the connection"),
    (aiosmtplib.SMTPConnectError, "the mail server cannot be reached, or its certificate is not trusted"),
    (aiosmtplib.SMTPException, "the mail server does not offer the encryption or sign-in that is required"),
    (OSError, "the connection to the mail server failed"),
)
"""What is said of each kind of failure, the special before the general."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a mail server is, and how it is spoken to."""

    host: str
    port: int
    tls: bool
    """Encrypted from the first byte (smtps)."""
    starttls: bool
    """Encrypted before anything is said; a server that does not offer it gets no letter."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def read_mail_server(url: str) -> MailServer:
    """Read `smtp://user:password@host:587?starttls=required|off` or `smtps://user:password@host:465`.

    Without `starttls` it is required. User and password are percent-encoded, and need encryption unless the
    server is on this machine. Raises ValueError, which never shows the address: it holds the password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError("The mail server's address cannot be read; encode / ? # @ : in the password.") from None
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("The mail server's address is written smtp://user:password@host:587 or smtps://….")
    tls = parts.scheme == "smtps"
    starttls = options.pop("starttls", "off" if tls else "required")
    if starttls not in {"required", "off"} or (tls and starttls == "required"):
        raise ValueError("The mail server's starttls is `required` or `off`, and with smtps there is none.")
    if options:
        raise ValueError("The mail server's address takes one option, starttls.")
    server = MailServer(
        host=parts.hostname,
        port=port or _SCHEMES[parts.scheme],
        tls=tls,
        starttls=starttls == "required",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
    if server.username and not (server.tls or server.starttls or server.host in _LOOPBACK):
        raise ValueError("The mail server's password would be sent in clear: use starttls=required or smtps.")
    return server


class SmtpSender:
    """Sends each letter over a connection of its own."""

    def __init__(
        self,
        url: str,
        *,
        sender: str,
        timeout_seconds: float = 10.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the server's address (see read_mail_server) and who letters are from (see read_sender).

        `timeout_seconds` is for each step and, thrice, for the whole; `tls_context` for servers with a
        certificate of a private authority. Raises ValueError.
        """
        self._server = read_mail_server(url)
        self._sender = read_sender(sender)
        self._timeout = timeout_seconds
        self._tls_context = tls_context

    def __repr__(self) -> str:
        return f"<SmtpSender {self._server!r}>"

    async def send(self, message: OutgoingEmail) -> None:
        """Hand a letter to the server. Raises EmailNotSent; a letter may then, rarely, have been taken all the same."""
        composed = compose(message, sender=self._sender, at=clock.now())
        client = self._client()
        try:
            try:
                async with asyncio.timeout(3 * self._timeout):
                    await client.connect()
                    await client.send_message(composed)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                # The server's own words may repeat the address; they go no further.
                raise _not_sent(error) from None
            # The letter is taken: what happens while saying goodbye does not change that.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit()
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.username,
            password=self._server.password,
            local_hostname=self._sender.domain,
            timeout=self._timeout,
            use_tls=self._server.tls,
            start_tls=self._server.starttls,
            tls_context=self._tls_context,
        )


def _not_sent(error: Exception) -> EmailNotSent:
    """Say in one way what went wrong, and whether it would again."""
    refusal = error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else error
    reason = next(reason for kind, reason in _REASONS if isinstance(refusal, kind))
    if not isinstance(refusal, aiosmtplib.SMTPResponseException):
        return EmailNotSent(reason, permanent=isinstance(refusal, aiosmtplib.SMTPNotSupported))
    # A sign-in or sender that is refused is ours to mend, and the letter then goes.
    of_this_letter = isinstance(refusal, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    return EmailNotSent(f"{reason} ({refusal.code})", permanent=of_this_letter and refusal.code in _PERMANENT)
