"""What mutations of clients and consents are given."""

from datetime import date, datetime
from typing import Any, cast

import strawberry

from cma_graphql.domain.clients.details import FIELDS, ClientDetails
from cma_graphql.graph.clients.enums import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.graph.writing import MutationInput

TITLE = "Mr, Ms, Dr and so on; at most 30 characters."
FIRST_NAME = "Given name; at most 100 characters."
LAST_NAME = "Family name; at most 100 characters."
DATE_OF_BIRTH = "Date of birth: 16 to 120 years ago."
NATIONAL_INSURANCE_NUMBER = "National insurance number, like AB 12 34 56 C; the last letter may be missing."
SAFE_CONTACT_NOTE = "How to reach the client without putting them at risk; at most 2,000 characters."
PHONE_PRIMARY = "Telephone, read as in the UK and kept in international form."
PHONE_SECONDARY = "Another telephone."
EMAIL = "E-mail address."
ADDRESS_LINE1 = "First line of the address; at most 200 characters."
ADDRESS_LINE2 = "Second line of the address; at most 200 characters."
CITY = "Town or city; at most 100 characters."
POSTCODE = "UK postcode, like SW1A 1AA."
MARITAL_STATUS = "Marital status."
EMPLOYMENT_STATUSES = "How the client is employed; several may hold at once."
DEPENDENTS = "How many people depend on the client: 0 to 30."
PREFERRED_LANGUAGE = "The language to use, as a BCP 47 tag: `cy`, `en-GB`."
INTERPRETER_NEEDED = "Whether an interpreter is needed."


@strawberry.input(description="A client to record. What is left out or null is not known.")
class ClientCreateInput(MutationInput):
    """A client as somebody typed it."""

    first_name: str = strawberry.field(description=FIRST_NAME)
    last_name: str = strawberry.field(description=LAST_NAME)
    title: str | None = strawberry.field(default=None, description=TITLE)
    date_of_birth: date | None = strawberry.field(default=None, description=DATE_OF_BIRTH)
    national_insurance_number: str | None = strawberry.field(default=None, description=NATIONAL_INSURANCE_NUMBER)
    safe_contact_note: str | None = strawberry.field(default=None, description=SAFE_CONTACT_NOTE)
    phone_primary: str | None = strawberry.field(default=None, description=PHONE_PRIMARY)
    phone_secondary: str | None = strawberry.field(default=None, description=PHONE_SECONDARY)
    email: str | None = strawberry.field(default=None, description=EMAIL)
    address_line1: str | None = strawberry.field(default=None, description=ADDRESS_LINE1)
    address_line2: str | None = strawberry.field(default=None, description=ADDRESS_LINE2)
    city: str | None = strawberry.field(default=None, description=CITY)
    postcode: str | None = strawberry.field(default=None, description=POSTCODE)
    marital_status: MaritalStatus | None = strawberry.field(default=None, description=MARITAL_STATUS)
    employment_statuses: list[EmploymentStatus] | None = strawberry.field(default=None, description=EMPLOYMENT_STATUSES)
    dependents: int | None = strawberry.field(default=None, description=f"{DEPENDENTS} None unless said.")
    preferred_language: str | None = strawberry.field(default=None, description=PREFERRED_LANGUAGE)
    interpreter_needed: bool | None = strawberry.field(
        default=None, description=f"{INTERPRETER_NEEDED} `false` unless said."
    )
    accept_possible_duplicate: bool = strawberry.field(
        default=False,
        description="`true` records the client although the centre may know the person already: say so once somebody "
        "has looked at `clientPossibleDuplicates`.",
    )


@strawberry.input(description="A client to look for before recording it, by what two records of one person share.")
class ClientPossibleDuplicatesInput:
    """What a person is known by."""

    first_name: str = strawberry.field(description=FIRST_NAME)
    last_name: str = strawberry.field(description=LAST_NAME)
    date_of_birth: date | None = strawberry.field(default=None, description=DATE_OF_BIRTH)
    national_insurance_number: str | None = strawberry.field(default=None, description=NATIONAL_INSURANCE_NUMBER)
    email: str | None = strawberry.field(default=None, description=EMAIL)
    postcode: str | None = strawberry.field(default=None, description=POSTCODE)


