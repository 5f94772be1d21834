"""UserError and its kinds: what a mutation was refused for, in its payload."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import (
    ApprovalRequired,
    CapacityReached,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    InvalidCredentials,
    InvalidInput,
    LimitReached,
    NotFound,
    Parameter,
    SessionEnded,
    SlotTaken,
    TransitionRefused,
)
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.execution.batched import batched
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL, cost, list_size
from cma_graphql.graph.node import NODE_KINDS, Node, NodeRef, kind_of_table
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.persistence.reads import Place


@strawberry.interface(description="Why a mutation was refused. Nothing of it was written.")
class UserError:
    """What every refusal says."""

    code: str = strawberry.field(description="A stable code; docs/errors.md lists them all.")
    message: str = strawberry.field(description="A sentence for a person.")
    path: list[str] = strawberry.field(description="The input field it is about; empty where it is about none.")


@strawberry.type(description="A parameter of a broken rule, so that a form can say it in its own words.")
class RuleParameter:
    """One parameter of a rule."""

    name: str = strawberry.field(description="The parameter's name, such as `maximum`.")
    value: str = strawberry.field(description="Its value; several values are parted by commas.")


@strawberry.type(description="A value breaks a rule.")
class ValidationError(UserError):
    """One field, one rule."""

    rule: str = strawberry.field(description="The rule's stable name, such as `too-long`.")
    parameters: list[RuleParameter] = strawberry.field(description="What the rule was measured by.")


@strawberry.type(description="There is no such record, or none that you can see: the two are told alike.")
class NotFoundError(UserError):
    """A record is not there for the viewer."""


@strawberry.type(description="You see the record, but may not do this with it.")
class ForbiddenError(UserError):
    """An act is not the viewer's."""

    required_permission: str = strawberry.field(description="The permission that the act needs.")


@strawberry.type(description="The record has changed since you read it.")
class ConflictError(UserError):
    """The expected version is not the present one."""

    current_version: int = strawberry.field(description="The record's present version.")
    record_id: strawberry.Private[UUID]
    table: strawberry.Private[str]
    centre_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The record as it is now.", directives=[cost(call=CALL)])
    async def current(self, info: Info) -> NodeRef | None:
        """Read the record afresh."""
        return await _shown(info, self.table, (self.centre_id or info.context.actor.centre_id, self.record_id))


@strawberry.type(description="The client or the advisor has another appointment at that time.")
class SlotTakenError(UserError):
    """A time is taken."""

    whose: str = strawberry.field(description="Who has another appointment: ADVISOR or CLIENT.")
    alternatives: list[datetime] = strawberry.field(
        description="When it would do instead: the first few times from that day on; empty where there are none soon."
    )
    record_id: strawberry.Private[UUID]
    table: strawberry.Private[str]

    @strawberry.field(
        description="The other appointment; null where the viewer does not see it.", directives=[cost(call=CALL)]
    )
    async def clashing(self, info: Info) -> NodeRef | None:
        """Read the other appointment."""
        return await _shown(info, self.table, (info.context.actor.centre_id, self.record_id))


@strawberry.type(description="The record cannot go from its state to that one.")
class TransitionError(UserError):
    """The state machine has no such step."""

    from_: str = strawberry.field(name="from", description="The record's present state.")
    to: str = strawberry.field(description="The state that was asked for.")
    allowed: list[str] = strawberry.field(description="The states that may follow the present one.")


@strawberry.type(description="You may propose this; someone else has to approve it.")
class ApprovalRequiredError(UserError):
    """A proposal, not an act."""

    required_permission: str = strawberry.field(description="The permission whose holder may do it outright.")
    propose_by: str | None = strawberry.field(
        description="The mutation that asks for the approval; null where there is none yet."
    )


@strawberry.type(description="A limit of the product is reached.")
class LimitError(UserError):
    """A bound is met."""

    limit: str = strawberry.field(description="The limit's stable name.")
    maximum: int = strawberry.field(description="How much it allows.")
    retry_after_seconds: int | None = strawberry.field(description="When to try again, where waiting helps.")
    load: int | None = strawberry.field(
        default=None, description="How much of it is used already: the points that an advisor carries; null elsewhere."
    )
    added: int | None = strawberry.field(
        default=None, description="How much would come to it: the points of the case; null elsewhere."
    )
    room_ids: strawberry.Private[Sequence[UUID]] = ()

    @batched(
        description="Of a limit of what an advisor carries: who has room for the case, who carries least first; at "
        "most ten.",
        directives=[cost(call=CALL), list_size(10)],
        metadata={"requires": [], "reads": ()},
    )
    async def with_room(limits: list["LimitError"], info: Info) -> list[list[MembershipRef]]:
        """Read those who have room, of all errors at once."""
        if not info.context.actor.may(Permission.USER_READ):
            return [[] for _ in limits]
        wanted = list(dict.fromkeys(key for limit in limits for key in limit.room_ids))
        rows = await memberships_by_id(info.context.reader, wanted) if wanted else []
        kind = NODE_KINDS["membership"].type
        found = {row["key"]: wrapped(kind, row, info.context) for row in rows if row is not None}
        return [[found[key] for key in limit.room_ids if key in found] for limit in limits]


