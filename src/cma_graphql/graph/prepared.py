"""Prepares documents: text → parsed, within the limits, valid; the most recently used are kept."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    assert_valid_schema,
    parse,
    specified_rules,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from cma_graphql.execution.variables import Variables
from cma_graphql.graph.costs import Cost, costs_of
from cma_graphql.graph.limits import Limits, count, exceeded, refuse_cost, refuse_limit, require_few_values
from cma_graphql.graph.refusals import (
    OPERATION_UNRESOLVED,
    PARSE_FAILED,
    VALIDATION_FAILED,
    Refusal,
    RequestRefused,
)
from cma_graphql.graph.validating import validate

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
"""What documents have to keep to."""
_MAX_ERRORS = 25
_TOKEN_BYTES = 600
_TOO_LONG = "Document contains more than"

# Comparing fields that share a name is quadratic. With graphql-core's budget of 500,000 one document within our limits
# holds the event loop for more than a second; with this one for a tenth of it. Real documents need a few thousand.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document within the limits, and what has to be known of it before executing it."""

    document: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    costs: Mapping[str, Cost]
    """Of each operation, by its name; empty is the name of one that has none."""
    introspects: bool
    """Whether any of its operations asks for the schema; who may is decided per request."""
    weight: int
    """What keeping it costs, in tokens."""
    fragment_definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails] | None
    """As graphql-core's executor wants them; None where it has to make them, since they have variables."""
    known: dict[str, Variables] = field(default_factory=dict)
    """What coerces the variables of each operation that was executed, by its name."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Find the operation to execute. Raises RequestRefused where the name decides nothing."""
        if name is None:
            if len(self.operations) == 1:
                return self.operations[0]
            message = (
                "The document holds several operations; give operationName."
                if self.operations
                else "The document holds no operation."
            )
        else:
            for operation in self.operations:
                if operation.name is not None and operation.name.value == name:
                    return operation
            message = "The document holds no operation of the name given as operationName."
        raise RequestRefused([Refusal(OPERATION_UNRESOLVED, message)])


class Documents:
    """Prepares documents for one schema. Only valid ones are kept, up to a number of tokens in all."""

    def __init__(
        self, schema: strawberry.Schema, limits: Limits, *, suggestions: bool, kept_tokens: int = 50_000
    ) -> None:
        """Take the schema and the limits. `suggestions` lets errors name fields that exist (“Did you mean …”).

        50,000 kept tokens take about 30 MB.
        """
        self._schema: GraphQLSchema = schema._schema  # noqa: SLF001 - strawberry offers no public way to it
        assert_valid_schema(self._schema)
        self._limits = limits
        self._suggestions = suggestions
        self._kept: OrderedDict[str, PreparedDocument] = OrderedDict()
        self._capacity = self._room = kept_tokens
        self.hits = 0
        self.misses = 0

    @property
    def weight(self) -> int:
        """How many tokens are kept."""
        return self._capacity - self._room

    def prepare(self, text: str) -> PreparedDocument:
        """Give the prepared document for a text. Raises RequestRefused when it is not valid."""
        kept = self._kept.get(text)
        if kept is not None:
            self._kept.move_to_end(text)
            self.hits += 1
            return kept
        self.misses += 1
        document = self._parse(text)
        counted = count(document)
        refusals = [refusal for each in counted for refusal in exceeded(each, self._limits)]
        if refusals:
            raise RequestRefused(refusals[:_MAX_ERRORS])
        self._validate(document)
        fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        plain = not any(each.variable_definitions for each in fragments)
        prepared = PreparedDocument(
            document=document,
            operations=tuple(
                definition for definition in document.definitions if isinstance(definition, OperationDefinitionNode)
            ),
            costs=costs_of(self._schema, document),
            introspects=any(each.introspects for each in counted),
            weight=document.token_count + len(text) // _TOKEN_BYTES,
            fragment_definitions={each.name.value: each for each in fragments},
            fragments={each.name.value: FragmentDetails(each, None) for each in fragments} if plain else None,
        )
        self._keep(text, prepared)
        return prepared

    def admit(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> int:
        """Answer what an operation costs. Raises RequestRefused where that, or its variables, are too much."""
        require_few_values(variables, self._limits.values)
        cost = prepared.costs[operation.name.value if operation.name else ""].of(variables)
        if cost > self._limits.cost:
            raise RequestRefused([refuse_cost(cost, self._limits.cost)])
        return cost

    def _parse(self, text: str) -> DocumentNode:
        tokens = self._limits.tokens
        try:
            return _parted(parse(text, max_lexical_tokens=tokens, max_comments=tokens))
        except GraphQLSyntaxError as error:
            if error.description.startswith(_TOO_LONG):
                message = f"The document is longer than {tokens} tokens or comments."
                refusal = refuse_limit("tokens", "CMA_MAX_TOKENS", tokens, message)
            else:
                refusal = Refusal(PARSE_FAILED, error.message, source=error.source, positions=error.positions)
        except GraphQLError as error:
            refusal = Refusal(PARSE_FAILED, error.message)
        raise RequestRefused([refusal])

    def _validate(self, document: DocumentNode) -> None:
        errors = validate(self._schema, document, RULES, max_errors=_MAX_ERRORS, hide_suggestions=not self._suggestions)
        if errors:
            raise RequestRefused([Refusal(VALIDATION_FAILED, error.message, nodes=error.nodes) for error in errors])

    def _keep(self, text: str, prepared: PreparedDocument) -> None:
        if prepared.weight > self._capacity:
            return
        self._kept[text] = prepared
        self._room -= prepared.weight
        while self._room < 0:
            _, dropped = self._kept.popitem(last=False)
            self._room += dropped.weight


def _parted(document: DocumentNode) -> DocumentNode:
    """Part a document's tokens, which hold each other: nobody goes from one to the next after parsing.

    Without it the document would stay until the collector looks among the old, and all its tokens with it.
    """
    token = document.loc.start_token if document.loc is not None else None
    while token is not None:
        token.prev, token.next, token = None, None, token.next
    return document
