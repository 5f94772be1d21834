"""How lists of clients are filtered."""

from datetime import datetime

import strawberry

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.formats.nino import normalise_nino
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.domain.clients.derived import national_insurance_index
from cma_graphql.graph.context import Context


@strawberry.input(description="Which clients to list: every condition given has to hold; null is none.")
class ClientFilter:
    """Conditions on clients."""

    name_starts_with: str | None = strawberry.field(
        default=None,
        description="The family name, or family and given name, beginning so; case and accents do not count.",
    )
    postcode_starts_with: str | None = strawberry.field(
        default=None, description="The postcode beginning so; case and spaces do not count."
    )
    reference: str | None = strawberry.field(default=None, description="Having this client reference: LEEDS1-C-42.")
    email: str | None = strawberry.field(default=None, description="Having this e-mail address.")
    birth_year: int | None = strawberry.field(default=None, description="Born in this year.")
    national_insurance_number: str | None = strawberry.field(
        default=None,
        description="Having this national insurance number, whatever its last letter. Needs `CLIENT_READ_IDENTITY` "
        "in the whole centre.",
    )
    created_from: datetime | None = strawberry.field(default=None, description="Recorded at this instant or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Recorded before this instant.")


def client_filters(context: Context, given: ClientFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; raise Invalid for malformed values, Forbidden for a sensitive one."""
    filters: dict[str, object] = {}
    if given is None:
        return filters
    if given.name_starts_with is not None:
        field = "filter.name_starts_with"
        text = read_field(field, one_line, given.name_starts_with, max_length=200)
        filters["name_starts_with"] = _prefix(field, name_key(text))
    if given.postcode_starts_with is not None:
        field = "filter.postcode_starts_with"
        text = read_field(field, one_line, given.postcode_starts_with, max_length=10)
        filters["postcode_starts_with"] = _prefix(field, postcode_key(text))
    if given.reference is not None:
        filters["reference"] = read_field("filter.reference", one_line, given.reference, max_length=40).upper()
    if given.email is not None:
        filters["email"] = email_key(read_field("filter.email", normalise_email, given.email))
    if given.national_insurance_number is not None:
        filters["national_insurance_index"] = _national_insurance(context, given.national_insurance_number)
    for name in ("birth_year", "created_from", "created_before"):
        value = getattr(given, name)
        if value is not None:
            filters[name] = value
    return filters


def _prefix(field: str, key: str) -> str:
    """Refuse the beginning of which nothing is left: every client would match it."""
    if not key:
        raise Invalid(field, "blank", "Write at least one letter or digit.", minimum=1)
    return key


def _national_insurance(context: Context, text: str) -> bytes:
    """Answer the blind index: finding by a sensitive value tells it, so that takes the whole centre (decision 19)."""
    if context.actor.reach(Permission.CLIENT_READ_IDENTITY) is not Reach.CENTRE:
        raise Forbidden(Permission.CLIENT_READ_IDENTITY.name)
    nino = read_field("filter.national_insurance_number", normalise_nino, text)
    context.seen_fields.add("clients.national_insurance_number")
    return national_insurance_index(context.keys.vault, context.actor.centre_id, nino)
