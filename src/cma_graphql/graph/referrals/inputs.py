"""How referrals are filtered, and what their mutations are given."""

from datetime import date
from typing import Annotated, Any

import strawberry

from cma_graphql.domain.referrals.details import OtherSide
from cma_graphql.graph.clients.inputs import (
    ADDRESS_LINE1,
    ADDRESS_LINE2,
    CITY,
    DATE_OF_BIRTH,
    EMAIL,
    FIRST_NAME,
    INTERPRETER_NEEDED,
    LAST_NAME,
    NATIONAL_INSURANCE_NUMBER,
    PHONE_PRIMARY,
    PHONE_SECONDARY,
    POSTCODE,
    PREFERRED_LANGUAGE,
    SAFE_CONTACT_NOTE,
    TITLE,
)
from cma_graphql.graph.referrals.enums import (
    OrganisationKind,
    ReferralDirection,
    ReferralEventName,
    ReferralOutcome,
    ReferralParty,
    ReferralState,
    ReferralUrgency,
    SharedCategory,
)
from cma_graphql.graph.writing import MutationInput

_EXPECTED = "The `version` that you read; another one is a conflict."
_REASON = "Why the client is handed over; at most 2,000 characters. The recipient reads it."
_CATEGORIES = "What of the client's data is shared: at least one category, and nothing beyond those."
_HANDS_OVER = "`false`: the work on the case goes on beside it. A transfer always takes the case over."


@strawberry.input(description="Which referrals: every condition given has to hold; values in a list are alternatives.")
class ReferralFilter:
    """Conditions on referrals."""

    direction: list[ReferralDirection] | None = strawberry.field(default=None, description="Out or in.")
    party: list[ReferralParty] | None = strawberry.field(default=None, description="With one of these.")
    state: list[ReferralState] | None = strawberry.field(default=None, description="In one of these states.")
    urgency: list[ReferralUrgency] | None = strawberry.field(default=None, description="As urgent as one of these.")


ReferralFilterArgument = Annotated[ReferralFilter | None, strawberry.argument(description="Which referrals.")]


def referral_filters(given: ReferralFilter | None) -> dict[str, object]:
    """Answer the listing's conditions."""
    if given is None:
        return {}
    names = ("direction", "party", "state", "urgency")
    return {name: [value.value for value in values] for name in names if (values := getattr(given, name)) is not None}


@strawberry.input(description="Which events of referrals to tell: every condition given has to hold.")
class ReferralEventFilter:
    """Conditions on events."""

    names: list[ReferralEventName] | None = strawberry.field(
        default=None, description="Being one of these. That a referral has left the viewer's sight is always told."
    )


ReferralEventFilterArgument = Annotated[ReferralEventFilter | None, strawberry.argument(description="Which events.")]


@strawberry.input(description="An organisation outside the network.")
class ReferralOrganisationInput:
    """An organisation."""

    name: str = strawberry.field(description="What it is called; at most 200 characters.")
    kind: OrganisationKind = strawberry.field(description="What it does.")
    contact_name: str | None = strawberry.field(default=None, description="Whom to ask for there.")
    contact_email: str | None = strawberry.field(default=None, description="Their e-mail address.")
    contact_phone: str | None = strawberry.field(default=None, description="Their telephone.")

    def told(self) -> OtherSide:
        """Answer it as the domain takes it."""
        return OtherSide(
            name=self.name,
            kind=self.kind,
            contact_name=self.contact_name,
            contact_email=self.contact_email,
            contact_phone=self.contact_phone,
        )


@strawberry.input(
    description="Whom a client is handed to: an organisation, or a centre of the network; exactly one of the two."
)
class ReferralRecipientInput:
    """One recipient."""

    organisation: ReferralOrganisationInput | None = strawberry.field(
        default=None, description="An organisation outside the network."
    )
    centre_code: str | None = strawberry.field(
        default=None, description="The code of another centre: the case is transferred to it."
    )


