"""What happened to referrals."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReferralEvent(Event):
    """Something that happened to a referral."""

    entity: ClassVar[str] = "referral"


@dataclass(frozen=True, kw_only=True)
class ReferralDrafted(ReferralEvent):
    """A referral out was begun."""

    name: ClassVar[str] = "referral.drafted"


@dataclass(frozen=True, kw_only=True)
class ReferralUpdated(ReferralEvent):
    """A draft was changed."""

    name: ClassVar[str] = "referral.updated"


@dataclass(frozen=True, kw_only=True)
class ReferralSent(ReferralEvent):
    """A referral went out."""

    name: ClassVar[str] = "referral.sent"


@dataclass(frozen=True, kw_only=True)
class ReferralRenewed(ReferralEvent):
    """Its recipient is given a new link, and more time; the former one is good no more."""

    name: ClassVar[str] = "referral.renewed"


@dataclass(frozen=True, kw_only=True)
class ReferralReceived(ReferralEvent):
    """A referral came in."""

    name: ClassVar[str] = "referral.received"


@dataclass(frozen=True, kw_only=True)
class ReferralOpened(ReferralEvent):
    """The recipient looked at what was shared for the first time."""

    name: ClassVar[str] = "referral.opened"


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(ReferralEvent):
    """The client was taken on."""

    name: ClassVar[str] = "referral.accepted"


@dataclass(frozen=True, kw_only=True)
class ReferralRejected(ReferralEvent):
    """The client was not taken on."""

    name: ClassVar[str] = "referral.rejected"


@dataclass(frozen=True, kw_only=True)
class ReferralWithdrawn(ReferralEvent):
    """A referral was taken back."""

    name: ClassVar[str] = "referral.withdrawn"


@dataclass(frozen=True, kw_only=True)
class ReferralExpired(ReferralEvent):
    """No answer came in time."""

    name: ClassVar[str] = "referral.expired"


@dataclass(frozen=True, kw_only=True)
class ReferralCompleted(ReferralEvent):
    """What came of a referral is known."""

    name: ClassVar[str] = "referral.completed"


@dataclass(frozen=True, kw_only=True)
class ReferralSettled(ReferralEvent):
    """Nothing is left to carry out of a transfer: both centres' records say the same."""

    name: ClassVar[str] = "referral.settled"
