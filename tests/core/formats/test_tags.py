"""Tags: as they are kept, and as they are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.tags import LONGEST_TAG, MOST_TAGS, find_tag, read_tag, read_tags
from cma_graphql.core.formats.words import TAG_SIGN, tag_words, text_words


def test_tags_are_kept_in_small_letters_each_once_in_order() -> None:
    assert read_tags(["Rent", " council  Tax ", "council tax", "RENT", "İzmir"]) == ["council tax", "i̇zmir", "rent"]
    assert read_tags([]) == []


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        (["x"] * (MOST_TAGS + 1), "too-many"),
        ([" "], "blank"),
        (["a\nb"], "control-character"),
        (["x" * (LONGEST_TAG + 1)], "too-long"),
        (["İ" * LONGEST_TAG], "too-long"),
    ],
)
def test_what_is_no_tag_is_refused(tags: list[str], rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_tags(tags)
    assert refused.value.rule == rule


@given(st.text(max_size=2 * LONGEST_TAG))
def test_what_is_kept_is_found_and_what_is_not_is_nobodys(text: str) -> None:
    found = find_tag(text)
    if found is None:
        with pytest.raises(FormatError):
            read_tag(text)
    else:
        assert read_tag(found) == found == read_tag(text)
        assert len(found) <= LONGEST_TAG


@given(st.text(max_size=LONGEST_TAG))
def test_the_sign_is_in_no_word_and_before_all_of_them(text: str) -> None:
    assert all(TAG_SIGN not in word and word > TAG_SIGN for word in text_words(text))


def test_a_tag_is_found_as_a_whole_and_by_its_words() -> None:
    assert tag_words("council tax") == {"#council tax", "council", "tax"}
