"""Handing clients to organisations."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.send_referral import renew_link, send_referral
from cma_graphql.domain.centres.by_code import named_centre_at_work
from cma_graphql.domain.referrals.details import Asked
from cma_graphql.domain.referrals.links import new_link_token
from cma_graphql.domain.referrals.rules import OtherCentre
from cma_graphql.domain.referrals.services.answers import complete_referral, record_acceptance, record_rejection
from cma_graphql.domain.referrals.services.drafts import draft_referral, update_referral, withdraw_referral
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.referrals.inputs import (
    ReferralCompleteInput,
    ReferralDraftInput,
    ReferralRecordAcceptanceInput,
    ReferralRecordRejectionInput,
    ReferralRenewLinkInput,
    ReferralSendInput,
    ReferralUpdateInput,
    ReferralWithdrawInput,
)
from cma_graphql.graph.referrals.mutations.answering import ReferralPayload, answer
from cma_graphql.graph.referrals.mutations.carrying import carried
from cma_graphql.graph.referrals.types import Referral
from cma_graphql.graph.writing import reread, write

_REFERRAL = strawberry.argument(description="The referral.")


@strawberry.type(description="The draft.")
class ReferralDraftPayload(ReferralPayload):
    """What referralDraft answers."""


@strawberry.type(description="The draft, as it says now.")
class ReferralUpdatePayload(ReferralPayload):
    """What referralUpdate answers."""


@strawberry.type(description="The referral, sent, with the token of its link.")
class ReferralSendPayload(ReferralPayload):
    """What referralSend answers."""

    token: str | None = strawberry.field(
        default=None,
        description="What opens the link, for the recipient alone: shown this once. Null in a repetition.",
    )


@strawberry.type(description="The referral, waiting again, with the token of its new link.")
class ReferralRenewLinkPayload(ReferralPayload):
    """What referralRenewLink answers."""

    token: str | None = strawberry.field(
        default=None,
        description="What opens the new link, for the recipient alone: shown this once. Null in a repetition.",
    )


@strawberry.type(description="The referral, taken back.")
class ReferralWithdrawPayload(ReferralPayload):
    """What referralWithdraw answers."""


@strawberry.type(description="The referral, accepted.")
class ReferralRecordAcceptancePayload(ReferralPayload):
    """What referralRecordAcceptance answers."""


@strawberry.type(description="The referral, rejected.")
class ReferralRecordRejectionPayload(ReferralPayload):
    """What referralRecordRejection answers."""


@strawberry.type(description="The referral, with its outcome.")
class ReferralCompletePayload(ReferralPayload):
    """What referralComplete answers."""


async def _centre(info: Info, code: str) -> OtherCentre:
    """Find another centre by its code, which the network publishes, before the unit of work begins."""
    key, name = await named_centre_at_work(
        info.context.database, code, request_id=info.context.facts.request_id, field="recipient.centre_code"
    )
    return OtherCentre(id=key, name=name)


@strawberry.type
class OutgoingReferralMutations:
    """How clients are handed out."""

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Begin to hand a case's client to an organisation, or the case to another centre. Nobody is told "
        "before it is sent: a trainee's draft is a proposal.",
    )
    async def referral_draft(
        self, info: Info, input: Annotated[ReferralDraftInput, strawberry.argument(description="The draft.")]
    ) -> ReferralDraftPayload:
        """Begin a referral."""
        info.context.require(Permission.CASE_UPDATE)
        organisation, code = input.recipient.organisation, input.recipient.centre_code
        case_id = read_id("case", input.case_id, field="case_id")
        await info.context.end_reading()
        outcome = await write(
            info,
            draft_referral,
            input,
            case_id=case_id,
            asked=Asked(
                reason=input.reason,
                urgency=input.urgency,
                categories=input.categories,
                hands_over=input.hands_over,
            ),
            organisation=None if organisation is None else organisation.told(),
            centre=None if code is None else await _centre(info, code),
        )
        referral = await reread(info, Referral, outcome.subject_ids[0])
        return ReferralDraftPayload(referral=referral, replayed=outcome.replayed)

    @mutation(requires=Permission.CASE_UPDATE, description="Say anew what a draft asks, and what it shares.")
    async def referral_update(
        self, info: Info, input: Annotated[ReferralUpdateInput, strawberry.argument(description="The draft.")]
    ) -> ReferralUpdatePayload:
        """Change a draft."""
        return await answer(
            info,
            ReferralUpdatePayload,
            update_referral,
            input,
            asked=Asked(
                reason=input.reason,
                urgency=input.urgency,
                categories=input.categories,
                hands_over=input.hands_over,
            ),
            organisation=None if input.organisation is None else input.organisation.told(),
        )

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Send a draft to its organisation: what it shares is kept as it is now, and a link is made, good "
        "for 14 days and one answer. The client has consented to referral. A case that is handed over becomes "
        "REFERRED. Trainees propose it.",
    )
    async def referral_send(self, info: Info, input: Annotated[ReferralSendInput, _REFERRAL]) -> ReferralSendPayload:
        """Send a referral."""
        token = new_link_token(info.context.actor.centre_id)
        payload = await answer(info, ReferralSendPayload, send_referral, input, token=token)
        payload.token = None if payload.replayed else token
        return payload

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Give the recipient a new link, good for 14 days and one answer; the former one is good no more. "
        "For a referral to an organisation that waits for its answer, or that nobody answered in time. What is shared "
        "stays as it was sent, and the client has consented to referral still. Trainees propose it.",
    )
    async def referral_renew_link(
        self, info: Info, input: Annotated[ReferralRenewLinkInput, _REFERRAL]
    ) -> ReferralRenewLinkPayload:
        """Renew a link."""
        token = new_link_token(info.context.actor.centre_id)
        payload = await answer(info, ReferralRenewLinkPayload, renew_link, input, token=token)
        payload.token = None if payload.replayed else token
        return payload

    @mutation(
        requires=Permission.CASE_UPDATE,
        description="Take a referral back: a draft, one that waits for an answer, or one that an organisation has "
        "accepted. The link is good no more. Of what was sent it needs `CORRESPONDENCE_SEND`, too; of a transfer a "
        "manager.",
    )
    async def referral_withdraw(
        self, info: Info, input: Annotated[ReferralWithdrawInput, _REFERRAL]
    ) -> ReferralWithdrawPayload:
        """Withdraw a referral."""
        payload = await answer(info, ReferralWithdrawPayload, withdraw_referral, input, reason=input.reason)
        return await carried(info, payload)

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Write down that an organisation takes the client on, where it said so by telephone or letter.",
    )
    async def referral_record_acceptance(
        self, info: Info, input: Annotated[ReferralRecordAcceptanceInput, _REFERRAL]
    ) -> ReferralRecordAcceptancePayload:
        """Record an acceptance."""
        return await answer(info, ReferralRecordAcceptancePayload, record_acceptance, input, note=input.note)

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Write down that an organisation does not take the client on, where it said so by telephone or "
        "letter. The case can be reopened then.",
    )
    async def referral_record_rejection(
        self, info: Info, input: Annotated[ReferralRecordRejectionInput, _REFERRAL]
    ) -> ReferralRecordRejectionPayload:
        """Record a rejection."""
        return await answer(info, ReferralRecordRejectionPayload, record_rejection, input, reason=input.reason)

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Write down what came of a referral that was accepted. The case can be closed, or reopened, then.",
    )
    async def referral_complete(
        self, info: Info, input: Annotated[ReferralCompleteInput, _REFERRAL]
    ) -> ReferralCompletePayload:
        """Complete a referral."""
        return await answer(
            info, ReferralCompletePayload, complete_referral, input, outcome=input.outcome, note=input.note
        )
