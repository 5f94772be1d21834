"""The database's roles (decision 2): made once by whoever runs the server, printed by `cma-graphql roles`."""

from collections.abc import Mapping

OWNER, APP, WORKER, SEARCH, BACKUP = "cma_owner", "cma_app", "cma_worker", "cma_search", "cma_backup"

_ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    APP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    WORKER: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    SEARCH: "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    BACKUP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS",
}


def role_statements(passwords: Mapping[str, str] | None = None) -> list[str]:
    """Answer the statements a superuser runs once per server; those roles that exist are left as they are."""
    given = passwords or {}
    statements = []
    for role, attributes in _ATTRIBUTES.items():
        password = given.get(role)
        clause = f" PASSWORD '{password.replace(chr(39), chr(39) * 2)}'" if password else ""
        statements.append(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} {attributes}{clause}; END IF; END $$"
        )
    # The owner gives functions to cma_search, whose sight is wider than the application's and narrower than its own.
    statements.append(f"GRANT {SEARCH} TO {OWNER}")
    # A backup holds every table, those included that the migrations' tool and the event log make for themselves.
    statements.append(f"GRANT pg_read_all_data TO {BACKUP}")
    return statements


def database_statements(database: str) -> list[str]:
    """Answer the statements a superuser runs once in the product's database: who owns it and who may connect."""
    return [
        f'ALTER DATABASE "{database}" OWNER TO {OWNER}',
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT ON DATABASE "{database}" TO {APP}, {WORKER}, {BACKUP}',
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {WORKER}, {SEARCH}, {BACKUP}",
    ]
