"""Search finds creditors by their names, and documents by title, tags and file names, as each viewer sees them."""

from typing import Any

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.creditors.models import CreditorKind
from cma_graphql.domain.creditors.services import adopt_creditor, create_creditor, deactivate_creditor, update_creditor
from cma_graphql.domain.documents.services.delete import delete_document, restore_document
from cma_graphql.domain.documents.services.update import update_document
from cma_graphql.persistence.database import begin_and_scope
from cma_graphql.persistence.writing import unit_of_work
from graph.search.test_search import SEARCH, titles
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.databases import Databases
from support.debts import a_creditor, a_debt
from support.documents import a_document, a_version


@pytest.fixture
async def centre(data: Data) -> Any:
    return await data.a_centre()


@pytest.fixture
async def manager(data: Data, centre: Any) -> Actor:
    return await data.a_member(centre, Role.CENTRE_MANAGER)


STAFF = (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR)


# Creditors


@pytest.mark.parametrize("query", ["northgate", "ZOË", "zoe northgate", "cobalt cards", "quartz", "quartzpay"])
async def test_a_creditor_is_found_by_its_name_and_its_trading_names(
    graph: Graph, data: Data, centre: Any, manager: Actor, query: str
) -> None:
    key = await a_creditor(
        data, centre, name="Zoë Northgate", trading_names="Cobalt Cards\nQuartz-Pay", notes="Umber", city="Umber"
    )
    await a_creditor(data, centre, name="Southgate")
    answer = await graph.run(SEARCH, as_=manager, query=query, kinds=["CREDITOR"])
    (hit,) = answer.data["search"][0]["hits"]
    assert (hit["title"], hit["node"]["id"]) == ("Zoë Northgate", f"creditor_{key.hex}")
    assert (await titles(graph, manager, "umber"))["CREDITOR"] == []  # neither notes nor addresses are searched


async def test_creditors_that_match_equally_well_come_by_name(
    graph: Graph, data: Data, centre: Any, manager: Actor
) -> None:
    for name in ("Umber Zinc", "Umberly", "Umber Ash"):
        await a_creditor(data, centre, name=name)
    found = await titles(graph, manager, "umber")
    assert found["CREDITOR"] == ["Umber Ash", "Umber Zinc", "Umberly"]


async def test_everybody_who_reads_the_directory_finds_its_creditors_and_no_other_centres(
    graph: Graph, data: Data, centre: Any
) -> None:
    await a_creditor(data, centre, name="Umber Bank")
    await a_creditor(data, await data.a_centre(), name="Umber Trust")
    for viewer in [await data.a_member(centre, role) for role in STAFF]:
        assert (await titles(graph, viewer, "umber", kinds=["CREDITOR"])) == {"CREDITOR": ["Umber Bank"]}, viewer.roles
    administrator = await data.an_administrator()
    assert await titles(graph, administrator, "umber", kinds=["CREDITOR"]) == {}


async def test_a_client_finds_the_creditors_of_own_debts_alone(
    graph: Graph, data: Data, databases: Databases, database_name: str, centre: Any
) -> None:
    client = await data.a_client(centre)
    bank = await a_creditor(data, centre, name="Umber Bank")
    await a_debt(data, centre, await data.a_case(centre, client_id=client), creditor_id=bank)
    private = await a_creditor(data, centre, name="Umber Neighbour", kind="INDIVIDUAL")
    await a_debt(data, centre, await data.a_case(centre), creditor_id=private)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    assert (await titles(graph, portal, "umber"))["CREDITOR"] == ["Umber Bank"]
    app = await asyncpg.connect(databases.app(database_name))
    try:
        await app.execute(begin_and_scope(portal, mode="READ ONLY", timeout_ms=5_000))
        rows = await app.fetch("SELECT record_id FROM search_words WHERE kind = 'creditors'")
    finally:
        await app.close()
    assert {row["record_id"] for row in rows} == {bank}  # the policy holds where a statement forgets the rule


