"""A worker's figures, for whoever may see them."""

import asyncio

import httpx
import pytest

from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.worker.counts import WorkerCounts
from cma_graphql.worker.figures import figures_at
from cma_graphql.worker.registry import Job
from support.workers import PATIENCE, Workplace


async def get(port: int, path: str = "/metrics", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=PATIENCE)


@pytest.mark.own_database
async def test_they_tell_what_was_done_and_what_waits(place: Workplace) -> None:
    centre = await place.data.a_centre()

    async def work(uow: UnitOfWork) -> None:
        await uow.next_number("done")

    await place.queue(centre, "work")
    await place.queue(centre, "unknown")
    worker = place.worker([Job("work", work)])
    async with place.working(worker):
        await place.until("SELECT count(*) = 1 FROM jobs.pgqueuer")
        with figures_at("127.0.0.1", 0, worker.counts, token=None) as port:
            async with asyncio.timeout(PATIENCE):
                while 'cma_jobs_queued{job="unknown"} 1.0' not in (text := (await get(port)).text):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    assert 'cma_jobs_total{job="work",outcome="done"} 1.0' in text
    assert 'cma_job_seconds_count{job="work"} 1.0' in text


async def test_elsewhere_there_is_nothing() -> None:
    with figures_at("127.0.0.1", 0, WorkerCounts(), token=None) as port:
        assert (await get(port)).status_code == 200
        assert (await get(port, "/")).status_code == 404


async def test_with_a_token_they_are_shown_to_who_knows_it() -> None:
    with figures_at("127.0.0.1", 0, WorkerCounts(), token="look") as port:
        assert (await get(port)).status_code == 404
        assert (await get(port, Authorization="Bearer wrong")).status_code == 404
        shown = await get(port, Authorization="Bearer look")
        assert (shown.status_code, shown.headers["content-type"][:10]) == (200, "text/plain")
