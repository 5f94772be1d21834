"""How operations were executed: compiled, or by graphql-core and why. For the metrics."""

from collections import Counter
from enum import StrEnum


class Way(StrEnum):
    """One way of executing an operation; all but the first are graphql-core's, for the reason named."""

    COMPILED = "compiled"
    FIRST_SIGHT = "first_sight"
    """It may not come again: compiling it would cost more than it saves."""
    INTROSPECTION = "introspection"
    DIRECTIVE = "directive"
    """A directive on a field, other than `@skip` and `@include`."""
    INCREMENTAL = "incremental"
    """`@defer`."""
    FRAGMENT_VARIABLES = "fragment_variables"
    NESTED_LISTS = "nested_lists"
    """Lists of lists of objects."""
    TOO_LARGE = "too_large"
    NO_RESOLVER = "no_resolver"
    """A field that strawberry did not make."""
    NO_ROOT = "no_root"
    """The schema has no such operations: graphql-core says so."""
    NO_TEXT = "no_text"
    """A document that does not carry the text it was parsed from, by which plans are kept."""
    MIDDLEWARE = "middleware"
    """A schema extension that wraps every resolver."""
    ABORTABLE = "abortable"
    """An abort signal was given."""
    NO_PROPAGATION = "no_propagation"
    """Nulls are not to be passed on."""


class Counts(Counter[Way]):
    """How many operations were executed in which way."""

    def by_name(self) -> dict[str, float]:
        """Answer a figure for each way, those that never came included."""
        return {way.value: float(self[way]) for way in Way}
