"""Validates documents by graphql-core's rules, whose handlers are found once for all documents.

graphql-core asks each of the rules, for each kind of node of each document, whether it has a method of that name, and
goes through a list in which most have none. Rules, their order, what they are given and what they answer are the same.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graphql import (
    BREAK,
    SKIP,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    Visitor,
    visit,
)
from graphql.language.visitor import EnterLeaveVisitor
from graphql.validation.validate import (
    FragmentNestingVisitor,
    ValidationAbortedError,
    query_document_keys_to_validate,
)

Rules = tuple[type[Any], ...]
_Numbered = tuple[int, ...]
_Method = Callable[..., Any]


def validate(
    schema: GraphQLSchema, document: DocumentNode, rules: Rules, *, max_errors: int, hide_suggestions: bool
) -> list[GraphQLError]:
    """Answer what is wrong with a document, as graphql-core's `validate` does; the schema has to be valid."""
    errors: list[GraphQLError] = []
    types = TypeInfo(schema)

    def note(error: GraphQLError) -> None:
        if len(errors) >= max_errors:
            raise ValidationAbortedError("Too many validation errors, error limit reached. Validation aborted.")
        errors.append(error)

    context = _Context(schema, document, types, note, hide_suggestions)
    visitors: list[Visitor] = [rule(context) for rule in rules]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    if fragments:
        visitors.insert(0, FragmentNestingVisitor(fragments))
    context.has_variables = bool(fragments) or document.loc is None or "$" in document.loc.source.body
    try:
        visit(document, TypeInfoVisitor(types, _Together(visitors)), query_document_keys_to_validate)
    except ValidationAbortedError as error:
        error.__context__ = None
        errors.append(error.with_traceback(None))
    except RecursionError:
        errors.append(ValidationAbortedError("Validation aborted."))
    return errors


class _Context(ValidationContext):
    """graphql-core's, which does not look for variables where there can be none."""

    has_variables = True

    def get_recursive_variable_usages(self, operation: OperationDefinitionNode) -> Any:
        """Answer where an operation uses variables."""
        return super().get_recursive_variable_usages(operation) if self.has_variables else []


class _Together(ParallelVisitor):
    """Visits by all rules, asking only those that have something to say of a kind of node."""

    def __init__(self, visitors: list[Visitor]) -> None:
        super().__init__(visitors)
        self._classes = tuple(map(type, visitors))
        self._visitors = visitors

    def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
        """Answer what is called for a kind of node, when it is entered and when it is left."""
        known = self.enter_leave_map.get(kind)
        if known is None:
            known = self.enter_leave_map[kind] = self._find(kind)
        return known

    def _find(self, kind: str) -> EnterLeaveVisitor:
        entering, leaving = _handlers(self._classes, kind)
        enters = [(number, self._method(number, "enter", kind)) for number in entering]
        leaves = [(number, self._method(number, "leave", kind)) for number in leaving]
        enter = _entering(enters, self.skipping) if enters else None
        return EnterLeaveVisitor(enter, _leaving(leaves, entering, self.skipping) if enters or leaves else None)

    def _method(self, number: int, when: str, kind: str) -> _Method:
        visitor = self._visitors[number]
        found: _Method = getattr(visitor, f"{when}_{kind}", None) or getattr(visitor, when)
        return found


def _entering(enters: list[tuple[int, _Method]], skipping: list[Any]) -> _Method:
    """Answer what calls all of them when a node is entered, but those that skip what is around it."""

    def enter(node: Node, *given: Any) -> Any:
        for number, handle in enters:
            if skipping[number]:
                continue
            result = handle(node, *given)
            if result is None:
                continue
            if result is SKIP or result is False:
                skipping[number] = node
            elif result is BREAK or result is True:
                skipping[number] = BREAK
            else:
                return result
        return None

    return enter


def _leaving(leaves: list[tuple[int, _Method]], entering: _Numbered, skipping: list[Any]) -> _Method:
    """Answer what calls all of them when a node is left; those that skipped what is below it go on."""

    def leave(node: Node, *given: Any) -> Any:
        for number, handle in leaves:
            if skipping[number]:
                continue
            result = handle(node, *given)
            if result is BREAK or result is True:
                skipping[number] = BREAK
            elif result is not None and result is not SKIP and result is not False:
                return result
        for number in entering:
            if skipping[number] is node:
                skipping[number] = None
        return None

    return leave


@lru_cache(maxsize=512)
def _handlers(classes: Rules, kind: str) -> tuple[_Numbered, _Numbered]:
    """Answer which of these visitors have a method for entering a kind of node, and which for leaving it."""
    entering, leaving = (
        tuple(
            number
            for number, each in enumerate(classes)
            if getattr(each, f"{when}_{kind}", None) or getattr(each, when, None)
        )
        for when in ("enter", "leave")
    )
    return entering, leaving
