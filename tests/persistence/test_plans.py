"""Lists of a large centre are read along their indexes: few rows are looked at for each that is answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from cma_graphql.access.actor import Actor, Sight, system_of
from cma_graphql.core.ids import SYSTEM_ACTOR, new_id
from cma_graphql.domain.audit.selectors import AUDIT_ENTRIES
from cma_graphql.domain.cases.selectors import CASES, cases_by_key, own_cases
from cma_graphql.domain.clients.selectors import CLIENTS, clients_by_key, own_clients
from cma_graphql.domain.jobs.selectors import DEAD_JOBS
from cma_graphql.persistence.database import Database, begin_and_scope
from cma_graphql.persistence.listing import Listing, Page
from cma_graphql.persistence.reads import Compiled, Statement, actor_parameters
from cma_graphql.persistence.window import Window
from support.data import Data
from support.databases import Databases

LARGE, SMALL = 20_000, 300
MOST_FILTERED_PER_ROW = 10
PAGE = 25
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON)"
CLIENTS_SQL = """
INSERT INTO clients (centre_id, id, reference, first_name, last_name, name_key, dependents, interpreter_needed,
    birth_year, email_key, postcode_key, created_at, created_by, updated_at, updated_by)
SELECT $1, gen_random_uuid(), 'R' || n, 'Alex', 'C' || n, 'c' || lpad((n * 7919 % 100003)::text, 6, '0'), 0, false,
    1940 + n % 60, 'e' || n, 'sw1a' || n % 977, now() - n * interval '1 minute', $2, now(), $2
FROM generate_series(1, $3) n
"""
CASES_SQL = """
INSERT INTO cases (centre_id, id, case_number, client_id, case_type_id, advisor_id, title, description,
    category, status, stage, priority, complexity, risk_level, restricted, compliance_required, legal_review_required,
    billing_method, opened_on, created_at, created_by, updated_at, updated_by)
SELECT centre_id, gen_random_uuid(), 'CASE-2026-' || lpad((row_number() OVER (ORDER BY name_key))::text, 6, '0'), id,
    (SELECT id FROM case_types t WHERE t.centre_id = $1 LIMIT 1), CASE WHEN birth_year = 1950 THEN $2::uuid END,
    'T', 'D', 'PERSONAL', (ARRAY['NEW', 'IN_PROGRESS', 'CLOSED'])[1 + birth_year % 3], 'ENQUIRY', 'LOW', 'LOW', 'LOW',
    false, false, false, 'NONE', created_at::date, created_at, $2, created_at, $2
FROM clients WHERE centre_id = $1
"""
AUDIT_SQL = """
INSERT INTO audit_logs (centre_id, id, seq, occurred_at, action, entity, subject_id, client_id, actor_kind, actor_id,
    request_id, remote_address, user_agent, changes, digests, previous_hash, hash)
SELECT centre_id, gen_random_uuid(), row_number() OVER (ORDER BY id), now(), 'client.created', 'client', id, id,
    'SYSTEM', $2, '', '', '', '{}', '{}', '', ''
FROM clients WHERE centre_id = $1
"""

DEAD_JOBS_SQL = """
INSERT INTO dead_jobs (centre_id, id, name, ids, state, attempts, error, message, queued_at, died_at, settled_at,
    created_at, created_by, updated_at, updated_by)
