"""Queries of templates and of case types."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates.template_selectors import TEMPLATES, templates_by_id, versions_by_id
from cma_graphql.domain.cases.type_selectors import case_types as types_of_centre
from cma_graphql.domain.cases.type_selectors import case_types_by_id
from cma_graphql.graph.case_templates.enums import CaseTemplateOrder
from cma_graphql.graph.case_templates.filters import (
    CaseTemplateFilterArgument,
    CaseTemplateOrderArgument,
    CaseTypeFilterArgument,
    filtered_types,
    template_filters,
)
from cma_graphql.graph.case_templates.types import CaseTemplate, CaseTemplateVersion
from cma_graphql.graph.cases.case_type import CaseType
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class CaseTemplateQueries:
    """What can be asked about templates and case types."""

    @query(
        requires=Permission.REFERENCE_READ, description="The kinds of cases that the viewer's centre works on.", size=20
    )
    async def case_types(self, info: Info, filter: CaseTypeFilterArgument = None) -> list[CaseType]:
        """List the centre's case types."""
        return filtered_types(await types_of_centre(info.context.reader), filter)  # type: ignore[return-value]

    @query(requires=Permission.REFERENCE_READ, description="The case type with this id, or null.")
    async def case_type(self, info: Info, id: IdArgument) -> CaseType | None:
        """Find a case type."""
        key = find_id("casetype", id)
        return None if key is None else (await case_types_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.REFERENCE_READ, description="The template with this id, or null.")
    async def case_template(self, info: Info, id: IdArgument) -> CaseTemplate | None:
        """Find a template."""
        key = find_id("casetemplate", id)
        return None if key is None else (await templates_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.REFERENCE_READ, description="The version of a template with this id, or null.")
    async def case_template_version(self, info: Info, id: IdArgument) -> CaseTemplateVersion | None:
        """Find a version."""
        key = find_id("casetemplateversion", id)
        return None if key is None else (await versions_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.REFERENCE_READ, description="The templates of the viewer's centre.")
    async def case_templates(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseTemplateFilterArgument = None,
        order_by: CaseTemplateOrderArgument = CaseTemplateOrder.CODE_ASC,
    ) -> Connection[CaseTemplate]:
        """List templates."""
        return await TEMPLATES.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=template_filters(filter),
        )
