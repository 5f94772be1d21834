"""Make .venv and install the locked requirements into it; do nothing where nothing has changed.

Called by the Makefile as `python3 scripts/bootstrap.py SET…`, a set being a file in requirements/. The sets
`build` and `base` and the product itself (editable) are always installed. Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "installed.json"
FETCHED = ENVIRONMENT / "fetched"
ALWAYS = ("build", "base")
PRODUCT = "the product"
QUIETLY = ("-qq", "--disable-pip-version-check", "--no-input")  # errors are still heard

NO_PIP = """\
This Python ({python}) has neither ensurepip nor pip, and a virtual environment needs one of them.
  Debian, Ubuntu:  apt-get update && apt-get install python3-venv   (as root)
  elsewhere:       the package of your system that holds pip for this Python"""


class CannotContinueError(Exception):
    """The reason is for the person at the terminal."""


def say(message: str) -> None:
    """Print a line of progress at once."""
    print(f"· {message}", flush=True)


def run(command: list[str], doing: str) -> None:
    """Run a command; its own complaints go to the terminal. Raises CannotContinueError."""
    wrong_place = ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME")
    surroundings = {name: value for name, value in os.environ.items() if name not in wrong_place}
    if subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode:
        raise CannotContinueError(f"{doing} failed; the reason stands above.")


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file. Raises CannotContinueError if there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise CannotContinueError(f"There is no {path.relative_to(ROOT)}.") from None


def read_stamp() -> dict[str, str]:
    """Return what is installed: fingerprints by set; nothing if the environment cannot be used as it is."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not PYTHON.exists() or any(stamp.get(key) != value for key, value in identity().items()):
        return {}
    return dict(stamp)


def identity() -> dict[str, str]:
    """Return what an environment is made for: it can be neither moved nor used by another Python."""
    return {"place": str(ENVIRONMENT), "python": f"{sys.version_info.major}.{sys.version_info.minor}"}


def write_stamp(stamp: dict[str, str]) -> None:
    """Note what is installed, all or nothing."""
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    unfinished.replace(STAMP)


def make_environment() -> list[str]:
    """Make an empty environment; return the command that is its pip. Raises CannotContinueError."""
    say(f"Making a virtual environment in {ENVIRONMENT.name} with Python {sys.version.split()[0]}")
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    if importlib.util.find_spec("ensurepip"):
        with contextlib.suppress(subprocess.CalledProcessError):  # Debian has it without its wheels
            venv.create(ENVIRONMENT, symlinks=True, with_pip=True)
            return [str(PYTHON), "-m", "pip"]
        shutil.rmtree(ENVIRONMENT)
    venv.create(ENVIRONMENT, symlinks=True, with_pip=False)
    own = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if importlib.util.find_spec("pip") and works([*own, "--version"]):
        return own
    wheel = wheel_of_pip() or fetched_wheel_of_pip()
    if wheel is None:
        shutil.rmtree(ENVIRONMENT)
        raise CannotContinueError(NO_PIP.format(python=sys.executable))
    return [str(PYTHON), f"{wheel}/pip"]


def works(command: list[str]) -> bool:
    """Whether a command succeeds; it is not heard."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def wheel_directories() -> list[Path]:
    """Return where distributions keep the wheels that ensurepip would install."""
    configured = sysconfig.get_config_var("WHEEL_PKG_DIR")
    return [Path(place) for place in (configured, "/usr/share/python-wheels") if place]


def wheel_of_pip() -> Path | None:
    """Return a wheel of pip that lies on this machine, if any."""
    found = [wheel for place in wheel_directories() for wheel in sorted(place.glob("pip-*.whl"))]
    return found[-1] if found else None


def fetched_wheel_of_pip() -> Path | None:
    """Return the wheel in Debian's package of pip, taken out of it without installing it, if there is apt."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    say("Fetching pip from the distribution (python3-pip-whl), as this Python comes without")
    FETCHED.mkdir()
    download = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", "python3-pip-whl"]
    if not fetched(download, FETCHED) and os.geteuid() == 0 and works(["apt-get", "-qq", "update"]):
        fetched(download, FETCHED)
    for package in FETCHED.glob("*.deb"):
        works(["dpkg-deb", "-x", str(package), str(FETCHED)])
    wheels = sorted(FETCHED.glob("usr/share/python-wheels/pip-*.whl"))
    return wheels[-1] if wheels else None


def fetched(download: list[str], place: Path) -> bool:
    """Whether a download into a directory succeeded; it is not heard."""
    return subprocess.run(download, cwd=place, capture_output=True, check=False).returncode == 0


def install(pip: list[str], names: list[str]) -> None:
    """Install sets of requirements, each file checked against its hash. Raises CannotContinueError."""
    files = [ROOT / "requirements" / f"{name}.txt" for name in names]
    lines = {line.split(" ")[0] for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    packages = sum("==" in line for line in lines)
    say(f"Installing {packages} packages ({', '.join(names)})")
    wanted = [word for file in files for word in ("-r", str(file))]
    # the locks are complete and agree with one another, so nothing is left to resolve
    run([*pip, "install", *QUIETLY, "--no-deps", "--require-hashes", *wanted], "Installing")


def install_product() -> None:
    """Install the product itself so that it runs from src/. Raises CannotContinueError."""
    pip = [str(PYTHON), "-m", "pip"]
    run([*pip, "install", *QUIETLY, "--no-deps", "--no-build-isolation", "-e", "."], "Installing the product")


def bring_up_to_date(names: list[str]) -> None:
    """Install what is missing or has changed. Raises CannotContinueError."""
    stamp = read_stamp()
    wanted = {name: fingerprint(ROOT / "requirements" / f"{name}.txt") for name in (*ALWAYS, *names)}
    product = fingerprint(ROOT / "pyproject.toml")
    pip = [str(PYTHON), "-m", "pip"]
    if not stamp:
        pip = make_environment()
        stamp = identity()
    if stamp.get("build") != wanted["build"]:
        install(pip, ["build"])  # pip itself is in it
        shutil.rmtree(FETCHED, ignore_errors=True)
        write_stamp(stamp := {**stamp, "build": wanted["build"]})
    changed = [name for name, value in wanted.items() if stamp.get(name) != value]
    if changed:
        install([str(PYTHON), "-m", "pip"], changed)
        write_stamp(stamp := {**stamp, **{name: wanted[name] for name in changed}})
    if stamp.get(PRODUCT) != product:
        install_product()
        write_stamp({**stamp, PRODUCT: product})


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time install."""
    directory = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make that is installing")
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def main() -> None:
    """Bring the environment up to date with the sets named as arguments."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said to whoever has an older one
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    try:
        with alone():
            bring_up_to_date(sys.argv[1:])
    except CannotContinueError as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
