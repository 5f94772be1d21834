"""A record's words are written in the unit of work that writes the record, and follow its changes."""

from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import inspect

from cma_graphql.access.actor import system_of
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.every_table import METADATA
from cma_graphql.persistence import reindexing
from cma_graphql.persistence.base import BlindIndex, Sealed
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reindexing import reindex, searched_models
from cma_graphql.persistence.search_words import MOST_WORDS
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.data import Data
from support.databases import Databases
from support.debts import a_creditor
from support.documents import a_document, a_version


async def words_of(rows: "asyncpg.Connection[asyncpg.Record]", record_id: UUID) -> set[str]:
    found = await rows.fetch("SELECT word FROM search_words WHERE record_id = $1", record_id)
    return {row["word"] for row in found}


async def test_a_new_record_has_its_words_and_its_client(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre, first_name="Ann", last_name="Ashe", reference="REF-12")
    case = await data.a_case(centre, client_id=client, title="Rent")
    assert await words_of(acting.rows, client) == {"ann", "ashe", "ref", "12", "ref12"}
    assert "rent" in await words_of(acting.rows, case)
    rows = await acting.rows.fetch("SELECT DISTINCT kind, client_id FROM search_words WHERE centre_id = $1", centre)
    assert {tuple(row) for row in rows} == {("clients", client), ("cases", client)}


async def test_a_change_writes_the_difference(data: Data, acting: Acting, database: Database, keys: CentreKeys) -> None:
    centre = await data.a_centre()
    key = await data.a_client(centre, first_name="Ann", last_name="Ashe", reference="RR", email="ann@example.org")
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        client = await uow.lock(Client, key)
        uow.change(client, last_name="Birch", email=None)
    assert await words_of(acting.rows, key) == {"ann", "birch", "rr"}
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        client = await uow.lock(Client, key)
        client.first_name = "Cat"  # without `change`: the words follow the record, not the way it is written
    assert await words_of(acting.rows, key) == {"cat", "birch", "rr"}


async def test_what_is_rolled_back_leaves_no_words(
    data: Data, acting: Acting, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    key = await data.a_client(centre, first_name="Ann", last_name="Ashe", reference="RR")
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.change(await uow.lock(Client, key), last_name="Birch")
            await uow.flush()
            raise ZeroDivisionError
    assert await words_of(acting.rows, key) == {"ann", "ashe", "rr"}


async def test_a_record_has_a_bounded_number_of_words(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    case = await data.a_case(centre, title=" ".join(f"word{number:03d}" for number in range(100)))
    assert len(await words_of(acting.rows, case)) == MOST_WORDS


async def test_searched_columns_are_not_changed_past_their_words(
    data: Data, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        with pytest.raises(TypeError, match="found by the words"):
            await uow.run_update(Case, title="Other")


async def test_the_words_of_rows_below_a_record_are_kept_apart_from_its_own(
    data: Data, acting: Acting, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    case_id = await data.a_case(centre)
    key = await a_document(data, centre, case_id, title="Rent letter", tags=["urgent"], file_name="letter.pdf")
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        document = await uow.lock(Document, key)
        uow.change(document, title="Eviction", tags=[])
    assert await words_of(acting.rows, key) == {"eviction", "letter", "pdf", "letterpdf"}
    await a_version(data, centre, key, number=2, file_name="scan.png")
    assert await words_of(acting.rows, key) == {
        "eviction", "letter", "pdf", "letterpdf", "scan", "png", "scanpng",
    }  # fmt: skip


@pytest.mark.own_database
async def test_the_rows_below_one_record_are_written_together(
    databases: Databases, own_database: str, keys: CentreKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the portions: of a portion that ends within a record, the record begins the next one."""
    monkeypatch.setattr(reindexing, "_PORTION", 4)
    owner = databases.owner(own_database)
    database = await Database(databases.app(own_database), read_pool_size=1, write_pool_size=2).open()
    rows = await asyncpg.connect(owner)
    try:
        data = Data(database, keys, owner)
        centre = await data.a_centre()
        case_id = await data.a_case(centre)
        papers = [await a_document(data, centre, case_id, file_name="one.pdf") for _ in range(3)]
        for paper in papers:
            for number in (2, 3):
                await a_version(data, centre, paper, number=number, file_name=f"file{number}.pdf")
        asked = "SELECT word, record_id FROM search_words WHERE kind = 'document_versions' ORDER BY 1, 2"
        before = await rows.fetch(asked)
        await rows.execute("UPDATE search_words SET word = 'stale' WHERE word = 'one'")
        assert (await reindexing.reindex(owner))["document_versions"] == 9
        assert await rows.fetch(asked) == before
        assert await words_of(rows, papers[0]) >= {"one", "file2", "file3"}
    finally:
        await rows.close()
        await database.close()


def test_no_sealed_column_is_searched() -> None:
    models = searched_models()
    assert {model.__tablename__ for model in models} >= {"clients", "cases", "creditors", "documents"}
    for model in models:
        columns = inspect(model).columns
        assert not [name for name in model.searched if isinstance(columns[name].type, Sealed | BlindIndex)]
    assert "search_words" in METADATA.tables


@pytest.mark.own_database
async def test_records_that_are_there_already_get_their_words(
    databases: Databases, own_database: str, keys: CentreKeys
) -> None:
    owner = databases.owner(own_database)
    database = await Database(databases.app(own_database), read_pool_size=1, write_pool_size=2).open()
    rows = await asyncpg.connect(owner)
    try:
        data = Data(database, keys, owner)
        centres = [await data.a_centre() for _ in range(2)]
        cases = [await data.a_case(centre, title="Rent arrears") for centre in centres]
        creditor = await a_creditor(data, centres[0], name="Northgate Bank", trading_names="Cobalt\nQuartz Cards")
        paper = await a_document(data, centres[0], cases[0], title="Claim", tags=["court-fee"], file_name="n1.pdf")
        assert await words_of(rows, creditor) == {"northgate", "bank", "cobalt", "quartz", "cards"}
        assert await words_of(rows, paper) == {"claim", "court", "fee", "courtfee", "n1", "pdf", "n1pdf"}
        asked = "SELECT centre_id, kind, word, record_id, client_id FROM search_words ORDER BY 1, 2, 3, 4"
        before = await rows.fetch(asked)
        assert await reindex(owner, lacking=True) == {}
        await rows.execute("DELETE FROM search_words WHERE kind = 'cases'")
        assert await reindex(owner, lacking=True) == {"cases": 2}
        assert await rows.fetch(asked) == before
        await rows.execute("UPDATE search_words SET word = 'stale' WHERE word = 'rent' AND record_id = $1", cases[0])
        assert await reindex(owner) == {
            "cases": 2, "clients": 2, "creditors": 1, "documents": 1, "document_versions": 1,
        }  # fmt: skip
        assert await rows.fetch(asked) == before
    finally:
        await rows.close()
        await database.close()
