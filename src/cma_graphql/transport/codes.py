"""Every code that an answer's errors can carry, each with a sentence: for the metrics and for docs/errors.md."""

from collections.abc import Iterator, Mapping

from cma_graphql.core.errors import DomainError
from cma_graphql.graph.refusals import GRAPH_CODES

EDGE_CODES: Mapping[str, str] = {
    "BAD_REQUEST": "The request is not one of GraphQL; field and rule say which parameter is at fault.",
    "CANCELLED": "The server ended while it was answering; in logs and metrics only.",
    "CLIENT_GONE": "The client went before the answer; in logs and metrics only.",
    "HTTP_VERSION_NOT_SUPPORTED": "An export needs HTTP/1.1 or later, by which a file that broke off can be told.",
    "METHOD_NOT_ALLOWED": "The address does not know the method, or a mutation came by another one than POST.",
    "NOT_ACCEPTABLE": "The header Accept allows none of the media types that answers are written in.",
    "PREFLIGHT_REQUIRED": "A GET needs the header X-CMA-Preflight, which no page of a stranger can send.",
    "REQUEST_TIMEOUT": "The request's body did not arrive in time.",
    "UNSUPPORTED_MEDIA_TYPE": "The body is not declared as JSON in UTF-8, or it is compressed.",
    "WITHHELD_UNANNOUNCED": "An export broke off: it began to withhold what its head had not named; in logs only.",
}


def all_codes() -> dict[str, str]:
    """Give every code with its sentence, by name. The rooms' own errors are found once their modules are imported."""
    domain = {kind.code: (kind.__doc__ or "").splitlines()[0] for kind in _kinds(DomainError) if "code" in vars(kind)}
    return dict(sorted({**domain, **GRAPH_CODES, **EDGE_CODES}.items()))


def _kinds(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in reversed(base.__subclasses__()):  # of several with one code, the first that was written speaks
        yield kind
        yield from _kinds(kind)
