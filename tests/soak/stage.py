"""Everything that one run needs, started and ended together."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import httpx

from cma_graphql.core.settings import Settings
from cma_graphql.core.vault import Vault
from cma_graphql.graph.live.cursors import read_event_cursor
from cma_graphql.parts import make_vault
from cma_graphql.persistence.embedded import EmbeddedPostgres
from soak.crowd import Crowd
from soak.faults import Faults, Say
from soak.network import Centre, Token, build, settings_for
from soak.plan import Plan
from soak.processes import ServerProcess, serving
from soak.reading import read_states
from soak.relay import Relay, relaying
from soak.scope import CaseState
from soak.subscribers import SocketSubscriber, StreamSubscriber, Subscriber
from soak.writers import Desk, Writer
from support.outages import make_product_database, own_postgres, own_valkey

_TURNS = 10
_STREAMS = {5, 6}
"""Which of ten subscribers of a centre follow over SSE."""
_OF_ONE_CASE = {8, 9}
"""Which of them follow one case alone."""


@dataclass
class Stage:
    """What runs."""

    plan: Plan
    postgres: EmbeddedPostgres
    servers: list[ServerProcess]
    centres: list[Centre]
    states: Mapping[UUID, Mapping[UUID, CaseState]]
    """How each centre's cases stood at the beginning."""
    subscribers: list[Subscriber]
    writers: list[Writer]
    desk: Desk
    faults: Faults


@asynccontextmanager
async def staged(plan: Plan, folder: Path, say: Say) -> AsyncIterator[Stage]:
    """Run PostgreSQL, Valkey, two servers and the relays before them while the block runs; make who takes part."""
    random = Random(plan.seed)  # noqa: S311 - to be drawn again from the same seed
    async with AsyncExitStack() as ending:
        postgres = ending.enter_context(own_postgres(folder))
        valkey = ending.enter_context(own_valkey(folder))
        await make_product_database(postgres)
        given = settings_for(postgres, valkey, folder, plan)
        settings = Settings(**given)
        centres = await build(plan, settings, postgres)
        states = await read_states(postgres)
        environment = {f"CMA_{name.upper()}": value for name, value in given.items()}
        servers = await ending.enter_async_context(serving(environment, folder))
        relays = await ending.enter_async_context(relaying([each.port for each in servers], random))
        client = await ending.enter_async_context(
            httpx.AsyncClient(trust_env=False, timeout=httpx.Timeout(20, read=60), limits=httpx.Limits())
        )
        desk = Desk([each.origin for each in servers], client, random)
        starts = {
            centre.id: await _event_cursor(client, servers[0].origin, centre.managers_token) for centre in centres
        }
        subscribers = _subscribers(plan, make_vault(settings), centres, starts, relays, client, random)
        crowd = Crowd(settings, centres[0].manager, centres[0].crowd)
        faults = Faults(plan, servers, relays, postgres, valkey, subscribers, crowd, random, say)
        writers = _writers(plan, centres, desk, random)
        yield Stage(plan, postgres, servers, centres, states, subscribers, writers, desk, faults)


def _subscribers(  # noqa: PLR0917 - what subscribers are made of
    plan: Plan,
    vault: Vault,
    centres: Sequence[Centre],
    starts: Mapping[UUID, str],
    relays: Sequence[Relay],
    client: httpx.AsyncClient,
    random: Random,
) -> list[Subscriber]:
    """Make them: of every centre and every sight alike; two of ten over SSE, two of ten of one case alone."""
    made: list[Subscriber] = []
    for number in range(plan.subscribers):
        turn, place = divmod(number, len(centres))
        centre = centres[place]
        viewer, token = centre.viewers[turn % len(centre.viewers)]
        is_stream = turn % _TURNS in _STREAMS
        only = random.choice(centre.cases).id if turn % _TURNS in _OF_ONE_CASE else None
        kind = StreamSubscriber if is_stream else SocketSubscriber
        of_one = "" if only is None else " of one case"
        subscriber = kind(
            f"subscriber {number} ({viewer.sees.value}, {'SSE' if is_stream else 'WebSocket'}{of_one})",
            viewer,
            token,
            relays,
            read_cursor=lambda centre_id, text: read_event_cursor(vault, centre_id, text),
            start=starts[centre.id],
            client=client,
            random=random,
            only=only,
        )
        made.append(subscriber)
    return made


def _writers(plan: Plan, centres: Sequence[Centre], desk: Desk, random: Random) -> list[Writer]:
    """Make them, each with a case of its own."""
    made: list[Writer] = []
    for number in range(plan.writers):
        turn, place = divmod(number, len(centres))
        made.append(Writer(turn, centres[place], centres[place].cases[turn], desk, random))
    return made


async def _event_cursor(client: httpx.AsyncClient, origin: str, token: Token) -> str:
    """Ask where a centre's log stands, as whoever subscribes does first."""
    answer = await client.post(
        f"{origin}/graphql", json={"query": "{ eventCursor }"}, headers={"Authorization": token()}
    )
    cursor: str = answer.json()["data"]["eventCursor"]
    return cursor
