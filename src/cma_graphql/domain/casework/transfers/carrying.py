"""Carries transfers out, step by step: after somebody decided, and again by the worker for what a break left over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.formats.codes import public_case_reference
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.casework.transfers import giving, taking
from cma_graphql.domain.casework.transfers.copying import copy_over
from cma_graphql.domain.casework.transfers.reading import read_going_over, read_offered, read_person
from cma_graphql.domain.casework.transfers.steps import Stand, Step, next_step
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.referrals.models import ReferralDirection, ReferralState
from cma_graphql.domain.referrals.selectors import referrals_by_id, transfers_unsettled
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.writing import write

MOST_AT_ONCE = 200
_MOST_STEPS = 8
"""More than any transfer has: whoever is asked for another one has gone round in a circle."""


@dataclass(frozen=True, slots=True)
class Network:
    """All centres, of which each transaction sees one."""

    database: Database
    keys: CentreKeys


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer: its id, which both centres' records have, and the two."""

    id: UUID
    giving: UUID
    taking: UUID


def transfer_of(centre_id: UUID, record: Record) -> Transfer:
    """Answer the transfer that a centre's record is of."""
    other: UUID = record["other_centre_id"]
    if record["direction"] == ReferralDirection.OUT:
        return Transfer(record["key"], centre_id, other)
    return Transfer(record["key"], other, centre_id)


async def carry(network: Network, transfer: Transfer) -> None:
    """Carry a transfer on as far as it goes by itself. It may be called at any time, by several at once."""
    for _ in range(_MOST_STEPS):
        given, taken = (
            await _record(network, transfer, transfer.giving),
            await _record(network, transfer, transfer.taking),
        )
        if given is None:
            return
        step = next_step(_stand(given), None if taken is None else _stand(taken))
        if step is None:
            return
        await perform(network, transfer, step, given, taken)


async def perform(network: Network, transfer: Transfer, step: Step, given: Record, taken: Record | None) -> None:
    """Do one step: read what it needs at one centre, then write at one."""
    key = transfer.id
    match step:
        case Step.DELIVER:
            await _deliver(network, transfer, given)
        case Step.CONFIRM:
            await _at(network, transfer.giving, giving.confirm, referral_id=key)
        case Step.COPY:
            await _copy(network, transfer, given)
        case Step.CONCLUDE if taken is not None:
            reference = await _reference(network, transfer, taken)
            await _at(network, transfer.giving, giving.conclude, referral_id=key, other_reference=reference)
        case Step.RETURN if taken is not None:
            reason = taken["answer_note"]
            await _at(network, transfer.giving, giving.take_no_for_an_answer, referral_id=key, reason=reason)
        case Step.CALL_OFF:
            state = ReferralState(given["state"])
            await _at(network, transfer.taking, taking.call_off, referral_id=key, state=state)
        case Step.TAKE_BACK:
            await _at(network, transfer.giving, giving.take_back, referral_id=key)
        case _:
            await _at(network, transfer.taking, taking.settle, referral_id=key)


async def carry_transfers(network: Network, centre_id: UUID, at: datetime) -> int:
    """Carry on what is left over of one centre's transfers, out and in; answer how many there were, 200 at most.

    `at` is the instant of the call, as the worker's other functions are told it; what has expired by then has been
    marked before (referrals/upkeep.py).
    """
    del at
    async with network.database.read(system_of(centre_id)) as reader:
        rows = await reader.all(transfers_unsettled, most=MOST_AT_ONCE)
    for row in rows:
        await carry(network, transfer_of(centre_id, row))
    return len(rows)


async def person_offered(network: Network, actor: Actor, referral_id: UUID) -> ClientDetails | None:
    """Read who comes with an offer that the actor sees, for the product to compare, not for anybody to see."""
    async with network.database.read(actor) as reader:
        (offer,) = await referrals_by_id(reader, [referral_id])
    if offer is None or offer["other_centre_id"] is None or offer["direction"] != ReferralDirection.IN:
        return None
    async with network.database.read(system_of(offer["other_centre_id"])) as reader:
        (given,) = await referrals_by_id(reader, [referral_id])
        return None if given is None else await read_person(reader, network.keys, given["client_id"])


def _stand(record: Record) -> Stand:
    return Stand(ReferralState(record["state"]), record["settled_at"] is not None)


async def _record(network: Network, transfer: Transfer, centre_id: UUID) -> Record | None:
    async with network.database.read(system_of(centre_id)) as reader:
        return (await referrals_by_id(reader, [transfer.id]))[0]


async def _deliver(network: Network, transfer: Transfer, given: Record) -> None:
    async with network.database.read(system_of(transfer.giving)) as reader:
        offered = await read_offered(reader, network.keys, given)
    await _at(
        network,
        transfer.taking,
        taking.deliver,
        offer=given,
        sections=offered.sections,
        giving=transfer.giving,
        giving_name=offered.centre_name,
        consented_at=offered.consented_at,
    )


async def _copy(network: Network, transfer: Transfer, given: Record) -> None:
    async with network.database.read(system_of(transfer.giving)) as reader:
        going_over = await read_going_over(reader, network.keys, case_id=given["case_id"], client_id=given["client_id"])
    await _at(network, transfer.taking, copy_over, referral_id=transfer.id, given=going_over)


async def _reference(network: Network, transfer: Transfer, taken: Record) -> str:
    async with network.database.read(system_of(transfer.taking)) as reader:
        (centre,) = await centres_by_id(reader, [transfer.taking])
        (case,) = await cases_by_id(reader, [taken["case_id"]])
    if centre is None or case is None:
        raise LookupError("a transfer that was completed without a case")
    return public_case_reference(centre_code=centre["code"], case_number=case["case_number"])


async def _at(network: Network, centre_id: UUID, service: object, **arguments: object) -> None:
    """Do one unit of work as one centre's own actor."""
    await write(network.database, network.keys, system_of(centre_id), service, **arguments)  # type: ignore[arg-type]
