"""Sending through real mail servers, good and bad."""

import email
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from urllib.parse import quote

import pytest

from cma_graphql.core import clock
from cma_graphql.core.formats import FormatError
from cma_graphql.integrations.email.port import EmailNotSent, OutgoingEmail
from cma_graphql.integrations.email.smtp import MailServer, SmtpSender, read_mail_server
from support.certificates import Encryption, encryption_of_localhost
from support.mail_server import PASSWORD, USERNAME, real_mail_server, scripted_mail_server

SENDER = "Debt advice <no-reply@centre.example.org>"
LETTER = OutgoingEmail(
    to="Anna.Muller@bücher.example",
    subject="Your invitation, Łódź & Köln",
    text="Dear Anna,\n\n.a line that begins with a full stop\nŁódź £5\n" + "long " * 300 + "\n",
    html="<p>Dear Anna, £5</p>",
    headers={"X-Kind": "invitation"},
)
CREDENTIALS = f"{USERNAME}:{quote(PASSWORD, safe='')}"


@pytest.fixture(scope="module")
def encryption(tmp_path_factory: pytest.TempPathFactory) -> Encryption:
    return encryption_of_localhost(tmp_path_factory.mktemp("certificates"))


def a_sender(url: str, *, trust: ssl.SSLContext | None = None, timeout: float = 10) -> SmtpSender:
    return SmtpSender(url, sender=SENDER, timeout_seconds=timeout, tls_context=trust)


def parsed(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


async def not_sent(sender: SmtpSender, letter: OutgoingEmail = LETTER) -> EmailNotSent:
    with pytest.raises(EmailNotSent) as failure:
        await sender.send(letter)
    shown = f"{failure.value} {failure.value.__cause__}"
    assert letter.to.partition("@")[0] not in shown
    assert PASSWORD not in shown
    return failure.value


async def test_a_letter_arrives_as_it_was_written() -> None:
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        async with real_mail_server() as server:
            await a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off").send(LETTER)
    [envelope] = server.letters
    assert envelope.mail_from == "no-reply@centre.example.org"
    assert envelope.rcpt_tos == ["Anna.Muller@xn--bcher-kva.example"]
    assert server.greetings == ["centre.example.org"]
    message = parsed(envelope.content)
    assert message["From"] == SENDER
    assert message["To"] == "Anna.Muller@xn--bcher-kva.example"
    assert message["Subject"] == LETTER.subject
    assert message["X-Kind"] == "invitation"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert message["Message-ID"].endswith("@centre.example.org>")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().strip() == LETTER.html
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii()


async def test_each_letter_has_its_own_id() -> None:
    async with real_mail_server() as server:
        sender = a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off")
        await sender.send(LETTER)
        await sender.send(LETTER)
    assert len({parsed(envelope.content)["Message-ID"] for envelope in server.letters}) == 2


async def test_encryption_is_begun_before_signing_in(encryption: Encryption) -> None:
    async with real_mail_server(starttls=encryption.server, sign_in=True) as server:
        await a_sender(f"smtp://{CREDENTIALS}@localhost:{server.port}", trust=encryption.trusting_client).send(LETTER)
    [session] = server.sessions
    assert session.ssl is not None
    assert session.authenticated


async def test_encryption_from_the_first_byte(encryption: Encryption) -> None:
    async with real_mail_server(tls=encryption.server) as server:
        await a_sender(f"smtps://127.0.0.1:{server.port}", trust=encryption.trusting_client).send(LETTER)
    assert len(server.letters) == 1


async def test_no_letter_without_the_encryption_that_is_required() -> None:
    async with real_mail_server() as server:
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=required"))
    assert not failure.permanent
    assert "encryption" in failure.reason
    assert server.letters == []


async def test_no_letter_in_clear_to_a_server_that_requires_encryption(encryption: Encryption) -> None:
    async with real_mail_server(starttls=encryption.server) as server:
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"))
    assert failure.reason == "the mail server refused the sender (530)"
    assert not failure.permanent
    assert server.letters == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_no_letter_to_a_stranger(encryption: Encryption, scheme: str) -> None:
    starttls, tls = (encryption.server, None) if scheme == "smtp" else (None, encryption.server)
    async with real_mail_server(starttls=starttls, tls=tls) as server:
        failure = await not_sent(a_sender(f"{scheme}://localhost:{server.port}"))
    assert not failure.permanent
    assert server.letters == []


async def test_a_wrong_password_is_ours_to_mend(encryption: Encryption) -> None:
    async with real_mail_server(starttls=encryption.server, sign_in=True) as server:
        failure = await not_sent(
            a_sender(f"smtp://cma:wrong@localhost:{server.port}", trust=encryption.trusting_client)
        )
    assert failure.reason == "the mail server refused our sign-in (535)"
    assert not failure.permanent
    assert server.letters == []


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("550 5.1.1 <{to}> unknown", True), ("450 4.2.0 greylisted, {to}", False)],
)
async def test_a_refused_recipient(answer: str, permanent: bool) -> None:  # noqa: FBT001 - a parameter of the case
    async with real_mail_server() as server:
        server.recipient_answer = answer.format(to="Anna.Muller@xn--bcher-kva.example")
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"))
    assert failure.reason == f"the mail server refused the recipient ({answer[:3]})"
    assert failure.permanent is permanent
    assert server.letters == []


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 5.7.1 spam", True), ("552 too big", True), ("451 4.3.0 full", False)]
)
async def test_a_refused_letter(answer: str, permanent: bool) -> None:  # noqa: FBT001 - a parameter of the case
    async with real_mail_server() as server:
        server.letter_answer = answer
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"))
    assert failure.reason == f"the mail server refused the letter ({answer[:3]})"
    assert failure.permanent is permanent


