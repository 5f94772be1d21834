"""Reads what PostgreSQL holds of the migrated schema: tables, policies, keys, grants, functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

APPLICATION = ("cma_app", "cma_worker")
HIDDEN = {
    "users": "a person is one in the whole network (decision 3)",
    "sessions": "a person's; the centre is where they are signed in",
    "refresh_tokens": "a session's",
    "one_time_links": "a person's; the centre is the one that invites",
}
"""Tables of the whole network that the application reaches through functions only."""


@dataclass(frozen=True)
class Policy:
    """One policy."""

    name: str
    table: str
    permissive: bool
    roles: tuple[str, ...]
    command: str
    using: str | None
    check: str | None


@dataclass(frozen=True)
class Table:
    """One table, a partition included."""

    name: str
    columns: tuple[str, ...]
    owner: str
    is_partition: bool
    secured: bool
    forced: bool
    policies: tuple[Policy, ...]
    grants: frozenset[tuple[str, str]]
    """Who may do what: (role, privilege); PUBLIC is the empty name."""

    @property
    def of_centres(self) -> bool:
        """Whether its rows belong to one centre each."""
        return ("centre_id" in self.columns or self.name == "centres") and self.name not in HIDDEN

    @property
    def centre_column(self) -> str:
        """The column that names the centre."""
        return "id" if self.name == "centres" else "centre_id"

    def policy(self, suffix: str) -> Policy | None:
        """Find a policy by what its name has after the table's."""
        return next((policy for policy in self.policies if policy.name == f"{self.name}_{suffix}"), None)


@dataclass(frozen=True)
class Index:
    """One index."""

    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool
    primary: bool


@dataclass(frozen=True)
class ForeignKey:
    """One foreign key."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str


@dataclass(frozen=True)
class Function:
    """One function of ours."""

    name: str
    owner: str
    definer: bool
    settings: tuple[str, ...]
    executors: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """The whole schema."""

    tables: dict[str, Table]
    indexes: Sequence[Index]
    foreign_keys: Sequence[ForeignKey]
    functions: Sequence[Function]
    views: dict[str, tuple[str, ...]]
    """Each view's options."""
    triggers: Sequence[str]

    def of_centres(self) -> list[Table]:
        """List the tables whose rows belong to one centre each, partitions apart."""
        return [table for table in self.tables.values() if table.of_centres and not table.is_partition]

    def partitions(self) -> list[Table]:
        """List the partitions."""
        return [table for table in self.tables.values() if table.is_partition]


async def read_catalogue(connection: "asyncpg.Connection[asyncpg.Record]") -> Catalogue:
    """Read the schema `public` of a database, alembic's own table apart."""
    policies = [
        Policy(
            row["policyname"],
            row["tablename"],
            row["permissive"] == "PERMISSIVE",
            tuple(sorted(row["roles"])),
            row["cmd"],
            row["qual"],
            row["with_check"],
        )
        for row in await connection.fetch("SELECT * FROM pg_policies WHERE schemaname = 'public' ORDER BY policyname")
    ]
    grants: dict[str, set[tuple[str, str]]] = {}
    for row in await connection.fetch(_GRANTS):
        grants.setdefault(row["name"], set()).add((row["grantee"], row["privilege"]))
    tables = {
        row["name"]: Table(
            name=row["name"],
            columns=tuple(row["columns"]),
            owner=row["owner"],
            is_partition=row["relispartition"],
            secured=row["relrowsecurity"],
            forced=row["relforcerowsecurity"],
            policies=tuple(policy for policy in policies if policy.table == row["name"]),
            grants=frozenset(grants.get(row["name"], ())),
        )
        for row in await connection.fetch(_TABLES)
    }
    return Catalogue(
        tables=tables,
        indexes=[
            Index(row["name"], row["table"], tuple(row["columns"]), row["indisunique"], row["indisprimary"])
            for row in await connection.fetch(_INDEXES)
        ],
        foreign_keys=[
            ForeignKey(
                row["name"],
                row["table"],
                tuple(row["columns"]),
                row["target"],
                tuple(row["target_columns"]),
                row["on_delete"],
            )
            for row in await connection.fetch(_FOREIGN_KEYS)
        ],
        functions=[
            Function(row["name"], row["owner"], row["prosecdef"], tuple(row["settings"]), frozenset(row["executors"]))
            for row in await connection.fetch(_FUNCTIONS)
        ],
        views={row["relname"]: tuple(row["options"]) for row in await connection.fetch(_VIEWS)},
        triggers=[
            row["tgname"] for row in await connection.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        ],
    )


_TABLES = """
SELECT c.relname AS name, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole::text AS owner,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
ORDER BY c.relname
"""
_GRANTS = """
SELECT c.relname AS name, CASE acl.grantee WHEN 0 THEN '' ELSE acl.grantee::regrole::text END AS grantee,
    acl.privilege_type AS privilege
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
UNION ALL
SELECT c.relname, acl.grantee::regrole::text, acl.privilege_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl) acl
WHERE c.relnamespace = 'public'::regnamespace
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table, i.indisunique, i.indisprimary,
    array(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n) AS columns
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname <> 'alembic_version'
ORDER BY 1
"""
_FOREIGN_KEYS = """
SELECT k.conname AS name, k.conrelid::regclass::text AS table, k.confrelid::regclass::text AS target,
    k.confdeltype::text AS on_delete,
    array(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, at)
        JOIN pg_attribute ON attrelid = k.conrelid AND attnum = n ORDER BY at) AS columns,
    array(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, at)
        JOIN pg_attribute ON attrelid = k.confrelid AND attnum = n ORDER BY at) AS target_columns
FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace ORDER BY 1
"""
_FUNCTIONS = """
SELECT p.proname AS name, p.proowner::regrole::text AS owner, p.prosecdef, coalesce(p.proconfig, '{}') AS settings,
    array(SELECT CASE acl.grantee WHEN 0 THEN '' ELSE acl.grantee::regrole::text END
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl) AS executors
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') -- an extension's are not ours
ORDER BY 1
"""
_VIEWS = """
SELECT relname, coalesce(reloptions, '{}') AS options FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
"""
