"""What an orchestrator is told."""

import asyncio

import pytest

from cma_graphql.transport.health import Health
from support.torture import SECRET
from transport.conftest import MakeEdge


async def passes() -> None:
    """Pass."""


async def fails() -> None:
    """Fail with personal data in the text."""
    raise ConnectionError(SECRET)


async def hangs() -> None:
    """Never end."""
    await asyncio.Event().wait()


async def test_the_process_lives_whatever_it_depends_on(new_edge: MakeEdge) -> None:
    answer = await new_edge(checks={"database": fails}).client.get("/livez")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("database", "redis", "status", "told"),
    [
        (passes, passes, 200, {"status": "ok", "checks": {"database": "ok", "redis": "ok"}}),
        (passes, fails, 200, {"status": "degraded", "checks": {"database": "ok", "redis": "degraded"}}),
        (passes, hangs, 200, {"status": "degraded", "checks": {"database": "ok", "redis": "degraded"}}),
        (fails, passes, 503, {"status": "failed", "checks": {"database": "failed", "redis": "ok"}}),
        (hangs, fails, 503, {"status": "failed", "checks": {"database": "failed", "redis": "degraded"}}),
    ],
)
async def test_readiness_tells_each_check(
    new_edge: MakeEdge, database: object, redis: object, status: int, told: dict[str, object]
) -> None:
    edge = new_edge(checks={"database": database, "redis": redis}, optional=("redis",))
    answer = await edge.client.get("/readyz")
    assert answer.status_code == status
    assert answer.json() == told
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert SECRET not in answer.text + edge.logs.getvalue()


async def test_a_change_of_readiness_is_logged_once(new_edge: MakeEdge) -> None:
    down = True

    async def check() -> None:
        if down:
            raise ConnectionError

    edge = new_edge(checks={"database": check})
    for _ in range(3):
        await edge.client.get("/readyz")
    down = False
    for _ in range(3):
        assert (await edge.client.get("/readyz")).status_code == 200
    states = [line["state"] for line in edge.log_lines if line["event"] == "readiness changed"]
    assert states == ["failed", "ok"]


async def test_callers_at_the_same_moment_share_one_run(new_edge: MakeEdge) -> None:
    runs = 0

    async def check() -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0)

    edge = new_edge(checks={"database": check})
    await asyncio.gather(*(edge.client.get("/readyz") for _ in range(10)))
    assert runs == 1
    await edge.client.get("/readyz")
    assert runs == 2


async def test_a_caller_that_goes_does_not_stop_the_run_of_the_others(new_edge: MakeEdge) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def check() -> None:
        entered.set()
        await release.wait()

    edge = new_edge(checks={"database": check})
    first = asyncio.create_task(edge.client.get("/readyz"))
    second = asyncio.create_task(edge.client.get("/readyz"))
    await entered.wait()
    first.cancel()
    await asyncio.wait([first])
    release.set()
    assert (await second).json() == {"status": "ok", "checks": {"database": "ok"}}


async def test_head_is_known(new_edge: MakeEdge) -> None:
    assert (await new_edge().client.head("/readyz")).status_code == 200


def test_only_checks_that_exist_can_be_optional() -> None:
    with pytest.raises(ValueError, match="redis"):
        Health({}, optional=("redis",))
