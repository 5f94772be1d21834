"""The reasons that people give for what they do with a debt."""

from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import one_line

LONGEST = 500


def read_reason(text: str, *, field: str = "reason") -> str:
    """Return a reason of up to 500 characters in one line; raise Invalid with the field's name."""
    return read_field(field, one_line, text, max_length=LONGEST)
