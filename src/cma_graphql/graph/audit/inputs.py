"""How the logs are filtered and ordered."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import SYSTEM_ACTOR
from cma_graphql.domain.audit.selectors import reads_own_only
from cma_graphql.graph.enums import described
from cma_graphql.graph.node import find_id, read_any_id

_MOST_NAMES = 50


class AuditOrder(StrEnum):
    """The orders the audit trail can be in."""

    SEQ_DESC = "SEQ_DESC"
    SEQ_ASC = "SEQ_ASC"


described(
    AuditOrder,
    "The orders the audit trail can be in.",
    {"SEQ_DESC": "Newest entry first.", "SEQ_ASC": "Oldest entry first."},
)


@strawberry.input(description="Which entries of the audit trail: every condition given has to hold.")
class AuditFilter:
    """Conditions on audit entries."""

    action: list[str] | None = strawberry.field(default=None, description="Being one of these, such as `case.created`.")
    entity: list[str] | None = strawberry.field(default=None, description="About one of these kinds of records.")
    subject: strawberry.ID | None = strawberry.field(default=None, description="About this record.")
    client: strawberry.ID | None = strawberry.field(default=None, description="About this client and what hangs on it.")
    case: strawberry.ID | None = strawberry.field(default=None, description="About this case and what hangs on it.")
    actor: strawberry.ID | None = strawberry.field(default=None, description="Done by this person.")
    since: datetime | None = strawberry.field(default=None, description="Done at this instant or later.")
    until: datetime | None = strawberry.field(default=None, description="Done before this instant.")


@strawberry.input(description="Which rows of the access log: every condition given has to hold.")
class AccessFilter:
    """Conditions on the access log."""

    client: strawberry.ID | None = strawberry.field(default=None, description="Having shown this client's record.")
    actor: strawberry.ID | None = strawberry.field(default=None, description="Shown to this person.")
    since: datetime | None = strawberry.field(default=None, description="Shown at this instant or later.")
    until: datetime | None = strawberry.field(default=None, description="Shown before this instant.")


@strawberry.input(description="Which entries of the security log: every condition given has to hold.")
class SecurityFilter:
    """Conditions on the security log."""

    kind: list[str] | None = strawberry.field(default=None, description="Being one of these, such as `sign-in.failed`.")
    actor: strawberry.ID | None = strawberry.field(default=None, description="By this person.")
    since: datetime | None = strawberry.field(default=None, description="At this instant or later.")
    until: datetime | None = strawberry.field(default=None, description="Before this instant.")


AuditFilterArgument = Annotated[AuditFilter | None, strawberry.argument(description="Which entries.")]
AuditOrderArgument = Annotated[AuditOrder, strawberry.argument(description="In which order.")]

NOBODY = SYSTEM_ACTOR
"""No record has this key, so that an id which is none of its type matches nothing."""


def _names(field: str, given: list[str]) -> list[str]:
    if len(given) > _MOST_NAMES:
        raise Invalid(field, "too-many", f"At most {_MOST_NAMES} values.", maximum=_MOST_NAMES)
    return [read_field(field, one_line, text, max_length=100) for text in given]


def log_filters(given: Any) -> dict[str, object]:
    """Answer a listing's conditions from whichever of these inputs; raise Invalid for malformed text."""
    filters: dict[str, object] = {}
    if given is None:
        return filters
    for name in ("action", "entity", "kind"):
        texts = getattr(given, name, None)
        if texts is not None:
            filters[name] = _names(f"filter.{name}", texts)
    for name, prefix in (("client", "client"), ("case", "case"), ("actor", "membership")):
        text = getattr(given, name, None)
        if text is not None:
            filters[name] = find_id(prefix, text) or NOBODY
    if getattr(given, "subject", None) is not None:
        read = read_any_id(given.subject)
        filters["subject"] = read[1] if read is not None else NOBODY
    for name in ("since", "until"):
        bound = getattr(given, name)
        if bound is not None:
            filters[name] = bound
    return filters


def audit_filters(actor: Actor, given: AuditFilter | None) -> dict[str, object]:
    """Answer the conditions on the audit trail, ending at own cases where the actor's right does."""
    filters = log_filters(given)
    if reads_own_only(actor):
        filters["own"] = True
    return filters
