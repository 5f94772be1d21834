"""Referrals, and what is shared by them, as the schema shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import ClassVar, Self
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.referrals import policy, selectors
from cma_graphql.domain.referrals.answering import Offer
from cma_graphql.domain.referrals.shared import Section, read_sections
from cma_graphql.domain.referrals.transitions import following
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.referrals.enums import (
    AnsweredThrough,
    OrganisationKind,
    ReferralDirection,
    ReferralOutcome,
    ReferralParty,
    ReferralState,
    ReferralUrgency,
    SharedCategory,
)
from cma_graphql.graph.refs import CaseRef, ClientRef, MembershipRef
from cma_graphql.graph.visible import sensitive


@strawberry.type(description="One thing that is shared.")
class SharedEntry:
    """One entry."""

    key: str = strawberry.field(description="What it is, for programs: `first_name`, `debt`.")
    label: str = strawberry.field(description="What it is, for people.")
    value: str = strawberry.field(description="What is said of it.")


@strawberry.type(description="What is shared of one category; without entries, nothing is known of it.")
class SharedSection:
    """One category's entries."""

    category: SharedCategory = strawberry.field(description="The category.")
    entries: list[SharedEntry] = strawberry.field(description="What is shared.")

    @classmethod
    def all_of(cls, sections: Iterable[Section]) -> list[Self]:
        """Make them of what the domain gathered."""
        return [
            cls(
                category=section.category,
                entries=[SharedEntry(key=one.key, label=one.label, value=one.value) for one in section.entries],
            )
            for section in sections
        ]


def _sections(text: str) -> list[SharedSection]:
    return SharedSection.all_of(read_sections(text))


@strawberry.type(
    description="What the viewer may do with a referral, by right; `allowedStates` tells what its state permits."
)
class ReferralViewerCan:
    """The viewer's rights over one referral."""

    edit: bool = strawberry.field(description="Say anew what a draft asks, and take a draft back.")
    send: bool = strawberry.field(
        description="Send it, give its recipient a new link, take it back, write down its answer. A transfer is a "
        "manager's to offer and take back."
    )
    decide: bool = strawberry.field(
        description="Admit or decline whom somebody handed in; accept or reject another centre's offer."
    )
    complete: bool = strawberry.field(description="Write down what came of it.")


