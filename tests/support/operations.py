"""The operations that the suite walks: one document for each root field."""

from functools import cache
from pathlib import Path

OPERATIONS = Path(__file__).parents[1] / "operations"


@cache
def document(root_field: str) -> str:
    """Answer the document of one root field."""
    return (OPERATIONS / f"{root_field}.graphql").read_text()


def most_statements(root_field: str) -> int:
    """Answer how many statements the document's first line allows the reads of its operation."""
    return int(document(root_field).splitlines()[0].removeprefix("# statements: "))


def queries() -> list[str]:
    """Name the root fields of `query`, in their order."""
    return sorted(path.stem for path in OPERATIONS.glob("*.graphql") if "\nquery" in path.read_text())


def subscriptions() -> list[str]:
    """Name the root fields of `subscription`, in their order."""
    return sorted(path.stem for path in OPERATIONS.glob("*.graphql") if "\nsubscription" in path.read_text())
