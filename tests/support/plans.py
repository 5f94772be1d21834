"""Looks at what a statement's plan really did, run as the application runs it: under its scope and policies."""

from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from cma_graphql.access.actor import Actor
from cma_graphql.persistence.database import begin_and_scope
from cma_graphql.persistence.reads import Compiled, actor_parameters

_EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON)"


@dataclass(frozen=True, slots=True)
class Work:
    """What a plan read."""

    answered: int
    """Rows of the answer."""
    filtered: int
    """Rows that were read and thrown away."""
    read: int
    """Rows of tables and indexes that were read, those thrown away included."""
    whole: tuple[str, ...]
    """Tables that were read from one end to the other."""


async def work_of(
    app: "asyncpg.Connection[asyncpg.Record]",
    actor: Actor,
    compiled: Compiled,
    parameters: dict[str, object],
    *,
    generic: bool = False,
) -> Work:
    """Run a statement and tell what its plan read.

    `generic`: by the plan that does not know the parameters, which PostgreSQL may keep after some runs.
    """
    arguments = compiled.arguments({**parameters, **actor_parameters(actor)})
    await app.execute(begin_and_scope(actor, mode="READ ONLY", timeout_ms=20_000))
    try:
        if generic:
            await app.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        prepared = await app.prepare(f"{_EXPLAIN} {compiled.text}")
        (plan,) = orjson.loads(await prepared.fetchval(*arguments))
    finally:
        await app.execute("ROLLBACK")
    nodes = nodes_of(plan["Plan"])
    filtered = sum(_filtered(node) for node in nodes)
    return Work(
        answered=round(nodes[0]["Actual Rows"] * nodes[0]["Actual Loops"]),
        filtered=round(filtered),
        read=round(filtered + sum(_rows(node) for node in nodes if "Relation Name" in node)),
        whole=tuple(
            node["Relation Name"] for node in nodes if node["Node Type"].endswith("Seq Scan") and _rows(node) > 0
        ),
    )


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer a plan's nodes, the outermost first."""
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes_of(part))]


def _rows(node: dict[str, Any]) -> float:
    rows: float = node["Actual Rows"] * node["Actual Loops"]
    return rows


def _filtered(node: dict[str, Any]) -> float:
    removed: float = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    loops: float = node["Actual Loops"]
    return removed * loops
