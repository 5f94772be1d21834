"""Builders of referrals, in whatever state, and what a draft says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now, today
from cma_graphql.core.ids import SYSTEM_ACTOR, new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import ClientConsent
from cma_graphql.domain.referrals.models import Referral
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

OF_THE_CASE = "the referral of the case"
"""Stands for the id of a referral that was sent for the case in question."""
SHARED = '[{"category":"NAME","entries":[["first_name","Alex"],["last_name","Smith"]]}]'
A_DRAFT: dict[str, Any] = {
    "recipient": {"organisation": {"name": "Shelter", "kind": "HOUSING"}},
    "reason": "Possession hearing on Monday.",
    "categories": ["NAME", "CONTACT"],
}


async def a_referral(data: Data, centre: UUID, case_id: UUID | None, **given: Any) -> UUID:
    """Make a referral, of a case out to Shelter and sent unless said; without a case it has come in."""
    consent_id = client_id = None
    if case_id is not None:
        client_id, consent_id = await _client_and_consent(data, centre, case_id)
    direction = "IN" if case_id is None else "OUT"
    state = given.pop("state", "SENT")
    shared = given.pop("shared", SHARED)
    at = now()
    values: dict[str, Any] = {
        "direction": direction,
        "party": "ORGANISATION",
        "state": state,
        "case_id": case_id,
        "client_id": client_id,
        "organisation_name": "Shelter",
        "organisation_kind": "HOUSING",
        "reason": "Possession hearing on Monday.",
        "urgency": "URGENT",
        "shared_categories": ["NAME"],
        "hands_over": True,
        "consent_id": consent_id,
        "consent_note": "Signed form" if direction == "IN" else None,
        "received_on": today() if direction == "IN" else None,
        "sent_at": None if direction == "IN" or state == "DRAFT" else at,
        "expires_at": None if direction == "IN" or state == "DRAFT" else at + timedelta(days=14),
        "answer_note": "No room" if state == "REJECTED" else None,
        "outcome": "HELP_GIVEN" if state == "COMPLETED" else None,
        **given,
    }
    referral = Referral(id=new_id(), **values)
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        if state != "DRAFT":
            referral.shared = await uow.seal(referral, "shared", shared)
        uow.add(referral)
    return referral.id


async def _client_and_consent(data: Data, centre: UUID, case_id: UUID) -> tuple[UUID, UUID]:
    """Answer a case's client and a consent to referral of theirs; where there is none, one that was withdrawn."""
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        (case,) = await uow.connection.run(select(Case.client_id).where(Case.centre_id == centre, Case.id == case_id))
        consents = await uow.connection.run(
            select(ClientConsent.id).where(
                ClientConsent.centre_id == centre,
                ClientConsent.client_id == case["client_id"],
                ClientConsent.purpose == "REFERRAL",
            )
        )
        if consents:
            return case["client_id"], consents[0]["id"]
        consent = ClientConsent(
            id=new_id(),
            client_id=case["client_id"],
            purpose="REFERRAL",
            channel="IN_PERSON",
            wording_version="2026-01",
            given_at=now(),
            recorded_by=SYSTEM_ACTOR,
            withdrawn_at=now(),
            withdrawn_by=SYSTEM_ACTOR,
        )
        uow.add(consent)
    return case["client_id"], consent.id


async def fill_referrals(data: Data, centre: UUID, cases: Mapping[str, UUID], mark: str) -> None:
    """Give every case of a walk's centre a referral whose words carry the centre's mark, and let one come in."""
    said: dict[str, Any] = {
        "organisation_name": mark,
        "contact_name": mark,
        "contact_email": f"{mark}@example.org".lower(),
        "other_reference": mark,
        "reason": f"{mark} hearing",
        "shared": SHARED.replace("Alex", mark),
    }
    for case_id in cases.values():
        await a_referral(data, centre, case_id, **said, answer_note=mark)
        await a_referral(data, centre, case_id, **said, state="DRAFT")
    await a_referral(data, centre, None, **said)


async def referral_of(data: Data, case_id: UUID) -> UUID:
    """Answer the referral of a case, whichever centre's, made where there is none; of no case, one of nothing."""
    connection = await asyncpg.connect(data.owner)
    try:
        found: UUID | None = await connection.fetchval(
            "SELECT id FROM referrals WHERE case_id = $1 ORDER BY id DESC LIMIT 1", case_id
        )
        centre: UUID | None = await connection.fetchval("SELECT centre_id FROM cases WHERE id = $1", case_id)
    finally:
        await connection.close()
    if centre is None:
        return new_id()
    return found or await a_referral(data, centre, case_id)


async def referral_row(data: Data, centre: UUID, referral_id: UUID) -> dict[str, Any]:
    """Answer a referral of one centre, as it is in the database."""
    connection = await asyncpg.connect(data.owner)
    try:
        row = await connection.fetchrow("SELECT * FROM referrals WHERE centre_id = $1 AND id = $2", centre, referral_id)
    finally:
        await connection.close()
    assert row is not None
    return dict(row)
