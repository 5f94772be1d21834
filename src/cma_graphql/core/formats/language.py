"""Languages, as BCP 47 writes them: a language, and where it matters its script and its region."""

import re

from cma_graphql.core.formats import FormatError

# Variants and extensions tell an interpreter nothing. Three letters are needed for sign languages (bfi).
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
_LONGEST_INPUT = 40


def normalise_language(text: str) -> str:
    """Return the tag in the usual letters: `en-GB`, `pa-Arab`, `bfi`. Refuses with `language`."""
    match = _TAG.fullmatch(text.strip()) if len(text) <= _LONGEST_INPUT else None
    if match is None:
        raise FormatError("language", "A language is written as a tag like cy, en-GB or pa-Arab.")
    language, script, region = match.groups()
    parts = (language.lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)
