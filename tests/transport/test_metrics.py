"""The figures for Prometheus, and who may read them."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from cma_graphql.execution.counts import Counts, Way
from cma_graphql.transport.metrics import Metrics
from support.edge import Edge
from support.polling import until
from transport.conftest import MakeEdge


def value(edge: Edge, name: str, **labels: str) -> float | None:
    """Read one figure."""
    return edge.metrics.registry.get_sample_value(name, labels)


async def test_operations_are_counted_by_type_and_outcome(edge: Edge) -> None:
    await edge.run("query Any { hello }")
    await edge.run("query Other { hello }")
    await edge.run("{ hello internal }")
    await edge.run("{ unknown }")
    await edge.run("mutation { __typename }")
    await edge.post(b"nonsense")
    count = "cma_graphql_operations_total"
    assert value(edge, count, type="query", outcome="OK") == 2
    assert value(edge, count, type="query", outcome="INTERNAL") == 1
    assert value(edge, count, type="none", outcome="GRAPHQL_VALIDATION_FAILED") == 1
    assert value(edge, count, type="mutation", outcome="OK") == 1
    assert value(edge, count, type="none", outcome="BAD_REQUEST") == 1
    assert value(edge, "cma_graphql_operation_seconds_count", type="query") == 3
    assert value(edge, "cma_http_requests_total", status="2xx") == 4
    assert value(edge, "cma_http_requests_total", status="4xx") == 2


async def test_requests_in_flight_go_up_and_down(edge: Edge) -> None:
    running = asyncio.create_task(edge.run("{ wait }"))
    await until(lambda: edge.contexts.made and edge.contexts.made[0].entered.is_set())
    assert value(edge, "cma_http_requests_in_flight") == 1
    edge.contexts.made[0].release.set()
    await running
    assert value(edge, "cma_http_requests_in_flight") == 0


async def test_no_label_is_the_clients_choice(edge: Edge) -> None:
    before = len(list(edge.metrics.registry.collect()))
    for number in range(20):
        await edge.run(f"query Name{number} {{ a{number}: hello }}")
        await edge.client.get(f"/path{number}")
    text = (await edge.client.get("/metrics")).text
    assert "Name" not in text
    assert "path" not in text
    assert len(list(edge.metrics.registry.collect())) == before


async def test_gauges_are_read_when_they_are_asked_for(edge: Edge) -> None:
    size = 3
    edge.metrics.add_gauges("cma_pool_connections", "Connections of a pool.", "state", {"busy": lambda: size})
    assert value(edge, "cma_pool_connections", state="busy") == 3
    size = 4
    assert value(edge, "cma_pool_connections", state="busy") == 4


async def test_counters_kept_elsewhere_are_read_when_they_are_asked_for(edge: Edge) -> None:
    counts = Counts({Way.COMPILED: 2})
    edge.metrics.add_counters("cma_graphql_executions", "Executions.", "way", counts.by_name)
    assert value(edge, "cma_graphql_executions_total", way="compiled") == 2
    counts[Way.INTROSPECTION] += 1
    assert value(edge, "cma_graphql_executions_total", way="introspection") == 1
    assert value(edge, "cma_graphql_executions_total", way="first_sight") == 0
    text = (await edge.client.get("/metrics")).text
    assert 'cma_graphql_executions_total{way="compiled"} 2.0' in text


def test_two_servers_in_a_process_do_not_meet() -> None:
    first, second = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    first.began()
    assert first.registry.get_sample_value("cma_http_requests_in_flight") == 1
    assert second.registry.get_sample_value("cma_http_requests_in_flight") == 0


async def test_this_machine_may_read(edge: Edge) -> None:
    answer = await edge.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "cma_http_requests_in_flight 1.0" in answer.text


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
async def test_what_a_proxy_on_this_machine_passes_on_may_not(edge: Edge, header: str) -> None:
    answer = await edge.client.get("/metrics", headers={header: "192.0.2.1"})
    assert answer.status_code == 404
    assert "cma_" not in answer.text


@pytest.mark.parametrize(
    ("authorization", "status"), [(None, 404), ("Bearer wrong", 404), ("Bearer right", 200), ("Bearer rïght", 404)]
)
async def test_others_need_the_token(new_edge: MakeEdge, authorization: str | None, status: int) -> None:
    edge = new_edge(metrics_token="right", client_address=("192.0.2.7", 1))
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    assert (await edge.client.get("/metrics", headers=headers)).status_code == status


async def test_without_a_token_nobody_else_may(new_edge: MakeEdge) -> None:
    edge = new_edge(client_address=("192.0.2.7", 1))
    assert (await edge.client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 404


async def test_openmetrics_is_spoken(edge: Edge) -> None:
    answer = await edge.client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