@strawberry.input(description="Details of a client to change. What is left out stays; null takes a value away.")
class ClientUpdateInput(MutationInput):
    """A client's new details."""

    id: strawberry.ID = strawberry.field(description="The client.")
    expected_version: int = strawberry.field(description="The client's `version` as you read it.")
    title: strawberry.Maybe[str | None] = strawberry.field(default=None, description=TITLE)
    first_name: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description=f"{FIRST_NAME} It cannot be taken away."
    )
    last_name: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description=f"{LAST_NAME} It cannot be taken away."
    )
    date_of_birth: strawberry.Maybe[date | None] = strawberry.field(default=None, description=DATE_OF_BIRTH)
    national_insurance_number: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description=NATIONAL_INSURANCE_NUMBER
    )
    safe_contact_note: strawberry.Maybe[str | None] = strawberry.field(default=None, description=SAFE_CONTACT_NOTE)
    phone_primary: strawberry.Maybe[str | None] = strawberry.field(default=None, description=PHONE_PRIMARY)
    phone_secondary: strawberry.Maybe[str | None] = strawberry.field(default=None, description=PHONE_SECONDARY)
    email: strawberry.Maybe[str | None] = strawberry.field(default=None, description=EMAIL)
    address_line1: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ADDRESS_LINE1)
    address_line2: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ADDRESS_LINE2)
    city: strawberry.Maybe[str | None] = strawberry.field(default=None, description=CITY)
    postcode: strawberry.Maybe[str | None] = strawberry.field(default=None, description=POSTCODE)
    marital_status: strawberry.Maybe[MaritalStatus | None] = strawberry.field(default=None, description=MARITAL_STATUS)
    employment_statuses: strawberry.Maybe[list[EmploymentStatus] | None] = strawberry.field(
        default=None, description=f"{EMPLOYMENT_STATUSES} All of them; an empty list where none is known."
    )
    dependents: strawberry.Maybe[int | None] = strawberry.field(
        default=None, description=f"{DEPENDENTS} It cannot be taken away."
    )
    preferred_language: strawberry.Maybe[str | None] = strawberry.field(default=None, description=PREFERRED_LANGUAGE)
    interpreter_needed: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{INTERPRETER_NEEDED} It cannot be taken away."
    )


@strawberry.input(description="A client to delete.")
class ClientDeleteInput(MutationInput):
    """Which client, as it was read."""

    id: strawberry.ID = strawberry.field(description="The client.")
    expected_version: int = strawberry.field(description="The client's `version` as you read it.")


@strawberry.input(description="A deleted client to restore.")
class ClientRestoreInput(MutationInput):
    """Which deleted client, as it was read."""

    id: strawberry.ID = strawberry.field(description="The client.")
    expected_version: int = strawberry.field(
        description="The deleted client's `version`, as `deletedClients` or the deletion told it."
    )


@strawberry.input(description="A consent that a client has given.")
class ClientConsentRecordInput(MutationInput):
    """What the client agreed to, how and when."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    purpose: ConsentPurpose = strawberry.field(description="What the client's data may be used for.")
    channel: ConsentChannel = strawberry.field(description="How the client said so.")
    wording_version: str = strawberry.field(
        description="Which wording the client agreed to, as your forms name it; at most 50 characters."
    )
    given_at: datetime | None = strawberry.field(default=None, description="When; now unless said. Not in the future.")


@strawberry.input(description="A consent that a client withdraws.")
class ClientConsentWithdrawInput(MutationInput):
    """Which consent, and what was said."""

    id: strawberry.ID = strawberry.field(description="The consent.")
    note: str | None = strawberry.field(
        default=None, description="What was said about the withdrawal; at most 1,000 characters."
    )


def known_details(given: ClientCreateInput | ClientPossibleDuplicatesInput) -> ClientDetails:
    """Answer the details that are stated: of a client that is not recorded yet, null states nothing."""
    stated = {name: value for name in FIELDS if (value := getattr(given, name, None)) is not None}
    return cast("ClientDetails", stated)


def changed_details(given: ClientUpdateInput) -> ClientDetails:
    """Answer the details that are stated; None where one is to be taken away."""
    maybes: dict[str, Any] = {name: getattr(given, name) for name in FIELDS}
    return cast("ClientDetails", {name: maybe.value for name, maybe in maybes.items() if maybe is not None})
