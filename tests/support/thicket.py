"""A schema with every kind of type, list, null and error in it, whose values are decided by chance, alike each time.

Every value depends on where it stands, on a salt and on how often things are to go wrong; so two executors that are
asked the same meet the same faults.
"""

# ruff: noqa: A002, ARG002, N805 - resolvers have the arguments that strawberry looks for, batches take lists of parents
# mypy: disable-error-code="arg-type,attr-defined,list-item,no-any-return,return-value,untyped-decorator"
# Much of what is answered here is of no type that was promised.

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info as StrawberryInfo

from cma_graphql.execution.batched import BatchExtension, BatchFunction, batched, position_of
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.execution.executor import CompiledExecutor
from cma_graphql.execution.views import RecordView


@dataclass
class Chance:
    """How often things go wrong, and a salt that decides which."""

    faults: float = 0.0
    salt: int = 0

    def of(self, *place: object) -> float:
        """Answer a number from 0 to 1 for a place, the same each time."""
        digest = hashlib.blake2b(repr((self.salt, place)).encode(), digest_size=6).digest()
        return int.from_bytes(digest) / 2**48


CHANCE = Chance()
"""What decides about the values below; a test sets it before it asks."""


@dataclass
class Context:
    """Loaders, and what was done in which order."""

    loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    redacted: list[tuple[str, ...]] = field(default_factory=list)
    permitted: bool = True


Info = StrawberryInfo[Context, None]


class Trouble(Exception):
    """What goes wrong."""


def luck(value: Any, *place: object, wrong: Any = None) -> Any:
    """Answer a value, or sometimes null, an exception or a wrong value in its place."""
    number = CHANCE.of(*place)
    if number >= CHANCE.faults:
        return value
    share = number / CHANCE.faults
    if share < 0.3:
        return None
    if share < 0.7:
        return Trouble(f"no luck with {place}")
    return wrong


def lucky(value: Any, *place: object, wrong: Any = None) -> Any:
    """Answer like `luck`, raising an exception half of the times it comes to one."""
    found = luck(value, *place, wrong=wrong)
    if isinstance(found, Exception) and CHANCE.of(*place, "raised") < 0.5:
        raise found
    return found


class Later:
    """A value that an attribute gives only when it is waited for."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Stream:
    """A list that comes bit by bit."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self.items:
            await asyncio.sleep(0)
            yield item


@strawberry.enum
class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


Money = NewType("Money", Decimal)


def _write_money(value: Decimal) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"not money: {value!r}")
    return f"{value:.2f}"


@strawberry.input
class Filter:
    """What to leave out."""

    most: int = 3
    colour: Colour | None = None
    names: list[str] | None = None
    inner: "Filter | None" = None


class Permitted(BasePermission):
    """Whether the context permits it, and chance."""

    message = "Not for you."

    def has_permission(self, source: Any, info: Any, **_given: Any) -> bool:
        """Decide."""
        return bool(info.context.permitted) and CHANCE.of("permission", source.seed) >= CHANCE.faults


