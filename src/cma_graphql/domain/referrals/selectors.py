"""Every select of referrals."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Text, bindparam, func, select, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.selectors import cases_by_key
from cma_graphql.domain.clients.selectors import clients_by_key
from cma_graphql.domain.clients.sight import keys_on_cases_seen, own_case
from cma_graphql.domain.referrals.models import UNDER_WAY, Referral, ReferralDirection, ReferralParty, ReferralState
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    aligned_optional,
    grouped,
    live,
    of_centre,
    statement,
)

MOST_OF_CASE = 50
"""How many referrals a case may have: a case's are a plain list (decision 17)."""
REFERRAL_COLUMNS = (
    Referral.id.label("key"),
    Referral.direction,
    Referral.party,
    Referral.state,
    Referral.case_id,
    Referral.client_id,
    Referral.organisation_name,
    Referral.organisation_kind,
    Referral.contact_name,
    Referral.contact_email,
    Referral.contact_phone,
    Referral.other_centre_id,
    Referral.other_reference,
    Referral.reason,
    Referral.urgency,
    Referral.shared_categories,
    Referral.shared.label("sealed_shared"),
    Referral.hands_over,
    Referral.consent_id,
    Referral.consent_note,
    Referral.received_on,
    Referral.sent_at,
    Referral.sent_by.label("sent_by_id"),
    Referral.expires_at,
    Referral.opened_at,
    Referral.answered_at,
    Referral.answered_by.label("answered_by_id"),
    Referral.answered_through,
    Referral.answer_note,
    Referral.ended_at,
    Referral.outcome,
    Referral.outcome_note,
    Referral.settled_at,
    Referral.created_at,
    Referral.created_by,
    Referral.updated_at,
    Referral.version,
)
_of_cases_seen = keys_on_cases_seen(Referral)


def referral_keys_seen(sight: Sight) -> Any:
    """Select the referrals of the cases that a narrow sight sees, and those that came in and wait."""
    of_cases = _of_cases_seen(sight)
    if of_cases is None or sight is Sight.RECORD:
        return of_cases
    waiting = select(Referral.id.label("key")).where(
        of_centre(Referral), Referral.case_id.is_(None), Referral.party == ReferralParty.ORGANISATION.value
    )
    return select(union_all(of_cases, waiting).subquery("seen_referrals").c.key)


REFERRALS = Listing(
    Referral,
    columns=REFERRAL_COLUMNS,
    orders={
        "CREATED_AT_DESC": Order((Referral.created_at,), descending=True),
        "CREATED_AT_ASC": Order((Referral.created_at,)),
    },
    conditions={
        "direction": Referral.direction == any_(bindparam("direction", type_=ARRAY(Text()))),
        "party": Referral.party == any_(bindparam("party", type_=ARRAY(Text()))),
        "state": Referral.state == any_(bindparam("state", type_=ARRAY(Text()))),
        "urgency": Referral.urgency == any_(bindparam("urgency", type_=ARRAY(Text()))),
    },
    source=referral_keys_seen,
    merged={"state": Referral.state},
)


@statement
def referrals_by_key(sight: Sight) -> AnySelect:
    """Select these referrals."""
    return select(*REFERRAL_COLUMNS).where(live(Referral, sight), Referral.id == any_(KEYS))


@statement
def referrals_by_case(sight: Sight) -> AnySelect:
    """Select the referrals of these cases, the newest first."""
    return (
        select(*REFERRAL_COLUMNS)
        .where(live(Referral, sight), Referral.case_id == any_(KEYS))
        .order_by(Referral.case_id, Referral.created_at.desc(), Referral.id.desc())
    )


@statement
def own_referrals(sight: Sight) -> AnySelect:
    """Select those of these referrals that are of the actor's own cases, or of none yet."""
    own = (
        select(Case.id)
        .where(of_centre(Case), Case.id == Referral.case_id, Case.deleted_at.is_(None), own_case(Case))
        .exists()
    )
    return select(Referral.id.label("key")).where(
        live(Referral, sight), Referral.id == any_(KEYS), Referral.case_id.is_(None) | own
    )


