"""Writes letters into a folder, for development: open one in any mail program."""

import asyncio
import os
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.integrations.email.mime import compose, read_sender
from cma_graphql.integrations.email.port import EmailNotSent, OutgoingEmail


class MailboxSender:
    """Keeps each letter as an .eml file, readable by this user alone: letters hold one-time links."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = read_sender(sender)

    async def send(self, message: OutgoingEmail) -> None:
        """Write a letter, whole or not at all. Raises EmailNotSent."""
        at = clock.now()
        composed = compose(message, sender=self._sender, at=at)
        policy = SMTP if composed["To"].isascii() else SMTPUTF8
        name = f"{at:%Y%m%dT%H%M%S.%fZ}-{new_id().hex}.eml"
        try:
            await asyncio.to_thread(self._write, name, composed.as_bytes(policy=policy))
        except OSError as error:
            raise EmailNotSent(f"the mailbox folder cannot be written ({type(error).__name__})") from error

    def letters(self) -> list[Path]:
        """List the letters, the newest first: names begin with the instant of sending."""
        return sorted(self._folder.glob("*.eml"), reverse=True)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(self._folder / name)
