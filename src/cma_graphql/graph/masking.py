"""Turns every error of a result into what the caller may read: a code, a sentence, the request's id.

| What was raised                                | What the caller reads                                            |
|------------------------------------------------|------------------------------------------------------------------|
| a `Refusal` of the graph                       | as it is                                                         |
| a `DomainError` of a service                   | its code, message and the fields that describe it                |
| an argument that graphql-core could not coerce | BAD_USER_INPUT, without the value                                |
| anything else                                  | INTERNAL and nothing more; the exception is logged, once         |
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.utils.str_converters import to_camel_case

from cma_graphql.core.errors import (
    ApprovalRequired,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    InvalidInput,
    LimitReached,
    NotFound,
    Parameter,
    TransitionRefused,
)
from cma_graphql.core.logging import get_logger
from cma_graphql.graph.refusals import BAD_USER_INPUT, INTERNAL, Refusal, bounded

_log = get_logger("graph")

_INTERNAL_MESSAGE = "Something went wrong on our side. Quote the request id when you report it."
_NULL_MESSAGE = "A field that may be left out was given as null; leave it out instead."

Formatted = dict[str, Any]


def format_errors(errors: Iterable[GraphQLError], *, request_id: str) -> list[Formatted]:
    """Format errors for the answer, masked; log each exception that nobody foresaw, once however many fields it hit."""
    logged: set[int] = set()
    formatted = []
    for error in errors:
        code, message, extensions = _read(error, logged)
        one: Formatted = {"message": message}
        if error.locations:
            one["locations"] = [location.formatted for location in error.locations]
        if error.path is not None:
            one["path"] = error.path
        one["extensions"] = {**extensions, "code": code, "requestId": request_id}
        formatted.append(one)
    return formatted


def format_exception(error: Exception, *, request_id: str) -> Formatted:
    """Format an exception that ended a request outside of any field, masked likewise."""
    return format_errors([GraphQLError("", original_error=error)], request_id=request_id)[0]


def describe_domain_error(error: DomainError) -> dict[str, object]:  # noqa: PLR0911 - one for each kind of refusal
    """Give the fields of a domain error that its caller may read, by their names in the API."""
    match error:
        case Invalid():
            return {"field": _camel(error.field), "rule": error.rule, "params": _camel_keys(error.params)}
        case InvalidInput():
            return {"faults": [{"message": each.message, **describe_domain_error(each)} for each in error.faults]}
        case NotFound():
            return {} if error.field is None else {"field": _camel(error.field)}
        case Forbidden() | ApprovalRequired():
            return {"permission": error.permission}
        case Conflict():
            return {"currentVersion": error.current_version}
        case TransitionRefused():
            return {"from": error.source, "to": error.target, "allowed": list(error.allowed)}
        case LimitReached():
            waiting = {"retryAfter": error.retry_after} if error.retry_after else {}
            return {"limit": error.limit, "maximum": error.maximum, **waiting}
        case _:
            return {}


def _camel(field: str) -> str:
    """Name a field as the schema does; services name it as Python does."""
    return ".".join(to_camel_case(part) for part in field.split("."))


def _camel_keys(params: Mapping[str, Parameter]) -> dict[str, Parameter]:
    return {to_camel_case(name): value for name, value in params.items()}


def _read(error: GraphQLError, logged: set[int]) -> tuple[str, str, Mapping[str, object]]:
    """Tell code, message and extensions of one error."""
    known, raised = _find(error)
    match known:
        case Refusal():
            extensions = known.extensions or {}
            return str(extensions["code"]), known.message, extensions
        case StrawberryInputCoercionError():
            return BAD_USER_INPUT, _NULL_MESSAGE, {"rule": "null"}
        case GraphQLError():
            return BAD_USER_INPUT, bounded(known.message.split(":", 1)[0]), {}
        case DomainError():
            return known.code, bounded(known.message), describe_domain_error(known)
    if id(raised) not in logged:
        logged.add(id(raised))
        _log.error("unforeseen error", exc_info=raised, field=_field_name(error))
    return INTERNAL, _INTERNAL_MESSAGE, {}


def _find(error: GraphQLError) -> tuple[GraphQLError | DomainError | None, Exception]:
    """Follow an error to what was raised; tell it first where it is the caller's to read, and None where it is not.

    A GraphQLError raised inside a field with a place of its own in the document is an argument that could not be
    coerced. A leaf that could not be written, which is our fault and quotes our data, has no place of its own.
    """
    raised: Exception = error
    while isinstance(raised, GraphQLError):
        below = raised.original_error
        if isinstance(raised, Refusal | StrawberryInputCoercionError):
            return raised, raised
        if raised is not error and raised.nodes and not isinstance(below, GraphQLError | DomainError):
            return raised, raised
        if below is None:
            return None, raised
        raised = below
    return (raised if isinstance(raised, DomainError) else None), raised


def _field_name(error: GraphQLError) -> str | None:
    """Name the schema's field that failed: never an alias, which the caller chose."""
    name = getattr(error.nodes[0], "name", None) if error.nodes else None
    return getattr(name, "value", None)