class Louder(FieldExtension):
    """An extension that knows one object only."""

    def resolve(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Add a sign."""
        value = next_(source, info, **given)
        return f"{value}!" if isinstance(value, str) else value

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Add a sign."""
        value = await next_(source, info, **given)
        return f"{value}!" if isinstance(value, str) else value


class Withholding(BatchExtension):
    """An extension that can do its part for all at once."""

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Withhold, or resolve."""
        if info.context.permitted:
            return await next_(source, info, **given)
        if position_of(info) not in info.context.redacted:
            info.context.redacted.append(position_of(info))
        return None

    async def resolve_batch(self, next_: BatchFunction, parents: list[Any], info: Info, **given: Any) -> Any:
        """Withhold, or resolve."""
        if info.context.permitted:
            return await next_(parents, info, **given)
        info.context.redacted.append(position_of(info))
        return [None] * len(parents)


@strawberry.interface
class Node:
    """Something with an id."""

    seed: strawberry.Private[str]
    id: strawberry.ID


@strawberry.interface
class Speaker:
    """Something that speaks, of itself and of others."""

    @strawberry.field
    def word(self) -> str:
        """Say something."""
        return str(lucky(f"word of {self.seed}", "word", self.seed))


@strawberry.type
class Leaf(Node, Speaker):
    """Scalars of every kind, from every kind of source."""

    text: str
    note: str | None
    number: int
    ratio: float | None
    flag: bool
    colour: Colour
    when: datetime | None
    day: date
    money: Money | None
    anything: JSON | None
    tags: list[str]
    maybe_tags: list[str | None] | None
    grid: list[list[int]]
    colours: list[Colour | None]
    later: str | None
    maybe_later: list[str | None]

    @strawberry.field
    def times(self, times: int = 1, filter: Filter | None = None) -> str:
        """Say it several times."""
        most = 9 if filter is None else filter.most
        return lucky(self.seed * min(times, most), "times", self.seed, wrong=JSON({}))

    @strawberry.field
    async def slow(self, info: Info) -> str | None:
        """Take a while."""
        await asyncio.sleep(0)
        return lucky(info.field_name, "slow", self.seed)

    @strawberry.field
    async def needed(self) -> int:
        """Take no while."""
        return lucky(len(self.seed), "needed", self.seed, wrong="many")

    @strawberry.field
    def place(self, info: Info) -> str:
        """Say where it stands."""
        path: Any = info.path
        return f"{path.as_list()} {path.typename} {info._raw_info.parent_type}"

    @strawberry.field(permission_classes=[Permitted])
    def secret(self) -> str | None:
        """Tell some."""
        return f"secret of {self.seed}"

    @strawberry.field(extensions=[Louder()])
    def loud(self) -> str | None:
        """Shout."""
        return lucky(self.seed, "loud", self.seed)

    @batched(description="All at once.")
    async def shared(leaves: list[Any], info: Info, factor: int = 2) -> list[int]:
        """Answer all at once, or fail for all."""
        if CHANCE.of("shared", position_of(info)) < CHANCE.faults:
            raise Trouble("nobody is lucky")
        return [luck(len(leaf.seed) * factor, "shared", leaf.seed, wrong="much") for leaf in leaves]

    @batched(description="Some are withheld.", extensions=[Withholding()])
    async def withheld(leaves: list[Any], info: Info) -> list[str | None]:
        """Answer all at once, where they are not withheld."""
        await asyncio.sleep(0)
        return [luck(f"withheld {leaf.seed}", "withheld", leaf.seed) for leaf in leaves]

    @batched(description="An extension around each.", extensions=[Louder()])
    async def outcry(leaves: list[Any], info: Info, filter: Filter | None = None) -> list[str | None]:
        """Shout all at once."""
        return [luck(f"{leaf.seed} {filter and filter.most}", "outcry", leaf.seed) for leaf in leaves]


def a_leaf(seed: str) -> Any:
    """Make a leaf."""

    def some(value: Any, name: str, wrong: Any = None) -> Any:
        return luck(value, name, seed, wrong=wrong)

    return Leaf(
        seed=seed,
        id=strawberry.ID(seed),
        text=some(f"text {seed}", "text", 7),
        note=some(None if len(seed) % 2 else "noted", "note", ["x"]),
        number=some(len(seed), "number", 2**40),
        ratio=some(len(seed) / 7, "ratio", float("nan")),
        flag=some(len(seed) % 2 == 0, "flag", "yes"),
        colour=some(Colour.RED, "colour", "red"),
        when=some(datetime(2026, 1, 1, tzinfo=UTC), "when", "today"),
        day=some(date(2026, 1, 1), "day", 1),
        money=some(Decimal("1.5"), "money", "1.5"),
        anything=some({"a": [1]}, "anything"),
        tags=some([some("a", "tag"), "b"], "tags", "ab"),
        maybe_tags=some(("a", some("b", "maybe_tag", 3), None), "maybe_tags", {"x"}),
        grid=some([[1, some(2, "cell", "two")], some([3], "row")], "grid", 5),
        colours=some([Colour.BLUE, None, some(Colour.RED, "colours", "green")], "colours list"),
        later=Later(some("late", "later", 5)),
        maybe_later=some([Later(some("late", "late item")), None, "early"], "maybe later", Stream(["x"])),
    )


@strawberry.type
class Seen(RecordView):
    """A view of a record, or not."""

    name: str
    size: int | None
    hidden: strawberry.Private[str]

    @strawberry.field
    def whole(self) -> str:
        """Read what is hidden."""
        return lucky(f"{self.name}/{self.hidden}", "whole", self.hidden)

    @batched(description="Of all of them.")
    async def doubled(seen: list[Any], info: Info) -> list[int | None]:
        """Double their sizes."""
        return [None if each.size is None else each.size * 2 for each in seen]


def a_seen(seed: str) -> Any:
    """Make a view, now and then an object instead."""
    record = {"name": luck(f"name {seed}", "name", seed, wrong=3), "size": len(seed), "hidden": seed}
    if CHANCE.of("missing", seed) < CHANCE.faults / 4:
        del record["size"]
    elif CHANCE.of("made", seed) < CHANCE.faults:
        return Seen(**record)
    return Seen.over(record)


@strawberry.type
class Other(Node):
    """Another kind of node."""

    title: str

    @batched(description="Its leaf.")
    async def leaf(others: list[Any], info: Info) -> list[Leaf | None]:
        """Answer a leaf each."""
        return [luck(a_leaf(f"{other.seed}o"), "other leaf", other.seed, wrong=5) for other in others]


def an_other(seed: str) -> Any:
    """Make another."""
    return Other(seed=seed, id=strawberry.ID(seed), title=luck(f"title {seed}", "title", seed))


Thing = Annotated[Leaf | Other, strawberry.union("Thing")]


def a_thing(seed: str) -> Any:
    """Make one or the other."""
    return a_leaf(seed) if CHANCE.of("kind", seed) < 0.5 else an_other(seed)


@strawberry.type
class Branch(Node):
    """Objects and lists of every kind, from every kind of source."""

    name: str
    leaf: Leaf
    maybe_leaf: Leaf | None
    leaves: list[Leaf]
    maybe_leaves: list[Leaf | None] | None
    node: Node
    things: list[Thing]
    seen: list[Seen]

    @strawberry.field
    def child(self) -> "Branch":
        """Go down."""
        return lucky(a_branch(f"{self.seed}c"), "child", self.seed)

    @strawberry.field
    async def maybe_child(self, info: Info) -> "Branch | None":
        """Go down, if there is a way."""
        await asyncio.sleep(0)
        info.context.done.append(self.seed)
        return lucky(a_branch(f"{self.seed}m"), "maybe child", self.seed, wrong="no branch")

    @strawberry.field
    async def children(self, most: int = 2) -> "list[Branch]":
        """Go down in several places."""
        return lucky(
            [a_branch(f"{self.seed}{number}") for number in range(min(max(most, 0), 3))], "children", self.seed
        )

    @strawberry.field
    def generated(self) -> list[Leaf]:
        """Give leaves one by one."""
        return lucky((a_leaf(f"{self.seed}g{number}") for number in range(2)), "generated", self.seed, wrong=7)

    @strawberry.field
    def streamed(self) -> list[Leaf | None]:
        """Give leaves bit by bit."""
        return Stream([a_leaf(f"{self.seed}s"), None, luck(a_leaf(f"{self.seed}t"), "streamed", self.seed)])

    @strawberry.field
    def awaited(self) -> list[Leaf | None]:
        """Give leaves that are to be waited for."""
        return [Later(luck(a_leaf(f"{self.seed}a"), "awaited", self.seed)), a_leaf(f"{self.seed}b")]

    @strawberry.field
    def wrong(self) -> Other | None:
        """Give what it should not."""
        return lucky(an_other(f"{self.seed}w"), "wrong", self.seed, wrong=a_leaf("x"))

    @strawberry.field
    def speaker(self) -> Speaker | None:
        """Give somebody who speaks."""
        return lucky(a_leaf(f"{self.seed}p"), "speaker", self.seed, wrong=an_other("x"))

    @strawberry.field
    def boughs(self) -> "list[list[Leaf]]":
        """Give lists of lists."""
        return [[a_leaf(f"{self.seed}l")]]

    @batched(description="A leaf each.")
    async def batch_leaf(branches: list[Any], info: Info) -> list[Leaf]:
        """Answer a leaf each."""
        return [luck(a_leaf(f"{branch.seed}b"), "batch leaf", branch.seed) for branch in branches]

    @batched(description="Leaves each.", extensions=[Withholding()])
    async def batch_leaves(
        branches: list[Any],
        info: Info,
        most: int = 2,
        filter: Filter | None = None,
    ) -> list[list[Leaf | None] | None]:
        """Answer some leaves each."""
        most = min(max(most, 0), 3, 3 if filter is None else filter.most)
        return [
            luck(
                [luck(a_leaf(f"{branch.seed}B{number}"), "item", branch.seed) for number in range(most)],
                "batch leaves",
                branch.seed,
            )
            for branch in branches
        ]

    @batched(description="Branches below.")
    async def batch_children(branches: list[Any], info: Info) -> list[list["Branch"]]:
        """Answer two branches each."""
        return [[a_branch(f"{branch.seed}x"), a_branch(f"{branch.seed}y")] for branch in branches]

    @batched(description="Nodes of any kind.")
    async def batch_nodes(branches: list[Any], info: Info) -> list[list[Node | None]]:
        """Answer nodes."""
        return [
            [a_thing(f"{branch.seed}n"), luck(a_thing(f"{branch.seed}N"), "nodes", branch.seed)] for branch in branches
        ]


def a_branch(seed: str) -> Any:
    """Make a branch."""

    def some(value: Any, name: str, wrong: Any = None) -> Any:
        return luck(value, name, seed, wrong=wrong)

    return Branch(
        seed=seed,
        id=strawberry.ID(seed),
        name=some(f"branch {seed}", "branch name"),
        leaf=some(a_leaf(f"{seed}1"), "leaf"),
        maybe_leaf=some(a_leaf(f"{seed}2"), "maybe leaf", "no leaf"),
        leaves=some([a_leaf(f"{seed}3"), some(a_leaf(f"{seed}4"), "one of leaves")], "leaves", {"a": 1}),
        maybe_leaves=some((a_leaf(f"{seed}5"), None), "maybe leaves"),
        node=some(a_thing(f"{seed}6"), "node", "no node"),
        things=[a_thing(f"{seed}7"), some(a_thing(f"{seed}8"), "one of things", a_seen("x"))],
        seen=[a_seen(f"{seed}9"), a_seen(f"{seed}10")],
    )


@strawberry.type
class Query:
    """Questions."""

    @strawberry.field
    def branch(self, seed: str = "q") -> Branch:
        """Give a branch."""
        return lucky(a_branch(seed), "root branch", seed)

    @strawberry.field
    async def maybe_branch(self, seed: str = "m") -> Branch | None:
        """Give one, perhaps."""
        return lucky(a_branch(seed), "root maybe", seed)

    @strawberry.field
    async def branches(self, most: int = 2, filter: Filter | None = None) -> list[Branch]:
        """Give several."""
        most = min(max(most, 0), 3, 3 if filter is None else filter.most)
        return [a_branch(f"r{number}") for number in range(most)]

    @strawberry.field
    def things(self) -> list[Thing | None]:
        """Give one of each."""
        return [a_leaf("t"), an_other("u"), luck(a_thing("v"), "root thing")]

    @strawberry.field
    def echo(self, filter: Filter | None = None, ids: list[strawberry.ID] | None = None) -> str | None:
        """Say what was given."""
        return f"{filter} {ids}"


@strawberry.type
class Mutation:
    """Changes."""

    @strawberry.mutation
    async def set(self, info: Info, value: int) -> Branch:
        """Change something."""
        info.context.done.append(f"begin {value}")
        await asyncio.sleep(0)
        info.context.done.append(f"end {value}")
        return lucky(a_branch(f"set{value}"), "set", value)

    @strawberry.mutation
    def try_to_set(self, info: Info, value: int) -> Branch | None:
        """Change something, perhaps."""
        info.context.done.append(f"try {value}")
        return lucky(a_branch(f"try{value}"), "try", value)


@strawberry.type
class Subscription:
    """Events."""

    @strawberry.subscription
    async def grown(self, most: int = 2) -> AsyncGenerator[Branch, None]:
        """Tell of branches."""
        for number in range(most):
            yield a_branch(f"e{number}")


def thicket(*, compiled: bool, **options: Any) -> strawberry.Schema:
    """Build the schema, executed by compiled plans or by graphql-core alone."""
    return strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Leaf, Other, Branch],
        execution_context_class=CompiledExecutor if compiled else DrainingExecutor,
        config=StrawberryConfig(scalar_map={Money: strawberry.scalar(name="Money", serialize=_write_money)}),
        **options,
    )
