"""Columns of a client that follow from others: search keys, the blind index, the year of birth, sealed values."""

from datetime import date
from uuid import UUID

from cma_graphql.core.events import Changes
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.formats.text import name_key
from cma_graphql.core.vault import Vault
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.models import Client
from cma_graphql.persistence.unit_of_work import UnitOfWork

NATIONAL_INSURANCE_PURPOSE = "clients.national_insurance_number"
"""What the blind index of national insurance numbers is keyed for."""
_WITHOUT_SUFFIX = 8
_FOLLOWING = frozenset({"name_key", "postcode_key", "email_key", "national_insurance_index"})
_SEALED = ("date_of_birth", "national_insurance_number", "safe_contact_note")


def client_name_key(*, first_name: str, last_name: str) -> str:
    """Return the key by which a client sorts and is found: family name, then given name."""
    return name_key(f"{last_name} {first_name}")


def national_insurance_index(vault: Vault, centre_id: UUID, nino: str) -> bytes:
    """Return the blind index of a normalised number, its suffix left out: it is often unknown, and names nobody."""
    return vault.blind_index(centre_id, NATIONAL_INSURANCE_PURPOSE, nino[:_WITHOUT_SUFFIX])


async def columns_of(uow: UnitOfWork, client: Client, kept: ClientDetails) -> dict[str, object]:
    """Answer the columns in which a client has to change for these details, as read, to be kept.

    A sensitive value that is the same as before is left as it is: sealed anew it would look like a change.
    """
    columns: dict[str, object] = {field: value for field, value in kept.items() if field not in _SEALED}
    for field in _SEALED:
        if field in kept:
            text = _written(kept.get(field))
            if text != await uow.unseal(client, field):
                columns |= await _sealed(uow, client, field, text)
    if "first_name" in kept or "last_name" in kept:
        first_name = kept.get("first_name") or client.first_name
        last_name = kept.get("last_name") or client.last_name
        columns["name_key"] = client_name_key(first_name=first_name, last_name=last_name)
    if "postcode" in kept:
        postcode = kept["postcode"]
        columns["postcode_key"] = None if postcode is None else postcode_key(postcode)
    if "email" in kept:
        email = kept["email"]
        columns["email_key"] = None if email is None else email_key(email)
    return columns


def told(changes: Changes) -> Changes:
    """Answer the changes that a person made: what merely follows from them would repeat names in the audit."""
    return {field: change for field, change in changes.items() if field not in _FOLLOWING}


def _written(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


async def _sealed(uow: UnitOfWork, client: Client, field: str, text: str | None) -> dict[str, object]:
    columns: dict[str, object] = {field: await uow.seal(client, field, text)}
    if field == "date_of_birth":
        columns["birth_year"] = None if text is None else date.fromisoformat(text).year
    if field == "national_insurance_number":
        columns["national_insurance_index"] = (
            None if text is None else national_insurance_index(uow.keys.vault, uow.actor.centre_id, text)
        )
    return columns
