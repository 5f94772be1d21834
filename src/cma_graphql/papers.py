"""The pages that are generated from the code: written by `make schema`, compared by `make check`."""

from collections.abc import Callable

from cma_graphql.access.permissions_page import permissions_page
from cma_graphql.graph.schema import make_schema

Page = Callable[[], str]


def schema_text() -> str:
    """Write the published schema."""
    return make_schema().as_str() + "\n"


SCHEMA: Page = schema_text
PAGES: dict[str, Page] = {"permissions.md": permissions_page}
