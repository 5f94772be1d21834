"""Mutations of case types."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates.services.templates import set_type_template
from cma_graphql.domain.cases import type_services
from cma_graphql.graph.case_templates.mutations.answering import what
from cma_graphql.graph.cases.case_type import CaseType
from cma_graphql.graph.cases.enums import BillingMethod, CaseCategory, Level, Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write

_MANAGE = Permission.WORKFLOW_TEMPLATE_MANAGE
_NAME = "What it is called, in up to 100 characters."
_DESCRIPTION = "What it is for, in up to 2,000 characters."
_PARENT = "The type that it is a kind of; null: of none."
_CATEGORY = "Whose debts, or what, such cases mostly concern."
_PRIORITY = "How soon such a case needs attention, unless said."
_COMPLEXITY = "How complex such a case is, unless said."
_BILLING = "Who pays for the work, unless said."
_LEGAL = "Whether such a case needs a legal review."
_COMPLIANCE = "Whether such a case needs a compliance review."
_COSTS = "Whether what such a case costs is to be recorded."
_DEFAULT = "Whether it is proposed where nobody names another; the one that is so far is none any more."
_FIELDS = (
    "category",
    "default_priority",
    "default_complexity",
    "default_billing_method",
    "requires_legal_review",
    "requires_compliance_review",
    "requires_cost_tracking",
    "is_default",
)


@strawberry.input(description="A case type of the centre's own.")
class CaseTypeCreateInput(MutationInput):
    """A new case type."""

    code: str = strawberry.field(
        description="Up to 20 letters and digits, with hyphens or underscores between, which no other type has."
    )
    name: str = strawberry.field(description=_NAME)
    description: str = strawberry.field(description=_DESCRIPTION)
    parent_id: strawberry.ID | None = strawberry.field(default=None, description=_PARENT)
    category: CaseCategory = strawberry.field(default=CaseCategory.PERSONAL, description=_CATEGORY)
    default_priority: Priority = strawberry.field(default=Priority.MEDIUM, description=_PRIORITY)
    default_complexity: Level = strawberry.field(default=Level.MEDIUM, description=_COMPLEXITY)
    default_billing_method: BillingMethod = strawberry.field(default=BillingMethod.NONE, description=_BILLING)
    requires_legal_review: bool = strawberry.field(default=False, description=_LEGAL)
    requires_compliance_review: bool = strawberry.field(default=False, description=_COMPLIANCE)
    requires_cost_tracking: bool = strawberry.field(default=True, description=_COSTS)
    is_default: bool = strawberry.field(default=False, description=_DEFAULT)


@strawberry.input(description="Which case type to change, as you last read it.")
class CaseTypeInput(MutationInput):
    """The part that inputs about one case type share."""

    id: strawberry.ID = strawberry.field(description="The case type.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.input(description="What to change of a case type; an absent field stays as it is, a null empties it.")
class CaseTypeUpdateInput(CaseTypeInput):
    """Changes of a case type."""

    name: strawberry.Maybe[str] = strawberry.field(description=_NAME)
    description: strawberry.Maybe[str] = strawberry.field(description=_DESCRIPTION)
    parent_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(description=_PARENT)
    category: strawberry.Maybe[CaseCategory] = strawberry.field(description=_CATEGORY)
    default_priority: strawberry.Maybe[Priority] = strawberry.field(description=_PRIORITY)
    default_complexity: strawberry.Maybe[Level] = strawberry.field(description=_COMPLEXITY)
    default_billing_method: strawberry.Maybe[BillingMethod] = strawberry.field(description=_BILLING)
    requires_legal_review: strawberry.Maybe[bool] = strawberry.field(description=_LEGAL)
    requires_compliance_review: strawberry.Maybe[bool] = strawberry.field(description=_COMPLIANCE)
    requires_cost_tracking: strawberry.Maybe[bool] = strawberry.field(description=_COSTS)
    is_default: strawberry.Maybe[bool] = strawberry.field(description=_DEFAULT)


@strawberry.input(description="A case type to take out of use.")
class CaseTypeDeactivateInput(CaseTypeInput):
    """Which case type."""


@strawberry.input(description="A case type to put back into use.")
class CaseTypeActivateInput(CaseTypeInput):
    """Which case type."""


@strawberry.input(description="What cases of a type are to begin with.")
class CaseTypeSetTemplateInput(CaseTypeInput):
    """A type's template."""

    template_id: strawberry.ID | None = strawberry.field(
        default=None, description="The template; null: what the type above it names, or else the centre's default."
    )


