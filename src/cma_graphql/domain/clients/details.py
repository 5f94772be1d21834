"""What a person states of a client: read field by field, all faults told at once, doubts told besides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypedDict, cast

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import Caution, FormatError
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.core.formats.language import normalise_language
from cma_graphql.core.formats.nino import nino_caution, normalise_nino
from cma_graphql.core.formats.person import check_date_of_birth
from cma_graphql.core.formats.phone import normalise_phone
from cma_graphql.core.formats.postcode import normalise_postcode
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.domain.clients.models import EmploymentStatus, MaritalStatus

MOST_DEPENDENTS = 30


class ClientDetails(TypedDict, total=False):
    """A client's details as somebody typed them, or, once read, as they are kept.

    An absent key states nothing; None takes a value away.
    """

    title: str | None
    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    national_insurance_number: str | None
    safe_contact_note: str | None
    phone_primary: str | None
    phone_secondary: str | None
    email: str | None
    address_line1: str | None
    address_line2: str | None
    city: str | None
    postcode: str | None
    marital_status: MaritalStatus | None
    employment_statuses: Sequence[EmploymentStatus] | None
    dependents: int | None
    preferred_language: str | None
    interpreter_needed: bool | None


FIELDS = tuple(ClientDetails.__annotations__)
CONTACT_FIELDS = frozenset(
    {"phone_primary", "phone_secondary", "email", "address_line1", "address_line2", "city", "postcode"}
)
"""What a client may ask to have changed (domain reference 5.5)."""
_NEVER_EMPTY = frozenset({"first_name", "last_name", "employment_statuses", "dependents", "interpreter_needed"})


@dataclass(frozen=True, slots=True)
class FieldCaution:
    """A doubt about one field of an accepted input."""

    field: str
    caution: Caution


def _phone(text: str) -> str:
    return normalise_phone(text).e164


def _born(day: date) -> date:
    check_date_of_birth(day, today=today())
    return day


def _dependents(count: int) -> int:
    if not 0 <= count <= MOST_DEPENDENTS:
        raise FormatError(
            "range", f"A number from 0 to {MOST_DEPENDENTS} is expected.", minimum=0, maximum=MOST_DEPENDENTS
        )
    return count


def _employment(statuses: Sequence[EmploymentStatus]) -> list[str]:
    """Answer each status once, in the order of the enum, so that the same answers are kept alike."""
    return [status.value for status in EmploymentStatus if status in statuses]


_READERS: Mapping[str, Callable[[Any], object]] = {
    "title": partial(one_line, max_length=30),
    "first_name": partial(one_line, max_length=100),
    "last_name": partial(one_line, max_length=100),
    "date_of_birth": _born,
    "national_insurance_number": normalise_nino,
    "safe_contact_note": partial(multiline, max_length=2_000),
    "phone_primary": _phone,
    "phone_secondary": _phone,
    "email": normalise_email,
    "address_line1": partial(one_line, max_length=200),
    "address_line2": partial(one_line, max_length=200),
    "city": partial(one_line, max_length=100),
    "postcode": normalise_postcode,
    "marital_status": lambda status: status.value,
    "employment_statuses": _employment,
    "dependents": _dependents,
    "preferred_language": normalise_language,
    "interpreter_needed": bool,
}


def read_details(given: ClientDetails, *, required: Sequence[str] = (), inside: str = "") -> ClientDetails:
    """Return details in the form they are kept in; raise Invalid or InvalidInput naming each faulty field.

    `required` are the fields that have to be stated; `inside` is put before the names of fields in faults.
    """
    faults = Faults()
    kept: dict[str, object] = {}
    for field in required:
        if field not in given:
            faults.add(inside + field, "required", "This has to be stated.")
    for field, value in given.items():
        if value is not None:
            kept[field] = faults.read(inside + field, _READERS[field], value)
        elif field in _NEVER_EMPTY:
            faults.add(inside + field, "required", "This may be changed, but not taken away.")
        else:
            kept[field] = None
    faults.raise_any()
    return cast("ClientDetails", kept)


def cautions(kept: ClientDetails) -> list[FieldCaution]:
    """Answer the doubts about details that were accepted: unlikely numbers, a minor (domain reference 6)."""
    found: list[tuple[str, Caution | None]] = []
    for field in ("phone_primary", "phone_secondary"):
        number = cast("str | None", kept.get(field))
        if number is not None:
            found.append((field, normalise_phone(number).caution))
    if (nino := kept.get("national_insurance_number")) is not None:
        found.append(("national_insurance_number", nino_caution(nino)))
    if (born := kept.get("date_of_birth")) is not None:
        found.append(("date_of_birth", check_date_of_birth(born, today=today())))
    return [FieldCaution(field, caution) for field, caution in found if caution is not None]
