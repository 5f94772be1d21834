"""Let squawk read the SQL of every migration, each on its own.

On its own, because in one script of all of them every table would count as new, and what locks a table that is in
use would pass unseen.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent
OLDEST_POSTGRES = "15"  # the oldest that is supported


def write_sql(directory: Path) -> list[Path]:
    """Write the SQL of each migration into a file named for it; return the files, oldest first."""
    sys.path.insert(0, str(ROOT / "migrations"))
    files = []
    for revision in reversed(list(ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).walk_revisions())):
        sql = io.StringIO()
        config = Config(ROOT / "alembic.ini", output_buffer=sql)
        command.upgrade(config, f"{revision.down_revision or 'base'}:{revision.revision}", sql=True)
        file = directory / f"{Path(revision.path).stem}.sql"
        file.write_text(sql.getvalue(), encoding="utf-8")
        files.append(file)
    return files


def main() -> None:
    """Exit with squawk's verdict."""
    with tempfile.TemporaryDirectory() as directory:
        files = [str(file) for file in write_sql(Path(directory))]
        squawk = [str(Path(sys.executable).with_name("squawk")), "--pg-version", OLDEST_POSTGRES]
        sys.exit(subprocess.run([*squawk, "--config", str(ROOT / ".squawk.toml"), *files], check=False).returncode)


if __name__ == "__main__":
    main()
