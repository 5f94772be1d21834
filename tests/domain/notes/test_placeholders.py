"""Placeholders of templates: which there are, and that values are put in their places as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.domain.notes.placeholders import PLACEHOLDERS, filled, read_template_body

NAMES = sorted(PLACEHOLDERS)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="{}", exclude_categories=("C", "M", "Z")), max_size=20)


@given(
    st.lists(st.tuples(PLAIN, st.sampled_from(NAMES)), max_size=8), st.dictionaries(st.sampled_from(NAMES), st.text())
)
def test_every_placeholder_is_filled_and_nothing_else_changes(
    parts: list[tuple[str, str]], said: dict[str, str]
) -> None:
    values = {name: said.get(name, "{{today}}") for name in NAMES}  # a value that looks like a placeholder stays
    body = "".join(f"{text}{{{{ {name} }}}}" for text, name in parts)
    assert filled(body, values) == "".join(text + values[name] for text, name in parts)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Dear {{client_nmae}}", "unknown-placeholder"),
        ("{{}}", "unknown-placeholder"),
        ("{{ case_number", "broken-placeholder"),
        ("case_number }}", "broken-placeholder"),
        ("{{{{today}}}}", "broken-placeholder"),
        ("  ", "blank"),
    ],
)
def test_what_a_template_may_not_ask_for(text: str, rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_template_body(text)
    assert refused.value.rule == rule


def test_a_refusal_names_what_is_unknown_and_what_there_is() -> None:
    with pytest.raises(FormatError) as refused:
        read_template_body("{{zebra}} {{apple}} {{today}}")
    assert refused.value.params["unknown"] == "apple"
    assert refused.value.params["allowed"] == ", ".join(PLACEHOLDERS)
