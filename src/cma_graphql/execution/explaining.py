"""Shows the code that is generated for an operation, for the person who wonders what is executed."""

from collections.abc import Mapping

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from cma_graphql.execution.plans import make_plan, switches_in
from cma_graphql.execution.refusing import NotPlanned


class NotExplained(ValueError):
    """A document that has no code to be shown, and why."""


def explain(strawberry_schema: strawberry.Schema, text: str, *, switches: Mapping[str, bool] | None = None) -> str:
    """Answer the code of every operation of a document, with everything that `@skip` and `@include` may leave in.

    `switches` sets the variables they ask for. Raises NotExplained for a document that is not valid.
    """
    schema = strawberry_schema._schema  # noqa: SLF001 - strawberry offers no public way to it
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        raise NotExplained(error.message) from None
    errors = validate(schema, document)
    if errors:
        raise NotExplained("; ".join(error.message for error in errors))
    fragments = {
        each.name.value: FragmentDetails(each)
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    return "\n".join(_explained(schema, operation, fragments, switches or {}) for operation in _operations_of(document))


def _operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def _explained(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDetails],
    given: Mapping[str, bool],
) -> str:
    names = switches_in(operation, fragments)
    left_out = switches_in(operation, fragments, directive="skip")
    chosen = {name: given.get(name, name not in left_out) for name in names}
    title = f"{operation.operation.value} {operation.name.value if operation.name else ''}".rstrip()
    head = [f"# {title}", *(f"# ${name} is {str(value).lower()}" for name, value in chosen.items())]
    try:
        plan = make_plan(schema, fragments, operation, VariableValues({}, dict(chosen)))
    except NotPlanned as reason:
        return "\n".join([*head, f"# Executed by graphql-core: {reason.way.value}.", ""])
    return "\n".join([*head, f"# {plan.fields} fields", "", plan.code])
