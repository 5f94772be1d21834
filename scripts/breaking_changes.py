"""Name every change of the published schema that breaks operations, since the last release or another revision.

Run by `make check`; another revision of git may be given: `python scripts/breaking_changes.py HEAD~3`. Who means to
break something gives the product a new major version, before 1.0 a new minor one: then the changes are told, and
nothing fails.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

from cma_graphql.graph.breaking import breaking_changes

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments: str) -> str | None:
    """Answer what git says, None where it fails or is not there."""
    try:
        asked = subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return asked.stdout if asked.returncode == 0 else None


def version_at(revision: str | None) -> tuple[int, ...]:
    """Answer the version that may not be left by a breaking change: its first number, before 1.0 the first two."""
    project = (ROOT / "pyproject.toml").read_text() if revision is None else git("show", f"{revision}:pyproject.toml")
    if project is None:
        return ()
    numbers = tuple(int(number) for number in tomllib.loads(project)["project"]["version"].split(".")[:2])
    return numbers if numbers[0] == 0 else numbers[:1]


def main(arguments: list[str]) -> int:
    """Compare, say what breaks, and answer the exit status."""
    revision = arguments[0] if arguments else (git("describe", "--tags", "--abbrev=0", "--match", "v*") or "").strip()
    if not revision:
        print("No release yet: no schema to compare with.")
        return 0
    before = git("show", f"{revision}:schema.graphql")
    if before is None:
        print(f"{revision} has no schema.graphql.")
        return 2
    changes = breaking_changes(before, (ROOT / "schema.graphql").read_text())
    for change in changes:
        print(change)
    if not changes:
        print(f"Nothing breaks since {revision}.")
        return 0
    if version_at(None) > version_at(revision):
        print(f"{len(changes)} breaking changes since {revision}, in a version that may have them.")
        return 0
    print(f"{len(changes)} breaking changes since {revision}: take them back, or give the product a new version.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