async def test_a_creditor_is_found_by_the_name_that_it_has_now(graph: Graph, acting: Acting, manager: Actor) -> None:
    key = await acting(
        manager,
        create_creditor,
        details={"name": "Umber Bank", "kind": CreditorKind.BANK_OR_CARD, "trading_names": ["Cobalt"]},
    )
    await acting(manager, update_creditor, creditor_id=key, version=1, details={"name": "Ochre Bank"})
    assert (await titles(graph, manager, "umber"))["CREDITOR"] == []
    assert (await titles(graph, manager, "ochre"))["CREDITOR"] == ["Ochre Bank"]
    await acting(manager, update_creditor, creditor_id=key, version=2, details={"trading_names": []})
    assert (await titles(graph, manager, "cobalt"))["CREDITOR"] == []
    await acting(manager, deactivate_creditor, creditor_id=key, version=3)
    assert (await titles(graph, manager, "ochre"))["CREDITOR"] == ["Ochre Bank"]  # its debts are there still


async def test_a_creditor_of_the_register_is_found_once_the_centre_has_it(
    graph: Graph, acting: Acting, manager: Actor
) -> None:
    assert (await titles(graph, manager, "hmrc"))["CREDITOR"] == []
    await acting(manager, adopt_creditor, code="HMRC")
    assert len((await titles(graph, manager, "revenue customs"))["CREDITOR"]) == 1


# Documents


@pytest.mark.parametrize(
    "query", ["possession", "claim possession", "court-fee", "courtfee", "fee", "n5b", "n5b_scan.pdf", "scan"]
)
async def test_a_document_is_found_by_its_title_tags_and_file_names(
    graph: Graph, data: Data, centre: Any, manager: Actor, query: str
) -> None:
    case_id = await data.a_case(centre, title="Rent")
    key = await a_document(
        data,
        centre,
        case_id,
        title="Claim for possession",
        description="Umber",
        tags=["court-fee", "urgent"],
        file_name="n5b_scan.pdf",
    )
    await a_document(data, centre, case_id, title="Payslip")
    answer = await graph.run(SEARCH, as_=manager, query=query, kinds=["DOCUMENT"])
    (hit,) = answer.data["search"][0]["hits"]
    assert (hit["title"], hit["node"]["id"]) == ("Claim for possession", f"document_{key.hex}")
    assert (await titles(graph, manager, "umber"))["DOCUMENT"] == []  # descriptions are not searched


async def test_the_newest_of_equally_good_documents_comes_first(
    graph: Graph, data: Data, centre: Any, manager: Actor
) -> None:
    case_id = await data.a_case(centre)
    for title in ("Letter, first", "Letterhead", "Letter, second"):
        await a_document(data, centre, case_id, title=title, file_name="x1.pdf")
    found = await titles(graph, manager, "letter")
    assert found["DOCUMENT"] == ["Letter, second", "Letter, first", "Letterhead"]


