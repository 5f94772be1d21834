"""Every select of creditors and of the network's register of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, not_, select, true
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.creditors.models import Creditor, CreditorCatalogueEntry
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    Span,
    aligned,
    aligned_optional,
    live,
    spanning,
    statement,
)

MOST_LISTED = 200
"""How many entries of the register one answer holds."""

CREDITOR_COLUMNS = (
    Creditor.id.label("key"),
    Creditor.catalogue_id,
    Creditor.name,
    Creditor.trading_names.label("trading_lines"),
    Creditor.kind,
    Creditor.is_collector,
    Creditor.contact_name,
    Creditor.contact_phone,
    Creditor.contact_email,
    Creditor.address_line1,
    Creditor.address_line2,
    Creditor.city,
    Creditor.postcode,
    Creditor.notes,
    Creditor.active,
    Creditor.created_at,
    Creditor.updated_at,
    Creditor.version,
)

CREDITORS = Listing(
    Creditor,
    columns=CREDITOR_COLUMNS,
    orders={"NAME_ASC": Order((Creditor.name_key,)), "NAME_DESC": Order((Creditor.name_key,), descending=True)},
    conditions={
        "name_starts_with": func.starts_with(Creditor.name_key, bindparam("name_starts_with", type_=Text())),
        "kind": Creditor.kind == any_(bindparam("kind", type_=ARRAY(Text()))),
        "active": Creditor.active,
        "inactive": not_(Creditor.active),
        "collector": Creditor.is_collector,
        "no_collector": not_(Creditor.is_collector),
    },
    merged={"kind": Creditor.kind},
)


@statement
def creditors_by_key(sight: Sight) -> AnySelect:
    """Select these creditors of the centre."""
    return select(*CREDITOR_COLUMNS).where(live(Creditor, sight), Creditor.id == any_(KEYS))


@statement
def creditors_by_name_key(sight: Sight) -> AnySelect:
    """Select the centre's creditors of one name."""
    return (
        select(Creditor.id.label("key"))
        .where(live(Creditor, sight), Creditor.name_key == bindparam("name_key", type_=Text()))
        .order_by(Creditor.id)
        .limit(MOST_LISTED)
    )


@statement
def copy_of_entry(sight: Sight) -> AnySelect:
    """Select the centre's copy of one entry of the register."""
    return select(Creditor.id.label("key")).where(live(Creditor, sight), Creditor.catalogue_id == any_(KEYS))


@spanning(Span.NETWORK)
def register_entries(_sight: Sight, _span: Span, by_name: bool, by_code: bool) -> AnySelect:  # noqa: FBT001
    """Select the network's register, by name; those whose name begins so, or the one with a code."""
    entry = CreditorCatalogueEntry
    begins = func.starts_with(entry.name_key, bindparam("name_starts_with", type_=Text()))
    return (
        select(
            entry.id.label("key"),
            entry.code,
            entry.name,
            entry.name_key,
            entry.trading_names.label("trading_lines"),
            entry.kind,
            entry.is_collector,
            entry.website,
            entry.note,
        )
        .where(
            begins if by_name else true(),
            entry.code == bindparam("code", type_=Text()) if by_code else true(),
        )
        .order_by(entry.name_key, entry.id)
        .limit(MOST_LISTED)
    )


async def creditors_by_id(reads: Reads, creditor_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these creditors, in their order, None for those that the actor does not see."""
    return await aligned(reads, creditors_by_key, creditor_ids)


async def creditors_by_optional_id(reads: Reads, creditor_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `creditors_by_id` where some ids are absent."""
    return await aligned_optional(reads, creditors_by_key, creditor_ids)


async def creditors_named(reads: Reads, name_key: str) -> list[UUID]:
    """Answer which creditors of the centre have this name, folded."""
    return [row["key"] for row in await reads.all(creditors_by_name_key, name_key=name_key)]


async def creditor_register(reads: Reads, *, name_starts_with: str | None = None) -> Sequence[Record]:
    """Answer the network's register, at most 200 entries of it."""
    if name_starts_with is None:
        return await reads.all(register_entries, Span.NETWORK, False, False)
    return await reads.all(register_entries, Span.NETWORK, True, False, name_starts_with=name_starts_with)


async def register_entry(reads: Reads, code: str) -> Record | None:
    """Answer the register's entry with this code."""
    return await reads.one(register_entries, Span.NETWORK, False, True, code=code)


async def adopted(reads: Reads, entry_id: UUID) -> UUID | None:
    """Answer which creditor of the centre is the copy of this entry of the register."""
    row = await reads.one(copy_of_entry, keys=[entry_id])
    return None if row is None else row["key"]
