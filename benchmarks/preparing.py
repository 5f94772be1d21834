"""What the filled database lacks for a comparison: a role for the peers under the same row security."""

import asyncpg

PEER = "benchmark_peer"
"""The role the peers sign in as: it owns nothing and cannot pass row security by, as `cma_app` cannot."""
READ = {
    "cases": "centre_id, id, case_number, title, status, stage, priority, complexity, risk_level, opened_on, "
    "created_at, version, client_id, advisor_id, deleted_at",
    "clients": "centre_id, id, reference, first_name, last_name, deleted_at",
    "memberships": "centre_id, user_id, first_name, last_name",
    "debts": "centre_id, id, case_id, status, priority, current_balance, balance_as_of, created_at, deleted_at",
    "budget_sheets": "centre_id, id, case_id, number, status, statement_date",
    "documents": "centre_id, id, case_id, title, access_level, created_at, deleted_at",
}
"""The tables that the workloads read, and of them the columns that the peers may see."""


async def let_peers_in(superuser: str) -> bool:
    """Let the peers' role read, all or nothing; answer whether that was still to do."""
    connection = await asyncpg.connect(superuser)
    try:
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", PEER):
            await connection.execute(f"CREATE ROLE {PEER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        database = await connection.fetchval("SELECT current_database()")
        await connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO {PEER}')
        if await connection.fetchval("SELECT has_column_privilege($1, 'cases', 'id', 'SELECT')", PEER):
            return False
        async with connection.transaction():
            await connection.execute(f"GRANT USAGE ON SCHEMA public TO {PEER}")
            for table, columns in READ.items():
                await connection.execute(f"GRANT SELECT ({columns}) ON {table} TO {PEER}")
                # the very policies that confine the application: `_centre`, and `_client` within it
                for policy in ("centre", "client"):
                    await connection.execute(f"ALTER POLICY {table}_{policy} ON {table} TO cma_app, cma_worker, {PEER}")
            await connection.execute(f"GRANT UPDATE (priority) ON cases TO {PEER}")
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()
    return True
