"""Every select by which a caseload is compared with what the centre has; and the list of imports."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Text, bindparam, column, func, literal, or_, select, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.creditors.models import Creditor, CreditorCatalogueEntry
from cma_graphql.domain.exchange.importing.models import CaseloadImport
from cma_graphql.domain.users.models import Membership, Team
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    Span,
    aligned,
    live,
    spanning,
    statement,
)

IMPORT_COLUMNS = (
    CaseloadImport.id.label("key"),
    CaseloadImport.document_id,
    CaseloadImport.file_name,
    CaseloadImport.sha256,
    CaseloadImport.lines,
    CaseloadImport.clients,
    CaseloadImport.cases,
    CaseloadImport.debts,
    CaseloadImport.imported_at,
    CaseloadImport.imported_by,
)
CASELOAD_IMPORTS = Listing(
    CaseloadImport,
    columns=IMPORT_COLUMNS,
    orders={"IMPORTED_AT_DESC": Order((CaseloadImport.imported_at,), descending=True)},
    conditions={},
)
_TEXTS = bindparam("texts", type_=ARRAY(Text()))


@statement
def imports_by_key(sight: Sight) -> AnySelect:
    """Select these imports."""
    return select(*IMPORT_COLUMNS).where(live(CaseloadImport, sight), CaseloadImport.id == any_(KEYS))


@statement
def import_of_file(sight: Sight) -> AnySelect:
    """Select when a file was imported."""
    return select(CaseloadImport.imported_at).where(
        live(CaseloadImport, sight), CaseloadImport.sha256 == bindparam("sha256", type_=Text())
    )


@statement
def staff_of_centre(sight: Sight) -> AnySelect:
    """Select the people who work for the centre, or did."""
    return select(Membership.id.label("key"), Membership.email, Membership.roles, Membership.status).where(
        live(Membership, sight), Membership.client_id.is_(None)
    )


@statement
def teams_of_centre(sight: Sight) -> AnySelect:
    """Select the centre's teams."""
    return select(Team.id.label("key"), Team.name_key).where(live(Team, sight))


@statement
def clients_called(sight: Sight) -> AnySelect:
    """Select the clients whose reference is one of these, then those who were called so before they were imported."""
    now, before = (
        select(Client.id.label("key"), reference.label("name"), literal(place, Integer()).label("place")).where(
            live(Client, sight), reference == any_(_TEXTS)
        )
        for place, reference in enumerate((Client.reference, Client.former_reference))
    )
    found = union_all(now, before).subquery("called")
    return select(found.c.key, found.c.name).order_by(found.c.place)


@statement
def clients_called_before(sight: Sight) -> AnySelect:
    """Select which of these former references imported clients have."""
    return select(Client.former_reference.label("name")).where(
        live(Client, sight), Client.former_reference == any_(_TEXTS)
    )


@statement
def cases_called_before(sight: Sight) -> AnySelect:
    """Select which of these former references imported cases have."""
    return select(Case.former_reference.label("name")).where(live(Case, sight), Case.former_reference == any_(_TEXTS))


@statement
def creditors_called(sight: Sight) -> AnySelect:
    """Select the creditors of the centre's directory that have one of these names, folded."""
    return select(Creditor.id.label("key"), Creditor.name_key, Creditor.active).where(
        live(Creditor, sight), Creditor.name_key == any_(_TEXTS)
    )


@spanning(Span.NETWORK)
def entries_by_code(_sight: Sight, _span: Span) -> AnySelect:
    """Select the entries of the network's register with these codes."""
    return select(CreditorCatalogueEntry.id.label("key"), CreditorCatalogueEntry.code).where(
        CreditorCatalogueEntry.code == any_(_TEXTS)
    )


@statement
def copies_of_entries(sight: Sight) -> AnySelect:
    """Select the centre's copies of entries of the register."""
    return select(Creditor.id.label("key"), Creditor.catalogue_id, Creditor.active).where(
        live(Creditor, sight), Creditor.catalogue_id == any_(KEYS)
    )


@statement
def lookalikes_of_many(sight: Sight) -> AnySelect:
    """Count, for each of many people, the clients who may be the same by the signs of `clients.lookalikes`.

    A join for each index: one with all signs at once would read the whole centre for each of them.
    """
    asked = (
        func.unnest(
            bindparam("places", type_=ARRAY(Integer())),
            bindparam("name_keys", type_=ARRAY(Text())),
            bindparam("birth_years", type_=ARRAY(Integer())),
            bindparam("postcode_keys", type_=ARRAY(Text())),
            bindparam("national_insurance_indexes", type_=ARRAY(LargeBinary())),
            bindparam("email_keys", type_=ARRAY(Text())),
        )
        .table_valued(
            column("place", Integer()),
            column("name_key", Text()),
            column("birth_year", Integer()),
            column("postcode_key", Text()),
            column("national_insurance_index", LargeBinary()),
            column("email_key", Text()),
            name="asked",
        )
        .render_derived()
    )
    named = (Client.name_key == asked.c.name_key) & or_(
        Client.birth_year == asked.c.birth_year, Client.postcode_key == asked.c.postcode_key
    )
    numbered = Client.national_insurance_index == asked.c.national_insurance_index
    reached = Client.email_key == asked.c.email_key
    same = union_all(
        *(
            select(asked.c.place, Client.id.label("key")).join_from(asked, Client, sign).where(live(Client, sight))
            for sign in (named, numbered, reached)
        )
    ).subquery("same")
    return select(same.c.place, func.count(same.c.key.distinct()).label("count")).group_by(same.c.place)


async def imports_by_id(reads: Reads, import_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these imports, in their order."""
    return await aligned(reads, imports_by_key, import_ids)