@statement
def referral_by_token(sight: Sight) -> AnySelect:
    """Select the referral whose link this is, while it waits for an answer."""
    return select(Referral.id.label("key")).where(
        live(Referral, sight),
        Referral.token_digest == bindparam("digest", type_=LargeBinary()),
        Referral.state == ReferralState.SENT.value,
    )


@statement
def referrals_overdue(sight: Sight) -> AnySelect:
    """Select referrals out that nobody has answered in time, the oldest first, some hundreds at most."""
    return (
        select(Referral.id.label("key"))
        .where(
            live(Referral, sight),
            Referral.state == ReferralState.SENT.value,
            Referral.direction == ReferralDirection.OUT.value,
            Referral.expires_at <= bindparam("at", type_=DateTime(timezone=True)),
        )
        .order_by(Referral.expires_at, Referral.id)
        .limit(bindparam("most", type_=BigInteger()))
    )


@statement
def transfers_unsettled(sight: Sight) -> AnySelect:
    """Select the transfers of which something may be left to carry out, some hundreds at most."""
    return (
        select(Referral.id.label("key"), Referral.direction, Referral.other_centre_id)
        .where(
            live(Referral, sight),
            Referral.party == ReferralParty.CENTRE.value,
            Referral.settled_at.is_(None),
            Referral.state != ReferralState.DRAFT.value,
        )
        .order_by(Referral.id)
        .limit(bindparam("most", type_=BigInteger()))
    )


@statement
def under_way_by_case(_sight: Sight) -> AnySelect:
    """Count the referrals out of a case whose answer or outcome is still to come, whoever asks."""
    handing_over = func.count().filter(Referral.hands_over).label("handing_over")
    return select(func.count().label("total"), handing_over).where(
        of_centre(Referral),
        Referral.case_id == any_(KEYS),
        Referral.direction == ReferralDirection.OUT.value,
        Referral.state == any_(bindparam("states", type_=ARRAY(Text()))),
    )


@statement
def number_by_case(_sight: Sight) -> AnySelect:
    """Count the referrals of a case, whoever asks."""
    return select(func.count().label("total")).where(of_centre(Referral), Referral.case_id == any_(KEYS))


async def referrals_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these referrals, in their order, None for those the actor does not see."""
    return await aligned(reads, referrals_by_key, keys)


async def referrals_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's referrals, the newest first."""
    return await grouped(reads, referrals_by_case, case_ids, by="case_id")


async def cases_by_optional_id(reads: Reads, case_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer these cases, None for those that are absent or that the actor does not see."""
    return await aligned_optional(reads, cases_by_key, case_ids)


async def clients_by_optional_id(reads: Reads, client_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer these clients, None for those that are absent or that the actor does not see."""
    return await aligned_optional(reads, clients_by_key, client_ids)


async def own_referral_ids(reads: Reads, keys: Sequence[UUID]) -> set[UUID]:
    """Answer which of these referrals are of the actor's own cases, or of none yet."""
    return {row["key"] for row in await reads.all(own_referrals, keys=list(keys))} if keys else set()


async def count_under_way(reads: Reads, case_id: UUID, *, handing_over: bool = True) -> int:
    """Tell how many referrals still wait for their answer or outcome: those that hand a case over, or all of it."""
    row = await reads.one(under_way_by_case, keys=[case_id], states=[state.value for state in UNDER_WAY])
    return 0 if row is None else int(row["handing_over" if handing_over else "total"])


async def count_of_case(reads: Reads, case_id: UUID) -> int:
    """Tell how many referrals a case has."""
    row = await reads.one(number_by_case, keys=[case_id])
    return 0 if row is None else int(row["total"])
