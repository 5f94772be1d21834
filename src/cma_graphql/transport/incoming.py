"""One request as it came, and what every endpoint of GraphQL reads of it alike."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.answers import HttpRefused
from cma_graphql.transport.body import read_body
from cma_graphql.transport.graphql_request import GraphQLRequest, request_from_json
from cma_graphql.transport.negotiation import JSON, choose_media_type, is_utf8_json
from cma_graphql.transport.record import RequestRecord, record_of

_AGENT_LENGTH = 256


class Incoming:
    """One request, and what is remembered of it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.headers = Headers(scope=scope)
        self.record = record_of(scope)

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return str(self.scope["method"])

    @property
    def query_string(self) -> bytes:
        """What follows the question mark of the address."""
        return bytes(self.scope.get("query_string", b""))

    async def read_json(self, limits: Limits) -> GraphQLRequest:
        """Read the body: JSON in UTF-8, which no form of a stranger's page can send unasked (CSRF)."""
        if not is_utf8_json(self.headers.getlist("content-type")):
            message = "Send the request as application/json in UTF-8."
            raise HttpRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, headers={"Accept-Post": JSON})
        body = await read_body(self.receive, self.headers, maximum=limits.body_bytes, seconds=limits.deadline_ms / 1000)
        return request_from_json(body)

    def facts(self, limits: Limits) -> RequestFacts:
        """Tell who calls from where, with which credentials."""
        return facts_of(self.scope, self.record, deadline_ms=limits.deadline_ms)

    def negotiate(self, offers: Sequence[str]) -> str:
        """Choose the answer's media type, or refuse where Accept allows none of those offered."""
        media_type = choose_media_type(self.headers.getlist("accept"), offers)
        if media_type is None:
            message = f"Answers are written as {' or '.join(offers)}, in UTF-8."
            raise HttpRefused(406, "NOT_ACCEPTABLE", message)
        return media_type


def facts_of(scope: Scope, record: RequestRecord, *, deadline_ms: int) -> RequestFacts:
    """Tell who calls from where, with which credentials. Refuses two headers Authorization."""
    headers = Headers(scope=scope)
    authorization = headers.getlist("authorization")
    if len(authorization) > 1:
        raise HttpRefused(400, "BAD_REQUEST", "The header Authorization is given more than once.")
    agent = headers.get("user-agent", "")[:_AGENT_LENGTH]
    return RequestFacts(
        request_id=record.request_id,
        remote_address=record.remote_address,
        user_agent="".join(each if each.isprintable() else " " for each in agent),
        authorization=authorization[0] if authorization else None,
        deadline_ms=deadline_ms,
    )
