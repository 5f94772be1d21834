"""CaseType, as the schema shows it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates.template_selectors import templates_by_optional_id, templates_named_by_types
from cma_graphql.domain.cases.type_selectors import (
    case_types_by_id,
    case_types_by_optional_id,
    kinds_of_case_types,
)
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import BillingMethod, CaseCategory, Level, Priority
from cma_graphql.graph.cases.relations import cases_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.refs import CaseTemplateRef


@node_type(table="case_types", load=case_types_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="A kind of case that a centre works on.")
class CaseType(Node):
    """One of the centre's case types."""

    prefix: ClassVar[str] = "casetype"

    code: str = strawberry.field(description="Its stable code, such as `DEBT_ADVICE`.")
    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What it is for.")
    category: CaseCategory = strawberry.field(description="Whose debts, or what, such cases mostly concern.")
    default_priority: Priority = strawberry.field(description="How soon such a case needs attention, unless said.")
    default_complexity: Level = strawberry.field(description="How complex such a case is, unless said.")
    default_billing_method: BillingMethod = strawberry.field(description="Who pays for the work, unless said.")
    requires_legal_review: bool = strawberry.field(description="Whether such a case needs a legal review.")
    requires_compliance_review: bool = strawberry.field(description="Whether such a case needs a compliance review.")
    requires_cost_tracking: bool = strawberry.field(description="Whether what such a case costs is to be recorded.")
    active: bool = strawberry.field(description="Whether new cases may be of this type.")
    is_default: bool = strawberry.field(description="Whether it is proposed where nobody names another.")
    created_at: datetime = strawberry.field(description="When the centre was given it.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    parent_id: strawberry.Private[UUID | None]
    catalogue_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is the centre's own, and not a copy of the network's.")
    def local(self) -> bool:
        """Tell whether it has no original."""
        return self.catalogue_id is None

    @relation(description="The type that it is a kind of.", reads=())
    async def parent(types: list["CaseType"], info: Info) -> list["CaseType | None"]:
        """Answer the type above each."""
        return await case_types_by_optional_id(info.context.reader, [kind.parent_id for kind in types])  # type: ignore[return-value]

    @relation(description="The types that are kinds of it.", size=5, reads=())
    async def kinds(types: list["CaseType"], info: Info) -> list[list["CaseType"]]:
        """Answer the types under each."""
        return await kinds_of_case_types(info.context.reader, [kind.key for kind in types])  # type: ignore[return-value]

    @relation(
        description="The template that it names for its cases; null: what the type above it names, or else the "
        "centre's default.",
        reads=(),
    )
    async def template(types: list["CaseType"], info: Info) -> list[CaseTemplateRef | None]:
        """Answer the template that each names itself."""
        named = await templates_named_by_types(info.context.reader, [kind.key for kind in types])
        return await templates_by_optional_id(info.context.reader, named)

    cases = cases_by("case_type_id", "The cases of this type that the viewer sees.")
    history = history_by("subject_id")
