"""How lists of creditors are filtered, and what mutations of creditors are given."""

from typing import Annotated, Any, cast

import strawberry

from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.domain.creditors.details import FIELDS, CreditorDetails
from cma_graphql.graph.creditors.enums import CreditorKind, CreditorOrder
from cma_graphql.graph.writing import MutationInput

NAME = "What it is called; at most 255 characters."
TRADING_NAMES = "Other names under which it trades or is known; at most 20."
KIND = "What it is, or does."
IS_COLLECTOR = "Whether debts are passed to it."
CONTACT_NAME = "Whom to ask for; at most 100 characters."
CONTACT_PHONE = "Telephone, read as in the UK and kept in international form."
CONTACT_EMAIL = "E-mail address."
ADDRESS_LINE1 = "First line of the address; at most 200 characters."
ADDRESS_LINE2 = "Second line of the address; at most 200 characters."
CITY = "Town or city; at most 100 characters."
POSTCODE = "UK postcode, like SW1A 1AA."
NOTES = "What the centre knows about dealing with it; at most 4,000 characters."


@strawberry.input(description="Which creditors to list: every condition given has to hold; null is none.")
class CreditorFilter:
    """Conditions on creditors."""

    name_starts_with: str | None = strawberry.field(
        default=None, description="The name beginning so; case and accents do not count."
    )
    kind: list[CreditorKind] | None = strawberry.field(default=None, description="Being of one of these kinds.")
    active: bool | None = strawberry.field(default=None, description="Being in use, or not.")
    is_collector: bool | None = strawberry.field(default=None, description="Debts being passed to it, or not.")


CreditorFilterArgument = Annotated[CreditorFilter | None, strawberry.argument(description="Which creditors.")]
CreditorOrderArgument = Annotated[CreditorOrder, strawberry.argument(description="In which order.")]


@strawberry.input(description="An entry of the network's register to copy.")
class CreditorAdoptInput(MutationInput):
    """Which entry."""

    code: str = strawberry.field(description="The entry's code, such as `HMRC`.")


@strawberry.input(description="A creditor of the centre's own. What is left out or null is not known.")
class CreditorCreateInput(MutationInput):
    """A creditor as somebody typed it."""

    name: str = strawberry.field(description=NAME)
    kind: CreditorKind = strawberry.field(description=KIND)
    trading_names: list[str] | None = strawberry.field(default=None, description=TRADING_NAMES)
    is_collector: bool | None = strawberry.field(
        default=None,
        description=f"{IS_COLLECTOR} Unless said: of collectors, enforcement agents and solicitors it is so.",
    )
    contact_name: str | None = strawberry.field(default=None, description=CONTACT_NAME)
    contact_phone: str | None = strawberry.field(default=None, description=CONTACT_PHONE)
    contact_email: str | None = strawberry.field(default=None, description=CONTACT_EMAIL)
    address_line1: str | None = strawberry.field(default=None, description=ADDRESS_LINE1)
    address_line2: str | None = strawberry.field(default=None, description=ADDRESS_LINE2)
    city: str | None = strawberry.field(default=None, description=CITY)
    postcode: str | None = strawberry.field(default=None, description=POSTCODE)
    notes: str | None = strawberry.field(default=None, description=NOTES)
    accept_possible_duplicate: bool = strawberry.field(
        default=False,
        description="`true` adds the creditor although the directory has one of this name: say so once somebody has "
        "looked.",
    )


@strawberry.input(description="Which creditor to change, as you last read it.")
class CreditorInput(MutationInput):
    """The part that inputs about one creditor share."""

    id: strawberry.ID = strawberry.field(description="The creditor.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.input(description="What to change of a creditor. What is left out stays; null takes a value away.")
class CreditorUpdateInput(CreditorInput):
    """A creditor's new details."""

    name: strawberry.Maybe[str | None] = strawberry.field(default=None, description=f"{NAME} It cannot be taken away.")
    kind: strawberry.Maybe[CreditorKind | None] = strawberry.field(
        default=None, description=f"{KIND} It cannot be taken away."
    )
    trading_names: strawberry.Maybe[list[str] | None] = strawberry.field(default=None, description=TRADING_NAMES)
    is_collector: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{IS_COLLECTOR} It cannot be taken away."
    )
    contact_name: strawberry.Maybe[str | None] = strawberry.field(default=None, description=CONTACT_NAME)
    contact_phone: strawberry.Maybe[str | None] = strawberry.field(default=None, description=CONTACT_PHONE)
    contact_email: strawberry.Maybe[str | None] = strawberry.field(default=None, description=CONTACT_EMAIL)
    address_line1: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ADDRESS_LINE1)
    address_line2: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ADDRESS_LINE2)
    city: strawberry.Maybe[str | None] = strawberry.field(default=None, description=CITY)
    postcode: strawberry.Maybe[str | None] = strawberry.field(default=None, description=POSTCODE)
    notes: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NOTES)


@strawberry.input(description="A creditor to take out of use.")
class CreditorDeactivateInput(CreditorInput):
    """Which creditor."""


@strawberry.input(description="A creditor to put back into use.")
class CreditorActivateInput(CreditorInput):
    """Which creditor."""


def creditor_filters(given: CreditorFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; raise Invalid for malformed values."""
    filters: dict[str, object] = {}
    if given is None:
        return filters
    if given.name_starts_with is not None:
        filters["name_starts_with"] = name_prefix("filter.name_starts_with", given.name_starts_with)
    if given.kind is not None:
        filters["kind"] = [kind.value for kind in given.kind]
    if given.active is not None:
        filters["active" if given.active else "inactive"] = True
    if given.is_collector is not None:
        filters["collector" if given.is_collector else "no_collector"] = True
    return filters


def name_prefix(field: str, text: str) -> str:
    """Answer the folded beginning of a name; raise Invalid where nothing of it is left, since all would match."""
    key = name_key(read_field(field, one_line, text, max_length=255))
    if not key:
        raise Invalid(field, "blank", "Write at least one letter or digit.", minimum=1)
    return key


def known_details(given: CreditorCreateInput) -> CreditorDetails:
    """Answer the details that are stated: of a creditor that is not recorded yet, null states nothing."""
    stated = {name: value for name in FIELDS if (value := getattr(given, name)) is not None}
    return cast("CreditorDetails", stated)


def changed_details(given: CreditorUpdateInput) -> CreditorDetails:
    """Answer the details that are stated; None where one is to be taken away."""
    maybes: dict[str, Any] = {name: getattr(given, name) for name in FIELDS}
    return cast("CreditorDetails", {name: maybe.value for name, maybe in maybes.items() if maybe is not None})
