"""What signing in works with, put together once by the application; and how its other parts use it."""

import asyncio
import ipaddress
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.core.access_tokens import AccessTokens
from cma_graphql.core.errors import LimitReached
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.ids import PLATFORM_CENTRE, SYSTEM_ACTOR
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.standing import Standings
from cma_graphql.integrations.email.port import EmailNotSent, EmailSender, OutgoingEmail
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.security_log import SecurityLog
from cma_graphql.persistence.throttle import Attempt, SlowDown, Throttle

REFRESH_LIFETIME = timedelta(hours=12)
"""How long a refresh token is good for; each exchange begins anew."""
SESSION_LIFETIME = timedelta(days=30)
"""How long a session lasts at most, however often it is renewed."""
REFRESH_GRACE = timedelta(seconds=20)
"""How long a used refresh token answers like the first time, for an answer lost on its way."""
INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(hours=1)

ACCOUNT_GUESSES = SlowDown("account", free=5, window=timedelta(minutes=15), longest=timedelta(minutes=5))
ADDRESS_GUESSES = SlowDown(
    # A whole office sits behind one address.
    "address",
    free=20,
    window=timedelta(minutes=15),
    longest=timedelta(minutes=5),
    cleared_by_success=False,
)
RESETS_OF_ACCOUNT = SlowDown("reset", free=3, window=timedelta(hours=1), longest=timedelta(hours=1))
RESETS_OF_ADDRESS = SlowDown("reset-address", free=20, window=timedelta(hours=1), longest=timedelta(minutes=15))
INVITATIONS_OF_PERSON = SlowDown("invitation", free=5, window=timedelta(hours=1), longest=timedelta(hours=1))

_MOST_WAITING = 500
"""Letters and other work for after the answer; what comes beyond is dropped, so that a flood fills no memory."""
_IPV6_NETWORK = 64
_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class SignIn:
    """The parts of signing in: one for the whole process."""

    database: Database
    keys: CentreKeys
    tokens: AccessTokens
    sender: EmailSender
    throttle: Throttle
    public_url: str
    """Where links in letters lead, without a slash at its end."""
    security: SecurityLog = field(init=False)
    standings: Standings = field(default_factory=Standings)
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.security = SecurityLog(self.database)

    # Work for after the answer

    def later(self, work: Coroutine[Any, Any, None], *, what: str) -> None:
        """Do something once the answer is on its way; what fails there is logged."""
        if len(self._waiting) >= _MOST_WAITING:
            work.close()
            _LOG.error("sign_in.dropped", what=what)
            return
        task = asyncio.create_task(self._watched(work, what))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _watched(self, work: Coroutine[Any, Any, None], what: str) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - nobody waits for this task: the log is where its failure goes
            _LOG.error("sign_in.failed_later", what=what, kind=type(error).__name__)

    async def settle(self) -> None:
        """Wait until everything for later is done: before the application closes, and in tests."""
        while self._waiting:
            await asyncio.gather(*self._waiting)

    async def post(self, actor: Actor, letter: OutgoingEmail, *, about: str) -> None:
        """Send a letter; where it is not taken, say so in the security log of the actor's centre."""
        try:
            await self.sender.send(letter)
        except EmailNotSent as refused:
            await self.security.note(
                actor, "letter.not_sent", {"about": about, "reason": refused.reason, "permanent": refused.permanent}
            )

    # Who it is about

    def email_digest(self, key: str) -> str:
        """Answer what stands for an e-mail key in logs and counters: keyed, so that nobody can guess it back."""
        return self.keys.vault.blind_index(PLATFORM_CENTRE, "sign_in.email", key).hex()[:32]

    def attempts_of(self, key: str, facts: RequestFacts) -> tuple[Attempt, Attempt]:
        """Answer what a guess at somebody's password counts for: their account, and the caller's address."""
        return (
            Attempt(ACCOUNT_GUESSES, self.email_digest(key)),
            Attempt(ADDRESS_GUESSES, self.address_digest(facts.remote_address)),
        )

    def address_digest(self, remote_address: str) -> str:
        """Answer what stands for a caller's address: of IPv6 the network, whose addresses cost nothing."""
        try:
            address = ipaddress.ip_address(remote_address)
        except ValueError:
            network = remote_address
        else:
            prefix = _IPV6_NETWORK if address.version == 6 else address.max_prefixlen  # noqa: PLR2004 - IPv6
            network = str(ipaddress.ip_network((address, prefix), strict=False))
        return self.keys.vault.blind_index(PLATFORM_CENTRE, "sign_in.address", network).hex()[:32]

    async def hold_back(self, actor: Actor, *attempts: Attempt) -> None:
        """Count an attempt, or raise LimitReached, saying when to try again. It is the same for unknown accounts."""
        wait = await self.throttle.begin(*attempts)
        if wait > 0:
            rule = attempts[0].rule
            await self.security.note(actor, "sign_in.slowed_down", {"rule": rule.name, "account": attempts[0].digest})
            raise LimitReached(
                "sign-in-attempts", rule.free, "Too many attempts. Wait a little, then try again.", retry_after=wait
            )


def read_email_key(text: str) -> str | None:
    """Answer the key under which an address is known; None for what is no address, and so is nobody's."""
    try:
        return email_key(normalise_email(text))
    except FormatError:
        return None


def person_of(
    facts: RequestFacts,
    *,
    centre_id: UUID = PLATFORM_CENTRE,
    user_id: UUID = SYSTEM_ACTOR,
    kind: ActorKind = ActorKind.ANONYMOUS,
    session_id: UUID | None = None,
) -> Actor:
    """Make the actor of something that happens before, or without, a session: it holds no permission."""
    return Actor(
        kind=kind,
        centre_id=centre_id,
        user_id=user_id,
        session_id=session_id,
        request_id=facts.request_id,
        remote_address=facts.remote_address,
        user_agent=facts.user_agent,
    )
