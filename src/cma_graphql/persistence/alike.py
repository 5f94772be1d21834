"""Changes many locked records alike, by one statement however many they are."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, literal
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import any_

from cma_graphql.core.clock import now
from cma_graphql.core.events import Change, Changes
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.unit_of_work import UnitOfWork, publicity_of

R = TypeVar("R", bound=CentreRow)


async def change_alike(uow: UnitOfWork, rows: Sequence[R], **values: object) -> list[tuple[R, Changes]]:
    """Set the same columns of several locked records of one table; answer those that changed, and what of each.

    They count their versions (`Tracked`). It does what `change` and `flush` do for one.
    """
    changed = [(row, _changes(row, values)) for row in rows]
    changed = [(row, changes) for row, changes in changed if changes]
    if not changed:
        return []
    entity: Any = type(changed[0][0])
    said = {**values, "updated_at": now(), "updated_by": uow.actor.user_id}
    keys: list[UUID] = [row.id for row, _ in changed]
    written = await uow.run_update(
        entity, entity.id == any_(literal(keys, ARRAY(Uuid()))), **said, version=entity.version + 1
    )
    if written != len(changed):
        raise TryAgain  # some are out of sight since they were loaded
    for row, _ in changed:
        tracked: Any = row
        for name, value in {**said, "version": tracked.version + 1}.items():
            set_committed_value(row, name, value)
    return changed


def _changes(row: CentreRow, values: dict[str, object]) -> Changes:
    return {
        name: Change(old, value, publicity_of(row, name))
        for name, value in values.items()
        if (old := getattr(row, name)) != value
    }
