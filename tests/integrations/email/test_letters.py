"""What a letter may be, and the senders that need no server."""

import email
import stat
from datetime import UTC, datetime, timedelta
from email.policy import SMTPUTF8, default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core import clock
from cma_graphql.core.formats import FormatError
from cma_graphql.integrations.email.mailbox import MailboxSender
from cma_graphql.integrations.email.mime import compose, read_sender
from cma_graphql.integrations.email.null import NullSender
from cma_graphql.integrations.email.port import EmailNotSent, EmailSender, OutgoingEmail

NOW = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)
SENDER = "Debt advice <no-reply@centre.example.org>"


def a_letter(subject: str = "Hello", text: str = "Read me\n") -> OutgoingEmail:
    return OutgoingEmail(to="anna@example.org", subject=subject, text=text)


@pytest.mark.parametrize(
    ("to", "subject", "text", "html", "headers"),
    [
        ("", "Hello", "", None, {}),
        ("anna", "Hello", "", None, {}),
        ("anna@example.org\r\nBcc: eve@example.org", "Hello", "", None, {}),
        ("anna@example.org\n", "Hello", "", None, {}),
        ("anna@example.org, eve@example.org", "Hello", "", None, {}),
        ("Anna <anna@example.org>", "Hello", "", None, {}),
        ("anna@example.org", "", "", None, {}),
        ("anna@example.org", "Hello\r\nBcc: eve@example.org", "", None, {}),
        ("anna@example.org", "Hello\nthere", "", None, {}),
        ("anna@example.org", "Hello\x00", "", None, {}),
        ("anna@example.org", "x" * 201, "", None, {}),
        ("anna@example.org", "Hello", "a\x00", None, {}),
        ("anna@example.org", "Hello", "a\ud800", None, {}),
        ("anna@example.org", "Hello", "", "<p>\x00</p>", {}),
        ("anna@example.org", "Hello", "", None, {"X-Kind": "a\r\nBcc: eve@example.org"}),
        ("anna@example.org", "Hello", "", None, {"X-Kind": "a\n"}),
        ("anna@example.org", "Hello", "", None, {"X-Kind": ""}),
        ("anna@example.org", "Hello", "", None, {"X-Kind:": "a"}),
        ("anna@example.org", "Hello", "", None, {"X Kind": "a"}),
        ("anna@example.org", "Hello", "", None, {"X-Kind\r\nBcc": "eve@example.org"}),
        ("anna@example.org", "Hello", "", None, {"": "a"}),
        ("anna@example.org", "Hello", "", None, {"Bcc": "eve@example.org"}),
        ("anna@example.org", "Hello", "", None, {"cc": "eve@example.org"}),
        ("anna@example.org", "Hello", "", None, {"FROM": "eve@example.org"}),
        ("anna@example.org", "Hello", "", None, {"Content-Type": "text/html"}),
    ],
)
def test_a_letter_cannot_hide_another(
    to: str, subject: str, text: str, html: str | None, headers: dict[str, str]
) -> None:
    with pytest.raises(FormatError):
        OutgoingEmail(to=to, subject=subject, text=text, html=html, headers=headers)


def test_a_letter_shows_nothing_of_itself() -> None:
    letter = OutgoingEmail(to="anna@example.org", subject="Secret", text="Link", html="Link", headers={"X-A": "Link"})
    assert repr(letter) == "OutgoingEmail()"


@given(st.emails(), st.text(max_size=200), st.text(max_size=300), st.text(max_size=80))
def test_what_is_accepted_is_composed_as_it_is(to: str, subject: str, text: str, value: str) -> None:
    try:
        letter = OutgoingEmail(to=to, subject=subject, text=text, headers={"X-Kind": value})
    except FormatError:
        return
    content = compose(letter, sender=read_sender(SENDER), at=NOW).as_bytes()
    message = email.message_from_bytes(content, policy=default)
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Kind",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
    assert content.isascii()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("no-reply@example.org", "no-reply@example.org"),
        (" <no-reply@example.org> ", "no-reply@example.org"),
        ('"Advice, Leeds" <no-reply@example.org>', '"Advice, Leeds" <no-reply@example.org>'),
        ("Beratung Köln <no-reply@köln.example>", "Beratung Köln <no-reply@xn--kln-sna.example>"),
    ],
)
def test_reads_who_letters_are_from(text: str, written: str) -> None:
    assert str(read_sender(text)) == written


async def test_the_null_sender_keeps_letters_in_their_order() -> None:
    sender = NullSender()
    port: EmailSender = sender
    await port.send(a_letter("One"))
    await port.send(a_letter("Two"))
    assert [letter.subject for letter in sender.sent] == ["One", "Two"]


async def test_the_mailbox_writes_letters_that_can_be_read(tmp_path: Path) -> None:
    sender = MailboxSender(tmp_path / "data" / "mail", sender=SENDER)
    port: EmailSender = sender
    for subject, after in (("One", 0), ("Two, später", 1), ("Three", 2)):
        with clock.stopped(NOW + timedelta(seconds=after)):
            await port.send(a_letter(subject))
    letters = sender.letters()
    messages = [email.message_from_bytes(letter.read_bytes(), policy=default) for letter in letters]
    assert [message["Subject"] for message in messages] == ["Three", "Two, später", "One"]
    assert messages[0].get_content().splitlines() == ["Read me"]
    assert messages[0]["To"] == "anna@example.org"
    assert letters[0].name.startswith("20260301T093002.250000Z-")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (*letters, tmp_path / "data" / "mail")] == [0o600] * 3 + [
        0o700
    ]
    assert len([*(tmp_path / "data" / "mail").iterdir()]) == 3


async def test_the_mailbox_takes_foreign_addresses(tmp_path: Path) -> None:
    sender = MailboxSender(tmp_path, sender=SENDER)
    await sender.send(OutgoingEmail(to="josé@example.org", subject="Hello", text="Hello"))
    message = email.message_from_bytes(sender.letters()[0].read_bytes(), policy=SMTPUTF8)
    assert str(message["To"]) == "josé@example.org"


async def test_a_mailbox_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a folder")
    with pytest.raises(EmailNotSent) as failure:
        await MailboxSender(tmp_path / "mail", sender=SENDER).send(a_letter())
    assert failure.value.reason == "the mailbox folder cannot be written (FileExistsError)"
    assert not failure.value.permanent