SELECT centre_id, gen_random_uuid(), 'jobs.test', '{}', CASE WHEN n % 40 = 0 THEN 'DEAD' ELSE 'RETRIED' END, 8, '', '',
    created_at, created_at, CASE WHEN n % 40 > 0 THEN created_at END, created_at, $2, created_at, $2
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM clients WHERE centre_id = $1) AS each
"""


@dataclass
class Large:
    """A large centre among smaller ones."""

    database: Database
    actor: Actor
    app: "asyncpg.Connection[asyncpg.Record]"
    client: UUID


@pytest.fixture(scope="module")
async def large(databases: Databases, template: str, keys: Any) -> AsyncIterator[Large]:
    """Fill a database of its own, by statements for many rows at once, as the owner."""
    name = await databases.clone(template)
    database = await Database(databases.app(name), read_pool_size=2, write_pool_size=2).open()
    data = Data(database, keys, databases.owner(name))
    centres = [await data.a_centre() for _ in range(6)]
    advisors = [(await data.a_member(centre)).user_id for centre in centres]
    owner = await asyncpg.connect(databases.owner(name))
    try:
        for centre, advisor, size in zip(centres, advisors, (LARGE, *[SMALL] * 5), strict=True):
            await owner.execute(CLIENTS_SQL, centre, advisor, size)
            await owner.execute(CASES_SQL, centre, advisor)
            await owner.execute(AUDIT_SQL, centre, SYSTEM_ACTOR)
            await owner.execute(DEAD_JOBS_SQL, centre, SYSTEM_ACTOR)
        await owner.execute("ANALYZE clients, cases, audit_logs, case_team_members, dead_jobs")
        client = await owner.fetchval("SELECT client_id FROM cases WHERE centre_id = $1 LIMIT 1", centres[0])
    finally:
        await owner.close()
    app = await asyncpg.connect(databases.app(name))
    yield Large(database, system_of(centres[0]), app, client)
    await app.close()
    await database.close()


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes_of(part))]


async def explained(
    large: Large, compiled: Compiled, parameters: dict[str, object], *, generic: bool = False
) -> list[dict[str, Any]]:
    """Run a statement as the application does, under its scope; answer what its plan really did.

    `generic`: by the plan that does not know the parameters, which PostgreSQL may keep after some runs.
    """
    arguments = compiled.arguments({**parameters, **actor_parameters(large.actor)})
    await large.app.execute(begin_and_scope(large.actor, mode="READ ONLY", timeout_ms=10_000))
    try:
        if generic:
            await large.app.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            await large.app.execute(f"PREPARE asked AS {compiled.text}")
            values = ", ".join(_literal(value) for value in arguments)
            text, arguments = f"{EXPLAIN} EXECUTE asked ({values})", []
        else:
            text = f"{EXPLAIN} {compiled.text}"
        (plan,) = orjson.loads(await large.app.fetchval(text, *arguments))
    finally:
        await large.app.execute("ROLLBACK")
        if generic:
            await large.app.execute("DEALLOCATE asked")
    return nodes_of(plan["Plan"])


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "'{" + ",".join(str(item) for item in value) + "}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def faults(nodes: list[dict[str, Any]], tables: set[str]) -> list[str]:
    """Tell where a plan reads a whole table, or far more rows than it answers."""
    found = []
    answered = max(1, nodes[0]["Actual Rows"] * nodes[0]["Actual Loops"])
    for node in nodes:
        if node["Node Type"] in {"Seq Scan", "Parallel Seq Scan"} and node["Relation Name"] in tables:
            found.append(f"reads all of {node['Relation Name']}")
        filtered = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        if filtered * node["Actual Loops"] > MOST_FILTERED_PER_ROW * answered:
            found.append(f"{node['Node Type']} filters {filtered} rows away for {answered}")
        if node["Node Type"] == "Sort" and sum(part["Actual Rows"] for part in node["Plans"]) > 4 * PAGE:
            found.append("sorts the centre")
    return found


async def page_of(large: Large, listing: Listing, order: str, window: Window) -> Page:
    async with large.database.read(large.actor) as reader:
        return await listing.page(reader, order=order, window=window, filters={})


EVERY_ORDER = [(listing, order) for listing in (CLIENTS, CASES, AUDIT_ENTRIES) for order in listing.orders]


@pytest.mark.own_database
@pytest.mark.parametrize(("listing", "order"), EVERY_ORDER)
@pytest.mark.parametrize("where", ["start", "middle", "end"])
@pytest.mark.parametrize("generic", [False, True])
async def test_a_page_is_read_along_its_index(
    large: Large, listing: Listing, order: str, where: str, *, generic: bool
) -> None:
    window = Window(last=PAGE) if where == "end" else Window(first=PAGE)
    if where == "middle":
        first = await page_of(large, listing, order, Window(first=100))
        window = Window(first=PAGE, after=first.cursor(-1))
    page = await page_of(large, listing, order, window)
    assert len(page.rows) == PAGE
    span = listing._span(_Reads(large.actor), None)  # type: ignore[arg-type]
    shape, parameters = listing._shape(order, window, {}, span=span, parent=None)
    nodes = await explained(large, listing._page.compiled(Sight.EVERYTHING, shape), parameters, generic=generic)
    assert nodes[0]["Actual Rows"] == PAGE + 1
    assert faults(nodes, {"clients", "cases", "audit_logs"}) == []


class _Reads:
    """An actor, as lists ask for one."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor


