"""The virtual environment: made where parts of Python are missing, kept where nothing changed, honest where it fails.

A small product of its own and wheels made here stand in for ours, so that nothing is fetched.
"""

import base64
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap

SCRIPT = Path(bootstrap.__file__)

BACKEND = """
import pathlib, zipfile

def build_editable(directory, config_settings=None, metadata_directory=None):
    name = "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / name, "w") as wheel:
        wheel.writestr("thing.pth", str(pathlib.Path("src").absolute()))
        wheel.writestr("thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\n")
        wheel.writestr("thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("thing-1.0.dist-info/entry_points.txt", "[console_scripts]\\nthing = thing:main\\n")
        wheel.writestr("thing-1.0.dist-info/RECORD", "")
    return name
"""


def make_wheel(directory: Path, name: str, version: str) -> str:
    """Write a wheel of one module that holds its version; return the line that locks it."""
    contents = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}-{version}.dist-info/RECORD"
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        lines = []
        for member, text in contents.items():
            wheel.writestr(member, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{member},sha256={digest},{len(text)}")
        wheel.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def make_wheel_of_pip(directory: Path) -> str:
    """Write a wheel of the pip that is installed here; return the line that locks it."""
    pip = importlib.metadata.distribution("pip")
    path = directory / f"pip-{pip.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file in pip.files or []:
            if file.parts[0] in ("pip", f"pip-{pip.version}.dist-info") and file.suffix != ".pyc":
                wheel.write(str(file.locate()), str(file))
    return f"pip=={pip.version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Lay out a checkout in small: the script, locks of three wheels, and a product with a command."""
    root = tmp_path / "checkout"
    for directory in ("scripts", "requirements", "src", "wheels"):
        (root / directory).mkdir(parents=True)
    shutil.copy(SCRIPT, root / "scripts")
    (root / "requirements" / "build.txt").write_text(make_wheel_of_pip(root / "wheels"))
    (root / "requirements" / "base.txt").write_text(make_wheel(root / "wheels", "foundation", "1.0"))
    (root / "requirements" / "extra.txt").write_text(make_wheel(root / "wheels", "extra", "1.0"))
    (root / "src" / "thing.py").write_text("import foundation\ndef main(): print('foundation', foundation.VERSION)\n")
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "thing"\nversion = "1.0"\n'
    )
    return root


def bring_up_to_date(project: Path, *sets: str, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the script; `without` names modules that its Python shall lack."""
    lacking = project.parent / "lacking"
    lacking.mkdir(exist_ok=True)
    hide = "".join(f"sys.modules[{name!r}] = None\n" for name in without)
    (lacking / "sitecustomize.py").write_text(f"import sys\n{hide}")
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "COV_"))},
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project / "wheels"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_USER": "1",  # a setting of the person's own that must not lead astray
        "PYTHONPATH": str(lacking),
    }
    command = [sys.executable, str(project / "scripts" / "bootstrap.py"), *sets]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


def say_version(project: Path) -> str:
    done = subprocess.run([project / ".venv" / "bin" / "thing"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_installs_what_was_asked_for_and_later_only_what_changed(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)  # a first attempt that was interrupted

    first = lines(bring_up_to_date(project, "extra"))
    assert first[0].startswith("· Making a virtual environment in .venv with Python 3.")
    assert first[1:] == ["· Installing 1 packages (build)", "· Installing 2 packages (base, extra)"]
    assert say_version(project) == "foundation 1.0"

    assert lines(bring_up_to_date(project, "extra")) == []
    assert lines(bring_up_to_date(project)) == []

    (project / "requirements" / "base.txt").write_text(make_wheel(project / "wheels", "foundation", "2.0"))
    assert lines(bring_up_to_date(project, "extra")) == ["· Installing 1 packages (base)"]
    assert say_version(project) == "foundation 2.0"

    make_wheel(project / "wheels", "extra", "2.0")
    (project / "requirements" / "extra.txt").write_text(f"extra==2.0 --hash=sha256:{'0' * 64}\n")
    for _ in range(2):  # what failed is tried again
        done = bring_up_to_date(project, "extra")
        assert done.returncode == 1
        assert "DO NOT MATCH THE HASHES" in done.stderr
        assert done.stderr.endswith("Installing failed; the reason stands above.\n")
    assert say_version(project) == "foundation 2.0"


def test_without_ensurepip_the_pip_of_the_interpreter_serves(project: Path) -> None:
    done = lines(bring_up_to_date(project, without=("ensurepip",)))
    assert done[1:] == ["· Installing 1 packages (build)", "· Installing 1 packages (base)"]
    assert say_version(project) == "foundation 1.0"


@pytest.mark.parametrize("other", [{"place": "/elsewhere/.venv"}, {"python": "3.10"}])
def test_an_environment_of_another_place_or_python_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    stamp = {**bootstrap.identity(), "base": "0" * 64}
    bootstrap.write_stamp(stamp)
    assert bootstrap.read_stamp() == stamp
    bootstrap.write_stamp({**stamp, **other})
    assert bootstrap.read_stamp() == {}


def test_an_environment_whose_python_is_gone_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "python")
    bootstrap.write_stamp(bootstrap.identity())
    assert bootstrap.read_stamp() == {}


def test_a_set_that_does_not_exist_is_named(project: Path) -> None:
    done = bring_up_to_date(project, "no-such-set")
    assert (done.returncode, done.stderr) == (1, "There is no requirements/no-such-set.txt.\n")
    assert not (project / ".venv").exists()


def test_where_no_pip_can_be_had_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_found(_name: str) -> None:
        return None

    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(importlib.util, "find_spec", nothing_found)
    monkeypatch.setattr(bootstrap, "wheel_directories", list)
    monkeypatch.setattr(shutil, "which", nothing_found)
    with pytest.raises(bootstrap.CannotContinueError, match=r"neither ensurepip nor pip.*\n.*install python3-venv"):
        bootstrap.make_environment()
    assert not (tmp_path / ".venv").exists()


def test_a_wheel_of_pip_that_the_distribution_keeps_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_found(_name: str) -> None:
        return None

    (tmp_path / "pip-23.0.1-py3-none-any.whl").touch()
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(importlib.util, "find_spec", nothing_found)
    monkeypatch.setattr(bootstrap, "wheel_directories", lambda: [tmp_path])
    pip = bootstrap.make_environment()
    assert pip == [str(tmp_path / ".venv" / "bin" / "python"), f"{tmp_path}/pip-23.0.1-py3-none-any.whl/pip"]
    assert bootstrap.works([pip[0], "-c", "import sys"])
