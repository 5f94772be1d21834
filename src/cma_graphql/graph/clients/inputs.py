"""How lists of clients are filtered and ordered."""

from datetime import datetime
from enum import StrEnum

import strawberry

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.formats.nino import normalise_nino
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.domain.clients.services import NATIONAL_INSURANCE_PURPOSE
from cma_graphql.graph.context import Context
from cma_graphql.graph.enums import described


class ClientOrder(StrEnum):
    """The orders a list of clients can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    ClientOrder,
    "The orders a list of clients can be in.",
    {
        "NAME_ASC": "By family name, then given name.",
        "NAME_DESC": "By family name, the last first.",
        "CREATED_AT_ASC": "Oldest record first.",
        "CREATED_AT_DESC": "Newest record first.",
    },
)


@strawberry.input(description="Which clients to list: every condition given has to hold.")
class ClientFilter:
    """Conditions on clients."""

    name_starts_with: str | None = strawberry.field(
        default=None,
        description="The family name, or family and given name, beginning so; case and accents do not count.",
    )
    postcode_starts_with: str | None = strawberry.field(default=None, description="The postcode beginning so.")
    reference: str | None = strawberry.field(default=None, description="Having this client reference.")
    email: str | None = strawberry.field(default=None, description="Having this e-mail address.")
    birth_year: int | None = strawberry.field(default=None, description="Born in this year.")
    national_insurance_number: str | None = strawberry.field(
        default=None,
        description="Having this national insurance number. Needs `CLIENT_READ_IDENTITY` in the whole centre.",
    )
    created_from: datetime | None = strawberry.field(default=None, description="Recorded at this instant or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Recorded before this instant.")


def client_filters(context: Context, given: ClientFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; raise Invalid for malformed values, Forbidden for a sensitive one."""
    filters: dict[str, object] = {}
    if given is None:
        return filters
    if given.name_starts_with is not None:
        text = read_field("filter.name_starts_with", one_line, given.name_starts_with, max_length=200)
        filters["name_starts_with"] = name_key(text)
    if given.postcode_starts_with is not None:
        text = read_field("filter.postcode_starts_with", one_line, given.postcode_starts_with, max_length=10)
        filters["postcode_starts_with"] = postcode_key(text)
    if given.reference is not None:
        filters["reference"] = read_field("filter.reference", one_line, given.reference, max_length=40)
    if given.email is not None:
        filters["email"] = email_key(read_field("filter.email", normalise_email, given.email))
    if given.national_insurance_number is not None:
        # Finding by a sensitive value tells that value, so it takes the permission centre-wide (decision 19).
        if context.actor.reach(Permission.CLIENT_READ_IDENTITY) is not Reach.CENTRE:
            raise Forbidden(Permission.CLIENT_READ_IDENTITY.name)
        nino = read_field("filter.national_insurance_number", normalise_nino, given.national_insurance_number)
        filters["national_insurance_index"] = context.keys.vault.blind_index(
            context.actor.centre_id, NATIONAL_INSURANCE_PURPOSE, nino
        )
    for name in ("birth_year", "created_from", "created_before"):
        value = getattr(given, name)
        if value is not None:
            filters[name] = value
    return filters
