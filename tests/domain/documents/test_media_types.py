"""Which kinds of files are taken in, and how they are declared."""

import pytest

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.documents.media_types import MEDIA_TYPES, check_file_name, read_media_type
from support.documents import SAMPLES


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        read_media_type(text)
    return refused.value.field, refused.value.rule


def test_there_is_a_sample_of_every_kind() -> None:
    assert {name.partition(";")[0] for name in SAMPLES} == set(MEDIA_TYPES)


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_kind_is_kept_as_it_is_declared(media_type: str) -> None:
    assert read_media_type(media_type).text == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Application/PDF ", "application/pdf"),
        ("application/pdf; charset=utf-8", "application/pdf"),
        ("text/csv", "text/csv; charset=utf-8"),
        ('TEXT/CSV;charset="Windows-1252"', "text/csv; charset=windows-1252"),
        ("text/plain ; charset=us-ascii", "text/plain; charset=us-ascii"),
    ],
)
def test_how_it_may_be_written(given: str, kept: str) -> None:
    assert read_media_type(given).text == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "pdf",
        "text/html",
        "image/svg+xml",
        "application/zip",
        "application/x-msdownload",
        "application/vnd.ms-word.document.macroEnabled.12",
        "application/octet-stream",
        "application/pdf, text/html",
        "application/pdf\r\nX: y",
        "text/csv; charset=utf-8; header=present",
        "text/csv" + " " * 200,
    ],
)
def test_nothing_else_is_taken_in(given: str) -> None:
    assert refusal(given) == ("media_type", "media-type")


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "shift-jis", "x"])
def test_text_in_another_encoding_is_not_taken_in(charset: str) -> None:
    assert refusal(f"text/plain; charset={charset}") == ("media_type", "charset")


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_name_goes_with_its_kind(media_type: str) -> None:
    declared = read_media_type(media_type)
    for ending in declared.kind.extensions:
        check_file_name(f"a.{ending.upper()}", declared)
    for name in ("a.exe", "a", f"{declared.kind.extensions[0]}", f".{declared.kind.extensions[0]}", "a.pdf.html"):
        with pytest.raises(Invalid) as refused:
            check_file_name(name, declared)
        assert (refused.value.field, refused.value.rule) == ("file_name", "file-extension")
        assert refused.value.params == {"allowed": list(declared.kind.extensions)}
