"""Whether the centre may know a person already, told without showing what the asker may not see (feature F2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.vault import Vault
from cma_graphql.domain.clients.derived import client_name_key, national_insurance_index
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.selectors import clients_by_id, lookalikes
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.unit_of_work import UnitOfWork


class PossibleDuplicate(Invalid):
    """The centre may know this person already."""

    def __init__(self, visible: Sequence[UUID], *, hidden: int) -> None:
        count = len(visible) + hidden
        found = "One client" if count == 1 else f"{count} clients"
        advice = (
            "Ask a manager, who sees those that you do not."
            if hidden
            else "Look before you record the person a second time."
        )
        super().__init__(
            "accept_possible_duplicate",
            "possible-duplicate",
            f"{found} of this centre may be the same person. {advice}",
            count=count,
        )
        self.visible = tuple(visible)
        """Those that the actor sees; of the others nothing is told but that they are there."""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Clients who may be the same person: those the actor sees, and how many others."""

    visible: Sequence[Record]
    hidden: int


async def possible_duplicates(reads: Reads, vault: Vault, kept: ClientDetails) -> Lookalikes:
    """Find the clients of the whole centre who may be the person with these details, as read."""
    signs = signs_of(vault, reads.actor.centre_id, kept)
    if not signs:
        return Lookalikes((), 0)
    rows = await reads.all(lookalikes, *sorted(signs), name_key=name_key_of(kept), **signs)
    found = [row["key"] for row in rows]
    seen = await clients_by_id(reads, found) if found and reads.actor.may(Permission.CLIENT_READ) else []
    visible = [record for record in seen if record is not None]
    return Lookalikes(visible, len(found) - len(visible))


async def refuse_possible_duplicate(uow: UnitOfWork, kept: ClientDetails) -> None:
    """Raise PossibleDuplicate where the centre may know the person already."""
    found = await possible_duplicates(uow, uow.keys.vault, kept)
    if found.visible or found.hidden:
        raise PossibleDuplicate([record["key"] for record in found.visible], hidden=found.hidden)


def name_key_of(kept: ClientDetails) -> str:
    """Answer the key of the name in these details; empty where there is none of letters."""
    first_name, last_name = kept.get("first_name"), kept.get("last_name")
    return client_name_key(first_name=first_name, last_name=last_name) if first_name and last_name else ""


def signs_of(vault: Vault, centre_id: UUID, kept: ClientDetails) -> dict[str, object]:
    """Answer the values to look for. A name of no letters is nobody's sign."""
    signs: dict[str, object] = {}
    if name_key_of(kept):
        if (born := kept.get("date_of_birth")) is not None:
            signs["birth_year"] = born.year
        if (postcode := kept.get("postcode")) is not None:
            signs["postcode_key"] = postcode_key(postcode)
    if (nino := kept.get("national_insurance_number")) is not None:
        signs["national_insurance_index"] = national_insurance_index(vault, centre_id, nino)
    if (email := kept.get("email")) is not None:
        signs["email_key"] = email_key(email)
    return signs
