"""The placeholders of templates: `{{case_number}}` and the like, told from other text and filled."""

import re
from collections.abc import Mapping

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline

PLACEHOLDERS: Mapping[str, str] = {
    "case_number": "The case's number.",
    "case_title": "What the case is called.",
    "client_name": "The client's first and last name.",
    "client_reference": "The client's reference.",
    "opened_on": "The day the case was opened.",
    "today": "The day on which the note is begun.",
}
"""What a template may ask for, with what stands in its place."""

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_LONGEST_BODY = 20_000


def read_template_body(text: str) -> str:
    """Answer a template's text; one with an unknown placeholder, or a brace that begins or ends none, is refused."""
    body = multiline(text, max_length=_LONGEST_BODY)
    unknown = sorted({name.strip() for name in _PLACE.findall(body)} - set(PLACEHOLDERS))
    if unknown:
        raise FormatError(
            "unknown-placeholder",
            f"There is no placeholder {', '.join(unknown)}.",
            unknown=unknown[0],
            allowed=", ".join(PLACEHOLDERS),
        )
    rest = _PLACE.sub("", body)
    if "{{" in rest or "}}" in rest:
        raise FormatError("broken-placeholder", "A placeholder is a name between two pairs of braces.")
    return body


def filled(body: str, values: Mapping[str, str]) -> str:
    """Put the values in the places of their names, each as it is: a value that looks like a placeholder stays."""
    return _PLACE.sub(lambda place: values[place[1].strip()], body)
