"""A subscription's place in the log, which what happens at the same time may not move back."""

from typing import Any

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.core.ids import new_id
from cma_graphql.graph.live.subscription import Subscription


async def test_what_is_passed_over_while_a_resync_goes_on_moves_nobody_back() -> None:
    viewer = Actor(kind=ActorKind.STAFF, centre_id=new_id(), user_id=new_id())
    nothing: Any = None
    begun = Subscription(nothing, nothing, viewer, nothing, 4, at_head=True, heartbeat_seconds=1)
    begun.pass_over(5)
    assert begun.position == 5
    begun.go_to(10, at_head=True)  # the viewer was told to query again, and that events behind 10 follow
    begun.pass_over(6)  # the gate was still asking about an event from before
    assert begun.position == 10
