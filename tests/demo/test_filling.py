"""A filled network is as if it had grown: numbers without gaps, seals that open, a next case that follows."""

from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.formats.codes import format_case_number
from cma_graphql.demo.filling.caseload import opening_days
from cma_graphql.demo.filling.compliance import SINCE_DAYS
from cma_graphql.demo.filling.network import CENTRES, NetworkFiller, _shares
from cma_graphql.demo.filling.staffing import CAPACITY
from cma_graphql.demo.progress import Progress
from cma_graphql.domain.appointments.suggesting import suggested_slots
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.compliance.progress import ItemFacts, progress_of
from cma_graphql.domain.compliance.recount import facts_of
from cma_graphql.domain.documents.models import AccessLevel
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data
from support.databases import Databases

CASES = 400
KEPT = {"document_versions": "documents"}
"""Whose words the words of a table's rows are."""


async def test_a_network_is_filled_and_goes_on_from_there(
    databases: Databases, own_database: str, keys: CentreKeys
) -> None:
    owner = databases.owner(own_database)
    database = await Database(databases.app(own_database), read_pool_size=1, write_pool_size=1).open()
    rows = await asyncpg.connect(owner)
    said = StringIO()
    try:
        filler = NetworkFiller(database=database, keys=keys, owner=owner, random=Random(7))  # noqa: S311
        assert not await filler.is_filled()
        data = Data(database, keys, owner)
        await data.a_client(await data.a_centre())  # that there are words already keeps nobody from being found
        await filler.fill(CASES, Progress(CASES, "cases", stream=said))
        assert await filler.is_filled()

        sizes = await rows.fetch("SELECT centre_id, count(*) AS cases FROM cases GROUP BY 1 ORDER BY 2 DESC, 1")
        assert [row["cases"] for row in sizes] == sorted(_shares(CASES), reverse=True)
        largest = sizes[0]["centre_id"]
        numbers = await rows.fetch(
            "SELECT extract(year FROM opened_on)::int AS year, count(*) AS cases, max(case_number) AS last "
            "FROM cases WHERE centre_id = $1 GROUP BY 1 ORDER BY 1",
            largest,
        )
        for row in numbers:
            assert row["last"] == format_case_number(year=row["year"], sequence=row["cases"])
        assert {row["status"] for row in await rows.fetch("SELECT DISTINCT status FROM cases")} >= {
            "NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "RESOLVED", "CLOSED",
        }  # fmt: skip
        ended = await rows.fetchval("SELECT count(*) FROM cases WHERE (status = 'CLOSED') <> (closed_on IS NOT NULL)")
        assert ended == 0
        strays = await rows.fetchval(
            "SELECT count(*) FROM cases AS it WHERE status <> (SELECT to_status FROM case_status_history AS step "
            "WHERE (step.centre_id, step.case_id) = (it.centre_id, it.id) ORDER BY changed_at DESC, id DESC LIMIT 1)"
        )
        assert strays == 0

        await papers_and_checklists_hold(rows)
        referred = "SELECT count(*) FROM cases WHERE status = 'REFERRED'"
        handed_over = "SELECT count(DISTINCT case_id) FROM referrals WHERE hands_over AND state = 'ACCEPTED'"
        assert await rows.fetchval(handed_over) == await rows.fetchval(referred)
        assert await rows.fetchval("SELECT count(*) FROM referrals WHERE NOT hands_over") > 0
        found = await rows.fetch("SELECT kind, count(DISTINCT record_id) AS records FROM search_words GROUP BY 1")
        for row in found:
            assert row["records"] == await rows.fetchval(f"SELECT count(*) FROM {KEPT.get(row['kind'], row['kind'])}")  # noqa: S608
        assert {row["kind"] for row in found} == {"cases", "clients", "creditors", "documents", "document_versions"}

        person = await rows.fetchrow(
            "SELECT id, national_insurance_number AS sealed FROM clients WHERE centre_id = $1 LIMIT 1", largest
        )
        assert person is not None
        actor = system_of(largest)
        async with database.read(actor) as reader:
            ring = await keys.of(reader)
            kinds = await case_types(reader)
        sealed = bytes(person["sealed"])
        opened = ring.opening(sealed).unseal(
            sealed, table="clients", column="national_insurance_number", row_id=person["id"]
        )
        assert len(opened) == 9
        async with unit_of_work(database, keys, actor) as uow:
            case_id = await open_case(
                uow, client_id=person["id"], case_type_id=kinds[0]["key"], title="Next", description="The next."
            )
        number = await rows.fetchval("SELECT case_number FROM cases WHERE id = $1", case_id)
        await there_is_somebody_to_work(
            rows, database, keys, largest, client_id=person["id"], case_type_id=kinds[0]["key"]
        )
        this_year = next((row["cases"] for row in numbers if row["year"] == today().year), 0)
        assert number == format_case_number(year=today().year, sequence=this_year + 1)
    finally:
        await rows.close()
        await database.close()
    assert said.getvalue().splitlines()[-1].strip().startswith(f"100%  {CASES} of {CASES} cases")


