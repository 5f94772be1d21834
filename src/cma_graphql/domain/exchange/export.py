"""Puts on record that a list is given out, before anything of it is (decision 48)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.events import Audience, Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.exchange.export_events import ListExported
from cma_graphql.persistence.unit_of_work import UnitOfWork

_PURPOSE = "list_exported.filters"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedList:
    """What is said of an export: nothing of it is what a caller wrote, but the operation's name."""

    name: str
    """The root field."""
    fields: Sequence[str]
    """The fields given out, as the schema names them: an alias may not hide what a column holds."""
    arguments: Sequence[str]
    """What the list was narrowed and ordered by, as the schema names it: `filter.status`."""
    filters: str
    """The arguments with their values, in one form. Only a keyed digest is kept: values may be names."""
    operation: str


async def record_export(uow: UnitOfWork, *, exported: ExportedList) -> UUID:
    """Note that the actor is given a list; answer the export's id. Raises Unauthenticated, Forbidden."""
    uow.actor.require(Permission.DATA_EXPORT)
    export_id = new_id()
    digest = uow.keys.vault.blind_index(uow.actor.centre_id, _PURPOSE, exported.filters)
    changes = {
        "list": Change(None, exported.name, Publicity.OPEN),
        "fields": Change(None, list(exported.fields), Publicity.OPEN),
        "arguments": Change(None, list(exported.arguments), Publicity.OPEN),
        "filters_digest": Change(None, digest.hex(), Publicity.OPEN),
        "operation": Change(None, exported.operation, Publicity.TEXT),
    }
    event = ListExported(subject_id=export_id, client_id=uow.actor.client_id)
    uow.record(event, changes=changes, after=Audience(user_ids=(uow.actor.user_id,), client_id=uow.actor.client_id))
    return export_id