async def test_each_viewer_finds_the_documents_that_are_theirs_to_see(graph: Graph, data: Data, centre: Any) -> None:
    team = await data.a_team(centre)
    advisor = await data.a_member(centre)
    colleague = await data.a_member(centre, team_ids=(team,))
    trainee = await data.a_member(centre, Role.TRAINEE)
    client = await data.a_client(centre)
    own = await data.a_case(centre, client_id=client, advisor=advisor, team_id=team, team_members=(trainee,))
    restricted = await data.a_case(centre, advisor=advisor, team_id=team, restricted=True)

    async def papers(case_id: Any, mark: str) -> None:
        await a_document(data, centre, case_id, title=f"Umber {mark} team")
        await a_document(data, centre, case_id, title=f"Umber {mark} centre", access_level="CENTRE")
        await a_document(data, centre, case_id, title=f"Umber {mark} secret", access_level="MANAGERS_AND_COMPLIANCE")
        await a_document(data, centre, case_id, title=f"Umber {mark} shared", shared_with_client=True)
        await a_document(data, centre, case_id, title=f"Umber {mark} theirs", from_client=True)

    await papers(own, "A")
    await papers(restricted, "R")
    await a_document(data, centre, None, title="Umber caseload")
    stranger = await data.a_centre()
    await a_document(data, stranger, await data.a_case(stranger), title="Umber elsewhere")
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    other = await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre))
    everything = {f"Umber {mark} {kind}" for mark in "AR" for kind in ("team", "centre", "secret", "shared", "theirs")}
    open_of = {mark: {f"Umber {mark} {kind}" for kind in ("team", "centre", "shared", "theirs")} for mark in ("A", "R")}
    seen = {
        await data.a_member(centre, Role.CENTRE_MANAGER): {*everything, "Umber caseload"},
        await data.a_member(centre, Role.COMPLIANCE_OFFICER): {*everything, "Umber caseload"},
        await data.a_member(centre, Role.AUDITOR): open_of["A"],
        advisor: open_of["A"] | open_of["R"],
        trainee: open_of["A"],
        colleague: {"Umber A centre"},
        await data.a_member(centre): set(),
        portal: {"Umber A shared", "Umber A theirs"},
        other: set(),
    }
    for viewer, names in seen.items():
        found = await titles(graph, viewer, "umber", kinds=["DOCUMENT"], first=50)
        assert set(found["DOCUMENT"]) == names, viewer.roles
        assert len(found["DOCUMENT"]) == len(names)


async def test_the_words_of_papers_that_a_client_does_not_see_are_kept_from_the_portal(
    graph: Graph, data: Data, centre: Any
) -> None:
    client = await data.a_client(centre)
    case_id = await data.a_case(centre, client_id=client)
    await a_document(data, centre, case_id, title="Fraud suspicion", file_name="shared.pdf", shared_with_client=False)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    for query in ("fraud", "shared", "suspicion fraud"):
        answer = await graph.run(SEARCH, as_=portal, query=query)
        assert answer.errors == []
        assert [group["hits"] for group in answer.data["search"]] == [[], [], [], []]


async def test_a_document_follows_its_renames_its_deletion_and_its_restoring(
    graph: Graph, data: Data, acting: Acting, centre: Any, manager: Actor
) -> None:
    case_id = await data.a_case(centre)
    key = await a_document(data, centre, case_id, title="Umber letter", file_name="first.pdf")
    await acting(
        manager, update_document, document_id=key, version=1, edits={"title": "Ochre letter", "tags": ["Slate"]}
    )
    assert (await titles(graph, manager, "umber"))["DOCUMENT"] == []
    for query in ("ochre", "slate", "first.pdf"):
        assert (await titles(graph, manager, query))["DOCUMENT"] == ["Ochre letter"]
    await a_version(data, centre, key, number=2, file_name="second.pdf")
    for query in ("first.pdf", "second.pdf"):
        assert (await titles(graph, manager, query))["DOCUMENT"] == ["Ochre letter"]
    version = await acting.rows.fetchval("SELECT version FROM documents WHERE id = $1", key)
    await acting(manager, delete_document, document_id=key, version=version, reason="Filed twice.")
    assert (await titles(graph, manager, "ochre"))["DOCUMENT"] == []
    await acting(manager, restore_document, document_id=key, version=version + 1)
    assert (await titles(graph, manager, "ochre"))["DOCUMENT"] == ["Ochre letter"]


async def test_documents_of_a_deleted_case_are_not_found(graph: Graph, data: Data, centre: Any, manager: Actor) -> None:
    case_id = await data.a_case(centre)
    await a_document(data, centre, case_id, title="Umber letter")
    await without_case(data, centre, case_id)
    assert (await titles(graph, manager, "umber"))["DOCUMENT"] == []


async def without_case(data: Data, centre: Any, case_id: Any) -> None:
    """Delete a case, whatever hangs on it."""
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        uow.soft_delete(await uow.lock(Case, case_id))
