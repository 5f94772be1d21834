"""Turns a letter into the message that mail servers carry (RFC 5322)."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from cma_graphql.core.formats.email import ascii_email, normalise_email
from cma_graphql.core.ids import new_id
from cma_graphql.integrations.email.port import OutgoingEmail

_NAMED = re.compile(r"([^<>\r\n]*)<([^<>]*)>")


def read_sender(text: str) -> Address:
    """Read who letters are from: `name@example.org` or `Debt advice <name@example.org>`. Raises FormatError."""
    named = _NAMED.fullmatch(text.strip())
    name, address = (named[1].strip(' "'), named[2]) if named else ("", text)
    return _address(address, name)


def compose(message: OutgoingEmail, *, sender: Address, at: datetime) -> EmailMessage:
    """Compose the message, marked as written by a machine so that holiday notices do not answer it (RFC 3834)."""
    composed = EmailMessage(policy=SMTP)
    composed["From"] = sender
    composed["To"] = _address(message.to)
    composed["Subject"] = message.subject.strip()
    composed["Date"] = at
    composed["Message-ID"] = f"<{new_id().hex}@{sender.domain}>"
    composed["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers.items():
        composed[name] = value.strip()
    # Quoted-printable passes servers that take seven bits only, and needs no second encoding.
    composed.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        composed.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return composed


def _address(text: str, name: str = "") -> Address:
    local_part, _, domain = ascii_email(normalise_email(text)).rpartition("@")
    return Address(display_name=name, username=local_part, domain=domain)
