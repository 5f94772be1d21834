"""Strawberry's subscriptions as they are usually written: an asynchronous generator over a queue of its own."""

import asyncio
import os
from collections.abc import AsyncGenerator
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

queues: set["asyncio.Queue[dict[str, Any]]"] = set()


@strawberry.type
class Case:
    """A case."""

    id: strawberry.ID
    case_number: str
    title: str
    status: str
    priority: str


@strawberry.type
class CaseEvent:
    """What happened to a case."""

    name: str
    occurred_at: str
    case: Case


@strawberry.type
class Query:
    """Nothing but what a schema has to have."""

    hello: str = ""


@strawberry.type
class Subscription:
    """What can be followed."""

    @strawberry.subscription
    async def case_events(self) -> AsyncGenerator[CaseEvent, None]:
        """Follow what happens."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        queues.add(queue)
        try:
            while True:
                event = await queue.get()
                told = event["case"]
                yield CaseEvent(
                    name=event["name"],
                    occurred_at=event["occurredAt"],
                    case=Case(
                        id=told["id"],
                        case_number=told["caseNumber"],
                        title=told["title"],
                        status=told["status"],
                        priority=told["priority"],
                    ),
                )
        finally:
            queues.discard(queue)


async def announce(request: Request) -> Response:
    """Publish an event."""
    event = await request.json()
    for queue in queues:
        queue.put_nowait(event)
    return Response(status_code=204)


application: GraphQL[None, None] = GraphQL(strawberry.Schema(Query, subscription=Subscription))
app = Starlette(
    routes=[
        Route("/announce", announce, methods=["POST"]),
        Route("/graphql", application),
        WebSocketRoute("/graphql", application),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
