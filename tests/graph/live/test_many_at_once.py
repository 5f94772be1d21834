"""A thousand events in one transaction: everybody has them all, in order, and others are not kept waiting for it."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.events import CaseUpdated
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.persistence.event_log import read_head
from cma_graphql.persistence.writing import unit_of_work
from graph.live.conftest import Live
from support.data import Data
from support.following import Follower, Following

MANY, OTHERS = 1_000, 20
EVENTS = """
subscription { caseEvents { __typename ... on CaseEvent { case { id } } ... on Removed { id } } }
"""


async def hear(follower: Follower, number: int, heard: list[str | None]) -> None:
    """Take so many events, and note the cursor of each as it comes."""
    for _ in range(number):
        await follower.take(seconds=60)
        heard.append(follower.cursor)


async def happens(data: Data, actor: Actor, case: UUID, number: int, *near: Actor) -> None:
    """Have so many things happen to a case in one transaction."""
    audience = Audience(user_ids=tuple(each.user_id for each in near))
    async with unit_of_work(data.database, data.keys, actor) as uow:
        for _ in range(number):
            uow.record(CaseUpdated(subject_id=case, case_id=case), before=audience, after=audience)


async def test_a_thousand_events_at_once_hold_up_nobody(live: Live, following: Following) -> None:
    graph, data = live.scene.graph, live.scene.data
    advisor, of_advisor = await live.somebody()
    headers = [*[(await live.somebody(Role.CENTRE_MANAGER))[1] for _ in range(2)], of_advisor]
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    elsewhere = await data.a_centre()
    manager = await data.a_member(elsewhere, Role.CENTRE_MANAGER)
    stranger = await live.signing_in.log_in(await live.signing_in.a_person(elsewhere, Role.CENTRE_MANAGER))
    other = await data.a_case(elsewhere, status="IN_PROGRESS")
    async with data.database.read(advisor) as reader:
        start = await read_head(reader)
    heard: list[list[str | None]] = [[] for _ in headers]
    seen_meanwhile: list[int] = []
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(following.follow(header, EVENTS)) for header in headers]
        abroad = await stack.enter_async_context(following.follow(stranger.header, EVENTS))
        tasks = [
            asyncio.create_task(hear(follower, MANY, cursors))
            for follower, cursors in zip(followers, heard, strict=True)
        ]
        await happens(data, live.scene.manager, case, MANY, advisor)
        for _ in range(OTHERS):
            await happens(data, manager, other, 1)
            await abroad.take(seconds=60)
            seen_meanwhile.append(min(len(cursors) for cursors in heard))
        await asyncio.gather(*tasks)
    cursors = [write_event_cursor(graph.keys.vault, live.centre, start + number) for number in range(1, MANY + 1)]
    assert heard == [cursors] * len(headers)
    assert len({count for count in seen_meanwhile if count < MANY}) > 1  # others were told, and told again, between
