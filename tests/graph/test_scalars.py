"""Money, instants and days: what is written, and what is read back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.graph.scalars import SCALARS, Money

MONEY, INSTANT, DAY = SCALARS[Money], SCALARS[datetime], SCALARS[date]
AMOUNTS = st.decimals(min_value=Decimal("-9999999999999.99"), max_value=Decimal("9999999999999.99"), places=2)
ZONES = st.timedeltas(min_value=timedelta(hours=-23, minutes=-59), max_value=timedelta(hours=23, minutes=59)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


def write(scalar: object, value: object) -> str:
    return scalar.serialize(value)  # type: ignore[attr-defined, no-any-return]


def read(scalar: object, value: object) -> object:
    return scalar.parse_value(value)  # type: ignore[attr-defined]


@given(amount=AMOUNTS)
def test_money_comes_back_as_it_went(amount: Decimal) -> None:
    written = write(MONEY, amount)
    assert written.partition(".")[2].isdigit()
    assert len(written.partition(".")[2]) == 2
    assert read(MONEY, written) == amount


@given(pounds=st.integers(-9_999_999_999_999, 9_999_999_999_999))
def test_whole_pounds_may_be_a_number(pounds: int) -> None:
    assert read(MONEY, pounds) == Decimal(pounds)
    assert write(MONEY, read(MONEY, str(pounds))) == f"{pounds}.00"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1,000.00",
        "£1",
        "1.234",
        "1e3",
        "NaN",
        "Infinity",
        "10000000000000",
        "1.",
        ".5",
        "+1",
        "\u0661",
        1.5,
        True,
        None,
        [],
    ],
)
def test_other_money_is_refused(value: object) -> None:
    with pytest.raises(FormatError):
        read(MONEY, value)


def test_money_that_is_no_whole_pence_is_never_written() -> None:
    with pytest.raises(FormatError):
        write(MONEY, Decimal("1.005"))


@given(at=st.datetimes(timezones=st.just(UTC)))
def test_instants_come_back_to_the_millisecond(at: datetime) -> None:
    written = write(INSTANT, at)
    assert len(written) == len("2026-03-31T09:30:00.000Z")
    assert read(INSTANT, written) == at.replace(microsecond=at.microsecond // 1000 * 1000)


@given(at=st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=ZONES))  # noqa: DTZ001
def test_instants_of_every_zone_are_read_as_utc(at: datetime) -> None:
    instant = read(INSTANT, at.isoformat(timespec="milliseconds"))
    assert isinstance(instant, datetime)
    assert instant.tzinfo is UTC
    assert instant == at.replace(microsecond=at.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-31T09:30:00Z", datetime(2026, 3, 31, 9, 30, tzinfo=UTC)),
        ("2026-03-31t09:30:00z", datetime(2026, 3, 31, 9, 30, tzinfo=UTC)),
        ("2026-03-31T10:30:00+01:00", datetime(2026, 3, 31, 9, 30, tzinfo=UTC)),
        ("2026-03-31T09:30:00.123456789Z", datetime(2026, 3, 31, 9, 30, 0, 123456, tzinfo=UTC)),
    ],
)
def test_how_an_instant_may_be_written(text: str, instant: datetime) -> None:
    assert read(INSTANT, text) == instant


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-31",
        "2026-03-31T09:30:00",
        "2026-03-31 09:30:00Z",
        "2026-02-29T00:00:00Z",
        "2026-03-31T25:00:00Z",
        "2026-03-31T09:30:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-31T09:30:00+24:00",
        "\u0662\u0660\u0662\u0666-03-31T09:30:00Z",
        "2026-03-31T09:30:00Z\n",
        "\x00",
        1774949400,
        None,
        True,
    ],
)
def test_other_instants_are_refused(value: object) -> None:
    with pytest.raises(FormatError):
        read(INSTANT, value)


@given(day=st.dates())
def test_days_come_back_as_they_went(day: date) -> None:
    assert read(DAY, write(DAY, day)) == day


@pytest.mark.parametrize(
    "value",
    ["31.03.2026", "20260331", "2026-3-31", "2026-02-29", "0000-01-01", "2026-W14-2", "2026-03-31T00:00:00Z", 5],
)
def test_other_days_are_refused(value: object) -> None:
    with pytest.raises(FormatError):
        read(DAY, value)


@given(text=st.text(max_size=40))
def test_no_text_is_a_fault_of_ours(text: str) -> None:
    seen: list[FormatError] = []
    for scalar in (MONEY, INSTANT, DAY):
        try:
            read(scalar, text)
        except FormatError as refused:
            seen.append(refused)
    assert all(refused.rule and (text not in refused.message or len(text) < 10) for refused in seen)