FILTERED: list[tuple[Listing, str, dict[str, object]]] = [
    (CLIENTS, "NAME_ASC", {"name_starts_with": "c0001"}),
    (CLIENTS, "NAME_ASC", {"reference": "R77"}),
    (CLIENTS, "NAME_ASC", {"email": "e77"}),
    (CASES, "CASE_NUMBER_ASC", {"case_number": "CASE-2026-000077"}),
    (CASES, "CREATED_AT_DESC", {"status": ["NEW", "IN_PROGRESS"]}),
    (CASES, "CREATED_AT_DESC", {"status": ["IN_PROGRESS"]}),
    (DEAD_JOBS, "DIED_AT_DESC", {"state": "DEAD"}),
    (DEAD_JOBS, "DIED_AT_DESC", {"state": "RETRIED"}),
]


@pytest.mark.own_database
@pytest.mark.parametrize(("listing", "order", "filters"), FILTERED)
async def test_what_is_looked_for_is_found_along_an_index(
    large: Large, listing: Listing, order: str, filters: dict[str, object]
) -> None:
    span = listing._span(_Reads(large.actor), None)  # type: ignore[arg-type]
    shape, parameters = listing._shape(order, Window(first=PAGE), filters, span=span, parent=None)
    nodes = await explained(large, listing._page.compiled(Sight.EVERYTHING, shape), parameters)
    assert nodes[0]["Actual Rows"] > 0
    assert faults(nodes, {"clients", "cases", "dead_jobs"}) == []


@pytest.mark.own_database
async def test_pages_under_many_parents_are_read_along_an_index(large: Large) -> None:
    async with large.database.read(large.actor) as reader:
        clients = [row["key"] for row in (await page_of(large, CLIENTS, "NAME_ASC", Window(first=100))).rows]
        assert reader.statements == 0
    span = CASES._span(_Reads(large.actor), "client_id")  # type: ignore[arg-type]
    shape, parameters = CASES._shape("CREATED_AT_DESC", Window(first=2), {}, span=span, parent="client_id")
    compiled = CASES._page.compiled(Sight.EVERYTHING, shape)
    nodes = await explained(large, compiled, {**parameters, "parents": clients, "centres": clients})
    assert nodes[0]["Actual Rows"] == 100
    assert faults(nodes, {"clients", "cases"}) == []


@pytest.mark.own_database
async def test_the_measure_finds_a_plan_that_reads_everything(large: Large) -> None:
    text = "SELECT id FROM clients WHERE centre_id = $1::UUID AND last_name ILIKE '%9999%' ORDER BY title LIMIT 25"
    compiled = Compiled(text, ("actor_centre",), {})
    found = faults(await explained(large, compiled, {}), {"clients"})
    assert any("reads all of clients" in fault or "filters" in fault for fault in found)


@pytest.mark.own_database
@pytest.mark.parametrize("statement", [clients_by_key, cases_by_key, own_clients, own_cases])
async def test_records_by_their_keys_are_read_by_the_primary_key(large: Large, statement: Statement) -> None:
    nodes = await explained(large, statement.compiled(Sight.EVERYTHING), {"keys": [large.client, new_id()]})
    assert faults(nodes, {"clients", "cases"}) == []
