"""Clients whom organisations hand in."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.admit_referral import admit_referral
from cma_graphql.domain.clients.duplicates import PossibleDuplicate
from cma_graphql.domain.referrals.services.incoming import decline_referral, receive_referral
from cma_graphql.graph.clients.duplicates import shown
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.referrals.inputs import ReferralAdmitInput, ReferralDeclineInput, ReferralReceiveInput
from cma_graphql.graph.referrals.mutations.answering import ReferralPayload, answer
from cma_graphql.graph.referrals.types import Referral
from cma_graphql.graph.writing import reread, write


@strawberry.type(description="The referral that came in.")
class ReferralReceivePayload(ReferralPayload):
    """What referralReceive answers."""


@strawberry.type(description="The referral, with its client and case.")
class ReferralAdmitPayload(ReferralPayload):
    """What referralAdmit answers."""


@strawberry.type(description="The referral, declined.")
class ReferralDeclinePayload(ReferralPayload):
    """What referralDecline answers."""


@strawberry.type
class IncomingReferralMutations:
    """How clients are handed in."""

    @mutation(
        requires=Permission.CLIENT_CREATE,
        description="Record that an organisation hands somebody in. Nobody is a client by that: it waits until it is "
        "admitted or declined.",
    )
    async def referral_receive(
        self, info: Info, input: Annotated[ReferralReceiveInput, strawberry.argument(description="What came in.")]
    ) -> ReferralReceivePayload:
        """Record an intake."""
        outcome = await write(
            info,
            receive_referral,
            input,
            source=input.source.told(),
            person=input.person.told(),
            reason=input.reason,
            consent_note=input.consent_note,
            urgency=input.urgency,
            received_on=input.received_on,
            notes=input.notes,
            other_reference=input.other_reference,
        )
        referral = await reread(info, Referral, outcome.subject_ids[0])
        return ReferralReceivePayload(referral=referral, replayed=outcome.replayed)

    @mutation(
        requires=Permission.CASE_CREATE,
        description="Take somebody on who was handed in, as a new client or one whom the centre knows, with a new "
        "case. It is refused with the rule `possible-duplicate` where the centre may know the person already, until "
        "`acceptPossibleDuplicate` says that somebody has looked. Trainees propose it.",
    )
    async def referral_admit(
        self, info: Info, input: Annotated[ReferralAdmitInput, strawberry.argument(description="The admission.")]
    ) -> ReferralAdmitPayload:
        """Admit somebody."""
        client, advisor = input.client_id, input.advisor_id
        try:
            return await answer(
                info,
                ReferralAdmitPayload,
                admit_referral,
                input,
                case_type_id=read_id("casetype", input.case_type_id, field="case_type_id"),
                title=input.title,
                client_id=None if client is None else read_id("client", client, field="client_id"),
                accept_possible_duplicate=input.accept_possible_duplicate,
                advisor_id=None if advisor is None else read_id("membership", advisor, field="advisor_id"),
                unassigned=input.unassigned,
            )
        except PossibleDuplicate as refusal:
            raise shown(refusal) from None

    @mutation(
        requires=Permission.CASE_CREATE,
        description="Refuse somebody whom an organisation handed in, for a reason. Trainees propose it.",
    )
    async def referral_decline(
        self, info: Info, input: Annotated[ReferralDeclineInput, strawberry.argument(description="The refusal.")]
    ) -> ReferralDeclinePayload:
        """Decline somebody."""
        return await answer(info, ReferralDeclinePayload, decline_referral, input, reason=input.reason)
