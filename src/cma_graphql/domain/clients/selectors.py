"""Every select of clients and their consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.clients.models import Client, ClientConsent, ConsentPurpose
from cma_graphql.domain.clients.sight import CASE_TEAM, CASES, NOT_ENDED, cases_seen, own_case, visible_client
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
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
    Client.former_reference,
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

DELETED_COLUMNS = (
    Client.id.label("key"),
    Client.reference,
    Client.first_name,
    Client.last_name,
    Client.deleted_at,
    Client.deleted_by,
    Client.version,
)


def client_keys_seen(sight: Sight) -> Any:
    """Select the clients of the cases that a narrow sight sees, and those that the actor recorded without a case."""
    seen = cases_seen(sight)
    if seen is None:
        return None
    cases = CASES.alias("any_cases")
    of_client = exists().where(
        cases.c.centre_id == ACTOR_CENTRE, cases.c.client_id == Client.id, cases.c.deleted_at.is_(None)
    )
    recorded = select(Client.id.label("key")).where(
        of_centre(Client), Client.deleted_at.is_(None), Client.created_by == ACTOR_USER, not_(of_client)
    )
    return select(union_all(select(seen.c.client_id.label("key")), recorded).subquery("seen_clients").c.key)


_NAME_STARTS = func.starts_with(Client.name_key, bindparam("name_starts_with", type_=Text()))
_POSTCODE_STARTS = func.starts_with(Client.postcode_key, bindparam("postcode_starts_with", type_=Text()))
_BIRTH_YEAR = Client.birth_year == bindparam("birth_year", type_=Integer())
_CREATED_FROM = Client.created_at >= bindparam("created_from", type_=DateTime(timezone=True))
_CREATED_BEFORE = Client.created_at < bindparam("created_before", type_=DateTime(timezone=True))

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
        "name_starts_with": _NAME_STARTS,
        "postcode_starts_with": _POSTCODE_STARTS,
        "reference": Client.reference == bindparam("reference", type_=Text()),
        "email": Client.email_key == bindparam("email", type_=Text()),
        "birth_year": _BIRTH_YEAR,
        "national_insurance_index": Client.national_insurance_index
        == bindparam("national_insurance_index", type_=LargeBinary()),
        "created_from": _CREATED_FROM,
        "created_before": _CREATED_BEFORE,
    },
    source=client_keys_seen,
    rare={
        "name_starts_with": Rare(_NAME_STARTS, Client.name_key),
        "postcode_starts_with": Rare(_POSTCODE_STARTS),
        "birth_year": Rare(_BIRTH_YEAR),
        "created_from": Rare(_CREATED_FROM, Client.created_at),
        "created_before": Rare(_CREATED_BEFORE, Client.created_at),
    },
    exact=("reference", "email", "national_insurance_index"),
)
DELETED_CLIENTS = Listing(
    Client,
    columns=DELETED_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Client.deleted_at,), descending=True)},
    conditions={},
    deleted=True,
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
def team_clients(sight: Sight) -> AnySelect:
    """Select which of these clients the actor sees as a member of teams, however far other roles see."""
    return select(Client.id.label("key")).where(
        live(Client, sight), Client.id == any_(KEYS), _within(visible_client(Client, Sight.TEAM))
    )


@statement
def advice_consents(sight: Sight) -> AnySelect:
    """Select since when these clients' data may be used for advice, where they may."""
    return select(ClientConsent.client_id.label("key"), ClientConsent.given_at).where(
        live(ClientConsent, sight),
        ClientConsent.client_id == any_(KEYS),
        ClientConsent.purpose == literal(ConsentPurpose.ADVICE.value, Text()),
        ClientConsent.withdrawn_at.is_(None),
    )


@statement
def consents_in_force(sight: Sight) -> AnySelect:
    """Select these clients' consents for one purpose that are not withdrawn; each client has one at most."""
    return select(*CONSENT_COLUMNS).where(
        live(ClientConsent, sight),
        ClientConsent.client_id == any_(KEYS),
        ClientConsent.purpose == bindparam("purpose", type_=Text()),
        ClientConsent.withdrawn_at.is_(None),
    )


@statement
def deleted_clients_by_key(sight: Sight) -> AnySelect:
    """Select these clients, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Client, sight, deleted=True), Client.id == any_(KEYS))


# The next three look at the whole centre, whoever asks: what they answer is told to nobody as it is.


@statement
def circles(_sight: Sight) -> AnySelect:
    """Select who works on the cases of these clients: a row for each case and member of its team."""
    cases = CASES.alias("circle_cases")
    members = CASE_TEAM.alias("circle_members")
    present = and_(members.c.centre_id == ACTOR_CENTRE, members.c.case_id == cases.c.id, members.c.removed_at.is_(None))
    return (
        select(cases.c.advisor_id, cases.c.team_id, cases.c.restricted, members.c.user_id.label("member_id"))
        .select_from(cases.outerjoin(members, present))
        .where(cases.c.centre_id == ACTOR_CENTRE, cases.c.client_id == any_(KEYS), cases.c.deleted_at.is_(None))
    )


@statement
def open_cases(_sight: Sight) -> AnySelect:
    """Count the cases of these clients that are open, or with somebody else who has not answered for them yet."""
    return select(func.count().label("open")).where(
        CASES.c.centre_id == ACTOR_CENTRE,
        CASES.c.client_id == any_(KEYS),
        CASES.c.deleted_at.is_(None),
        CASES.c.status == any_(literal(list(NOT_ENDED), ARRAY(Text()))),
    )


@statement
def lookalikes(_sight: Sight, *signs: str) -> AnySelect:
    """Select clients of the centre who may be the same person by one of these signs (feature F2)."""
    same = or_(false(), *(_SIGNS[sign] for sign in signs))
    return select(Client.id.label("key")).where(of_centre(Client), Client.deleted_at.is_(None), same).limit(20)


_SAME_NAME = Client.name_key == bindparam("name_key", type_=Text())
_SIGNS: dict[str, ColumnElement[bool]] = {
    "birth_year": _SAME_NAME & (Client.birth_year == bindparam("birth_year", type_=Integer())),
    "postcode_key": _SAME_NAME & (Client.postcode_key == bindparam("postcode_key", type_=Text())),
    "national_insurance_index": Client.national_insurance_index
    == bindparam("national_insurance_index", type_=LargeBinary()),
    "email_key": Client.email_key == bindparam("email_key", type_=Text()),
}
"""What two records of one person mostly share: the name with the year of birth or the postcode, or an identity."""


def _within(rule: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if rule is None else rule


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


async def team_client_ids(reads: Reads, client_ids: Sequence[UUID]) -> set[UUID]:
    """Answer which of these clients the actor sees as a member of teams."""
    return {row["key"] for row in await reads.all(team_clients, keys=list(client_ids))}


async def advice_consented_since(reads: Reads, client_ids: Sequence[UUID]) -> list[datetime | None]:
    """Answer since when each of these clients consents to advice; None where none does."""
    rows = await reads.all(advice_consents, keys=list(client_ids))
    since = {row["key"]: row["given_at"] for row in rows}
    return [since.get(key) for key in client_ids]


async def deleted_clients_by_id(reads: Reads, client_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these deleted clients, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_clients_by_key, client_ids)
