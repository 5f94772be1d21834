"""Which page of a list is asked for, and how large it may be."""

from dataclasses import dataclass

from cma_graphql.core.errors import Invalid

DEFAULT_PAGE = 25
LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Window:
    """Which page: `first` after a cursor, or `last` before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for sizes out of bounds and for mixtures whose meaning nobody could tell."""
        for name in ("first", "last"):
            size = getattr(self, name)
            if size is not None and not 0 <= size <= LARGEST_PAGE:
                raise Invalid(
                    name, "page-size", f"A page has between 0 and {LARGEST_PAGE} items.", maximum=LARGEST_PAGE
                )
        if self.first is not None and self.last is not None:
            raise Invalid("last", "page-direction", "Ask for `first` or for `last`, not for both.")
        if self.after is not None and (self.last is not None or self.before is not None):
            raise Invalid("after", "page-direction", "`after` goes with `first`; `before` goes with `last`.")
        if self.before is not None and self.first is not None:
            raise Invalid("before", "page-direction", "`after` goes with `first`; `before` goes with `last`.")

    @property
    def backward(self) -> bool:
        """Whether the page is counted from the end."""
        return self.last is not None or self.before is not None

    @property
    def size(self) -> int:
        """How many items the page has at most."""
        asked = self.last if self.backward else self.first
        return DEFAULT_PAGE if asked is None else asked
