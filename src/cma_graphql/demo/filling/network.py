"""Fills twenty centres with a caseload of any size, for measurements; the first holds half of it.

The rows are written without the services: they have no trail and no events, but every rule of the tables holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import asyncpg

from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.core.passwords import hash_password
from cma_graphql.demo.filling.appointments import fill_appointments
from cma_graphql.demo.filling.budgets import fill_budgets
from cma_graphql.demo.filling.caseload import FilledCase, fill_caseload, opening_days
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.compliance import fill_compliance
from cma_graphql.demo.filling.debts import fill_debts
from cma_graphql.demo.filling.documents import fill_documents
from cma_graphql.demo.filling.households import fill_households
from cma_graphql.demo.filling.notes import fill_notes
from cma_graphql.demo.filling.outcomes import fill_outcomes
from cma_graphql.demo.filling.referrals import fill_referrals
from cma_graphql.demo.filling.rows import Rows
from cma_graphql.demo.filling.staffing import CAPACITY, fill_staffing
from cma_graphql.demo.filling.stages import fill_stages
from cma_graphql.demo.network import PASSWORD
from cma_graphql.demo.people import PLACES
from cma_graphql.demo.progress import Progress
from cma_graphql.demo.staff import CentrePlan, StaffMaker, centre_exists
from cma_graphql.domain.case_templates.selectors import default_course
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.centres.models import OrganisationType
from cma_graphql.domain.compliance.applicable import lacking
from cma_graphql.domain.debts.selectors import debt_types
from cma_graphql.domain.notes.selectors import categories_in_order
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reindexing import reindex

CENTRES = 20
_AT_A_TIME = 1_000
_CASES_OF_AN_ADVISOR = 600
"""Over six years; about a sixth of them are at work."""
_TEAMS = ("Money", "Housing", "Outreach", "Court", "Specialist", "Telephone")

Part = Callable[[Rows, FilledCentre, Random, Sequence[FilledCase]], None]
"""Gathers what hangs on these cases in one room."""
PARTS: tuple[Part, ...] = (
    fill_households,
    fill_debts,
    fill_budgets,
    fill_documents,
    fill_compliance,
    fill_outcomes,
    fill_stages,
    fill_notes,
    fill_appointments,
    fill_referrals,
)


@dataclass(slots=True)
class NetworkFiller:
    """Fills one database."""

    database: Database
    keys: CentreKeys
    owner: str
    random: Random

    async def fill(self, cases: int, progress: Progress) -> None:
        """Make twenty centres and so many cases in all."""
        staff = StaffMaker(self.database, self.keys, self.owner, self.random, await hash_password(PASSWORD))
        shares = _shares(cases)
        connection = await asyncpg.connect(self.owner)
        try:
            for number, share in enumerate(shares, start=1):
                centre = await self._centre(staff, number, share)
                await self._fill(connection, centre, share, progress)
        finally:
            await connection.close()
        await reindex(self.owner)  # not what lacks words alone: a demonstration network stands beside

    async def is_filled(self) -> bool:
        """Tell whether it has been done before."""
        return await centre_exists(self.owner, _code(1))

    def sign_in_lines(self) -> list[str]:
        """Tell who can sign in at the largest of the centres."""
        domain = f"{_code(1).lower()}.example.org"
        return [
            f"  {'CENTRE_MANAGER':20} manager@{domain}",
            f"  {'ADVISOR':20} advisor1@{domain}",
            f"  {'TRAINEE':20} trainee@{domain}",
        ]

    async def _fill(
        self, connection: "asyncpg.Connection[asyncpg.Record]", centre: FilledCentre, cases: int, progress: Progress
    ) -> None:
        days = iter(opening_days(self.random, cases))
        while True:
            rows = Rows()
            made = fill_caseload(rows, centre, self.random, days, _AT_A_TIME)
            if not made:
                break
            for part in PARTS:
                part(rows, centre, self.random, made)
            await rows.write(connection)
            progress.advance(len(made))
        rows = Rows()
        fill_staffing(rows, centre, self.random)
        centre.keep_numbers(rows)
        await rows.write(connection)

    async def _centre(self, staff: StaffMaker, number: int, cases: int) -> FilledCentre:
        place = PLACES[number % len(PLACES)]
        plan = CentrePlan(f"{place[0]} Advice {number}", _code(number), OrganisationType.INDEPENDENT_CHARITY, place)
        centre_id = await staff.centre(plan)
        manager = await staff.member(centre_id, f"manager@{plan.domain}", Role.CENTRE_MANAGER)
        for role in (Role.COMPLIANCE_OFFICER, Role.AUDITOR):
            await staff.member(centre_id, f"{role.value.lower()}@{plan.domain}", role)
        trainee = await staff.member(centre_id, f"trainee@{plan.domain}", Role.TRAINEE, capacity_points=CAPACITY)
        advisors = [
            trainee,
            *[
                await staff.member(centre_id, f"advisor{index}@{plan.domain}", Role.ADVISOR, capacity_points=CAPACITY)
                for index in range(1, max(2, cases // _CASES_OF_AN_ADVISOR) + 1)
            ],
        ]
        teams = [await staff.team(manager, name, advisors[index :: len(_TEAMS)]) for index, name in enumerate(_TEAMS)]
        async with self.database.read(system_of(centre_id)) as reader:
            kinds = [row["key"] for row in await case_types(reader)]
            debts = {row["code"]: row for row in await debt_types(reader)}
            asked = {key: await lacking(reader, Case(id=new_id(), case_type_id=key), today()) for key in kinds}
            course = await default_course(reader, kinds[0])
            categories = [row["key"] for row in await reader.all(categories_in_order) if not row["legal"]]
            ring = await self.keys.of(reader)
        return FilledCentre(
            centre_id=centre_id,
            code=plan.code,
            place=place,
            manager=manager,
            advisors=advisors,
            teams=teams,
            case_types=kinds,
            debt_types=debts,
            creditors=await staff.creditors(manager),
            requirements=asked,
            course=course,
            note_categories=categories,
            ring=ring,
            vault=self.keys.vault,
        )


def _code(number: int) -> str:
    return f"FILL{number:02d}"


def _shares(cases: int) -> list[int]:
    """Answer how many cases each centre has: half of them the first, the others ever fewer, at least one each."""
    weights = [1 / rank for rank in range(1, CENTRES)]
    rest = cases - cases // 2
    others = [max(1, int(rest * weight / sum(weights))) for weight in weights]
    return [max(1, cases - sum(others)), *others]
