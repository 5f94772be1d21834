"""One request as it came, and what every endpoint of GraphQL reads of it alike."""

from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.answers import HttpRefused
from cma_graphql.transport.body import check_body, read_body
from cma_graphql.transport.graphql_request import GraphQLRequest, request_from_json
from cma_graphql.transport.negotiation import JSON, choose_media_type, is_utf8_json
from cma_graphql.transport.record import RequestRecord, record_of

_AGENT_LENGTH = 256
_AGENTS = 512


class Incoming:
    """One request, and what is remembered of it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.record = record_of(scope)
        self._values: dict[bytes, tuple[str, ...]] = {}
        for name, value in scope["headers"]:
            self._values[name] = (*self._values.get(name, ()), value.decode("latin-1"))

    @property
    def headers(self) -> Headers:
        """The headers, as Starlette gives them."""
        return Headers(scope=self.scope)

    def values(self, name: bytes) -> tuple[str, ...]:
        """Answer what a header, its name in lower case, was given as; once for each time that it was given."""
        return self._values.get(name, ())

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
        if not is_utf8_json(self.values(b"content-type")):
            message = "Send the request as application/json in UTF-8."
            raise HttpRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, headers={"Accept-Post": JSON})
        encoding, declared = self.values(b"content-encoding"), self.values(b"content-length")
        check_body(encoding[0] if encoding else "", declared[0] if declared else "", maximum=limits.body_bytes)
        body = await read_body(self.receive, maximum=limits.body_bytes, seconds=limits.deadline_ms / 1000)
        return request_from_json(body)

    def facts(self, limits: Limits) -> RequestFacts:
        """Tell who calls from where, with which credentials."""
        return facts_of(self.scope, self.record, deadline_ms=limits.deadline_ms)

    def negotiate(self, offers: tuple[str, ...]) -> str:
        """Choose the answer's media type, or refuse where Accept allows none of those offered."""
        media_type = choose_media_type(self.values(b"accept"), offers)
        if media_type is None:
            message = f"Answers are written as {' or '.join(offers)}, in UTF-8."
            raise HttpRefused(406, "NOT_ACCEPTABLE", message)
        return media_type


def facts_of(scope: Scope, record: RequestRecord, *, deadline_ms: int) -> RequestFacts:
    """Tell who calls from where, with which credentials. Refuses two headers Authorization."""
    authorization: str | None = None
    agent = ""
    for name, value in scope["headers"]:
        if name == b"authorization":
            if authorization is not None:
                raise HttpRefused(400, "BAD_REQUEST", "The header Authorization is given more than once.")
            authorization = value.decode("latin-1")
        elif name == b"user-agent" and not agent:
            agent = _printable(value[:_AGENT_LENGTH].decode("latin-1"))
    return RequestFacts(
        request_id=record.request_id,
        remote_address=record.remote_address,
        user_agent=agent,
        authorization=authorization,
        deadline_ms=deadline_ms,
    )


@lru_cache(maxsize=_AGENTS)
def _printable(agent: str) -> str:
    return "".join(each if each.isprintable() else " " for each in agent)
