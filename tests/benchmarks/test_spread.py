"""Spreads are of what was measured, ratios of the same round."""

import pytest

from spread import Spread, percentile, ratios


def test_a_spread_is_least_median_greatest() -> None:
    assert Spread.of([3.0, 1.0, 2.0, 10.0]) == Spread(1.0, 2.5, 10.0)
    assert Spread.of([4.0]) == Spread(4.0, 4.0, 4.0)
    assert Spread(1 / 3, 1234.56, 98765.4).rounded() == [0.3333, 1235.0, 98770.0]


def test_ratios_are_taken_round_by_round() -> None:
    # the machine was half as fast in the second round: for both
    assert ratios([200.0, 100.0, 220.0], [100.0, 50.0, 100.0]) == Spread(2.0, 2.0, 2.2)


@pytest.mark.parametrize(("ours", "theirs"), [([1.0, 2.0], [1.0]), ([1.0], [0.0]), ([], [])])
def test_ratios_need_every_round_of_both(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="needs"):
        ratios(ours, theirs)


@pytest.mark.parametrize(
    ("part", "value"), [(0.0, 1.0), (0.5, 50.0), (0.501, 51.0), (0.99, 99.0), (0.991, 100.0), (1.0, 100.0)]
)
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(part: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], part) == value


@pytest.mark.parametrize(("values", "part"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_a_percentile_of_nothing_is_refused(values: list[float], part: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, part)
