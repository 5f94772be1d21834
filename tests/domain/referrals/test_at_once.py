"""Several people at one referral: one of them wins, the others are told, and nothing is done twice."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, DomainError, Invalid, NotFound, TransitionRefused
from cma_graphql.core.tokens import token_digest
from cma_graphql.domain.casework.admit_referral import admit_referral
from cma_graphql.domain.casework.send_referral import offer_transfer
from cma_graphql.domain.casework.transfers.carrying import Network, Transfer, carry
from cma_graphql.domain.casework.transfers.taking import claim_transfer, refuse_transfer
from cma_graphql.domain.referrals import answering
from cma_graphql.domain.referrals.details import Asked
from cma_graphql.domain.referrals.links import new_link_token
from cma_graphql.domain.referrals.models import ReferralUrgency, SharedCategory
from cma_graphql.domain.referrals.rules import OtherCentre
from cma_graphql.domain.referrals.services.drafts import draft_referral, withdraw_referral
from cma_graphql.domain.referrals.upkeep import expire_referrals
from support.arena import Arena
from support.referrals import a_referral, referral_row

pytestmark = pytest.mark.own_database
_AT_ONCE = 6


async def outcomes(*acts: Awaitable[Any]) -> list[type[DomainError] | None]:
    """Do everything at once; answer each refusal's type, None for what was done."""
    answers = await asyncio.gather(*acts, return_exceptions=True)
    assert all(isinstance(answer, DomainError) or not isinstance(answer, BaseException) for answer in answers), answers
    return [type(answer) if isinstance(answer, DomainError) else None for answer in answers]


async def count(arena: Arena, table: str, centre: UUID) -> int:
    found: int = await arena.acting.rows.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre)  # noqa: S608
    return found


async def an_offer(arena: Arena) -> tuple[Transfer, Actor, list[Actor]]:
    """Offer a case to another centre; answer the transfer, the giving manager, and managers of the other centre."""
    data, acting = arena.data, arena.acting
    here, there = await data.a_centre(), await data.a_centre(name="Harbour Advice")
    manager = await data.a_member(here, Role.CENTRE_MANAGER)
    managers = [await data.a_member(there, Role.CENTRE_MANAGER) for _ in range(_AT_ONCE)]
    client = await data.a_client(here)
    await data.a_consent(here, client, "REFERRAL")
    case_id = await data.a_case(here, client_id=client, status="IN_PROGRESS", advisor=manager)
    key: UUID = await acting(
        manager,
        draft_referral,
        case_id=case_id,
        asked=Asked(reason="Moved", urgency=ReferralUrgency.SOON, categories=[SharedCategory.NAME]),
        centre=OtherCentre(id=there, name="Harbour Advice"),
    )
    await acting(manager, offer_transfer, referral_id=key, version=1)
    transfer = Transfer(key, here, there)
    await carry(Network(data.database, data.keys), transfer)
    return transfer, manager, managers


async def test_one_of_several_accepts_and_the_record_is_copied_once(arena: Arena) -> None:
    transfer, _, managers = await an_offer(arena)
    network = Network(arena.data.database, arena.data.keys)
    claim: dict[str, Any] = {"referral_id": transfer.id, "version": 1, "person": None}
    found = await outcomes(*(arena.acting(each, claim_transfer, **claim) for each in managers))
    assert (found.count(None), found.count(Conflict)) == (1, _AT_ONCE - 1)
    await asyncio.gather(*(carry(network, transfer) for _ in range(_AT_ONCE)))
    assert [await count(arena, table, transfer.taking) for table in ("clients", "cases", "referrals")] == [1, 1, 1]
    given = await referral_row(arena.data, transfer.giving, transfer.id)
    taken = await referral_row(arena.data, transfer.taking, transfer.id)
    assert (given["state"], taken["state"]) == ("COMPLETED", "COMPLETED")
    closed = [event for event in await arena.acting.events(transfer.giving) if event["name"] == "case.status_changed"]
    assert [event["changes"]["status"]["new"] for event in closed] == ["REFERRED", "CLOSED"]


