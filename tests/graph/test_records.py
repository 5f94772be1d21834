"""Types are made from the columns they declare, and from no others."""

from typing import Any, ClassVar

import pytest
import strawberry
from strawberry.annotation import StrawberryAnnotation

from cma_graphql.access.actor import system_of
from cma_graphql.core.ids import new_id
from cma_graphql.domain.clients.selectors import CLIENT_COLUMNS, CLIENTS, clients_by_id
from cma_graphql.graph.clients.types import Client
from cma_graphql.graph.node import NODE_KINDS, AnyId, find_id, read_any_id, read_id, read_ids, write_id
from cma_graphql.graph.pagination import Connection
from cma_graphql.graph.records import FromRecord, connection_node, declared_type, wrapped
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.window import Window
from support.asking import Graph
from support.data import Data


@strawberry.type
class Small(FromRecord):
    """A type of two columns, one of them private."""

    wanted: str
    hidden: strawberry.Private[str]
    client_column: ClassVar[str | None] = None

    @strawberry.field
    def derived(self) -> str:
        """Answer what no column has."""
        return self.wanted + self.hidden


def test_plain_and_private_fields_are_columns_and_resolved_ones_are_not() -> None:
    assert (set(Small.columns()), set(Small.spareable())) == ({"hidden", "wanted"}, {"wanted"})
    record: Any = {"wanted": "a", "hidden": "b", "key": "not asked for"}
    made = Small.from_record(record)
    assert (made.wanted, made.hidden) == ("a", "b")
    with pytest.raises(KeyError, match="hidden"):
        Small.from_record({"wanted": "a"})  # type: ignore[arg-type]


def test_every_type_of_node_finds_its_columns() -> None:
    assert len(NODE_KINDS) >= 9
    for prefix, kind in NODE_KINDS.items():
        assert kind.type.prefix == prefix
        assert "key" in kind.type.columns(), prefix
    selected = {column.key if hasattr(column, "key") else column.name for column in CLIENT_COLUMNS}
    assert set(Client.columns()) <= selected


async def test_records_lists_and_pages_are_wrapped(graph: Graph, database: Database, data: Data) -> None:
    centre = await data.a_centre()
    first = await data.a_client(centre, last_name="A")
    await data.a_client(centre, last_name="B")
    context = (await graph.run("{ __typename }", as_=system_of(centre))).context
    async with database.read(system_of(centre)) as reader:
        record, missing = await clients_by_id(reader, [first, new_id()])
        page = await CLIENTS.page(reader, order="NAME_ASC", window=Window(first=1), filters={})
    one = wrapped(Client, record, context)
    assert isinstance(one, Client)
    assert (one.key, one.last_name) == (first, "A")
    assert wrapped(Client, missing, context) is None
    assert [type(item) for item in wrapped(Client, [record, None, (record,)], context)] == [Client, type(None), list]
    assert wrapped(Client, "something else", context) == "something else"
    kind = declared_type(StrawberryAnnotation(Connection[Client]).resolve())
    assert connection_node(kind) is Client
    connection = wrapped(kind, page, context)
    assert [edge.node.last_name for edge in connection.edges] == ["A"]
    assert connection.page_info().has_next_page is True
    assert connection.page_info().start_cursor == connection.page_info().end_cursor == page.cursor(0)
    assert context.seen_clients == {first}


def test_ids_are_typed_and_exact() -> None:
    key = new_id()
    text = write_id("case", key)
    assert read_any_id(text) == AnyId("case", key)
    assert (find_id("case", text), find_id("client", text)) == (key, None)
    assert read_ids("case", [text, text], field="ids") == [key, key]
    for wrong in (
        "",
        "case",
        f"case_{key}",
        text.upper(),
        text + "0",
        f" {text}",
        f"case__{key.hex}",
        "case_" + "g" * 32,
    ):
        assert find_id("case", wrong) is None
        with pytest.raises(Exception, match="no such record"):
            read_id("case", wrong)
