"""What a fresh machine is given: locked, hashed requirements without addresses, and the commands the README names."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\]+))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED_FOR = {
    "base": DECLARED["project"]["dependencies"],
    **DECLARED["project"]["optional-dependencies"],
    **DECLARED["dependency-groups"],
}
COMMANDS = {
    "run",
    "test",
    "check",
    "check-slow",
    "fix",
    "schema",
    "migration",
    "playground",
    "lock",
    "clean",
}


def pins(lock: Path) -> dict[str, list[str]]:
    """Return the versions that a lock pins, by name (several where they depend on the Python), each with a hash."""
    found: dict[str, list[str]] = {}
    hashes = 1
    for line in lock.read_text(encoding="utf-8").splitlines()[1:]:
        if pin := PIN.match(line):
            assert hashes, f"{lock.name}: the requirement before {line!r} has no hash"
            found.setdefault(pin["name"], []).append(pin["version"])
            hashes = 0
        else:
            assert HASH.match(line), f"{lock.name}: neither a pin nor a hash: {line!r}"
            hashes += 1
    assert hashes, f"{lock.name}: the last requirement has no hash"
    return found


def test_every_set_of_dependencies_has_its_lock_and_no_lock_is_left_over() -> None:
    assert {lock.stem for lock in LOCKS} == set(ASKED_FOR)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_pins_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert re.fullmatch(r"# Made by `make lock` from pyproject\.toml: [a-z.-]+", text.splitlines()[0])
    assert pins(lock)
    for address in ("://", "file:", "--index", "--extra-index", "--find-links", "/opt", "@ "):
        assert address not in text


@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_lock_is_what_pyproject_asks_for(name: str) -> None:
    locked = pins(ROOT / "requirements" / f"{name}.txt")
    for line in ASKED_FOR[name]:
        asked = Requirement(line)
        versions = locked.get(canonicalize_name(asked.name), [])
        assert versions, f"{asked.name} is not locked: make lock"
        assert all(version in asked.specifier for version in versions), f"{line} is locked at {versions}: make lock"


def test_the_locks_agree_with_one_another() -> None:
    versions: dict[str, set[tuple[str, ...]]] = {}
    for lock in LOCKS:
        for name, pinned in pins(lock).items():
            versions.setdefault(name, set()).add(tuple(pinned))
    assert {name: pinned for name, pinned in versions.items() if len(pinned) > 1} == {}


def test_the_makefile_has_every_command_and_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    described = set(re.findall(r"^([a-z-]+):[^#\n]*## \S", makefile, re.MULTILINE))
    assert described >= COMMANDS


def test_every_command_that_the_papers_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    papers = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {
        command for paper in papers for command in re.findall(r"`make ([a-z-]+)", paper.read_text(encoding="utf-8"))
    }
    assert {"run", "test"} <= named
    assert named - targets == set()


def test_ci_runs_all_checks_and_insists_on_the_browser_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "for step in check check-slow test; do" in script
    assert "export CMA_REQUIRE_BROWSER=1" in script
    assert "set -euo pipefail" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111 == 0o111
