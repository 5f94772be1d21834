"""Views read columns from records; other objects of the same class are read as objects."""

from dataclasses import dataclass

import pytest

from cma_graphql.execution.views import Columns, RecordView


@dataclass
class Pair(RecordView):
    """Two columns."""

    left: int
    right: int


def test_a_view_reads_its_record() -> None:
    view = Pair.over({"left": 1, "right": 2, "more": 3})
    assert (view.left, view.right) == (1, 2)
    assert view == Pair(1, 2)
    assert repr(view).endswith("Pair(left=1, right=2)")


def test_what_a_record_lacks_the_view_lacks() -> None:
    view = Pair.over({"left": 1})
    assert not hasattr(view, "right")
    with pytest.raises(AttributeError):
        _ = Pair(1, 2).middle


def test_columns_are_read_from_records_where_all_have_them() -> None:
    views, objects = [Pair.over({"left": 1, "right": 2}), Pair.over({"left": 3, "right": 4})], [Pair(5, 6)]
    both, one = Columns(["left", "right"], viewed=True), Columns(["right"], viewed=True)
    assert [*both.of(views)] == [(1, 2), (3, 4)]
    assert [*both.of(views + objects)] == [(1, 2), (3, 4), (5, 6)]
    assert [*one.of(views)] == [2, 4]
    assert [*Columns(["left"], viewed=False).of(objects)] == [5]
    assert [*both.of([])] == []
    with pytest.raises(KeyError):
        [*both.of([Pair.over({"left": 1})])]