@node_type(table="referrals", load=selectors.referrals_by_id, requires=Permission.CASE_READ)
@strawberry.type(
    description="A client handed to somebody else, or in by somebody else. Of a transfer between centres each of the "
    "two has a record of its own."
)
class Referral(Node):
    """One hand-over."""

    prefix: ClassVar[str] = "referral"
    client_column: ClassVar[str | None] = "client_id"

    direction: ReferralDirection = strawberry.field(description="Whether the client is handed out or in.")
    party: ReferralParty = strawberry.field(description="Who stands at the other end.")
    state: ReferralState = strawberry.field(description="Where it stands.")
    organisation_name: str = strawberry.field(description="The organisation, or centre, at the other end.")
    organisation_kind: OrganisationKind = strawberry.field(description="What it does.")
    contact_name: str | None = strawberry.field(description="Whom to ask for there.")
    contact_email: str | None = strawberry.field(description="Their e-mail address.")
    contact_phone: str | None = strawberry.field(description="Their telephone.")
    other_reference: str | None = strawberry.field(
        description="What it is called there; of a transfer, the number of the case at the other centre."
    )
    reason: str = strawberry.field(description="Why the client is handed over.")
    urgency: ReferralUrgency = strawberry.field(description="How soon the other side is needed.")
    shared_categories: list[SharedCategory] = strawberry.field(description="What is shared, as it was chosen.")
    hands_over: bool = strawberry.field(
        description="Whether the case is referred by it; otherwise the work on the case goes on."
    )
    consent_note: str | None = strawberry.field(
        description="What the other side says of the client's consent, where it came in."
    )
    received_on: date | None = strawberry.field(description="The day on which it came in.")
    sent_at: datetime | None = strawberry.field(description="When it went out.")
    expires_at: datetime | None = strawberry.field(description="By when an answer is needed.")
    opened_at: datetime | None = strawberry.field(description="When the recipient first looked at what was shared.")
    answered_at: datetime | None = strawberry.field(description="When it was answered.")
    answered_through: AnsweredThrough | None = strawberry.field(description="How the answer came.")
    answer_note: str | None = strawberry.field(
        description="Why it was rejected or withdrawn; what was said with an acceptance."
    )
    ended_at: datetime | None = strawberry.field(description="When it came to its end.")
    outcome: ReferralOutcome | None = strawberry.field(description="What came of it.")
    outcome_note: str | None = strawberry.field(description="What else there is to say of that.")
    settled_at: datetime | None = strawberry.field(
        description="Of a transfer: when nothing was left to carry out at either centre."
    )
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID | None]
    sent_by_id: strawberry.Private[UUID | None]
    answered_by_id: strawberry.Private[UUID | None]
    sealed_shared: strawberry.Private[bytes | None]

    shared_data = sensitive(
        column="shared",
        table="referrals",
        permission=Permission.CLIENT_READ_IDENTITY,
        own=selectors.own_referral_ids,
        description="What the other side was shown, or handed in: the minimum data set. Null for a draft: "
        "`referralPreview` tells what it would share.",
        convert=_sections,
        kind=list[SharedSection],
        size=5,
    )

    @strawberry.field(description="The states that may follow its present one, whoever takes it there.")
    def allowed_states(self) -> list[ReferralState]:
        """Read the table of steps."""
        return list(following(self))

    @relation(description="What the viewer may do with it.")
    async def viewer_can(referrals: list["Referral"], info: Info) -> list[ReferralViewerCan]:
        """Answer the viewer's rights over each referral."""
        facts = [
            policy.ReferralFacts(direction=each.direction, party=each.party, case_id=each.case_id) for each in referrals
        ]
        rights = await policy.rights_over(info.context.reader, facts)
        return [ReferralViewerCan(**asdict(right)) for right in rights]

    @relation(description="The case; null where it came in and was not admitted.", reads=())
    async def case(referrals: list["Referral"], info: Info) -> list[CaseRef | None]:
        """Answer each referral's case."""
        return await selectors.cases_by_optional_id(reader_for(info), [referral.case_id for referral in referrals])

    @relation(description="The client, once there is one here.", requires=Permission.CLIENT_READ, reads=())
    async def client(referrals: list["Referral"], info: Info) -> list[ClientRef | None]:
        """Answer each referral's client."""
        return await selectors.clients_by_optional_id(reader_for(info), [referral.client_id for referral in referrals])

    @relation(description="Who sent it.", requires=Permission.USER_READ, reads=())
    async def sent_by(referrals: list["Referral"], info: Info) -> list[MembershipRef | None]:
        """Answer who sent each referral."""
        return await memberships_by_optional_id(reader_for(info), [referral.sent_by_id for referral in referrals])

    @relation(
        description="Who of this centre answered it, or wrote the answer down.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def answered_by(referrals: list["Referral"], info: Info) -> list[MembershipRef | None]:
        """Answer who answered each referral."""
        return await memberships_by_optional_id(reader_for(info), [referral.answered_by_id for referral in referrals])

    history = history_by("subject_id")


@strawberry.type(description="What a recipient sees by the link: who asks, for what, and the data that was chosen.")
class ReferralOffer:
    """One referral, as the other side sees it."""

    from_centre: str = strawberry.field(description="The centre that asks.")
    to_organisation: str = strawberry.field(description="Whom it asks.")
    reason: str = strawberry.field(description="Why the client is handed over.")
    urgency: ReferralUrgency = strawberry.field(description="How soon help is needed.")
    state: ReferralState = strawberry.field(description="Where it stands.")
    sent_at: datetime = strawberry.field(description="When it was sent.")
    expires_at: datetime = strawberry.field(description="By when an answer is needed.")
    sections: list[SharedSection] = strawberry.field(
        description="What is shared, and nothing else; nothing once it is rejected."
    )

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Make it of what the link shows."""
        return cls(
            from_centre=offer.from_centre,
            to_organisation=offer.to_organisation,
            reason=offer.reason,
            urgency=ReferralUrgency(offer.urgency),
            state=ReferralState(offer.state),
            sent_at=offer.sent_at,
            expires_at=offer.expires_at,
            sections=SharedSection.all_of(offer.sections),
        )
