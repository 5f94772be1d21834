"""Account numbers: how they are masked and refused."""

import pytest

from cma_graphql.core.formats import FormatError
from cma_graphql.domain.debts.account_number import mask_account_number, read_account_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [("4929 1234 5678 9012", "****9012"), ("AB-12345", "****2345"), ("123456", "****"), ("7", "****")],
)
def test_the_last_four_are_shown_of_a_number_that_they_do_not_tell(number: str, shown: str) -> None:
    assert mask_account_number(number) == shown


@pytest.mark.parametrize(
    ("number", "rule"), [("-- ", "blank"), ("1" * 101, "too-long"), ("\x001", "control-character")]
)
def test_what_is_no_number_is_refused(number: str, rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        read_account_number(number)
    assert refused.value.rule == rule
