"""The referrals of filled cases: one of each that was referred, and one in a hundred beside the work."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.clients.models import ClientConsent, ConsentChannel, ConsentPurpose
from cma_graphql.domain.referrals.models import (
    OrganisationKind,
    Referral,
    ReferralDirection,
    ReferralOutcome,
    ReferralParty,
    ReferralState,
    ReferralUrgency,
    SharedCategory,
)
from cma_graphql.domain.referrals.shared import Entry, Section, write_sections

_RARELY = 1 / 100
_BESIDE = (ReferralState.SENT, ReferralState.COMPLETED, ReferralState.REJECTED, ReferralState.EXPIRED)


def fill_referrals(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather the referrals of these cases, with the consents that they rest on."""
    consents: dict[UUID, UUID] = {}
    for case in cases:
        handed_over = case.status is CaseStatus.REFERRED
        if handed_over or random.random() < _RARELY:
            state = ReferralState.ACCEPTED if handed_over else random.choice(_BESIDE)
            if case.client_id not in consents:
                consents[case.client_id] = _consent(rows, centre, case)
            _add(rows, centre, case, state, consents[case.client_id])


def _consent(rows: Rows, centre: FilledCentre, case: FilledCase) -> UUID:
    key = new_id()
    rows.add(
        ClientConsent,
        centre_id=centre.centre_id,
        id=key,
        client_id=case.client_id,
        purpose=ConsentPurpose.REFERRAL.value,
        channel=ConsentChannel.IN_PERSON.value,
        wording_version="2026-04",
        given_at=case.opened_at,
        recorded_by=case.advisor_id,
    )
    return key


def _add(rows: Rows, centre: FilledCentre, case: FilledCase, state: ReferralState, consent_id: UUID) -> None:
    key = new_id()
    sent_at = now() if state is ReferralState.SENT else case.opened_at
    sections = [Section(SharedCategory.NAME, (Entry("last_name", "As recorded"),))]
    rows.add(
        Referral,
        centre_id=centre.centre_id,
        id=key,
        direction=ReferralDirection.OUT.value,
        party=ReferralParty.ORGANISATION.value,
        state=state.value,
        case_id=case.case_id,
        client_id=case.client_id,
        organisation_name="The county's housing advice service",
        organisation_kind=OrganisationKind.HOUSING.value,
        reason="Notice of possession served.",
        urgency=ReferralUrgency.SOON.value,
        shared_categories=[SharedCategory.NAME.value],
        shared=centre.seal(Referral, "shared", key, write_sections(sections)),
        hands_over=case.status is CaseStatus.REFERRED,
        consent_id=consent_id,
        sent_at=sent_at,
        sent_by=case.advisor_id,
        expires_at=sent_at + timedelta(days=14),
        answer_note="No room." if state is ReferralState.REJECTED else None,
        outcome=ReferralOutcome.HELP_GIVEN.value if state is ReferralState.COMPLETED else None,
        **tracked(case.opened_at, case.advisor_id),
    )
