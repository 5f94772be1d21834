"""Lists a page at a time: every row exactly once, in order, whichever way one walks, and no forged cursor."""

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core import clock
from cma_graphql.core.errors import Invalid
from cma_graphql.core.ids import new_id
from cma_graphql.domain.audit.selectors import AUDIT_ENTRIES
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import CLIENTS
from cma_graphql.domain.users.selectors import TEAMS
from cma_graphql.persistence.cursors import write_cursor
from cma_graphql.persistence.database import Database, Reader
from cma_graphql.persistence.listing import LISTINGS, Filters, Listing, Order, Page
from cma_graphql.persistence.window import Window
from support.data import Data

AT = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


@dataclass
class Centre:
    """A centre with clients and cases, several of them alike in every key but the id."""

    actor: Actor
    clients: list[UUID]


@pytest.fixture(scope="session")
async def centre(data: Data) -> Centre:
    """Make five clients (three of one name and one instant) with nought to four cases each."""
    centre_id = await data.a_centre()
    clients = []
    for number, name in enumerate(("Ames", "Same", "Same", "Same", "Zola")):
        with clock.stopped(AT + timedelta(days=number // 4)):
            clients.append(await data.a_client(centre_id, last_name=name))
    for client, cases in zip(clients, (0, 4, 1, 2, 3), strict=True):
        with clock.stopped(AT):
            for _ in range(cases):
                await data.a_case(centre_id, client_id=client, priority="HIGH" if cases == 3 else "LOW")
    return Centre(system_of(centre_id), clients)


@pytest.fixture
async def reader(database: Database, centre: Centre) -> AsyncIterator[Reader]:
    """Read as the centre."""
    async with database.read(centre.actor) as opened:
        yield opened


def keys(page: Page) -> list[UUID]:
    return [row["key"] for row in page.rows]


async def whole(reader: Reader, listing: Listing, order: str, filters: Filters | None = None) -> list[UUID]:
    page = await listing.page(reader, order=order, window=Window(first=100), filters=filters or {})
    assert not page.has_next
    return keys(page)


async def walked(reader: Reader, listing: Listing, order: str, sizes: Sequence[int], *, backward: bool) -> list[UUID]:
    """Walk all pages of these sizes, over and over; answer the keys in the list's order."""
    found: list[UUID] = []
    cursor: str | None = None
    for turn in range(100):
        size = sizes[turn % len(sizes)]
        window = Window(last=size, before=cursor) if backward else Window(first=size, after=cursor)
        page = await listing.page(reader, order=order, window=window, filters={})
        found = keys(page) + found if backward else found + keys(page)
        assert len(page.rows) <= size
        more = page.has_previous if backward else page.has_next
        assert (page.has_next if backward else page.has_previous) is (cursor is not None)
        if not more:
            return found
        cursor = page.cursor(0 if backward else -1)
    raise AssertionError("the walk does not end")


EVERY_ORDER = [(listing, order) for listing in (CLIENTS, CASES, TEAMS, AUDIT_ENTRIES) for order in listing.orders]


@pytest.mark.parametrize(("listing", "order"), EVERY_ORDER)
async def test_every_order_is_an_order(reader: Reader, listing: Listing, order: str) -> None:
    page = await listing.page(reader, order=order, window=Window(first=100), filters={})
    width = len(listing.orders[order].columns) + 1
    sorted_by = [tuple(row[f"page_key_{number}"] for number in range(width)) for row in page.rows]
    assert sorted_by == sorted(sorted_by, reverse=listing.orders[order].descending)
    assert len(set(keys(page))) == len(page.rows)


@pytest.mark.parametrize(("listing", "order"), [pair for pair in EVERY_ORDER if pair[0] in (CLIENTS, CASES)])
@pytest.mark.parametrize("backward", [False, True])
@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_walk_by_any_page_size_meets_every_row_once(
    reader: Reader,
    listing: Listing,
    order: str,
    backward: bool,  # noqa: FBT001 - named by the parameter
    sizes: list[int],
) -> None:
    assert await walked(reader, listing, order, sizes, backward=backward) == await whole(reader, listing, order)


@pytest.mark.parametrize("order", list(CLIENTS.orders))
async def test_rows_that_come_and_go_between_pages_move_no_other(database: Database, data: Data, order: str) -> None:
    centre_id = await data.a_centre()
    actor = system_of(centre_id)
    for name in ("B", "D", "F", "H"):
        await data.a_client(centre_id, last_name=name)
    async with database.read(actor) as reader:
        before = await whole(reader, CLIENTS, order)
        first = await CLIENTS.page(reader, order=order, window=Window(first=2), filters={})
    for name in ("A", "E", "I"):
        await data.a_client(centre_id, last_name=name)
    async with database.read(actor) as reader:
        rest = await CLIENTS.page(reader, order=order, window=Window(first=100, after=first.cursor(-1)), filters={})
        back = await CLIENTS.page(reader, order=order, window=Window(last=100, before=first.cursor(-1)), filters={})
    assert [key for key in keys(rest) if key in before] == before[2:]
    assert [key for key in keys(back) if key in before] == before[:1]
    assert len(keys(rest)) + len(keys(back)) + 1 == 7


async def test_a_page_of_nothing_says_whether_there_is_more(reader: Reader) -> None:
    empty = await CLIENTS.page(reader, order="NAME_ASC", window=Window(first=0), filters={})
    assert (keys(empty), empty.has_next, empty.has_previous) == ([], True, False)
    assert await empty.count() == 5
    backward = await CLIENTS.page(reader, order="NAME_ASC", window=Window(last=0), filters={})
    assert (keys(backward), backward.has_next, backward.has_previous) == ([], False, True)
    nobody = await CLIENTS.page(reader, order="NAME_ASC", window=Window(first=0), filters={"reference": "none"})
    assert (nobody.has_next, await nobody.count()) == (False, 0)


async def test_the_first_page_has_25_rows_unless_said(database: Database, data: Data) -> None:
    centre_id = await data.a_centre()
    for number in range(26):
        await data.a_team(centre_id, name=f"{number:02}")
    async with database.read(system_of(centre_id)) as reader:
        page = await TEAMS.page(reader, order="NAME_ASC", window=Window(), filters={})
        assert (len(page.rows), page.has_next) == (25, True)
        assert await page.count() == 26
        rest = await TEAMS.page(reader, order="NAME_ASC", window=Window(before=page.cursor(1)), filters={})
        assert [row["name"] for row in rest.rows] == ["00"]


async def test_filters_narrow_rows_and_counts_alike(reader: Reader) -> None:
    filters = {"priority": ["HIGH"], "status": ["NEW", "ASSIGNED"]}
    page = await CASES.page(reader, order="CREATED_AT_ASC", window=Window(first=2), filters=filters)
    assert (len(page.rows), page.has_next, await page.count()) == (2, True, 3)
    none = await CASES.page(reader, order="CREATED_AT_ASC", window=Window(), filters={"priority": []})
    assert (keys(none), await none.count()) == ([], 0)


@pytest.mark.parametrize("order", list(CASES.orders))
@pytest.mark.parametrize("backward", [False, True])
async def test_pages_under_parents_equal_the_list_filtered(
    reader: Reader,
    centre: Centre,
    order: str,
    backward: bool,  # noqa: FBT001
) -> None:
    window = Window(last=2) if backward else Window(first=2)
    parents = [centre.clients[3], new_id(), *centre.clients, centre.clients[1]]
    before = reader.statements
    pages = await CASES.pages(reader, parents, by="client_id", order=order, window=window, filters={})
    assert reader.statements == before + 1
    totals = [await page.count() for page in pages]
    assert reader.statements == before + 2, "the totals of all parents are one statement"
    assert totals == [2, 0, 0, 4, 1, 2, 3, 4]
    for parent, page in zip(parents, pages, strict=True):
        alone = await CASES.page(reader, order=order, window=window, filters={"client": [parent]})
        assert keys(page) == keys(alone)
        assert [page.cursor(index) for index in range(len(page.rows))] == [
            alone.cursor(index) for index in range(len(alone.rows))
        ]
        assert (page.has_next, page.has_previous) == (alone.has_next, alone.has_previous)


async def test_one_cursor_serves_all_parents(reader: Reader, centre: Centre) -> None:
    order = "CASE_NUMBER_ASC"
    everything = await CASES.page(reader, order=order, window=Window(first=100), filters={})
    cursor = everything.cursor(4)
    later = set(keys(everything)[5:])
    pages = await CASES.pages(
        reader, centre.clients, by="client_id", order=order, window=Window(first=9, after=cursor), filters={}
    )
    for parent, page in zip(centre.clients, pages, strict=True):
        under = await CASES.page(reader, order=order, window=Window(first=100), filters={"client": [parent]})
        assert keys(page) == [key for key in keys(under) if key in later]


# What is refused


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"first": -1}, "first", "page-size"),
        ({"first": 101}, "first", "page-size"),
        ({"last": -1}, "last", "page-size"),
        ({"last": 101}, "last", "page-size"),
        ({"first": 1, "last": 1}, "last", "page-direction"),
        ({"last": 1, "after": "x"}, "after", "page-direction"),
        ({"first": 1, "before": "x"}, "before", "page-direction"),
        ({"after": "x", "before": "x"}, "after", "page-direction"),
    ],
)
def test_sizes_and_mixtures_that_mean_nothing(given: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        Window(**given)
    assert (refused.value.field, refused.value.rule) == (field, rule)


def sealed(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


STAMP, KEY = AT.isoformat(), str(new_id())
FORGED = {
    "empty": "",
    "garbage": "garbage!",
    "not ASCII": "Ünïcödé",
    "NUL": "\x00",
    "huge": "A" * 2_000_000,
    "a number": sealed(5),
    "no list": base64.urlsafe_b64encode(b'{"a": 1, "b": 2}').decode(),
    "deep": base64.urlsafe_b64encode(b"[" * 700).decode(),
    "another version": sealed(2, "CREATED_AT_ASC", STAMP, KEY),
    "another order": sealed(1, "NAME_ASC", STAMP, KEY),
    "too few keys": sealed(1, "CREATED_AT_ASC", STAMP),
    "too many keys": sealed(1, "CREATED_AT_ASC", STAMP, KEY, KEY),
    "no instant": sealed(1, "CREATED_AT_ASC", "yesterday", KEY),
    "no zone": sealed(1, "CREATED_AT_ASC", "2026-03-31T09:30:00", KEY),
    "before all time": sealed(1, "CREATED_AT_ASC", "0001-01-01T00:00:00+23:00", KEY),
    "after all time": sealed(1, "CREATED_AT_ASC", "9999-12-31T23:59:59-23:00", KEY),
    "a number for an instant": sealed(1, "CREATED_AT_ASC", 5, KEY),
    "null": sealed(1, "CREATED_AT_ASC", None, None),
    "no key": sealed(1, "CREATED_AT_ASC", STAMP, "case_1"),
    "a list for a key": sealed(1, "CREATED_AT_ASC", STAMP, [KEY]),
}


@pytest.mark.parametrize("name", list(FORGED))
@pytest.mark.parametrize("argument", ["after", "before"])
async def test_a_forged_cursor_names_its_argument(reader: Reader, name: str, argument: str) -> None:
    window = Window(**{argument: FORGED[name]})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        await CASES.page(reader, order="CREATED_AT_ASC", window=window, filters={})
    assert (refused.value.field, refused.value.rule) == (argument, "cursor")
    with pytest.raises(Invalid):
        await CASES.pages(reader, [new_id()], by="client_id", order="CREATED_AT_ASC", window=window, filters={})


@pytest.mark.parametrize("text", ["\x00", 5, None, ["a"]])
async def test_a_forged_text_in_a_cursor(reader: Reader, text: object) -> None:
    with pytest.raises(Invalid):
        await CLIENTS.page(reader, order="NAME_ASC", window=Window(after=sealed(1, "NAME_ASC", text, KEY)), filters={})


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, True, "5", 1.5])
async def test_a_forged_number_in_a_cursor(reader: Reader, number: object) -> None:
    cursor = base64.urlsafe_b64encode(f'[1,"SEQ_ASC",{orjson.dumps(str(number)).decode()},"{KEY}"]'.encode()).decode()
    if not isinstance(number, str):
        text = "true" if number is True else str(number)
        cursor = base64.urlsafe_b64encode(f'[1,"SEQ_ASC",{text},"{KEY}"]'.encode()).decode()
    with pytest.raises(Invalid):
        await AUDIT_ENTRIES.page(reader, order="SEQ_ASC", window=Window(after=cursor), filters={})


@given(text=st.text(max_size=60))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_text_is_a_fault_of_ours(reader: Reader, text: str) -> None:
    with pytest.raises(Invalid):
        await CASES.page(reader, order="CASE_NUMBER_ASC", window=Window(after=text), filters={})


def test_a_cursor_says_nothing_that_its_row_does_not() -> None:
    cursor = write_cursor("CREATED_AT_ASC", [AT, UUID(KEY)])
    assert orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) == [
        1,
        "CREATED_AT_ASC",
        AT.isoformat(),
        KEY,
    ]


def test_an_order_whose_cursors_could_not_be_read_is_no_order() -> None:
    before = list(LISTINGS)
    with pytest.raises(TypeError):
        Listing(Client, columns=(), orders={"X": Order((Client.date_of_birth,))}, conditions={})
    assert before == LISTINGS
    assert isinstance(Client.__table__.c.date_of_birth.type.dialect_impl, object)
    assert LargeBinary().python_type is bytes
