"""A worker as a process of its own, whose jobs a test can hold up; run by `python -m support.worker_process`."""

import asyncio
import os
import sys
from base64 import b64encode

from sqlalchemy import Integer, func, literal, select

from cma_graphql.core.logging import configure_logging
from cma_graphql.core.settings import Settings
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.worker.registry import Job
from cma_graphql.working import run_worker

GATE = 4_711
"""The advisory lock that a job waits for while a test holds it."""
_INDEX, _MASTER = (b64encode(bytes(range(begin, begin + 32))).decode() for begin in (32, 0))
KEYS = {"CMA_MASTER_KEYS": f"test:{_MASTER}", "CMA_INDEX_KEY": _INDEX}


async def count_behind_the_gate(uow: UnitOfWork) -> None:
    """Count in the transaction, and wait until the test lets it through."""
    await uow.next_number("done")
    await uow.connection.run(select(func.pg_advisory_xact_lock_shared(literal(GATE, Integer()))))


async def count(uow: UnitOfWork) -> None:
    """Count in the transaction."""
    await uow.next_number("done")


WORKS = (Job("gated", count_behind_the_gate), Job("count", count))


async def start(
    address: str, *options: str, module: str = "support.worker_process", **given: str
) -> asyncio.subprocess.Process:
    """Start a worker on a database; its log can be read from its standard error."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("CMA_", "COV_"))}
    surroundings |= {**KEYS, "CMA_WORKER_URL": address, "CMA_WORKER_LEASE_SECONDS": "1", **given}
    surroundings["PYTHONPATH"] = os.pathsep.join(sys.path)
    arguments = ["worker", *options] if module == "cma_graphql" else []
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env=surroundings,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def main() -> None:
    """Run a worker that can do what tests ask for."""
    configure_logging(log_format="json", log_level="info")
    asyncio.run(run_worker(Settings(), works=WORKS))


if __name__ == "__main__":
    main()
