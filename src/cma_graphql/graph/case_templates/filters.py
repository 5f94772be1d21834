"""How lists of templates and of case types are filtered."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from cma_graphql.graph.case_templates.enums import CaseTemplateOrder, TemplateCategory
from cma_graphql.graph.cases.enums import CaseCategory
from cma_graphql.graph.node import find_id
from cma_graphql.persistence.reads import Record


@strawberry.input(description="Which templates to list: every condition given has to hold.")
class CaseTemplateFilter:
    """Conditions on templates."""

    active: bool | None = strawberry.field(default=None, description="Not being retired, or being so.")
    published: bool | None = strawberry.field(default=None, description="Having a version, or having none yet.")
    category: list[TemplateCategory] | None = strawberry.field(
        default=None, description="Being of one of these categories."
    )
    case_type: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Being meant for one of these case types."
    )


CaseTemplateFilterArgument = Annotated[CaseTemplateFilter | None, strawberry.argument(description="Which templates.")]
CaseTemplateOrderArgument = Annotated[CaseTemplateOrder, strawberry.argument(description="In which order.")]


@strawberry.input(description="Which case types to list: every condition given has to hold.")
class CaseTypeFilter:
    """Conditions on case types."""

    active: bool | None = strawberry.field(default=None, description="Being in use, or not.")
    category: list[CaseCategory] | None = strawberry.field(
        default=None, description="Being of one of these categories."
    )
    parent: strawberry.ID | None = strawberry.field(default=None, description="Being a kind of this type.")


CaseTypeFilterArgument = Annotated[CaseTypeFilter | None, strawberry.argument(description="Which case types.")]


def template_filters(given: CaseTemplateFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of a case type matches nothing."""
    filters: dict[str, object] = {}
    if given is None:
        return filters
    if given.active is not None:
        filters["active" if given.active else "retired"] = True
    if given.published is not None:
        filters["published" if given.published else "unpublished"] = True
    if given.category is not None:
        filters["category"] = [category.value for category in given.category]
    if given.case_type is not None:
        keys = [find_id("casetype", text) for text in given.case_type]
        filters["case_type"] = [key for key in keys if key is not None]
    return filters


def filtered_types(types: Sequence[Record], given: CaseTypeFilter | None) -> list[Record]:
    """Answer those of the centre's few case types that the conditions hold for."""
    if given is None:
        return list(types)
    parent = None if given.parent is None else find_id("casetype", given.parent)
    return [
        row
        for row in types
        if (given.active is None or row["active"] == given.active)
        and (given.category is None or row["category"] in given.category)
        and (given.parent is None or (parent is not None and row["parent_id"] == parent))
    ]
