"""The operations that the suite walks: one document for each root field."""

from functools import cache
from pathlib import Path

OPERATIONS = Path(__file__).parents[1] / "operations"


@cache
def document(root_field: str) -> str:
    """Answer the document of one root field."""
    return (OPERATIONS / f"{root_field}.graphql").read_text()