async def there_is_somebody_to_work(
    rows: "asyncpg.Connection[asyncpg.Record]",
    database: Database,
    keys: CentreKeys,
    centre: UUID,
    **case: Any,
) -> None:
    """Assert that a case finds an advisor by itself, and a client a time, and that nobody is booked on a weekend."""
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        given = await open_case(uow, title="Given", description="To somebody.", auto_assign=True, **case)
    advisor = await rows.fetchrow(
        "SELECT advisor_id, roles, capacity_points FROM cases JOIN memberships USING (centre_id) "
        "WHERE cases.id = $1 AND user_id = advisor_id",
        given,
    )
    assert advisor is not None
    assert (advisor["roles"], advisor["capacity_points"]) == (["ADVISOR"], CAPACITY)
    async with database.read(system_of(centre)) as reader:
        slots = await suggested_slots(
            reader, first=today() + timedelta(1), last=today() + timedelta(14), duration_minutes=60, most=100
        )
    assert len(slots) == 100
    assert all(9 <= slot.starts_at.astimezone(LONDON).hour <= 16 for slot in slots)
    weekends = "SELECT count(*) FROM appointments WHERE status = 'SCHEDULED' AND extract(isodow FROM starts_at) > 5"
    assert await rows.fetchval(weekends) == 0
    away = await rows.fetch("SELECT user_id, cover_id FROM absences")
    assert away
    assert all(row["cover_id"] not in {None, row["user_id"]} for row in away)


async def papers_and_checklists_hold(rows: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Assert that documents and checklists are there, and that figures are those of the lines."""
    papers = await rows.fetchval("SELECT count(*) FROM documents")
    assert CASES < papers < 2 * CASES
    assert await rows.fetchval("SELECT count(*) FROM document_versions") == papers
    levels = {row[0] for row in await rows.fetch("SELECT DISTINCT access_level FROM documents")}
    assert levels == {*AccessLevel}
    linked = await rows.fetchval("SELECT count(*) FROM document_debts")
    astray = await rows.fetchval(
        "SELECT count(*) FROM document_debts AS it JOIN debts ON debts.id = it.debt_id JOIN documents "
        "ON documents.id = it.document_id WHERE debts.case_id <> documents.case_id"
    )
    assert linked > astray == 0
    new = await rows.fetchval(
        "SELECT count(*) FROM cases WHERE created_at::date >= $1", today() - timedelta(SINCE_DAYS)
    )
    having = await rows.fetchval("SELECT count(DISTINCT case_id) FROM case_compliance")
    assert 0 < having <= new
    items = await rows.fetch(
        "SELECT item.*, requirement.mandatory, requirement.weight FROM case_compliance_items AS item "
        "JOIN compliance_requirements AS requirement ON requirement.id = item.requirement_id"
    )
    of_list: dict[UUID, list[ItemFacts]] = {}
    for item in items:
        of_list.setdefault(item["case_compliance_id"], []).append(facts_of(item))
    lists = await rows.fetch("SELECT * FROM case_compliance")
    assert len(lists) == len(of_list)
    for row in lists:
        progress = asdict(progress_of(of_list[row["id"]]))
        assert progress == {name: row[name] for name in progress}
    assert {row["base_status"] for row in lists} >= {"PENDING", "IN_PROGRESS", "NON_COMPLIANT", "COMPLIANT"}
    shown = {item["evidence_document_id"] for item in items if item["evidence_document_id"] is not None}
    assert shown
    strange = await rows.fetchval(
        "SELECT count(*) FROM case_compliance_items AS item JOIN documents ON documents.id = item.evidence_document_id "
        "WHERE documents.case_id <> item.case_id OR documents.current_version IS NULL"
    )
    assert strange == 0


@pytest.mark.parametrize("cases", [1, 40, 999, 100_000])
def test_the_first_of_twenty_centres_has_about_half_of_the_cases(cases: int) -> None:
    shares = _shares(cases)
    assert len(shares) == CENTRES
    assert min(shares) >= 1
    if cases >= CENTRES * 25:
        assert sum(shares) == cases
        assert cases / 2 <= shares[0] <= cases / 2 + CENTRES


def test_days_of_opening_are_in_order_and_never_to_come() -> None:
    days = opening_days(Random(1), 500)  # noqa: S311
    assert days == sorted(days)
    assert days[-1] <= today()


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_that_grows() -> None:
    terminal = _Terminal()
    bar = Progress(10, "cases", stream=terminal)
    bar.advance(5)
    bar.advance(5)
    first, second = terminal.getvalue().lstrip("\r").split("\r")
    assert first.startswith(f"  {'█' * 15}{'·' * 15}  50%  5 of 10 cases")
    assert second.startswith(f"  {'█' * 30} 100%  10 of 10 cases, 0 s left\n")
