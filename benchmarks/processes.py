"""What a server and all its child processes have used, read from /proc: processor time and memory."""

import os
from collections import defaultdict
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_KIB = 1024
_PARENT, _TIMES = 1, slice(11, 15)
"""Where, after the name, /proc/PID/stat has the parent and the processor times.

Those are the process's own as user and as system, and both of the children it has waited for: PostgreSQL's backends
end with their connections, and are counted there.
"""


def cpu_seconds(root: int) -> float:
    """Answer the processor time of a process and its children, those that have ended included.

    Raises ProcessLookupError where the process is gone.
    """
    ticks = 0
    for pid in family(root):
        try:
            ticks += sum(int(word) for word in _stat(pid)[_TIMES])
        except FileNotFoundError:
            if pid == root:
                raise ProcessLookupError(root) from None
    return ticks / _TICK


def _stat(pid: int) -> list[str]:
    # the name stands in brackets and may hold anything, brackets included
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def family(root: int) -> list[int]:
    """Answer a process and all below it."""
    below: defaultdict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                below[int(_stat(int(entry.name))[_PARENT])].append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [root]
    for pid in found:
        found += below[pid]
    return found


def memory_bytes(root: int) -> int:
    """Answer the resident memory of a process and its children; for a server of one process, not for PostgreSQL."""
    return sum(_resident(pid) for pid in family(root))


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * _KIB for line in lines if line.startswith("VmRSS:"))
