"""What a person states of a creditor: read field by field, all faults told at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypedDict, cast

from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.core.formats.phone import normalise_phone
from cma_graphql.core.formats.postcode import normalise_postcode
from cma_graphql.core.formats.text import multiline, name_key, one_line
from cma_graphql.domain.creditors.models import CreditorKind

MOST_TRADING_NAMES = 20
LONGEST_NAME = 255
_COLLECTING = frozenset({CreditorKind.DEBT_COLLECTOR, CreditorKind.ENFORCEMENT_AGENT, CreditorKind.SOLICITOR})


class CreditorDetails(TypedDict, total=False):
    """A creditor's details as somebody typed them. An absent key states nothing; None takes a value away."""

    name: str | None
    trading_names: Sequence[str] | None
    kind: CreditorKind | None
    is_collector: bool | None
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None
    address_line1: str | None
    address_line2: str | None
    city: str | None
    postcode: str | None
    notes: str | None


FIELDS = tuple(CreditorDetails.__annotations__)
_NEVER_EMPTY = frozenset({"name", "kind", "is_collector"})


def creditor_name(text: str) -> str:
    """Return a creditor's name; refuse with `blank` one in which there is no letter and no digit to sort by."""
    name = one_line(text, max_length=LONGEST_NAME)
    if not name_key(name):
        raise FormatError("blank", "Write at least one letter or digit.", minimum=1)
    return name


def _trading_names(names: Sequence[str]) -> str | None:
    """Answer the names one a line, as they are kept."""
    if len(names) > MOST_TRADING_NAMES:
        raise FormatError("too-many", f"At most {MOST_TRADING_NAMES} trading names.", maximum=MOST_TRADING_NAMES)
    return "\n".join(dict.fromkeys(creditor_name(name) for name in names)) or None


_READERS: Mapping[str, Callable[[Any], object]] = {
    "name": creditor_name,
    "trading_names": _trading_names,
    "kind": lambda kind: kind.value,
    "is_collector": bool,
    "contact_name": partial(one_line, max_length=100),
    "contact_phone": lambda text: normalise_phone(text).e164,
    "contact_email": normalise_email,
    "address_line1": partial(one_line, max_length=200),
    "address_line2": partial(one_line, max_length=200),
    "city": partial(one_line, max_length=100),
    "postcode": normalise_postcode,
    "notes": partial(multiline, max_length=4_000),
}


def read_details(given: CreditorDetails, *, required: Sequence[str] = ()) -> dict[str, object]:
    """Return the columns of a creditor with these details; raise Invalid or InvalidInput naming each faulty field."""
    faults = Faults()
    columns: dict[str, object] = {}
    for field in required:
        if field not in given:
            faults.add(field, "required", "This has to be stated.")
    for field, value in given.items():
        if value is not None:
            columns[field] = faults.read(field, _READERS[field], value)
        elif field in _NEVER_EMPTY:
            faults.add(field, "required", "This may be changed, but not taken away.")
        else:
            columns[field] = None
    faults.raise_any()
    if "name" in columns:
        columns["name_key"] = name_key(cast("str", columns["name"]))
    return columns


def collects(kind: CreditorKind) -> bool:
    """Tell whether debts are usually passed to creditors of this kind."""
    return kind in _COLLECTING
