"""docs/how-to/upload-a-document.md says what the schema knows, every kind of file and every refusal."""

import re
from pathlib import Path

import pytest
import strawberry
from graphql import parse, validate

from cma_graphql.domain.documents.media_types import MEDIA_TYPES
from support.walking import bare

GUIDE = (Path(__file__).parents[3] / "docs/how-to/upload-a-document.md").read_text(encoding="utf-8")
OPERATIONS = re.findall(r"```graphql\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("number", range(3))
def test_its_operations_are_valid(schema: strawberry.Schema, number: int) -> None:
    assert len(OPERATIONS) == 3
    assert validate(bare(schema), parse(OPERATIONS[number])) == []


def test_it_names_every_kind_of_file() -> None:
    named = GUIDE.replace("plain text", "TXT").upper()
    endings = {kind.extensions[0].upper() for kind in MEDIA_TYPES.values()}
    assert [ending for ending in endings if ending.replace("JPG", "JPEG").replace("TIF", "TIFF") not in named] == []


def test_it_names_every_rule_that_a_file_may_break() -> None:
    room = Path(__file__).parents[3] / "src/cma_graphql/domain/documents"
    sources = (room / "examination.py").read_text() + (room / "storage.py").read_text()
    rules = set(re.findall(r'"((?:size|sha256|media-type|text|file|upload)-[a-z]+)"', sources))
    assert len(rules) == 7
    assert [rule for rule in rules if f"`{rule}`" not in GUIDE] == []
