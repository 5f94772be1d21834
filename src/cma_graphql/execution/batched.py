"""Resolvers that take all parents of a position at once and answer one value for each.

Under graphql-core each parent's resolver joins the others through a DataLoader; the compiled executor calls the
function directly, and the field's extensions once around it. Both ways run the same function once per position.
"""

import inspect
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, get_args, get_origin

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from cma_graphql.execution.draining import part_of_operation

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]


class BatchExtension(FieldExtension):
    """A field extension that can do its part for all parents of a position at once.

    Where an extension of a batched field is none, the compiled executor resolves that field parent by parent: what an
    extension does is never left out.
    """

    @abstractmethod
    async def resolve_batch(
        self, next_: BatchFunction, parents: list[Any], info: Info[Any, Any], **given: Any
    ) -> Sequence[Any]:
        """Answer a value for each parent, in their order; an exception among them is the error of that one."""


class HoldsLoaders(Protocol):
    """What a context needs, so that batches live no longer than an operation."""

    loaders: dict[object, DataLoader[Any, Any]]


def position_of(info: Info[Any, Any]) -> tuple[str, ...]:
    """Answer the place of a field in the response, list indices left out."""
    keys: list[str] = []
    path: Any = info.path
    while path is not None:
        if isinstance(path.key, str):
            keys.append(path.key)
        path = path.prev
    return tuple(reversed(keys))


def _batch_of(info: Info[Any, Any]) -> tuple[tuple[str, str | None], ...]:
    """Answer what parents have to share to be resolved together: their place and the types on the way to it.

    Under fields of different types one response name may stand for the same field with other arguments.
    """
    steps: list[tuple[str, str | None]] = []
    path: Any = info.path
    while path is not None:
        if isinstance(path.key, str):
            steps.append((path.key, path.typename))
        path = path.prev
    return tuple(steps)


def batched(
    *,
    description: str,
    extensions: Sequence[FieldExtension] = (),
    directives: Sequence[object] = (),
    metadata: dict[str, object] | None = None,
    deprecation_reason: str | None = None,
) -> Callable[[BatchFunction], Any]:
    """Declare a field whose function is `async (parents, info, **arguments) -> list of values`, in their order."""

    def declare(function: BatchFunction) -> Any:
        resolver = resolver_of(function)
        return strawberry.field(
            resolver=resolver,
            description=description,
            extensions=list(extensions),
            directives=list(directives),
            metadata={"batched": function, **(metadata or {})},
            deprecation_reason=deprecation_reason,
        )

    return declare


def batch_of(field: StrawberryField) -> BatchFunction | None:
    """Answer what resolves a batched field for all parents, its extensions included; None where that cannot be."""
    resolve: BatchFunction | None = field.metadata.get("batched")
    if resolve is None:
        return None
    for extension in field.extensions:  # the last is the outermost, as strawberry has it
        if not isinstance(extension, BatchExtension):
            return None
        resolve = partial(extension.resolve_batch, resolve)
    return resolve


def resolver_of(function: BatchFunction) -> Callable[..., Awaitable[Any]]:
    """Answer a per-parent resolver with the function's arguments and its element type, that joins the batch."""
    signature = inspect.signature(function)
    _, info, *arguments = signature.parameters.values()
    annotation = signature.return_annotation
    if get_origin(annotation) is not list:
        raise TypeError(f"{function.__qualname__} has to be annotated as answering a list")

    async def resolve(self: Any, info: Info[HoldsLoaders, Any], **given: Any) -> Any:
        loaders = info.context.loaders
        key = (function, _batch_of(info))
        loader = loaders.get(key)
        if loader is None:

            async def load(parents: list[Any]) -> Sequence[Any]:
                with part_of_operation():
                    return await function(parents, info, **given)

            loader = loaders[key] = DataLoader(load_fn=load, cache=False)
        return await loader.load(self)

    resolve.__name__ = function.__name__
    resolve.__qualname__ = function.__qualname__
    resolve.__module__ = function.__module__
    resolve.__doc__ = function.__doc__
    myself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    element = get_args(annotation)[0]
    resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [myself, info, *arguments], return_annotation=element
    )
    resolve.__annotations__ = {
        "info": info.annotation,
        **{argument.name: argument.annotation for argument in arguments},
        "return": element,
    }
    return resolve
