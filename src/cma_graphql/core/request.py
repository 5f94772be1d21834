"""What is known of a request before anybody has read its operation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Who calls, from where, and by when the answer is due."""

    request_id: str
    remote_address: str
    user_agent: str
    authorization: str | None
    """The Authorization header as it came, or None."""
    deadline_ms: int
    """Milliseconds that the whole operation may take; its SQL is bounded by the same figure."""