async def test_a_refused_sender_is_ours_to_mend() -> None:
    async with real_mail_server() as server:
        server.sender_answer = "553 5.7.1 not yours"
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"))
    assert (failure.reason, failure.permanent) == ("the mail server refused the sender (553)", False)


async def test_a_foreign_address_needs_a_server_that_knows_it() -> None:
    letter = OutgoingEmail(to="josé@example.org", subject="Hello", text="Hello")
    async with real_mail_server(foreign_addresses=True) as server:
        await a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off").send(letter)
    assert server.letters[0].rcpt_tos == ["josé@example.org"]
    async with real_mail_server() as server:
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"), letter)
    assert failure.permanent
    assert server.letters == []


async def test_a_server_that_is_gone() -> None:
    async with real_mail_server() as server:
        pass
    failure = await not_sent(a_sender(f"smtp://127.0.0.1:{server.port}?starttls=off"))
    assert (failure.reason.startswith("the mail server cannot be reached"), failure.permanent) == (True, False)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "the mail server did not answer in time"),
        ([None], "the mail server cannot be reached, or its certificate is not trusted"),
        (["554 no service"], "the mail server refused to work (554)"),
        (["220 hello", None], "the mail server closed the connection"),
        (["220 hello", "250 ok", "250 ok", None], "the mail server closed the connection"),
        (["220 hello", "250 ok", "250 ok"], "the mail server did not answer in time"),
        (["220 hello", "250 ok", "250 ok", "250 ok", "354 go on", None], "the mail server closed the connection"),
        (["220 hello", "250 ok", "421 going down"], "the mail server refused the sender (421)"),
        (["220 hello", "nonsense"], "the mail server refused to work (-1)"),
    ],
)
async def test_a_server_that_misbehaves(answers: list[str | None], reason: str) -> None:
    async with scripted_mail_server(answers) as port:
        timeout = 0.3 if "in time" in reason else 10
        failure = await not_sent(a_sender(f"smtp://127.0.0.1:{port}?starttls=off", timeout=timeout))
    assert (failure.reason, failure.permanent) == (reason, False)


@pytest.mark.parametrize("goodbye", [[None], ["500 what?"], []])
async def test_a_letter_that_was_taken_is_sent_whatever_the_goodbye(goodbye: list[str | None]) -> None:
    answers = ["220 hello", "250 ok", "250 ok", "250 ok", "354 go on", "250 taken", *goodbye]
    async with scripted_mail_server(answers) as port:
        await a_sender(f"smtp://127.0.0.1:{port}?starttls=off", timeout=1).send(LETTER)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, tls=False, starttls=True)),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, tls=True, starttls=False)),
        ("smtp://mail.example.org:25/?starttls=off", MailServer("mail.example.org", 25, tls=False, starttls=False)),
        ("smtp://[::1]:2525?starttls=off", MailServer("::1", 2525, tls=False, starttls=False)),
        (
            "smtp://a%40b:p%3A%2F%3F%23@mail.example.org",
            MailServer("mail.example.org", 587, tls=False, starttls=True, username="a@b", password="p:/?#"),
        ),
        (
            "smtp://a:b@localhost?starttls=off",
            MailServer("localhost", 587, tls=False, starttls=False, username="a", password="b"),
        ),
    ],
)
def test_reads_the_address_of_a_server(url: str, server: MailServer) -> None:
    assert read_mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://a:sesame@mail.example.org",
        "smtp://",
        "smtp://a:sesame@",
        "smtp://a:ses/ame@mail.example.org",
        "smtp://a:sesame#@mail.example.org",
        "smtp://a:sesame@mail.example.org:port",
        "smtp://a:sesame@mail.example.org:99999",
        "smtp://a:sesame@mail.example.org/path",
        "smtp://a:sesame@mail.example.org?starttls=maybe",
        "smtp://a:sesame@mail.example.org?starttls=off",
        "smtp://a:sesame@mail.example.org?tls=on",
        "smtp://a:sesame@mail.example.org?sesame",
        "smtps://a:sesame@mail.example.org?starttls=required",
        "smtp://[a:sesame@mail.example.org",
    ],
)
def test_refuses_the_address_of_a_server_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="mail server") as refused:
        read_mail_server(url)
    assert "sesame" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_the_password_is_not_shown() -> None:
    shown = repr(a_sender("smtp://cma:sesame@mail.example.org"))
    assert "mail.example.org" in shown
    assert "sesame" not in shown


@pytest.mark.parametrize("sender", ["", "nobody", "Debt advice <nobody>", "a@b.example\r\nBcc: c@d.example"])
def test_refuses_a_sender_that_is_none(sender: str) -> None:
    with pytest.raises(FormatError):
        SmtpSender("smtp://mail.example.org", sender=sender)