@pytest.mark.parametrize("round_", range(4))
async def test_an_acceptance_and_a_withdrawal_at_once(arena: Arena, round_: int) -> None:
    transfer, manager, managers = await an_offer(arena)
    network = Network(arena.data.database, arena.data.keys)

    async def accept() -> None:
        await arena.acting(managers[0], claim_transfer, referral_id=transfer.id, version=1, person=None)
        await carry(network, transfer)

    async def withdraw() -> None:
        await asyncio.sleep(0 if round_ % 2 else 0.005 * round_)
        row = await referral_row(arena.data, transfer.giving, transfer.id)
        await arena.acting(manager, withdraw_referral, referral_id=transfer.id, version=row["version"], reason="Stays")
        await carry(network, transfer)

    found = await outcomes(accept(), withdraw())
    await carry(network, transfer)
    given = await referral_row(arena.data, transfer.giving, transfer.id)
    taken = await referral_row(arena.data, transfer.taking, transfer.id)
    assert given["state"] == taken["state"]
    assert None not in {given["settled_at"], taken["settled_at"]}
    copied = await count(arena, "cases", transfer.taking)
    status = await arena.acting.rows.fetchval("SELECT status FROM cases WHERE id = $1", given["case_id"])
    if given["state"] == "WITHDRAWN":
        assert (found[1], copied, status) == (None, 0, "REOPENED")
    else:
        assert (given["state"], copied, status) == ("COMPLETED", 1, "CLOSED")
        assert found[1] in {Conflict, TransitionRefused, Invalid}


async def test_a_rejection_and_an_acceptance_at_once(arena: Arena) -> None:
    transfer, _, managers = await an_offer(arena)
    given: dict[str, Any] = {"referral_id": transfer.id, "version": 1}
    found = await outcomes(
        arena.acting(managers[0], claim_transfer, **given, person=None),
        arena.acting(managers[1], refuse_transfer, **given, reason="No room"),
    )
    assert sorted(map(str, found)) == sorted(map(str, [None, Conflict]))
    await carry(Network(arena.data.database, arena.data.keys), transfer)
    row = await referral_row(arena.data, transfer.giving, transfer.id)
    assert row["state"] == ("COMPLETED" if found[0] is None else "REJECTED")


async def test_a_link_is_answered_once(arena: Arena) -> None:
    data = arena.data
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    token = new_link_token(centre)
    key = await a_referral(data, centre, case_id, token_digest=token_digest(token))
    actor = system_of(centre)
    found = await outcomes(
        *(arena.acting(actor, answering._accept, token=token, note=None) for _ in range(3)),
        *(arena.acting(actor, answering._reject, token=token, reason="No room") for _ in range(2)),
        arena.acting(manager, withdraw_referral, referral_id=key, version=1, reason="Found somebody nearer"),
    )
    assert found.count(None) == 1
    assert set(found[:5]) <= {None, NotFound}
    assert found[5] in {None, Conflict}
    ends = [event["name"] for event in await arena.acting.events(centre) if event["entity"] == "referral"]
    assert len(ends) == 1


async def test_an_intake_is_admitted_once(arena: Arena) -> None:
    data = arena.data
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(_AT_ONCE)]
    key = await a_referral(data, centre, None)
    kind = await arena.acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DEBT_ADVICE'", centre
    )
    given = {"referral_id": key, "version": 1, "case_type_id": kind, "title": "Bailiffs", "unassigned": True}
    found = await outcomes(*(arena.acting(each, admit_referral, **given) for each in managers))
    assert (found.count(None), found.count(Conflict)) == (1, _AT_ONCE - 1)
    assert [await count(arena, table, centre) for table in ("clients", "cases")] == [1, 1]


async def test_expiring_at_once_expires_once(arena: Arena) -> None:
    data = arena.data
    centre = await data.a_centre()
    late = now() - timedelta(seconds=1)
    for _ in range(3):
        await a_referral(data, centre, await data.a_case(centre), expires_at=late)
    waiting = await a_referral(data, centre, await data.a_case(centre))
    done = await asyncio.gather(*(arena.acting(system_of(centre), expire_referrals, at=now()) for _ in range(3)))
    assert sum(done) == 3
    assert (await referral_row(data, centre, waiting))["state"] == "SENT"
    expired = [event for event in await arena.acting.events(centre) if event["name"] == "referral.expired"]
    assert len(expired) == 3
