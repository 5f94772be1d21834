"""Puts a field's extensions around its resolver once, where strawberry does it for every call."""

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from strawberry.extensions.field_extension import build_field_extension_resolvers
from strawberry.types.field import StrawberryField

Chain = Callable[..., Any]
"""Resolves a field from its object, its info and its converted arguments; the outermost extension comes first."""

_STRAWBERRYS = "strawberry.schema.schema_converter"
_chains: "WeakKeyDictionary[Any, Chain]" = WeakKeyDictionary()
"""By what strawberry resolves the field with, which is of one schema."""


def chain_of(field: StrawberryField, resolve: Any) -> Chain | None:
    """Answer the chain of an asynchronous field; None for one that is resolved in a way of its own.

    `resolve` is what graphql-core would call: strawberry's, or something that somebody has put into its place.
    """
    resolver = field.base_resolver
    if resolver is None or not field.is_async or getattr(resolve, "__module__", "") != _STRAWBERRYS:
        return None
    if type(field).get_result is not StrawberryField.get_result:
        return None
    if resolver.root_parameter or resolver.parent_parameter:
        return None
    if resolver.info_parameter is not None and resolver.info_parameter.name != "info":
        return None  # extensions would be given it under its name
    chain = _chains.get(resolve)
    if chain is None:
        chain = _chains[resolve] = _made(field)
    return chain


def _made(field: StrawberryField) -> Chain:
    resolver: Any = field.base_resolver
    function, wants_info, wants_self = resolver.wrapped_func, resolver.info_parameter, resolver.self_parameter

    def innermost(source: Any, info: Any, **given: Any) -> Any:
        if wants_info:
            given["info"] = info
        return function(source, **given) if wants_self else function(**given)

    chain: Chain = innermost
    for extension in build_field_extension_resolvers(field):  # the innermost first
        chain = partial(extension, chain)
    return chain
