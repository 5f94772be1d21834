"""Collects the faults of an input, so that a form learns of all of them at once."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from cma_graphql.core.errors import Invalid, InvalidInput, Parameter
from cma_graphql.core.formats import FormatError

P = ParamSpec("P")
T = TypeVar("T")


def read_field(field: str, read: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Read one field by a function that may raise FormatError; raise Invalid with the field's name."""
    try:
        return read(*args, **kwargs)
    except FormatError as refused:
        raise Invalid(field, refused.rule, refused.message, **refused.params) from None


class Faults:
    """The faults found so far in one input."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    def read(self, field: str, read: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Read one field; keep its fault and answer None where it has one."""
        try:
            return read_field(field, read, *args, **kwargs)
        except Invalid as fault:
            self._found.append(fault)
            return None

    def add(self, field: str, rule: str, message: str, **params: Parameter) -> None:
        """Note a fault that spans fields or needs more than the value."""
        self._found.append(Invalid(field, rule, message, **params))

    def take(self, refusal: Invalid | InvalidInput) -> None:
        """Note what somebody else's reading refused."""
        self._found += refusal.faults if isinstance(refusal, InvalidInput) else (refusal,)

    @property
    def found(self) -> Sequence[Invalid]:
        """The faults so far, in the order in which they were found."""
        return tuple(self._found)

    def raise_any(self) -> None:
        """Raise InvalidInput, or Invalid for a single fault, if anything was found."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise InvalidInput(self._found)
