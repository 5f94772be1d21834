"""The errors that the graph answers with by itself: their code, message and extensions are safe to show."""

from collections.abc import Collection, Mapping, Sequence

from graphql import GraphQLError, Node, Source

_MESSAGE_LENGTH = 300

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
NOT_EXPORTABLE = "NOT_EXPORTABLE"
OPERATION_UNRESOLVED = "OPERATION_UNRESOLVED"
OPERATION_NOT_SERVED = "OPERATION_NOT_SERVED"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
INTERNAL = "INTERNAL"

GRAPH_CODES: Mapping[str, str] = {
    BAD_USER_INPUT: "A variable or argument does not fit its type; field, rule and params say how.",
    DEADLINE_EXCEEDED: "The operation took longer than it may and was stopped.",
    INTERNAL: "Something went wrong on the server; the log has it under the request id.",
    INTROSPECTION_DISABLED: "The schema is not shown to this caller.",
    NOT_EXPORTABLE: "The operation cannot be answered as CSV; field and rule say which part of it and why.",
    OPERATION_NOT_SERVED: "Operations of this type are not served at this address.",
    OPERATION_UNRESOLVED: "The document does not say which operation is to be executed.",
    PARSE_FAILED: "The document is not GraphQL.",
    VALIDATION_FAILED: "The document asks for what the schema does not have, or breaks a rule of GraphQL.",
}
"""Each code that the graph itself gives, with a sentence; LIMIT_REACHED is among the domain's."""


class Refusal(GraphQLError):
    """A GraphQL error written by us. Its message is bounded, because it may quote names from the document."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        nodes: Collection[Node] | None = None,
        source: Source | None = None,
        positions: Collection[int] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            bounded(message),
            list(nodes) if nodes else None,
            source,
            positions,
            extensions={"code": code, **(extensions or {})},
        )


class RequestRefused(Exception):
    """A request that was refused before anything was executed; the answer has errors and no data."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = tuple(errors)


def bounded(message: str) -> str:
    """Cut a message that would carry more than a sentence or two."""
    return message if len(message) <= _MESSAGE_LENGTH else f"{message[:_MESSAGE_LENGTH]}…"
