"""What goes over to another centre: read at the giving centre, in clear, and kept in memory alone until it is written.

The client with everything that is known of them, their household, the case, its debts, its assets, and of its
statements the one that holds, or else the newest. What stays: histories (of states, balances, payments and holders),
checklists, consents, documents and the trail: they say what the giving centre did, and it answers for that. Files
stay with the documents they belong to: the titles go over, so that the other centre can ask for a copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from cma_graphql.core.formats.codes import public_case_reference
from cma_graphql.domain.assets.selectors import assets_of_cases
from cma_graphql.domain.budgets.models import SheetStatus
from cma_graphql.domain.budgets.selectors import current_sheets, lines_of_sheet, sheets_of_cases
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.cases.type_selectors import case_types_by_id
from cma_graphql.domain.casework.transfers.work import Work, read_work
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.details import FIELDS, ClientDetails
from cma_graphql.domain.clients.selectors import clients_by_id, consents_by_id
from cma_graphql.domain.creditors.selectors import creditors_by_id
from cma_graphql.domain.debts.selectors import debt_types_by_id, debts_of_cases
from cma_graphql.domain.households.selectors import households_of_clients, members_of_households
from cma_graphql.domain.referrals.shared import read_sections, write_sections
from cma_graphql.persistence.keys import CentreKeys, Keyring
from cma_graphql.persistence.reads import Reads, Record

_SEALED = ("date_of_birth", "national_insurance_number", "safe_contact_note")


@dataclass(frozen=True, slots=True)
class GoingOver:
    """A client's record, as the other centre is given it."""

    person: ClientDetails
    household: Record | None
    members: Sequence[tuple[Record, str | None]]
    """Each with the day of birth, opened."""
    case: Record
    case_type: str
    debts: Sequence[tuple[Record, str | None]]
    """Each with the account number, opened."""
    debt_types: Mapping[UUID, Record]
    creditors: Mapping[UUID, Record]
    assets: Sequence[Record]
    sheet: Record | None
    lines: Sequence[Record]
    work: Work
    reference: str
    """What the case is called at the giving centre, in the whole network."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What another centre is told of an offer before it accepts."""

    sections: str
    centre_name: str
    consented_at: datetime


async def read_offered(reads: Reads, keys: CentreKeys, offer: Record) -> Offered:
    """Read what goes with an offer: the minimum data set that was sealed when it was sent."""
    ring = await keys.of(reads)
    (centre,) = await centres_by_id(reads, [reads.actor.centre_id])
    (consent,) = await consents_by_id(reads, [offer["consent_id"]])
    text = _opened(ring, offer["sealed_shared"], "referrals", "shared", offer["key"])
    if centre is None or consent is None or text is None:
        raise LookupError("an offer without its centre, consent or data")
    return Offered(write_sections(read_sections(text)), centre["name"], consent["given_at"])


async def read_person(reads: Reads, keys: CentreKeys, client_id: UUID) -> ClientDetails | None:
    """Read who goes over; None where the client is deleted."""
    (client,) = await clients_by_id(reads, [client_id])
    return None if client is None else _person(await keys.of(reads), client)


async def read_going_over(reads: Reads, keys: CentreKeys, *, case_id: UUID, client_id: UUID) -> GoingOver:
    """Read everything that goes over with a case."""
    ring = await keys.of(reads)
    (centre,) = await centres_by_id(reads, [reads.actor.centre_id])
    (case,) = await cases_by_id(reads, [case_id])
    (client,) = await clients_by_id(reads, [client_id])
    if centre is None or case is None or client is None:
        raise LookupError("a transfer without its centre, case or client")
    (kind,) = await case_types_by_id(reads, [case["case_type_id"]])
    (household,) = await households_of_clients(reads, [client_id])
    members = [] if household is None else (await members_of_households(reads, [household["key"]]))[0]
    (debts,) = await debts_of_cases(reads, [case_id])
    types = await debt_types_by_id(reads, [debt["debt_type_id"] for debt in debts])
    named = sorted({debt[column] for debt in debts for column in ("creditor_id", "collector_id")} - {None})
    creditors = await creditors_by_id(reads, named)
    (assets,) = await assets_of_cases(reads, [case_id])
    sheet = await _sheet(reads, case_id)
    return GoingOver(
        person=_person(ring, client),
        household=household,
        members=[(row, _opened_of(ring, row, "household_members", "date_of_birth")) for row in members],
        case=case,
        case_type="" if kind is None else kind["code"],
        debts=[(row, _opened_of(ring, row, "debts", "account_number")) for row in debts],
        debt_types={row["key"]: row for row in types if row is not None},
        creditors={row["key"]: row for row in creditors if row is not None},
        assets=assets,
        sheet=sheet,
        lines=[] if sheet is None else await lines_of_sheet(reads, sheet["key"]),
        work=await read_work(reads, case_id=case_id, centre=centre["name"]),
        reference=public_case_reference(centre_code=centre["code"], case_number=case["case_number"]),
    )


async def _sheet(reads: Reads, case_id: UUID) -> Record | None:
    (current,) = await current_sheets(reads, [case_id])
    if current is not None:
        return current
    (sheets,) = await sheets_of_cases(reads, [case_id])
    standing = [row for row in sheets if row["status"] != SheetStatus.WITHDRAWN]
    return max(standing, key=lambda row: row["number"], default=None)


def _person(ring: Keyring, client: Record) -> ClientDetails:
    """Answer a client's details as they are kept."""
    details: dict[str, Any] = {name: client[name] for name in FIELDS if name not in _SEALED}
    for name in _SEALED:
        details[name] = _opened_of(ring, client, "clients", name)
    if details["date_of_birth"] is not None:
        details["date_of_birth"] = date.fromisoformat(details["date_of_birth"])
    return cast("ClientDetails", details)


def _opened_of(ring: Keyring, row: Record, table: str, column: str) -> str | None:
    return _opened(ring, row[f"sealed_{column}"], table, column, row["key"])


def _opened(ring: Keyring, sealed: bytes | None, table: str, column: str, key: UUID) -> str | None:
    if sealed is None:
        return None
    opened: str = ring.opening(sealed).unseal(sealed, table=table, column=column, row_id=key)
    return opened
