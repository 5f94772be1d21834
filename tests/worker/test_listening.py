"""A worker's probe of its notifications waits until somebody listens for them."""

import asyncio
from datetime import timedelta

import asyncpg
from pgqueuer.core import listeners
from pgqueuer.core.qm import QueueManager

from cma_graphql.persistence.job_tables import CHANNEL
from cma_graphql.worker.listening import ListeningManager
from support.workers import PATIENCE, Workplace


async def _listen(manager: QueueManager) -> None:
    router = listeners.default_event_router(
        notice_event_queue=listeners.PGNoticeEventListener(),
        canceled=manager.job_context,
        pending_health_check=manager.pending_health_check,
    )
    await listeners.initialize_notice_event_listener(manager.queries.driver, CHANNEL, router)


async def test_a_probe_waits_for_the_listener_and_is_answered_then(place: Workplace) -> None:
    async with asyncpg.create_pool(place.address, min_size=1, max_size=3) as pool:
        manager = ListeningManager(pool)
        probe = asyncio.create_task(manager.listener_healthy(timedelta(seconds=PATIENCE)))
        await pool.execute("SELECT 1")  # as long as a probe takes that does not wait
        assert not manager.pending_health_check
        await _listen(manager)
        async with asyncio.timeout(PATIENCE):
            event = await probe
        assert event.channel == CHANNEL
        pool.terminate()
