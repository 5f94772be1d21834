"""Reads what people say of a referral: the other side, why, how soon, and what is shared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.core.formats.phone import normalise_phone
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.domain.referrals.models import OrganisationKind, ReferralUrgency, SharedCategory
from cma_graphql.domain.referrals.shared import in_order

NAME_LENGTH = 200
REASON_LENGTH = 2_000
NOTE_LENGTH = 1_000
REFERENCE_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSide:
    """An organisation at the other end, as somebody described it."""

    name: str
    kind: OrganisationKind
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Why a client is handed over, how soon, with what of their data, and whether the case goes with them."""

    reason: str
    urgency: ReferralUrgency = ReferralUrgency.ROUTINE
    categories: Sequence[SharedCategory] = ()
    hands_over: bool = True


def _phone(text: str) -> str:
    return normalise_phone(text).e164


def read_other_side(faults: Faults, given: OtherSide, *, inside: str) -> dict[str, object]:
    """Read who stands at the other end, as columns."""
    optional: Mapping[str, Callable[[str], str]] = {
        "contact_name": partial(one_line, max_length=NAME_LENGTH),
        "contact_email": normalise_email,
        "contact_phone": _phone,
    }
    columns: dict[str, object] = {
        "organisation_name": faults.read(f"{inside}name", one_line, given.name, max_length=NAME_LENGTH),
        "organisation_kind": given.kind.value,
    }
    for name, read in optional.items():
        text = getattr(given, name)
        columns[name] = None if text is None else faults.read(inside + name, read, text)
    return columns


def read_asked(faults: Faults, given: Asked) -> dict[str, object]:
    """Read what is asked of the other side, as columns. At least one category of data has to be chosen."""
    if not given.categories:
        faults.add("categories", "required", "Choose what is shared: at least one category.")
    return {
        "reason": faults.read("reason", multiline, given.reason, max_length=REASON_LENGTH),
        "urgency": given.urgency.value,
        "shared_categories": in_order(given.categories),
        "hands_over": given.hands_over,
    }


def read_note(faults: Faults, field: str, text: str | None) -> str | None:
    """Read what need not be said."""
    return None if text is None else faults.read(field, multiline, text, max_length=NOTE_LENGTH)
