"""Who sees an appointment besides those who see the whole centre: whoever sees its case or its client, its advisor."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.appointments.request_selectors import requests_whoever_asks
from cma_graphql.domain.appointments.selectors import APPOINTMENT_COLUMNS
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.clients.sighted import audiences_of_clients
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


@statement
def appointments_whoever_asks(_sight: Sight) -> AnySelect:
    """Select these appointments, whoever asks."""
    return select(*APPOINTMENT_COLUMNS).where(of_centre(Appointment), Appointment.id == any_(KEYS))


async def audience_of_appointment(
    reads: Reads, *, case_id: UUID | None, client_id: UUID, advisor_id: UUID | None
) -> Audience:
    """Tell who sees an appointment, by one statement."""
    if case_id is None:
        seen = (await audiences_of_clients(reads, [client_id])).get(client_id)
    else:
        found = (await cases_and_audiences(reads, [case_id])).get(case_id)
        seen = None if found is None else found[1]
    return with_advisor(seen or Audience(restricted=True), advisor_id)


async def appointments_and_audiences(
    reads: Reads, appointment_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these appointments and who sees each, by three statements; those of deleted cases are left out."""
    rows = await reads.all(appointments_whoever_asks, keys=list(appointment_ids))
    cases = await cases_and_audiences(reads, [row["case_id"] for row in rows if row["case_id"] is not None])
    clients = await audiences_of_clients(reads, [row["client_id"] for row in rows if row["case_id"] is None])
    found = {}
    for row in rows:
        of_case = cases.get(row["case_id"])
        seen = clients.get(row["client_id"]) if row["case_id"] is None else of_case and of_case[1]
        if seen is not None:
            found[row["key"]] = (row, with_advisor(seen, row["advisor_id"]))
    return found


async def with_requests(reads: Reads, keys: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these appointments, and requests of appointments, and who sees each: six statements at most."""
    found = dict(await appointments_and_audiences(reads, keys))
    others = [key for key in keys if key not in found]
    rows = await reads.all(requests_whoever_asks, keys=others) if others else ()
    cases = await cases_and_audiences(reads, [row["case_id"] for row in rows if row["case_id"] is not None])
    clients = await audiences_of_clients(reads, [row["client_id"] for row in rows if row["case_id"] is None])
    for row in rows:
        of_case = cases.get(row["case_id"])
        seen = clients.get(row["client_id"]) if row["case_id"] is None else of_case and of_case[1]
        if seen is not None:
            found[row["key"]] = (row, seen)
    return found


def with_advisor(seen: Audience, advisor_id: UUID | None) -> Audience:
    """Add whose diary an appointment stands in to those who see its case or its client."""
    if advisor_id is None:
        return seen
    return replace(seen, user_ids=tuple(sorted({*seen.user_ids, advisor_id})))
