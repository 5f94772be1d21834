"""Finds what changed in the published schema that an operation which was right before may not survive."""

from collections.abc import Iterator

from graphql import build_schema, find_breaking_changes

from cma_graphql.graph.cost_rules import Rule, rules_of

_FIGURES = {
    "call": "its call",
    "weight": "its weight",
    "several": "the size of its list",
    "page": "the size of a page that does not say it",
}


def breaking_changes(before: str, after: str) -> list[str]:
    """Answer every breaking change between two schemas, each as a sentence: of GraphQL's own kinds, and of cost.

    An operation that was within its limit may not be, once one of its fields costs more.
    """
    old, new = build_schema(before), build_schema(after)
    found = [change.description for change in find_breaking_changes(old, new)]
    if old.get_directive("cost") is None:
        return found  # it promised nothing of what fields cost
    old_rules, new_rules = rules_of(old), rules_of(new)
    for (kind, name), rule in old_rules.items():
        raised = new_rules.get((kind, name))
        if raised is not None and not kind.startswith("__") and not name.startswith("__"):
            found += [f"{kind}.{name} {how}." for how in _raised(rule, raised)]
    return found


def _raised(before: Rule, after: Rule) -> Iterator[str]:
    """Say in which ways a field costs more than it did, or may."""
    for name, called in _FIGURES.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not None and now is not None and now > was:
            yield f"costs more: {called} is {now:g} in place of {was:g}"
    if after.slicing != before.slicing or (after.page is None) != (before.page is None):
        yield "may cost more: other arguments, or none, say its size"
    elif before.is_item and not after.is_item:
        yield "may cost more: it no longer counts as the items of a page"
