"""The board of a caseload: a column for each stage, with figures and the first cards."""

import dataclasses
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.caseload.board import MOST_CARDS, board_filters, cards_of_board, columns_of_board
from cma_graphql.domain.caseload.due import DueKind
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.cases.inputs import CaseFilterArgument, case_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT, list_size
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import query, relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef
from cma_graphql.persistence.listing import Filters

described(
    DueKind,
    "What is due in a case.",
    {
        "REVIEW": "The case is to be looked at again.",
        "REQUIREMENT": "A requirement of a checklist has its deadline.",
        "STAGE": "A stage of the workflow that waits for somebody has its deadline.",
        "TASK": "A task is to be done.",
        "APPOINTMENT": "An appointment is to come, or nobody has said how it went.",
    },
)
CardsArgument = Annotated[
    int, strawberry.argument(description=f"How many cards of each column; 10 unless said, at most {MOST_CARDS}.")
]


@strawberry.type(description="A case on a board, with what is due first in it.")
class CaseCard(FromRecord):
    """One card."""

    due_on: date | None = strawberry.field(description="The day on which that is due; null where nothing is.")
    kind: DueKind | None = strawberry.field(description="What is due then.")
    late: bool | None = strawberry.field(description="Whether that day has passed; null where nothing is due.")
    key: strawberry.Private[UUID]

    @relation(description="The case.", reads=())
    async def case(cards: list["CaseCard"], info: Info) -> list[CaseRef | None]:
        """Answer each card's case."""
        return await cases_by_id(reader_for(info), [card.key for card in cards])


@strawberry.type(description="The cases at one stage of the advice, as far as the viewer sees them.")
class CaseBoardColumn:
    """One column."""

    stage: CaseStage = strawberry.field(description="The stage.")
    count: int = strawberry.field(description="How many cases are there.")
    overdue: int = strawberry.field(description="In how many of them the day of what is due first has passed.")
    unassigned: int = strawberry.field(description="How many of them have no advisor.")
    on_hold: int = strawberry.field(description="How many of them wait.")
    next_due_on: date | None = strawberry.field(description="The next day, from today on, that is a case's first.")
    filters: strawberry.Private[Filters] = dataclasses.field(default_factory=dict)

    @relation(
        description="The first cards: what is due first at the top, cases with nothing due last.",
        call=COUNT,
        size=list_size(10, by=["first"]),
    )
    async def cards(columns: list["CaseBoardColumn"], info: Info, first: CardsArgument = 10) -> list[list[CaseCard]]:
        """Answer each column's cards."""
        if not 1 <= first <= MOST_CARDS:
            raise Invalid("first", "range", f"Ask for 1 to {MOST_CARDS} cards.", minimum=1, maximum=MOST_CARDS)
        found = await cards_of_board(info.context.reader, columns[0].filters, most=first)
        return [found[column.stage] for column in columns]  # type: ignore[misc]


@strawberry.type
class CaseloadQueries:
    """What can be asked about a caseload."""

    @query(
        requires=Permission.CASE_READ,
        description="The cases that the viewer sees as a board, a column for each stage in the order of the advice. "
        "Open ones, unless the filter says which states.",
        call=COUNT,
        size=len(CaseStage),
    )
    async def case_board(self, info: Info, filter: CaseFilterArgument = None) -> list[CaseBoardColumn]:
        """Lay out the board."""
        filters = board_filters(case_filters(filter))
        columns = await columns_of_board(info.context.reader, filters)
        return [CaseBoardColumn(**column, filters=filters) for column in columns]
