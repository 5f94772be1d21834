"""A centre with an advisor, a client and a case, for appointments; a database of its own for tests that race."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.appointments.models import AppointmentType, MeetingMode
from cma_graphql.domain.appointments.services.booking import book_appointment
from domain.casework.conftest import arena
from support.acting import Acting
from support.appointments import at_london, working_day
from support.data import Data

__all__ = ["arena"]


@dataclass
class Desk:
    """Where appointments are made."""

    data: Data
    acting: Acting
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID
    case: UUID

    async def book(self, clock: str = "10:00", as_: Actor | None = None, **given: Any) -> UUID:
        """Book an appointment of the case on the next working day, as its advisor unless said."""
        values: dict[str, Any] = {
            "start": at_london(working_day(), clock),
            "appointment_type": AppointmentType.ADVICE,
            "meeting_mode": MeetingMode.PHONE,
            **given,
        }
        if "client_id" not in values:
            values.setdefault("case_id", self.case)
        key: UUID = await self.acting(as_ or self.advisor, book_appointment, **values)
        return key

    async def row(self, appointment_id: UUID) -> dict[str, Any]:
        """Answer an appointment's row."""
        row = await self.acting.rows.fetchrow("SELECT * FROM appointments WHERE id = $1", appointment_id)
        assert row is not None
        return dict(row)


@pytest.fixture
async def desk(data: Data, acting: Acting) -> Desk:
    """Set the scene."""
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    case = await data.a_case(centre, client_id=client, advisor=advisor)
    return Desk(data, acting, centre, await data.a_member(centre, Role.CENTRE_MANAGER), advisor, client, case)
