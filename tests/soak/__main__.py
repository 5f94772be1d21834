"""`python -m soak --seconds 120`: the last line counts; the status is 1 where anything was not as it should be."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from soak.plan import FULL
from soak.running import run


def main() -> int:
    """Run it as the arguments say."""
    parser = argparse.ArgumentParser(prog="soak", description="Follow events under faults; count what was lost.")
    parser.add_argument("--seconds", type=float, default=FULL.seconds, help="how long; %(default)s unless said")
    parser.add_argument("--writers", type=int, default=FULL.writers, help="how many; %(default)s unless said")
    parser.add_argument("--subscribers", type=int, default=FULL.subscribers, help="how many; %(default)s unless said")
    parser.add_argument(
        "--rate", type=float, default=FULL.writes_a_second, help="writes a second of all; %(default)s unless said"
    )
    parser.add_argument(
        "--seed", type=int, default=FULL.seed, help="what chance is drawn from; %(default)s unless said"
    )
    given = parser.parse_args()
    plan = replace(
        FULL,
        seconds=given.seconds,
        writers=given.writers,
        subscribers=given.subscribers,
        writes_a_second=given.rate,
        seed=given.seed,
    )
    with tempfile.TemporaryDirectory(prefix="cma-soak-") as folder:
        verdict = asyncio.run(run(plan, Path(folder), _say))
    return 1 if verdict.wrongs else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
