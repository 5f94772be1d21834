"""Keeps letters in memory, for tests."""

from cma_graphql.integrations.email.port import OutgoingEmail


class NullSender:
    """Sends nothing; `sent` holds the letters in their order."""

    def __init__(self) -> None:
        self.sent: list[OutgoingEmail] = []

    async def send(self, message: OutgoingEmail) -> None:
        """Keep a letter."""
        self.sent.append(message)