@strawberry.type(description="What a mutation of a case type answers.")
class CaseTypePayload(Payload):
    """The part that payloads with a case type share."""

    case_type: CaseType | None = strawberry.field(
        default=None, description="The case type as it is now; null where it was refused."
    )


@strawberry.type(description="The new case type.")
class CaseTypeCreatePayload(CaseTypePayload):
    """What caseTypeCreate answers."""


@strawberry.type(description="The changed case type.")
class CaseTypeUpdatePayload(CaseTypePayload):
    """What caseTypeUpdate answers."""


@strawberry.type(description="The case type that is not in use any more.")
class CaseTypeDeactivatePayload(CaseTypePayload):
    """What caseTypeDeactivate answers."""


@strawberry.type(description="The case type that is in use again.")
class CaseTypeActivatePayload(CaseTypePayload):
    """What caseTypeActivate answers."""


@strawberry.type(description="The case type with its template.")
class CaseTypeSetTemplatePayload(CaseTypePayload):
    """What caseTypeSetTemplate answers."""


P = TypeVar("P", bound=CaseTypePayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its case type as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (case_type_id,) = outcome.subject_ids
    return payload(case_type=await reread(info, CaseType, case_type_id), replayed=outcome.replayed)


def _on(given: CaseTypeInput) -> dict[str, Any]:
    return {"case_type_id": read_id("casetype", given.id), "version": given.expected_version}


def _parent(text: str | None) -> UUID | None:
    return None if text is None else read_id("casetype", text, field="parent_id")


@strawberry.type
class CaseTypeMutations:
    """What can be done with case types."""

    @mutation(requires=_MANAGE, description="Add a case type of the centre's own, behind all others.")
    async def case_type_create(
        self, info: Info, input: Annotated[CaseTypeCreateInput, what("The case type.")]
    ) -> CaseTypeCreatePayload:
        """Create a case type."""
        edits: dict[str, Any] = {name: getattr(input, name) for name in _FIELDS}
        return await _answer(
            info,
            CaseTypeCreatePayload,
            type_services.create_case_type,
            input,
            code=input.code,
            name=input.name,
            description=input.description,
            edits={**edits, "parent_id": _parent(input.parent_id)},
        )

    @mutation(
        requires=_MANAGE,
        description="Change a case type, also one of the network's; its cases keep what they were opened with.",
    )
    async def case_type_update(
        self, info: Info, input: Annotated[CaseTypeUpdateInput, what("The changes.")]
    ) -> CaseTypeUpdatePayload:
        """Change a case type."""
        edits = given_fields(input, "name", "description", "parent_id", *_FIELDS)
        if "parent_id" in edits:
            edits["parent_id"] = _parent(edits["parent_id"])
        return await _answer(
            info, CaseTypeUpdatePayload, type_services.update_case_type, input, **_on(input), edits=edits
        )

    @mutation(
        requires=_MANAGE,
        description="Open no new cases of a type; its cases stay as they are. The default type stays in use.",
    )
    async def case_type_deactivate(
        self, info: Info, input: Annotated[CaseTypeDeactivateInput, what("Which case type.")]
    ) -> CaseTypeDeactivatePayload:
        """Take a case type out of use."""
        return await _answer(info, CaseTypeDeactivatePayload, type_services.deactivate_case_type, input, **_on(input))

    @mutation(requires=_MANAGE, description="Let new cases be of a type again.")
    async def case_type_activate(
        self, info: Info, input: Annotated[CaseTypeActivateInput, what("Which case type.")]
    ) -> CaseTypeActivatePayload:
        """Put a case type back into use."""
        return await _answer(info, CaseTypeActivatePayload, type_services.activate_case_type, input, **_on(input))

    @mutation(
        requires=_MANAGE,
        description="Say which template cases of a type, and of its kinds that name none, begin with from now on.",
    )
    async def case_type_set_template(
        self, info: Info, input: Annotated[CaseTypeSetTemplateInput, what("The template.")]
    ) -> CaseTypeSetTemplatePayload:
        """Set a case type's template."""
        named = input.template_id
        return await _answer(
            info,
            CaseTypeSetTemplatePayload,
            set_type_template,
            input,
            **_on(input),
            template_id=None if named is None else read_id("casetemplate", named, field="template_id"),
        )
