"""On what was measured: the machine, the versions, how busy it was."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from dataset import Dataset
from peers import LIVE_PEERS, PEERS, node_version
from servers import OURS

_ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = ("server_version", "shared_buffers", "fsync", "synchronous_commit", "jit")


def described() -> dict[str, str]:
    """Describe the machine."""
    memory = int(_line_of("/proc/meminfo", "MemTotal").split()[0]) / 1024**2
    return {
        "Processor": f"{os.cpu_count()} cores, {_line_of('/proc/cpuinfo', 'model name') or platform.machine()}",
        "Memory": f"{memory:.1f} GiB",
        "Kernel": f"{platform.system()} {platform.release()}",
    }


def load() -> str:
    """Tell how many processes wanted to run, on average over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def versions() -> dict[str, str]:
    """Answer the versions of the product and its peers."""
    peers = {peer.name: peer.version() for peer in (*PEERS, *LIVE_PEERS)}
    return {OURS: f"{version('cma-graphql')} ({_commit()})", **peers}


def runtimes(dataset: Dataset, cases: int) -> dict[str, str]:
    """Answer what all of them run on."""
    settings = dataset.run(cases, "SELECT name, setting, unit FROM pg_settings WHERE name = any($1)", list(_SETTINGS))
    by_name = {row["name"]: f"{row['setting']}{' × ' + row['unit'] if row['unit'] else ''}" for row in settings}
    tuned = ", ".join(f"{name} = {by_name[name]}" for name in _SETTINGS[1:])
    python = f"{platform.python_version()}, uvloop {version('uvloop')}, uvicorn {version('uvicorn')}"
    return {"PostgreSQL": f"{by_name['server_version']} ({tuned})", "Python": python, "Node.js": node_version()}


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no checkout"


def _line_of(file: str, name: str) -> str:
    lines = Path(file).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
