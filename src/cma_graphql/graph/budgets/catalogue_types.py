"""The catalogue of statement lines and frequencies, as the schema shows it."""

from datetime import date

import strawberry

from cma_graphql.graph.budgets.enums import Frequency, GuidelineCategory, LineKind
from cma_graphql.graph.households.enums import StatementScheme
from cma_graphql.graph.records import FromRecord

_FROM = "The first statement date for which it may be used."
_TO = "The last statement date for which it may be used; null where no end is known."
_SOURCE = "Where this is from."
_CERTAINTY = "How certain it is: READ in the source, GK-H or GK-M from general knowledge, DESIGN of our own."


@strawberry.type(description="A line that a statement may have: one row of the form, the same for all centres.")
class StatementLine(FromRecord):
    """One line of the catalogue."""

    scheme: StatementScheme = strawberry.field(description="Whose form it is in.")
    scheme_version: str = strawberry.field(description="Which version of the form.")
    code: str = strawberry.field(description="Its stable code, such as `INC.EARN.CLIENT`.")
    kind: LineKind = strawberry.field(description="What it counts as in the totals.")
    group_code: str = strawberry.field(description="The stable code of its section, such as `INC.EARN`.")
    section: str = strawberry.field(description="Its section of the form, in words.")
    name: str = strawberry.field(description="What it is called.")
    element: str = strawberry.field(description="Its name in files that are exchanged in the scheme's format.")
    repeatable: bool = strawberry.field(description="Whether a statement may have several lines of this code.")
    needs_description: bool = strawberry.field(
        description="Whether a line has to say what it is, since the form does not name it."
    )
    guideline_category: GuidelineCategory | None = strawberry.field(
        description="The spending guideline that it comes under, if any."
    )
    position: int = strawberry.field(description="Its place on the form.")
    active_from: date = strawberry.field(description=_FROM)
    active_to: date | None = strawberry.field(description=_TO)
    source: str = strawberry.field(description=_SOURCE)
    certainty: str = strawberry.field(description=_CERTAINTY)


@strawberry.type(description="A frequency in which amounts are stated.")
class PaymentFrequency(FromRecord):
    """One frequency of the catalogue."""

    code: Frequency = strawberry.field(description="Which frequency.")
    name: str = strawberry.field(description="What it is called.")
    periods_per_year: int = strawberry.field(
        description="How many periods a year has: an amount times these, by twelve, is the monthly amount."
    )
    active_from: date = strawberry.field(description=_FROM)
    active_to: date | None = strawberry.field(description=_TO)
    source: str = strawberry.field(description=_SOURCE)
    certainty: str = strawberry.field(description=_CERTAINTY)
