"""What a service may refuse with: one class per kind of refusal, each with its stable code.

DomainError
├── NotFound             no such record within the actor's sight
├── Forbidden            a visible record, an act the actor may not do
├── Invalid              one input field breaks one rule
├── InvalidInput         several of them at once
├── Conflict             the record has moved on since it was read
├── SlotTaken            somebody has another appointment at that time
├── TransitionRefused    the state machine knows no such step from here
├── ApprovalRequired     the actor may propose this, not do it
├── LimitReached         a bound of the product is met
│   └── CapacityReached  of what one person carries
├── InvalidCredentials   an e-mail address and a password that do not open anything
├── SessionEnded         a refresh token that is good for nothing any more
├── Unauthenticated      no valid sign-in
└── Unavailable          a server that we depend on does not answer
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

Parameter = str | int | bool | Sequence[str]


class DomainError(Exception):
    """A refusal that is the caller's to read. `code` is stable and listed in docs/errors.md."""

    code: str = "REFUSED"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])

    @property
    def message(self) -> str:
        """The sentence for a person."""
        return str(self.args[0])


class NotFound(DomainError):
    """There is no such record."""

    code = "NOT_FOUND"

    def __init__(self, field: str | None = None) -> None:
        super().__init__()
        self.field = field


class Forbidden(DomainError):
    """You may not do this."""

    code = "FORBIDDEN"

    def __init__(self, permission: str, message: str | None = None) -> None:
        super().__init__(message or f"This needs the permission {permission}, which you do not have here.")
        self.permission = permission


class Invalid(DomainError):
    """A value breaks a rule."""

    code = "INVALID"

    def __init__(self, field: str, rule: str, message: str, **params: Parameter) -> None:
        super().__init__(message)
        self.field = field
        self.rule = rule
        self.params: Mapping[str, Parameter] = params


class InvalidInput(DomainError):
    """Several values break rules."""

    code = "INVALID"

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


class Conflict(DomainError):
    """The record has changed since you read it. Read it again, then repeat your change."""

    code = "CONFLICT"

    def __init__(self, *, table: str, record_id: UUID, current_version: int, centre_id: UUID | None = None) -> None:
        super().__init__()
        self.table = table
        self.centre_id = centre_id
        """Whose record it is; None: the actor's own centre's."""
        self.record_id = record_id
        self.current_version = current_version


class SlotTaken(DomainError):
    """One of the two has another appointment at that time."""

    code = "SLOT_TAKEN"

    def __init__(
        self, *, field: str, whose: str, table: str, record_id: UUID, alternatives: Sequence[datetime]
    ) -> None:
        super().__init__(f"The {whose.lower()} has another appointment at that time.")
        self.field = field
        self.whose = whose
        self.table = table
        self.record_id = record_id
        self.alternatives = tuple(alternatives)
        """Instants at which it would do, the first first."""


class TransitionRefused(DomainError):
    """The record cannot go from its state to that one."""

    code = "TRANSITION_REFUSED"

    def __init__(self, *, source: str, target: str, allowed: Sequence[str]) -> None:
        instead = f" It can become {' or '.join(allowed)}." if allowed else ""
        super().__init__(f"A record that is {source} cannot become {target}.{instead}")
        self.source = source
        self.target = target
        self.allowed = tuple(allowed)


class ApprovalRequired(DomainError):
    """You may propose this; someone with the right to approve it has to do it."""

    code = "APPROVAL_REQUIRED"

    def __init__(self, permission: str, message: str | None = None, *, propose_by: str | None = None) -> None:
        super().__init__(message)
        self.permission = permission
        self.propose_by = propose_by
        """The mutation that asks for the approval; None where there is none."""


class LimitReached(DomainError):
    """A limit is reached."""

    code = "LIMIT_REACHED"

    def __init__(self, limit: str, maximum: int, message: str | None = None, *, retry_after: int = 0) -> None:
        super().__init__(message or f"The limit {limit} of {maximum} is reached.")
        self.limit = limit
        self.maximum = maximum
        self.retry_after = retry_after
        """Seconds after which it may be tried again; 0 where waiting does not help."""


class CapacityReached(LimitReached):
    """Somebody cannot take on so much more."""

    def __init__(self, maximum: int, *, load: int, added: int, with_room: Sequence[UUID], message: str) -> None:
        super().__init__("advisor-capacity", maximum, message)
        self.load = load
        """What the person carries already, in points."""
        self.added = added
        """What would come to it."""
        self.with_room = tuple(with_room)
        """Who could take it on, by membership, least loaded first."""


class InvalidCredentials(DomainError):
    """This e-mail address and this password do not open anything here."""

    code = "INVALID_CREDENTIALS"


class SessionEnded(DomainError):
    """You are not signed in, or your sign-in has ended."""

    code = "UNAUTHENTICATED"


class Unauthenticated(DomainError):
    """You are not signed in, or your sign-in has ended."""

    code = "UNAUTHENTICATED"


class Unavailable(DomainError):
    """A server that this answer needs does not respond. Try again in a moment."""

    code = "UNAVAILABLE"


class DeadlineExceeded(DomainError):
    """The operation took longer than it may."""

    code = "DEADLINE_EXCEEDED"


class AlreadyExists(DomainError):
    """Another record holds a value that has to be unique here. Services say which field it is."""

    code = "INVALID"


class Overlaps(DomainError):
    """Another record takes some of the same time. Services say which field it is."""

    code = "INVALID"
