"""Reads what is kept as a filter of a list by that list's own input type."""

from collections.abc import Mapping
from typing import Any, cast

import orjson
from graphql import GraphQLError, GraphQLInputObjectType
from graphql.utilities import validate_input_value

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.saved_filters.models import FilteredList
from cma_graphql.domain.saved_filters.services import LONGEST
from cma_graphql.graph.context import Info

INPUT_OF: Mapping[FilteredList, str] = {
    FilteredList.CASES: "CaseFilter",
    FilteredList.CLIENTS: "ClientFilter",
    FilteredList.DEBTS: "DebtFilter",
    FilteredList.DOCUMENTS: "DocumentFilter",
}
"""The input type of each list's filter."""
NEVER_KEPT = frozenset({"nationalInsuranceNumber", "accountNumber"})
"""What is sealed wherever it stands, and so stands in no filter that is kept."""


def read_conditions(info: Info, filtered_list: FilteredList, text: str) -> str:
    """Answer a filter in one spelling. Raise Invalid for what is no filter of the list, naming the place in it."""
    if len(text) > LONGEST:
        raise Invalid("conditions", "too-long", f"Write at most {LONGEST} characters.", maximum=LONGEST)
    try:
        value: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid("conditions", "json", "Write the filter as a JSON object.") from None
    if not isinstance(value, dict):
        raise Invalid("conditions", "json", "Write the filter as a JSON object.")
    kept = {name: each for name, each in value.items() if each is not None}
    sealed = sorted(NEVER_KEPT & kept.keys())
    if sealed:
        raise Invalid("conditions", "sensitive", f"{sealed[0]} is not kept: look for it anew.", place=sealed[0])
    kind = cast("GraphQLInputObjectType", info.schema._schema.type_map[INPUT_OF[filtered_list]])  # noqa: SLF001

    def refuse(error: GraphQLError, path: list[str | int]) -> None:
        place = ".".join(map(str, path))
        raise Invalid("conditions", "filter", f"{place or 'The filter'}: {error.message}", place=place)

    validate_input_value(kept, kind, refuse)
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()
