"""Warnings: doubts about an input that was accepted, for the person who typed it."""

from collections.abc import Mapping

import strawberry

from cma_graphql.core.formats import Caution
from cma_graphql.graph.errors import RuleParameter, parameters_of, path_of


@strawberry.type(name="Warning", description="A doubt about a value that was accepted; show it to whoever typed it.")
class InputWarning:
    """One doubt."""

    path: list[str] = strawberry.field(description="The input field it is about.")
    rule: str = strawberry.field(description="Its stable name, such as `phone-not-in-use`.")
    message: str = strawberry.field(description="A sentence for a person.")
    parameters: list[RuleParameter] = strawberry.field(description="What the value was measured by.")


def warning_of(field: str, caution: Caution) -> InputWarning:
    """Say a caution about an input field, named in snake case."""
    params: Mapping[str, str | int] = caution.params
    return InputWarning(
        path=path_of(field), rule=caution.rule, message=caution.message, parameters=parameters_of(params)
    )
