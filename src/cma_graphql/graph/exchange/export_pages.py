"""Executes an export page by page: each through the executor, all in one snapshot, each on record before it is given.

There is no second way to the data: a page is the caller's own query with `first` and `after`, under the caller's own
context, so that permissions, record rules, masks and limits hold as they do for JSON.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
)

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import DeadlineExceeded, Forbidden
from cma_graphql.domain.exchange.export import ExportedList, record_export
from cma_graphql.graph.context import Context
from cma_graphql.graph.costs import costs_of
from cma_graphql.graph.exchange.export_plan import ExportPlan, plan_export
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import PreparedDocument
from cma_graphql.graph.visible import SHOWS_ALL, Visibility
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.window import LARGEST_PAGE
from cma_graphql.persistence.writing import write


class PageFailed(Exception):
    """A page whose execution had errors: they are answered where nothing has been sent, else the file breaks off."""

    def __init__(self, errors: Iterable[GraphQLError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} errors")


class WithheldUnannounced(Exception):
    """A later page withholds what the answer's head has not said to be withheld."""


@dataclass(frozen=True, slots=True, order=True)
class Withheld:
    """A column, or what begins several, some or all of whose values are masked or empty for this caller."""

    name: str
    permission: str
    treatment: str


@dataclass(frozen=True, slots=True)
class Lines:
    """One page's records as cells, and what has been withheld on any page so far or may be on one to come."""

    cells: list[list[str]]
    withheld: tuple[Withheld, ...]


@dataclass(slots=True)
class ListExport:
    """One export of one list."""

    operations: Operations
    access_log: AccessRecorder
    prepared: PreparedDocument
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    plan: ExportPlan = field(init=False)

    def __post_init__(self) -> None:
        """Raise RequestRefused where the operation is no list, or asks for more than rows."""
        self.plan = plan_export(self.operations.executor(self.prepared, self.operation, self.variables))

    @property
    def access_name(self) -> str:
        """What the access log calls it: no operation can have such a name."""
        return f"export {self.plan.list_name}"

    def first_page(self) -> tuple[PreparedDocument, OperationDefinitionNode]:
        """Answer the query of the first page, with its cost, which is that of every other."""
        prepared, operation = self._page(None)
        return replace(prepared, costs=costs_of(self.operations.schema, prepared.document)), operation

    def require_right(self, context: Context) -> None:
        """Raise Unauthenticated or Forbidden, before anything is read, for who may not export."""
        try:
            context.require(Permission.DATA_EXPORT)
        except Forbidden as refusal:
            context.note_refusal(self.access_name, refusal)
            raise

    async def pages(self, context: Context) -> AsyncGenerator[Lines]:
        """Answer the list page by page; the first is there even where the list is empty.

        What a page shows is in the access log, and the export in the audit trail, before the page is answered.
        Raises PageFailed, WithheldUnannounced, DeadlineExceeded and whatever keeps a log from being written.
        """
        announced = self._withheld_from(context)
        cursor: str | None = None
        begun = False
        while True:
            data, following = await self._execute(context, cursor)
            cells = list(self.plan.lines(data))
            clients, fields = context.turn_page()
            found = {self._withheld(entry) for entry in context.redacted}
            if not begun:
                announced |= found
                await self._record(context)
                begun = True
            elif {each.name for each in found} - {each.name for each in announced}:
                raise WithheldUnannounced
            await self.access_log.write(context.actor, self.access_name, clients, fields)
            yield Lines(cells, tuple(sorted(announced)))
            if following is None:
                return
            cursor = following

    async def _execute(self, context: Context, cursor: str | None) -> tuple[dict[str, Any], str | None]:
        """Execute one page within the operation's deadline; answer its data and the cursor of the next page."""
        prepared, operation = self._page(cursor)
        deadline = asyncio.timeout(context.facts.deadline_ms / 1000)
        try:
            async with deadline:
                result = await self.operations.execute(prepared, operation, self.variables, context)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise DeadlineExceeded from None
        if result.errors or result.data is None:
            raise PageFailed(result.errors)
        root, edges, _ = self.plan.keys
        page = result.data[root][f"{edges}_"]
        return result.data, page["endCursor"] if page["hasNextPage"] else None

    def _page(self, cursor: str | None) -> tuple[PreparedDocument, OperationDefinitionNode]:
        """Write the query of one page: the rows that were asked for, and where the next page begins."""
        size = ArgumentNode(name=NameNode(value="first"), value=IntValueNode(value=str(LARGEST_PAGE)))
        after = []
        if cursor is not None:
            after.append(ArgumentNode(name=NameNode(value="after"), value=StringValueNode(value=cursor)))
        _, edges, _ = self.plan.keys
        page_info = FieldNode(
            alias=NameNode(value=f"{edges}_"),  # which no other field of the connection is called: there is none
            name=NameNode(value="pageInfo"),
            selection_set=_selecting(FieldNode(name=NameNode(value=name)) for name in ("hasNextPage", "endCursor")),
        )
        root = self.plan.root
        listed = FieldNode(
            alias=root.alias,
            name=root.name,
            arguments=(*(root.arguments or ()), size, *after),
            selection_set=_selecting((*self.plan.edges, page_info)),
        )
        operation = OperationDefinitionNode(
            operation=self.operation.operation,
            name=self.operation.name,
            variable_definitions=self.operation.variable_definitions,
            directives=self.operation.directives,
            selection_set=_selecting([listed]),
        )
        fragments = [each for each in self.prepared.document.definitions if isinstance(each, FragmentDefinitionNode)]
        return replace(self.prepared, document=DocumentNode(definitions=(operation, *fragments))), operation

    async def _record(self, context: Context) -> None:
        exported = ExportedList(
            name=self.plan.list_name,
            fields=[column.field for column in self.plan.columns],
            arguments=self.plan.arguments,
            filters=self.plan.filters,
            operation=self.operation.name.value if self.operation.name else "",
        )
        timeout = context.facts.deadline_ms
        await write(context.database, context.keys, context.actor, record_export, timeout_ms=timeout, exported=exported)

    def _withheld_from(self, context: Context) -> set[Withheld]:
        """Tell from the caller's rights what will be withheld, or may be, whatever the pages hold."""
        withheld = set()
        for guarded in self.plan.guarded:
            reach = context.actor.reach(guarded.permission)
            if reach in SHOWS_ALL or (not guarded.sensitive and reach is not Reach.NONE):
                continue
            treatment = Visibility.MASKED if guarded.masked else Visibility.HIDDEN
            withheld.add(Withheld(guarded.name, guarded.permission.name, treatment.value))
        return withheld

    def _withheld(self, entry: Any) -> Withheld:
        """Name the column of an entry of `extensions.redacted`."""
        under_node = entry["path"][len(self.plan.keys) :]
        return Withheld(".".join(under_node), entry["requiredPermission"], entry["treatment"])


def _selecting(fields: Iterable[FieldNode]) -> SelectionSetNode:
    return SelectionSetNode(selections=tuple(fields))
