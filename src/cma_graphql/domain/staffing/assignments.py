"""Keeps when a case was last given to somebody, so that of two who carry alike who has waited longer comes first."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam
from sqlalchemy.dialects.postgresql import insert

from cma_graphql.domain.staffing.models import AdvisorProfile
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.reads import Compiled, actor_parameters
from cma_graphql.persistence.transaction import compile_change
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def note_assignment(uow: UnitOfWork, user_id: UUID, at: datetime) -> None:
    """Keep that somebody, whose membership is locked, is given a case; nobody is told of that by itself."""
    await uow.flush()
    statement = _noting()
    await uow.connection.execute(
        statement.text, statement.arguments({**actor_parameters(uow.actor), "noted_user": user_id, "noted_at": at})
    )


@cache
def _noting() -> Compiled:
    at: Any = bindparam("noted_at", type_=DateTime(timezone=True))
    return compile_change(
        insert(AdvisorProfile)
        .values(
            centre_id=ACTOR_CENTRE,
            user_id=bindparam("noted_user", type_=Uuid()),
            accepts_new_cases=True,
            skills=[],
            languages=[],
            last_assigned_at=at,
            created_at=at,
            created_by=ACTOR_USER,
            updated_at=at,
            updated_by=ACTOR_USER,
        )
        .on_conflict_do_update(index_elements=["centre_id", "user_id"], set_={"last_assigned_at": at})
    )
