"""Tags: words of people's own by which records are found."""

from collections.abc import Sequence

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import one_line

MOST_TAGS = 20
LONGEST_TAG = 40
NOBODYS = ""
"""What no tag is."""


def read_tag(text: str) -> str:
    """Answer a tag as it is kept: at most 40 characters, in small letters, with one space between words.

    Refuses like one_line.
    """
    words = one_line(text, max_length=LONGEST_TAG).lower().split()
    return one_line(" ".join(words), max_length=LONGEST_TAG)


def read_tags(tags: Sequence[str]) -> list[str]:
    """Answer at most 20 tags, each once, in order; refuses like one_line, and with `too-many`."""
    if len(tags) > MOST_TAGS:
        raise FormatError("too-many", f"There are at most {MOST_TAGS} tags.", maximum=MOST_TAGS)
    return sorted({read_tag(tag) for tag in tags})


def find_tag(text: str) -> str | None:
    """Answer a tag that is looked for as it would be kept; None for what is nobody's."""
    try:
        return read_tag(text)
    except FormatError:
        return None
