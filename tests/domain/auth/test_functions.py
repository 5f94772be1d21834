"""What the application's role can reach of people, sessions and links: functions, and nothing else."""

import asyncpg
import pytest

from cma_graphql.core.clock import now
from support.databases import Databases


@pytest.mark.parametrize("table", ["users", "sessions", "refresh_tokens", "one_time_links"])
@pytest.mark.parametrize("act", ["SELECT * FROM {}", "DELETE FROM {}", "UPDATE {} SET user_id = NULL", "TRUNCATE {}"])
async def test_the_tables_of_the_network_are_closed(
    databases: Databases, database_name: str, table: str, act: str
) -> None:
    statement = act.format(table).replace("user_id", "id" if table == "users" else "user_id")
    if table == "refresh_tokens":
        statement = statement.replace("user_id", "session_id")
    connection = await asyncpg.connect(databases.app(database_name))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_every_function_runs_as_the_owner_with_its_own_path_for_the_applications_roles_only(
    databases: Databases, database_name: str
) -> None:
    connection = await asyncpg.connect(databases.owner(database_name))
    try:
        rows = await connection.fetch(
            "SELECT proname, prosecdef, proconfig, pg_get_userbyid(proowner) AS owner, "
            "has_function_privilege('cma_app', oid, 'EXECUTE') AS app, "
            "has_function_privilege('cma_worker', oid, 'EXECUTE') AS worker, "
            "has_function_privilege('cma_search', oid, 'EXECUTE') AS others, "
            "has_function_privilege('cma_backup', oid, 'EXECUTE') AS backup "
            "FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'auth\\_%'"
        )
    finally:
        await connection.close()
    assert len(rows) == 17
    for row in rows:
        assert row["prosecdef"], row["proname"]
        assert row["proconfig"] == ["search_path=public, pg_temp"]
        assert (row["owner"], row["app"], row["worker"], row["others"], row["backup"]) == (
            "cma_owner",
            True,
            True,
            False,
            False,
        )


async def test_a_look_up_tells_of_one_person_at_a_time(databases: Databases, database_name: str) -> None:
    connection = await asyncpg.connect(databases.app(database_name))
    try:
        for given in ("", "%", "' OR true --"):
            assert await connection.fetch("SELECT * FROM auth_find_sign_in($1)", given) == []
        assert await connection.fetch("SELECT * FROM auth_read_link($1, 'INVITATION', $2)", b"", now()) == []
    finally:
        await connection.close()
