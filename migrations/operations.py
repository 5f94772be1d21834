"""Our own alembic operations: what every table of a centre needs, said once (decisions 1, 2 and 5)."""

from typing import Literal

from alembic.operations import MigrateOperation, Operations

CENTRE = "nullif(current_setting('app.centre_id', true), '')::uuid"
CLIENT = "nullif(current_setting('app.client_id', true), '')::uuid"
NO_CLIENT = "CASE WHEN coalesce(current_setting('app.client_id', true), '') = '' THEN 0 ELSE 1 END <> 1"
"""`{CLIENT} IS NULL` in words of which the planner expects that they mostly hold.

It takes IS NULL of anything but a column to be true once in 200 times, and so every list for a two-hundredth of its
length: it then reads and sorts all of the centre instead of walking an index (decision 44).
"""
PLATFORM = "current_setting('app.platform', true) = 'on'"
APPLICATION = "cma_app, cma_worker"

ClientAccess = Literal["denied", "own", "open"]


@Operations.register_operation("confine_to_centre")
class ConfineToCentre(MigrateOperation):
    """Enable and force row security on a table of one centre's records."""

    def __init__(
        self, table: str, *, client: str, column: str, platform: bool, grants: str, client_column: str
    ) -> None:
        self.table = table
        self.client = client
        self.column = column
        self.platform = platform
        self.grants = grants
        self.client_column = client_column

    @classmethod
    def confine_to_centre(
        cls,
        operations: Operations,
        table: str,
        *,
        client: ClientAccess,
        column: str = "centre_id",
        client_column: str = "client_id",
        platform: bool = False,
        grants: str = "SELECT, INSERT, UPDATE",
    ) -> None:
        """Confine a table to the centre of the transaction.

        `client` says what a signed-in client of the portal reaches: `denied`, `own` (rows whose client_column
        is theirs) or `open` (tables that every write needs); it has no default, so nobody forgets to decide.
        `platform` adds the policy by which administrators above the centres may read.
        """
        operations.invoke(
            cls(
                table,
                client=client,
                column=column,
                platform=platform,
                grants=grants,
                client_column=client_column,
            )
        )


@Operations.implementation_for(ConfineToCentre)
def _confine(operations: Operations, op: ConfineToCentre) -> None:
    table, column = op.table, op.column
    run = operations.execute
    run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    run(
        f"CREATE POLICY {table}_centre ON {table} TO {APPLICATION} "
        f"USING ({column} = {CENTRE}) WITH CHECK ({column} = {CENTRE})"
    )
    if op.platform:
        run(f"CREATE POLICY {table}_platform ON {table} FOR SELECT TO {APPLICATION} USING ({PLATFORM})")
    if op.client == "denied":
        run(f"CREATE POLICY {table}_client ON {table} AS RESTRICTIVE TO {APPLICATION} USING ({NO_CLIENT})")
    elif op.client == "own":
        run(
            f"CREATE POLICY {table}_client ON {table} AS RESTRICTIVE TO {APPLICATION} "
            f"USING ({NO_CLIENT} OR {op.client_column} = {CLIENT})"
        )
    # Under FORCE the owner's own backfills would update nothing and say so to nobody (decision 2).
    run(f"CREATE POLICY {table}_owner ON {table} TO cma_owner USING (true) WITH CHECK (true)")
    run(f"CREATE POLICY {table}_search ON {table} FOR SELECT TO cma_search USING (true)")
    run(f"GRANT {op.grants} ON {table} TO {APPLICATION}")
    run(f"GRANT SELECT ON {table} TO cma_backup, cma_search")


@Operations.register_operation("share_catalogue")
class ShareCatalogue(MigrateOperation):
    """Let the application read a catalogue of the whole network, and nothing else."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def share_catalogue(cls, operations: Operations, table: str) -> None:
        """Make a network catalogue readable by the application's roles (decision 6)."""
        operations.invoke(cls(table))


@Operations.implementation_for(ShareCatalogue)
def _share(operations: Operations, op: ShareCatalogue) -> None:
    operations.execute(f"GRANT SELECT ON {op.table} TO {APPLICATION}, cma_search, cma_backup")