@strawberry.input(description="A referral to begin.")
class ReferralDraftInput(MutationInput):
    """A draft."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    recipient: ReferralRecipientInput = strawberry.field(description="Whom it is handed to.")
    reason: str = strawberry.field(description=_REASON)
    categories: list[SharedCategory] = strawberry.field(description=_CATEGORIES)
    urgency: ReferralUrgency = strawberry.field(
        default=ReferralUrgency.ROUTINE, description="How soon the other side is needed."
    )
    hands_over: bool = strawberry.field(default=True, description=_HANDS_OVER)


@strawberry.input(description="A referral, as you last read it.")
class ReferralInput(MutationInput):
    """The part that inputs about one referral share."""

    id: strawberry.ID = strawberry.field(description="The referral.")
    expected_version: int = strawberry.field(description=_EXPECTED)


@strawberry.input(description="What a draft is to say.")
class ReferralUpdateInput(ReferralInput):
    """A draft, said anew."""

    reason: str = strawberry.field(description=_REASON)
    categories: list[SharedCategory] = strawberry.field(description=_CATEGORIES)
    urgency: ReferralUrgency = strawberry.field(description="How soon the other side is needed.")
    hands_over: bool = strawberry.field(default=True, description=_HANDS_OVER)
    organisation: ReferralOrganisationInput | None = strawberry.field(
        default=None, description="Another organisation, or the same described anew; left out: it stays."
    )


@strawberry.input(description="A draft to send.")
class ReferralSendInput(ReferralInput):
    """A draft."""


@strawberry.input(description="A referral whose recipient needs a new link.")
class ReferralRenewLinkInput(ReferralInput):
    """A referral."""


@strawberry.input(description="A referral to take back.")
class ReferralWithdrawInput(ReferralInput):
    """A referral."""

    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="An acceptance that came by other means than the link.")
class ReferralRecordAcceptanceInput(ReferralInput):
    """An acceptance."""

    note: str | None = strawberry.field(default=None, description="What was said with it.")


@strawberry.input(description="A rejection that came by other means than the link.")
class ReferralRecordRejectionInput(ReferralInput):
    """A rejection."""

    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="What came of a referral.")
class ReferralCompleteInput(ReferralInput):
    """An outcome."""

    outcome: ReferralOutcome = strawberry.field(description="What it came to.")
    note: str | None = strawberry.field(default=None, description="What else there is to say.")


@strawberry.input(description="Somebody who is handed in, described like a client, of whom nothing is recorded yet.")
class ReferralPersonInput:
    """A person."""

    first_name: str = strawberry.field(description=FIRST_NAME)
    last_name: str = strawberry.field(description=LAST_NAME)
    title: str | None = strawberry.field(default=None, description=TITLE)
    date_of_birth: date | None = strawberry.field(default=None, description=DATE_OF_BIRTH)
    national_insurance_number: str | None = strawberry.field(default=None, description=NATIONAL_INSURANCE_NUMBER)
    safe_contact_note: str | None = strawberry.field(default=None, description=SAFE_CONTACT_NOTE)
    phone_primary: str | None = strawberry.field(default=None, description=PHONE_PRIMARY)
    phone_secondary: str | None = strawberry.field(default=None, description=PHONE_SECONDARY)
    email: str | None = strawberry.field(default=None, description=EMAIL)
    address_line1: str | None = strawberry.field(default=None, description=ADDRESS_LINE1)
    address_line2: str | None = strawberry.field(default=None, description=ADDRESS_LINE2)
    city: str | None = strawberry.field(default=None, description=CITY)
    postcode: str | None = strawberry.field(default=None, description=POSTCODE)
    preferred_language: str | None = strawberry.field(default=None, description=PREFERRED_LANGUAGE)
    interpreter_needed: bool | None = strawberry.field(default=None, description=INTERPRETER_NEEDED)

    def told(self) -> Any:
        """Answer the details that are stated."""
        return {name: value for name, value in vars(self).items() if value is not None}


@strawberry.input(description="A referral that came in from an organisation.")
class ReferralReceiveInput(MutationInput):
    """An intake."""

    source: ReferralOrganisationInput = strawberry.field(description="Who hands the person in.")
    person: ReferralPersonInput = strawberry.field(description="Who is handed in.")
    reason: str = strawberry.field(description="Why, in up to 2,000 characters.")
    consent_note: str = strawberry.field(description="What the organisation says of the person's consent.")
    urgency: ReferralUrgency = strawberry.field(default=ReferralUrgency.ROUTINE, description="How soon help is needed.")
    received_on: date | None = strawberry.field(default=None, description="The day it came in: today unless said.")
    notes: str | None = strawberry.field(
        default=None, description="What else the organisation says: at most 1,000 characters."
    )
    other_reference: str | None = strawberry.field(default=None, description="What the organisation calls it.")


@strawberry.input(description="Somebody who was handed in and is taken on.")
class ReferralAdmitInput(ReferralInput):
    """An admission."""

    case_type_id: strawberry.ID = strawberry.field(description="What kind of case is opened.")
    title: str = strawberry.field(description="What the case is called.")
    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client whom the centre knows already; left out: a new one is recorded."
    )
    accept_possible_duplicate: bool = strawberry.field(
        default=False,
        description="`true` records a new client although the centre may know the person already: say so once "
        "somebody has looked.",
    )
    advisor_id: strawberry.ID | None = strawberry.field(default=None, description="Who advises, as in `caseOpen`.")
    unassigned: bool = strawberry.field(default=False, description="`true`: nobody yet, as in `caseOpen`.")


@strawberry.input(description="Somebody who was handed in and is not taken on.")
class ReferralDeclineInput(ReferralInput):
    """A refusal."""

    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="A transfer to offer to the centre that its draft names.")
class TransferOfferInput(ReferralInput):
    """A draft."""


@strawberry.input(description="An offer of another centre, to accept.")
class TransferAcceptInput(ReferralInput):
    """An acceptance."""

    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client of this centre who is the same person; left out: a new one is recorded."
    )
    accept_possible_duplicate: bool = strawberry.field(
        default=False,
        description="`true` records a new client although the centre may know the person already: say so once "
        "somebody has looked.",
    )


@strawberry.input(description="An offer of another centre, to reject.")
class TransferRejectInput(ReferralInput):
    """A rejection."""

    reason: str = strawberry.field(description="Why; the other centre reads it.")


_TOKEN = "The token of the link."  # noqa: S105 - a description


@strawberry.input(description="A link to open.")
class ReferralOpenInput:
    """A link."""

    token: str = strawberry.field(description=_TOKEN)


@strawberry.input(description="A link by which a client is taken on.")
class ReferralLinkAcceptInput:
    """An acceptance."""

    token: str = strawberry.field(description=_TOKEN)
    note: str | None = strawberry.field(default=None, description="What there is to say: at most 1,000 characters.")


@strawberry.input(description="A link by which a client is refused.")
class ReferralLinkRejectInput:
    """A rejection."""

    token: str = strawberry.field(description=_TOKEN)
    reason: str = strawberry.field(description="Why: at most 2,000 characters.")
