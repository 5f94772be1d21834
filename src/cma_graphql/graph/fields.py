"""How root fields and relations are declared: what they need is enforced, described and printed alike."""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import DomainError, Forbidden, Unauthenticated
from cma_graphql.execution.batched import BatchExtension, BatchFunction, batched, position_of
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL, WRITE, ListSize, directives_for
from cma_graphql.graph.errors import Payload, to_user_errors
from cma_graphql.graph.records import WrapsRecords, declared_type


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="auth",
    description="The permissions that the field needs; without them it is refused or its value withheld.",
)
class Auth:
    """What a field needs, for tools that read the schema."""

    requires: list[Permission] = strawberry.directive_field(name="requires")


def auth(*permissions: Permission) -> Auth:
    """Declare the permissions a field needs."""
    return Auth(requires=list(permissions))


class Requires(FieldExtension):
    """Refuses a field to the anonymous, and to those whose roles lack its permission altogether."""

    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Check, then resolve."""
        if not info.context.signed_in:
            raise Unauthenticated
        try:
            if self.permission is not None:
                info.context.require(self.permission)
            return await next_(source, info, **given)
        except Forbidden as refusal:
            info.context.note_refusal(info.field_name, refusal)
            raise


class RefusesInPayload(FieldExtension):
    """Answers a service's refusal in the payload's `errors`; a missing sign-in stays an error of the request."""

    def __init__(self, permission: Permission | None, *, anonymous: bool) -> None:
        self.permission = permission
        self.anonymous = anonymous

    def apply(self, field: Any) -> None:
        """Remember the field, whose type is the payload."""
        self.field = field

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Resolve; a DomainError becomes the payload's errors."""
        if not self.anonymous and not info.context.signed_in:
            raise Unauthenticated
        try:
            self._require(info)
            return await next_(source, info, **given)
        except Unauthenticated:
            raise
        except DomainError as refusal:
            if isinstance(refusal, Forbidden):
                info.context.note_refusal(info.field_name, refusal)
            await info.context.end_reading()
            payload: type[Payload] = declared_type(self.field.type)
            return payload(errors=to_user_errors(refusal))

    def _require(self, info: Info) -> None:
        """Raise Forbidden for those whose roles lack the permission altogether.

        The service asks again, and for more; but where a mutation is repeated under its key no service is called,
        and the right may have been taken away since.
        """
        if self.permission is not None and not info.context.actor.may(self.permission):
            raise Forbidden(self.permission.name)


def _described(description: str, permissions: Sequence[Permission]) -> str:
    if not permissions:
        return description
    return f"{description} Needs {' and '.join(f'`{permission.name}`' for permission in permissions)}."


def _guarded(permissions: Sequence[Permission]) -> list[object]:
    return [auth(*permissions)] if permissions else []


def query(
    *, requires: Permission | None, description: str, call: int = CALL, size: int | ListSize | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a root query field; `requires=None` asks for a sign-in only.

    `call` and `size` are for its cost: a list says how long it is, as a rule.
    """
    permissions = [requires] if requires is not None else []

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=function,
            description=_described(description, permissions),
            extensions=[Requires(requires), WrapsRecords()],
            directives=[*_guarded(permissions), *directives_for(function, call=call, size=size)],
            metadata={"requires": permissions},
        )

    return declare


def mutation(
    *,
    requires: Permission | None,
    description: str,
    anonymous: bool = False,
    call: int = WRITE,
    weight: int | None = None,
    size: ListSize | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a mutation; its service checks the permission once more, so that workers obey it too.

    One of several items writes for each: its `size` tells their number, its `weight` what one costs.
    """
    permissions = [requires] if requires is not None else []

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.mutation(
            resolver=function,
            description=_described(description, permissions),
            extensions=[RefusesInPayload(requires, anonymous=anonymous)],
            directives=[*_guarded(permissions), *directives_for(function, call=call, weight=weight, size=size)],
            metadata={"requires": permissions, "anonymous": anonymous},
        )

    return declare


def subscription(*, requires: Permission, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a root subscription field; its function answers the Watch of a topic (graph.live.topics).

    Its cost is that of one event.
    """

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.subscription(
            resolver=function,
            description=_described(description, [requires]),
            extensions=[Requires(requires)],
            directives=[auth(requires), *directives_for(function, call=CALL)],
            metadata={"requires": [requires]},
        )

    return declare


def relation(
    *,
    description: str,
    requires: Permission | None = None,
    reads: Sequence[str] | None = None,
    call: int = CALL,
    size: int | ListSize | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field resolved for all parents at once, whose records are wrapped with the declared type.

    `reads` names the parents' plain columns that it needs beside their private ones; None: all of them.

    Where the actor's roles lack `requires`, every value is null and the position is named as redacted: such a
    field is nullable. `call` and `size` are for its cost: a list says how long it is, as a rule.
    """
    permissions = [requires] if requires is not None else []
    extensions: list[FieldExtension] = [WrapsRecords()]
    if requires is not None:
        extensions.insert(0, Withholds(requires))

    def declare(function: Callable[..., Any]) -> Any:
        return batched(
            description=_described(description, permissions),
            extensions=extensions,
            directives=[*_guarded(permissions), *directives_for(function, call=call, size=size)],
            metadata={"requires": permissions, "reads": reads},
        )(function)

    return declare


class Withholds(BatchExtension):
    """Answers null, and says so once per position, where the actor lacks the relation's permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Check, then resolve or withhold."""
        if info.context.actor.may(self.permission):
            return await next_(source, info, **given)
        info.context.redact(position_of(info), self.permission, "HIDDEN")
        return None

    async def resolve_batch(self, next_: BatchFunction, parents: list[Any], info: Info, **given: Any) -> Sequence[Any]:
        """Check once, then resolve or withhold all."""
        if info.context.actor.may(self.permission):
            return await next_(parents, info, **given)
        info.context.redact(position_of(info), self.permission, "HIDDEN")
        return [None] * len(parents)
