"""What the product asks of e-mail: send one letter, or say that it was not sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.core.formats.text import one_line, refuse_unstorable

_LONGEST_SUBJECT = 200
_LONGEST_HEADER = 900
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
# Who it is from and to, and how it is encoded, is not for the writer of a letter to say.
_OWN_HEADERS = frozenset(
    {
        "auto-submitted",
        "bcc",
        "cc",
        "date",
        "from",
        "message-id",
        "mime-version",
        "received",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
    }
)
_BODY_CONTROLS = frozenset("\n\t\r")


class EmailNotSent(Exception):
    """A letter did not reach the mail server, or was not taken by it. Never says to whom it was.

    `permanent`: this letter will not be taken another time either; else it may be tried again.
    """

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """A letter to one person. Raises FormatError where an address or header is not one, or hides another.

    Its contents stay out of its repr: they hold names, addresses and one-time links.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        refuse_unstorable(self.to)
        normalise_email(self.to)
        one_line(self.subject, max_length=_LONGEST_SUBJECT)
        for body in (self.text, self.html):
            refuse_unstorable(body or "", allowed_controls=_BODY_CONTROLS)
        for name, value in self.headers.items():
            lowered = name.casefold()
            if not _HEADER_NAME.fullmatch(name) or lowered in _OWN_HEADERS or lowered.startswith("content-"):
                raise FormatError("header", "A letter cannot set a header of this name.")
            one_line(value, max_length=_LONGEST_HEADER)
            refuse_unstorable(value)


class EmailSender(Protocol):
    """Somebody who carries letters."""

    async def send(self, message: OutgoingEmail) -> None:
        """Hand a letter over. Raises EmailNotSent. Call it outside every transaction."""
        ...
