"""The schema is compared with the last release's, and only a new version may break it."""

import subprocess
from pathlib import Path

import pytest

import breaking_changes

BEFORE = "type Query { thing: String other: String }\n"
AFTER = "type Query { thing: String }\n"


def git(folder: Path, *arguments: str) -> None:
    """Do something in a repository, as nobody in particular."""
    someone = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *someone, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607 - as found


def write(folder: Path, *, schema: str, version: str) -> None:
    """Write a product."""
    (folder / "schema.graphql").write_text(schema)
    (folder / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with one commit."""
    write(tmp_path, schema=BEFORE, version="0.3.0")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    monkeypatch.setattr(breaking_changes, "ROOT", tmp_path)
    return tmp_path


def test_before_the_first_release_there_is_nothing_to_compare_with(
    product: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(product, schema=AFTER, version="0.3.0")
    assert breaking_changes.main([]) == 0
    assert capsys.readouterr().out == "No release yet: no schema to compare with.\n"


@pytest.mark.parametrize(
    ("version", "status", "told"),
    [
        ("0.3.1", 1, "1 breaking changes since v0.3.0: take them back, or give the product a new version.\n"),
        ("0.4.0", 0, "1 breaking changes since v0.3.0, in a version that may have them.\n"),
        ("1.0.0", 0, "1 breaking changes since v0.3.0, in a version that may have them.\n"),
    ],
)
def test_only_a_new_version_may_break_the_last_release(
    product: Path, capsys: pytest.CaptureFixture[str], version: str, status: int, told: str
) -> None:
    git(product, "tag", "v0.3.0")
    write(product, schema=AFTER, version=version)
    assert breaking_changes.main([]) == status
    assert capsys.readouterr().out == f"Field Query.other was removed.\n{told}"


def test_any_revision_may_be_compared_with(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breaking_changes.main(["HEAD"]) == 0
    assert capsys.readouterr().out == "Nothing breaks since HEAD.\n"
    write(product, schema=AFTER, version="0.3.0")
    assert breaking_changes.main(["HEAD"]) == 1
    assert breaking_changes.main(["nowhere"]) == 2


@pytest.mark.parametrize(("before", "after", "breaks"), [("1.2.0", "1.9.0", True), ("1.2.0", "2.0.0", False)])
def test_from_one_on_the_first_number_counts(product: Path, before: str, after: str, *, breaks: bool) -> None:
    write(product, schema=BEFORE, version=before)
    git(product, "commit", "--quiet", "--all", "--message", "Second")
    git(product, "tag", f"v{before}")
    write(product, schema=AFTER, version=after)
    assert breaking_changes.main([]) == int(breaks)