@strawberry.type(description="A sign-in, or its renewal, is refused; it is not said whether anybody has this address.")
class AuthenticationError(UserError):
    """Credentials or a refresh token open nothing."""


@strawberry.type(description="What every mutation answers.")
class Payload:
    """The part that all payloads share."""

    errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was refused; empty where it was done."
    )
    replayed: bool = strawberry.field(
        default=False, description="Whether it had been done before under the same idempotency key."
    )


async def _shown(info: Info, table: str, place: Place) -> Node | None:
    """Answer a record as the viewer sees it; None where they do not."""
    kind = kind_of_table(table)
    if kind is None or not kind.may_be_read(info.context.actor):
        return None
    (record,) = await kind.find(info.context.reader, [place])
    return None if record is None else cast("Node", wrapped(kind.type, record, info.context))


ERROR_TYPES = (
    ValidationError,
    NotFoundError,
    ForbiddenError,
    ConflictError,
    SlotTakenError,
    TransitionError,
    ApprovalRequiredError,
    LimitError,
    AuthenticationError,
)


def parameters_of(params: Mapping[str, Parameter]) -> list[RuleParameter]:
    """Answer a rule's parameters as texts; several values are parted by commas."""
    return [RuleParameter(name=field_name(name), value=_written(value)) for name, value in params.items()]


def _written(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if not isinstance(value, str | int) else str(value)


def path_of(field: str | None) -> list[str]:
    """Answer the path of an input field, named as the schema names it."""
    if not field:
        return []
    return ["input", *(field_name(part) for part in field.split("."))]


def field_name(name: str) -> str:
    """Write a field's name as the schema does."""
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def to_user_errors(refusal: DomainError) -> list[UserError]:
    """Answer a refusal as the payload tells it; a kind that has no place there is raised again."""
    if isinstance(refusal, InvalidInput):
        return [error for fault in refusal.faults for error in to_user_errors(fault)]
    return [_to_user_error(refusal)]


def _of_capacity(refusal: LimitReached) -> dict[str, Any]:
    if not isinstance(refusal, CapacityReached):
        return {}
    return {"load": refusal.load, "added": refusal.added, "room_ids": refusal.with_room}


def _to_user_error(refusal: DomainError) -> UserError:  # noqa: PLR0911 - one return per kind
    code, message = refusal.code, refusal.message
    match refusal:
        case Invalid():
            return ValidationError(
                code=code,
                message=message,
                path=path_of(refusal.field),
                rule=refusal.rule,
                parameters=parameters_of(refusal.params),
            )
        case NotFound():
            return NotFoundError(code=code, message=message, path=path_of(refusal.field))
        case Forbidden():
            return ForbiddenError(code=code, message=message, path=[], required_permission=refusal.permission)
        case Conflict():
            return ConflictError(
                code=code,
                message=message,
                path=["input", "expectedVersion"],
                current_version=refusal.current_version,
                record_id=refusal.record_id,
                table=refusal.table,
                centre_id=refusal.centre_id,
            )
        case SlotTaken():
            return SlotTakenError(
                code=code,
                message=message,
                path=path_of(refusal.field),
                whose=refusal.whose,
                alternatives=list(refusal.alternatives),
                record_id=refusal.record_id,
                table=refusal.table,
            )
        case TransitionRefused():
            return TransitionError(
                code=code,
                message=message,
                path=[],
                from_=refusal.source,
                to=refusal.target,
                allowed=list(refusal.allowed),
            )
        case ApprovalRequired():
            return ApprovalRequiredError(
                code=code,
                message=message,
                path=[],
                required_permission=refusal.permission,
                propose_by=refusal.propose_by,
            )
        case LimitReached():
            return LimitError(
                code=code,
                message=message,
                path=[],
                limit=refusal.limit,
                maximum=refusal.maximum,
                retry_after_seconds=refusal.retry_after or None,
                **_of_capacity(refusal),
            )
        case InvalidCredentials() | SessionEnded():
            return AuthenticationError(code=code, message=message, path=[])
        case _:
            raise refusal
