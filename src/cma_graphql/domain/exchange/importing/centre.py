"""What of a centre the lines of a file refer to: its types, people and teams, and clients whom it has already."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.formats.text import name_key
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import advice_consented_since
from cma_graphql.domain.debts.selectors import debt_types
from cma_graphql.domain.exchange.importing.outline import Outline
from cma_graphql.domain.exchange.importing.selectors import clients_called, staff_of_centre, teams_of_centre
from cma_graphql.domain.users.models import Membership, Team
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client whom the centre has already."""

    key: UUID
    consented: bool


@dataclass(frozen=True, slots=True)
class Centre:
    """What of the centre lines refer to."""

    code: str
    jurisdiction: Jurisdiction
    case_types: Mapping[str, Record]
    debt_types: Mapping[str, Record]
    staff: Mapping[str, Record]
    """By e-mail address, folded."""
    teams: Mapping[str, UUID]
    """By name, folded."""
    clients: Mapping[str, KnownClient]
    """Those that the file's cases name and the file does not hold, by present or former reference."""


async def look_at_centre(reads: Reads, outline: Outline) -> Centre:
    """Read what the lines of a file refer to, by six statements, and two for each 5,000 clients named."""
    (centre,) = await centres_by_id(reads, [reads.actor.centre_id])
    if centre is None:
        raise LookupError("the actor's centre is not there")
    return Centre(
        code=centre["code"],
        jurisdiction=Jurisdiction(centre["jurisdiction"]),
        case_types={row["code"]: row for row in await case_types(reads)},
        debt_types={row["code"]: row for row in await debt_types(reads)},
        staff={email_key(row["email"]): row for row in await reads.all(staff_of_centre)},
        teams={row["name_key"]: row["key"] for row in await reads.all(teams_of_centre)},
        clients=await _known_clients(reads, outline),
    )


async def _known_clients(reads: Reads, outline: Outline) -> dict[str, KnownClient]:
    known: dict[str, KnownClient] = {}
    named = outline.outside
    for start in range(0, len(named), _AT_A_TIME):
        rows = await reads.all(clients_called, texts=named[start : start + _AT_A_TIME])
        found: dict[str, UUID] = {}
        for row in rows:  # present references come first, and count where somebody else was called so before
            found.setdefault(row["name"], row["key"])
        since = await advice_consented_since(reads, list(found.values()))
        for (name, key), consent in zip(found.items(), since, strict=True):
            known[name] = KnownClient(key, consent is not None)
    return known


async def lock_what_is_named(uow: UnitOfWork, outline: Outline, centre: Centre) -> None:
    """Keep clients, people and teams that a file's cases name from being deleted or deactivated meanwhile.

    The order is everybody's: tables by name, then records by id (decision 11).
    """
    await uow.lock_all(Client, sorted(known.key for known in centre.clients.values()))
    people = {_key_of(text) for text in outline.advisors}
    await uow.lock_all(Membership, sorted(row["key"] for key, row in centre.staff.items() if key in people))
    teams = {name_key(text) for text in outline.teams}
    await uow.lock_all(Team, sorted(key for name, key in centre.teams.items() if name in teams))


def _key_of(text: str) -> str:
    try:
        return email_key(normalise_email(text))
    except FormatError:
        return ""
