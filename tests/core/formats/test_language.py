"""Languages are written as BCP 47 tags, in the usual letters."""

import pytest

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.language import normalise_language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("cy", "cy"),
        (" EN-gb ", "en-GB"),
        ("pa_arab", "pa-Arab"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("bfi", "bfi"),
    ],
)
def test_tags_are_kept_in_the_usual_letters(text: str, tag: str) -> None:
    assert normalise_language(text) == tag


@pytest.mark.parametrize(
    "text", ["", "e", "english", "en-", "en-GB-", "en-G", "-en", "en GB", "\u017fe", "en\n-GB", "e" * 50]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_language(text)
    assert refused.value.rule == "language"
