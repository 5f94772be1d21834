"""A field below a list is resolved for all its parents in one call, once for each place it stands at."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
import strawberry
from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from cma_graphql.execution.batched import batched, position_of, resolver_of


@dataclass
class Context:
    """Loaders, and what was called for how many."""

    loaders: dict[object, DataLoader[Any, Any]] = field(default_factory=dict)
    calls: list[tuple[str, tuple[str, ...], tuple[int, ...], Any]] = field(default_factory=list)

    def note(self, info: "Info", parents: list[Any], given: Any = None) -> None:
        """Remember a call."""
        self.calls.append((info.field_name, position_of(info), tuple(parent.number for parent in parents), given))


Info = StrawberryInfo[Context, None]


@strawberry.interface
class Numbered:
    """Something with a number."""

    number: int


@strawberry.type
class Leaf(Numbered):
    """The end."""

    @batched(description="Its number times a factor.")
    async def times(leaves: list["Leaf"], info: Info, factor: int = 1) -> list[int]:  # noqa: N805
        """Multiply."""
        info.context.note(info, leaves, factor)
        return [leaf.number * factor for leaf in leaves]

    @batched(description="Odd ones fail.")
    async def shaky(leaves: list["Leaf"], info: Info) -> list[int | None]:  # noqa: N805
        """Fail for some."""
        info.context.note(info, leaves)
        return [ValueError(f"odd {leaf.number}") if leaf.number % 2 else leaf.number for leaf in leaves]  # type: ignore[misc]

    @batched(description="Always fails.")
    async def broken(leaves: list["Leaf"], info: Info) -> list[int | None]:  # noqa: N805
        """Fail for all."""
        info.context.note(info, leaves)
        raise ValueError("all of them")

    @batched(description="One value too few.")
    async def short(leaves: list["Leaf"], info: Info) -> list[int | None]:  # noqa: ARG002, N805
        """Answer too few."""
        return [leaf.number for leaf in leaves[1:]]


@strawberry.type
class Twig(Numbered):
    """One kind of branch."""

    @batched(description="Two leaves.")
    async def leaves(twigs: list["Twig"], info: Info) -> list[list[Leaf]]:  # noqa: N805
        """Answer two each."""
        info.context.note(info, twigs)
        return [[Leaf(number=twig.number * 10), Leaf(number=twig.number * 10 + 1)] for twig in twigs]

    @batched(description="One leaf.")
    async def leaf(twigs: list["Twig"], info: Info) -> list[Leaf]:  # noqa: N805
        """Answer one each."""
        info.context.note(info, twigs)
        return [Leaf(number=twig.number) for twig in twigs]


@strawberry.type
class Bough(Numbered):
    """Another kind of branch."""

    @batched(description="One leaf.")
    async def leaf(boughs: list["Bough"], info: Info) -> list[Leaf]:  # noqa: N805
        """Answer one each."""
        info.context.note(info, boughs)
        return [Leaf(number=bough.number) for bough in boughs]


@strawberry.type
class Query:
    """Where trees begin."""

    @strawberry.field
    def twigs(self, count: Annotated[int, strawberry.argument(description="How many.")] = 3) -> list[Twig]:
        """Answer twigs."""
        return [Twig(number=number) for number in range(count)]

    @strawberry.field
    def branches(self) -> list[Numbered]:
        """Answer branches of both kinds."""
        return [Twig(number=0), Bough(number=1), Twig(number=2), Bough(number=3)]


SCHEMA = strawberry.Schema(query=Query, types=[Twig, Bough])


async def ask(document: str, **variables: Any) -> tuple[Any, list[Any], list[Any]]:
    context = Context()
    result: Any = await SCHEMA.execute(document, context_value=context, variable_values=variables)
    return result.data, result.errors or [], context.calls


async def test_one_call_for_all_parents_at_every_depth() -> None:
    data, errors, calls = await ask("{ twigs { leaves { times(factor: 2) } } }")
    assert errors == []
    assert data["twigs"][2]["leaves"] == [{"times": 40}, {"times": 42}]
    assert calls == [
        ("leaves", ("twigs", "leaves"), (0, 1, 2), None),
        ("times", ("twigs", "leaves", "times"), (0, 1, 10, 11, 20, 21), 2),
    ]


async def test_aliases_are_places_of_their_own_with_their_own_arguments() -> None:
    data, errors, calls = await ask(
        "query ($f: Int!) { twigs(count: 2) { leaf { two: times(factor: 2) var: times(factor: $f) times } } }", f=7
    )
    assert errors == []
    assert data["twigs"][1]["leaf"] == {"two": 2, "var": 7, "times": 1}
    assert [(name, place[-1], numbers, given) for name, place, numbers, given in calls[1:]] == [
        ("times", "two", (0, 1), 2),
        ("times", "var", (0, 1), 7),
        ("times", "times", (0, 1), 1),
    ]


async def test_a_fragment_at_two_places_is_called_once_at_each() -> None:
    data, errors, calls = await ask(
        "fragment L on Leaf { times(factor: 3) } { twigs(count: 2) { a: leaf { ...L } b: leaf { ...L } } }"
    )
    assert errors == []
    assert data["twigs"][1] == {"a": {"times": 3}, "b": {"times": 3}}
    assert [place for name, place, _, _ in calls if name == "times"] == [
        ("twigs", "a", "times"),
        ("twigs", "b", "times"),
    ]


async def test_a_fragment_twice_at_one_place_is_called_once() -> None:
    _, errors, calls = await ask(
        "fragment L on Twig { leaf { times } } { twigs { ...L ... on Twig { leaf { number times } } } }"
    )
    assert errors == []
    assert [name for name, _, _, _ in calls] == ["leaf", "times"]


async def test_one_name_under_two_types_keeps_each_ones_arguments() -> None:
    """The same place and the same field, with other arguments by the type above: valid, and not to be mixed up."""
    data, errors, calls = await ask(
        "{ branches { ... on Twig { leaf { times(factor: 10) } } ... on Bough { leaf { times(factor: 100) } } } }"
    )
    assert errors == []
    assert data["branches"] == [
        {"leaf": {"times": 0}},
        {"leaf": {"times": 100}},
        {"leaf": {"times": 20}},
        {"leaf": {"times": 300}},
    ]
    assert sorted(call[2:] for call in calls if call[0] == "times") == [((0, 2), 10), ((1, 3), 100)]


async def test_an_error_of_one_is_its_own() -> None:
    data, errors, calls = await ask("{ twigs(count: 2) { leaves { shaky } } }")
    assert data["twigs"] == [{"leaves": [{"shaky": 0}, {"shaky": None}]}, {"leaves": [{"shaky": 10}, {"shaky": None}]}]
    assert [(error.path, error.message) for error in errors] == [
        (["twigs", 0, "leaves", 1, "shaky"], "odd 1"),
        (["twigs", 1, "leaves", 1, "shaky"], "odd 11"),
    ]
    assert len(calls) == 2


async def test_an_error_of_the_call_is_everyones_and_nobody_elses() -> None:
    data, errors, calls = await ask("{ twigs(count: 2) { leaf { broken times(factor: 5) } } }")
    assert data == {"twigs": [{"leaf": {"broken": None, "times": 0}}, {"leaf": {"broken": None, "times": 5}}]}
    assert [(error.path, error.message) for error in errors] == [
        (["twigs", 0, "leaf", "broken"], "all of them"),
        (["twigs", 1, "leaf", "broken"], "all of them"),
    ]
    assert [name for name, _, _, _ in calls].count("broken") == 1


async def test_too_few_values_are_an_error() -> None:
    data, errors, _ = await ask("{ twigs(count: 2) { leaf { short } } }")
    assert data == {"twigs": [{"leaf": {"short": None}}, {"leaf": {"short": None}}]}
    assert len(errors) == 2


async def test_nothing_is_asked_for_no_parents() -> None:
    data, errors, calls = await ask("{ twigs(count: 0) { leaves { times } } }")
    assert (data, errors, calls) == ({"twigs": []}, [], [])


def test_the_schema_shows_the_arguments_and_the_elements() -> None:
    printed = SCHEMA.as_str()
    assert "times(factor: Int! = 1): Int!" in printed
    assert "leaves: [Leaf!]!" in printed
    assert "shaky: Int" in printed
    assert '"""Its number times a factor."""' in printed


def test_a_batch_has_to_say_that_it_answers_a_list() -> None:
    async def single(parents: list[Any], info: Info) -> int:  # noqa: ARG001
        """Answer one."""
        return 1

    with pytest.raises(TypeError, match="answering a list"):
        resolver_of(single)  # type: ignore[arg-type]
