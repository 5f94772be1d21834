"""A server's processor time is that of its whole family, the dead included."""

import os
import subprocess
import sys

import pytest

from processes import cpu_seconds, family, memory_bytes

# a parent whose child works for half a second and ends, and which then waits beside another child
PROGRAM = """
import subprocess, sys, time
WORK = "import time\\nwhile time.process_time() < 0.5: pass"
subprocess.run([sys.executable, "-S", "-c", WORK], check=True)
idle = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
print(idle.pid, flush=True)
input()
idle.communicate(b"\\n")
"""


def test_the_time_of_children_that_have_ended_counts() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-S", "-c", PROGRAM], stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert family(parent.pid) == [parent.pid, child]
        assert cpu_seconds(parent.pid) >= 0.5
        assert memory_bytes(parent.pid) > memory_bytes(child) > 1_000_000
        parent.communicate(b"\n")
    with pytest.raises(ProcessLookupError):
        cpu_seconds(parent.pid)


def test_our_own_family_begins_with_us() -> None:
    assert family(os.getpid())[0] == os.getpid()
