"""Every select of clients and their consents."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, LargeBinary, Text, bindparam, exists, func, not_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.clients.models import Client, ClientConsent
from cma_graphql.domain.clients.sight import CASES, own_case
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    grouped,
    live,
    of_centre,
    statement,
)

CLIENT_COLUMNS = (
    Client.id.label("key"),
    Client.reference,
    Client.title,
    Client.first_name,
    Client.last_name,
    Client.date_of_birth.label("sealed_date_of_birth"),
    Client.birth_year,
    Client.national_insurance_number.label("sealed_national_insurance_number"),
    Client.safe_contact_note.label("sealed_safe_contact_note"),
    Client.phone_primary,
    Client.phone_secondary,
    Client.email,
    Client.address_line1,
    Client.address_line2,
    Client.city,
    Client.postcode,
    Client.marital_status,
    Client.employment_statuses,
    Client.dependents,
    Client.preferred_language,
    Client.interpreter_needed,
    Client.created_at,
    Client.created_by,
    Client.updated_at,
    Client.updated_by,
    Client.version,
)
CONSENT_COLUMNS = (
    ClientConsent.id.label("key"),
    ClientConsent.client_id,
    ClientConsent.purpose,
    ClientConsent.channel,
    ClientConsent.wording_version,
    ClientConsent.given_at,
    ClientConsent.recorded_by,
    ClientConsent.withdrawn_at,
    ClientConsent.withdrawn_by,
    ClientConsent.withdrawal_note,
)

CLIENTS = Listing(
    Client,
    columns=CLIENT_COLUMNS,
    orders={
        "NAME_ASC": Order((Client.name_key,)),
        "NAME_DESC": Order((Client.name_key,), descending=True),
        "CREATED_AT_ASC": Order((Client.created_at,)),
        "CREATED_AT_DESC": Order((Client.created_at,), descending=True),
    },
    conditions={
        "name_starts_with": func.starts_with(Client.name_key, bindparam("name_starts_with", type_=Text())),
        "postcode_starts_with": func.starts_with(Client.postcode_key, bindparam("postcode_starts_with", type_=Text())),
        "reference": Client.reference == bindparam("reference", type_=Text()),
        "email": Client.email_key == bindparam("email", type_=Text()),
        "birth_year": Client.birth_year == bindparam("birth_year", type_=Integer()),
        "national_insurance_index": Client.national_insurance_index
        == bindparam("national_insurance_index", type_=LargeBinary()),
        "created_from": Client.created_at >= bindparam("created_from", type_=DateTime(timezone=True)),
        "created_before": Client.created_at < bindparam("created_before", type_=DateTime(timezone=True)),
    },
)


@statement
def clients_by_key(sight: Sight) -> AnySelect:
    """Select these clients."""
    return select(*CLIENT_COLUMNS).where(live(Client, sight), Client.id == any_(KEYS))


@statement
def consents_by_client(sight: Sight) -> AnySelect:
    """Select what these clients consented to, newest first; bounded by purposes and withdrawals."""
    return (
        select(*CONSENT_COLUMNS)
        .where(live(ClientConsent, sight), ClientConsent.client_id == any_(KEYS))
        .order_by(ClientConsent.given_at.desc(), ClientConsent.id.desc())
    )


@statement
def consents_by_key(sight: Sight) -> AnySelect:
    """Select these consents."""
    return select(*CONSENT_COLUMNS).where(live(ClientConsent, sight), ClientConsent.id == any_(KEYS))


@statement
def own_clients(sight: Sight) -> AnySelect:
    """Select which of these clients are the actor's own: through a case, or recorded and without one."""
    cases = CASES.alias("own_cases")
    of_client = (cases.c.centre_id == ACTOR_CENTRE) & (cases.c.client_id == Client.id) & cases.c.deleted_at.is_(None)
    return select(Client.id.label("key")).where(
        live(Client, sight),
        Client.id == any_(KEYS),
        or_(
            exists().where(of_client, own_case(cases.c)),
            (Client.created_by == ACTOR_USER) & not_(exists().where(of_client)),
        ),
    )


@statement
def lookalikes(_sight: Sight, by_index: bool, by_email: bool) -> AnySelect:  # noqa: FBT001 - part of the shape
    """Select clients of the whole centre who may be the same person, whoever sees them (feature F2)."""
    same: list[ColumnElement[bool]] = [
        (Client.name_key == bindparam("name_key", type_=Text()))
        & (Client.birth_year == bindparam("birth_year", type_=Integer()))
    ]
    if by_index:
        same.append(Client.national_insurance_index == bindparam("national_insurance_index", type_=LargeBinary()))
    if by_email:
        same.append(Client.email_key == bindparam("email_key", type_=Text()))
    return select(Client.id.label("key")).where(of_centre(Client), Client.deleted_at.is_(None), or_(*same)).limit(20)


async def clients_by_id(reads: Reads, client_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these clients, in their order, None for those the actor does not see."""
    return await aligned(reads, clients_by_key, client_ids)


async def consents_of_clients(reads: Reads, client_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each client's consents, newest first."""
    return await grouped(reads, consents_by_client, client_ids, by="client_id")


async def consents_by_id(reads: Reads, consent_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these consents, in their order."""
    return await aligned(reads, consents_by_key, consent_ids)


async def own_client_ids(reads: Reads, client_ids: Sequence[UUID]) -> set[UUID]:
    """Answer which of these clients are the actor's own, for permissions that reach no farther."""
    return {row["key"] for row in await reads.all(own_clients, keys=list(client_ids))}
