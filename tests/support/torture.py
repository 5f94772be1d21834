"""A small schema with every kind of trouble in it, and contexts that say what became of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, NoReturn
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from cma_graphql.core.errors import (
    ApprovalRequired,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    InvalidInput,
    LimitReached,
    NotFound,
    TransitionRefused,
    Unauthenticated,
    Unavailable,
)
from cma_graphql.core.formats import FormatError
from cma_graphql.core.request import RequestFacts
from cma_graphql.execution.batched import batched
from cma_graphql.execution.executor import CompiledExecutor

SECRET = "Jane Doe QQ123456C jane@example.org"

REFUSALS: Mapping[str, DomainError] = {
    "NotFound": NotFound("case.team_id"),
    "Forbidden": Forbidden("CASE_READ"),
    "Invalid": Invalid("postcode", "postcode", "That is no postcode.", for_example="SW1A 1AA"),
    "InvalidInput": InvalidInput(
        [Invalid("a", "required", "a is required."), Invalid("b", "maximum", "b is long.", maximum=3)]
    ),
    "Conflict": Conflict(table="cases", record_id=UUID(int=7), current_version=4),
    "TransitionRefused": TransitionRefused(source="CLOSED", target="OPEN", allowed=["REOPENED"]),
    "ApprovalRequired": ApprovalRequired("CASE_CLOSE"),
    "LimitReached": LimitReached("items", 100, retry_after=30),
    "Unauthenticated": Unauthenticated(),
    "Unavailable": Unavailable(),
}


class DriverError(Exception):
    """Fails as a database driver does: with a SQLSTATE, and the parameters in its text."""

    sqlstate = "23505"


@dataclass(slots=True)
class Context:
    """What the torture schema's resolvers are given, and what they did."""

    facts: RequestFacts
    may_introspect: bool = True
    signed_in: bool = False
    redacted: list[Mapping[str, object]] = field(default_factory=list)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a resolver waits."""
    release: asyncio.Event = field(default_factory=asyncio.Event)
    """Lets waiting resolvers go on."""
    operation_name: str = ""
    loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    """How each waiting resolver ended, in order, and last that the context was left."""

    def log_fields(self) -> Mapping[str, str]:
        """Say who calls."""
        return {"actor": "STAFF" if self.signed_in else "ANONYMOUS", "centre": str(UUID(int=1))}


@dataclass(slots=True)
class Contexts:
    """A context factory that remembers its contexts. What stands in `refuse` is raised on entering."""

    may_introspect: bool = True
    signed_in: bool = False
    refuse: Exception | None = None
    fail_on_leaving: Exception | None = None
    hold: bool = False
    made: list[Context] = field(default_factory=list)

    def __call__(self, facts: RequestFacts, /) -> AbstractAsyncContextManager[Context]:
        """Make a context."""
        return self._context(facts)

    @asynccontextmanager
    async def _context(self, facts: RequestFacts) -> AsyncIterator[Context]:
        context = Context(facts, may_introspect=self.may_introspect, signed_in=self.signed_in)
        self.made.append(context)
        if self.refuse is not None:
            raise self.refuse
        if self.hold:
            await asyncio.Event().wait()
        try:
            yield context
        finally:
            context.ended.append("context")
        if self.fail_on_leaving is not None:
            raise self.fail_on_leaving


Info = strawberry.Info[Context, None]


@strawberry.enum
class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


def _read_money(value: object) -> Decimal:
    if not isinstance(value, str):
        raise TypeError(f"not money: {value!r}")
    if len(value) > 15:
        raise FormatError("maximum", "An amount has at most 13 digits.", most_digits=13)
    return Decimal(value)


Money = NewType("Money", Decimal)


@strawberry.input
class Inner:
    """One level down."""

    amount: Money
    colour: Colour = Colour.RED


@strawberry.input(one_of=True)
class Either:
    """Exactly one of two."""

    left: strawberry.Maybe[str]
    right: strawberry.Maybe[str]


@strawberry.input
class Outer:
    """An input with every kind of field."""

    name: str
    inner: Inner | None = None
    items: list[Inner] | None = None
    either: Either | None = None
    count: int = 0
    again: "Outer | None" = None
    note: strawberry.Maybe[str] = None


async def _wait(info: Info, name: str) -> str:
    """Wait to be released; when cancelled, take the longer to clean up the longer the name is."""
    info.context.entered.set()
    try:
        await info.context.release.wait()
    except asyncio.CancelledError:
        for _ in range(5 * len(name)):
            await asyncio.sleep(0)
        info.context.ended.append(f"{name} cancelled")
        raise
    info.context.ended.append(f"{name} done")
    return name


@strawberry.type
class Thing:
    """A thing that holds things."""

    id: int = 1

    @strawberry.field
    def thing(self, size: int = 0) -> "Thing":
        """Go down one level."""
        return Thing(id=self.id + 1 + size)

    @strawberry.field
    def things(self) -> list["Thing"]:
        """Go down to two."""
        return [Thing(id=1), Thing(id=2)]

    @strawberry.field
    async def slow(self, info: Info, name: str = "slow") -> str | None:
        """Wait for the test."""
        return await _wait(info, name)

    @strawberry.field
    def fails(self) -> str:
        """Fail at once, where there must be something."""
        raise NotFound

    @batched(description="Wait for the test, once for all things.")
    async def batch(things: list["Thing"], info: Info) -> list[str]:  # noqa: N805 - all things of a position
        """Give each thing its name."""
        await _wait(info, "batch")
        return [f"thing {thing.id}" for thing in things]


_SHARED = RuntimeError(SECRET)


def _insert() -> NoReturn:
    raise DriverError(f"duplicate key: (email)=({SECRET})")


@strawberry.type
class Query:
    """Questions."""

    @strawberry.field
    def hello(self, name: str = "you") -> str:
        """Greet."""
        return f"Hello {name}"

    @strawberry.field
    def thing(self) -> Thing:
        """Give the first thing."""
        return Thing()

    @strawberry.field
    async def wait(self, info: Info, name: str = "wait") -> str | None:
        """Wait for the test."""
        return await _wait(info, name)

    @strawberry.field
    def internal(self) -> str | None:
        """Fail with personal data in the text."""
        raise RuntimeError(SECRET)

    @strawberry.field
    def internal_required(self) -> str:
        """Fail so that the whole answer is null."""
        raise RuntimeError(SECRET)

    @strawberry.field
    def shared(self) -> str | None:
        """Fail with the same exception every time, as a batch does."""
        raise _SHARED

    @strawberry.field
    def database(self) -> str | None:
        """Fail as a database does."""
        try:
            _insert()
        except DriverError as error:
            raise RuntimeError(f"INSERT … parameters: {SECRET}") from error

    @strawberry.field
    def late(self) -> str | None:
        """Fail with a timeout of our own."""
        raise TimeoutError(SECRET)

    @strawberry.field
    def refuse(self, kind: str) -> str | None:
        """Refuse as a service does."""
        raise REFUSALS[kind]

    @strawberry.field
    def missing(self) -> str:
        """Give null where there must be something."""
        return None  # type: ignore[return-value]

    @strawberry.field
    def bad_leaf(self) -> int | None:
        """Give a text where a number is promised."""
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def echo(self, given: Outer) -> str:
        """Say which fields came."""
        return f"{given.name}/{given.count}"

    @strawberry.field
    def colour(self, colour: Colour) -> str:
        """Name a colour."""
        return colour.value

    @strawberry.field
    def pay(self, amount: Money) -> Money:
        """Give back an amount."""
        return amount

    @strawberry.field
    def anything(self, value: JSON | None = None) -> JSON | None:
        """Give back what came."""
        return value

    @strawberry.field
    def unwritable(self) -> JSON:
        """Give what JSON cannot hold."""
        return JSON({"value": b"\x00"})

    @strawberry.field
    def agent(self, info: Info) -> str:
        """Tell the caller's agent."""
        return info.context.facts.user_agent

    @strawberry.field
    def redacted(self, info: Info) -> str | None:
        """Withhold something."""
        info.context.redacted.append({"path": ["redacted"], "permission": "CLIENT_READ_SENSITIVE"})
        return None


@strawberry.type
class Mutation:
    """Changes."""

    @strawberry.mutation
    async def write(self, info: Info) -> str | None:
        """Change something, slowly."""
        return await _wait(info, "write")


@strawberry.type
class Subscription:
    """Events."""

    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[int, None]:
        """Count."""
        yield 1

    @strawberry.subscription
    async def follow(self, name: str = "", after: str | None = None) -> AsyncGenerator[str, None]:
        """Tell what the test says; support.feeds stands in for what reads the log."""
        yield f"{name}{after}"


def torture_schema(**options: Any) -> strawberry.Schema:
    """Build the schema."""
    scalars: dict[object, ScalarDefinition] = {
        Money: strawberry.scalar(name="Money", serialize=lambda value: f"{value:.2f}", parse_value=_read_money),
    }
    given: dict[str, Any] = {"execution_context_class": CompiledExecutor, **options}
    return strawberry.Schema(Query, Mutation, Subscription, config=StrawberryConfig(scalar_map=scalars), **given)


def codes(errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in errors]
