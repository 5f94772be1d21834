"""What a demonstration case is about: a household, debts, belongings and a budget, by the acts that record them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.demo.budgets import make_budget
from cma_graphql.demo.debts import PlausibleDebt, debt_of_every_type, make_debts, pounds
from cma_graphql.domain.assets.details import AssetDetails
from cma_graphql.domain.assets.models import AssetType, ValuationBasis
from cma_graphql.domain.assets.services import add_asset
from cma_graphql.domain.budgets.models import BudgetSheet, SheetType, VerificationStatus
from cma_graphql.domain.budgets.services.confirm import confirm_sheet
from cma_graphql.domain.budgets.services.lines import set_lines
from cma_graphql.domain.budgets.services.sheets import begin_sheet
from cma_graphql.domain.budgets.services.steps import submit_sheet
from cma_graphql.domain.budgets.services.verify import verify_sheet
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.domain.debts.details import DebtDetails
from cma_graphql.domain.debts.kinds import EnforcementStage, Liability
from cma_graphql.domain.debts.selectors import debt_types
from cma_graphql.domain.debts.services.add import add_debt
from cma_graphql.domain.debts.services.reassign import reassign_debt
from cma_graphql.domain.households.details import HouseholdDetails
from cma_graphql.domain.households.member_details import MemberDetails
from cma_graphql.domain.households.models import HouseholdRelationship, HousingTenure
from cma_graphql.domain.households.services import add_household_member, record_household
from cma_graphql.persistence.unit_of_work import UnitOfWork

_MOST_DEBTS = 6


@dataclass(slots=True)
class Finances:
    """Makes them for the cases of one centre."""

    random: Random
    creditors: Mapping[str, UUID]
    """The centre's creditors by their codes in the register."""
    every_type: Iterator[PlausibleDebt] = field(init=False)

    def __post_init__(self) -> None:
        """Have a debt of every type ready: the centre's cases share them out."""
        self.every_type = self._of_every_type()

    def _of_every_type(self) -> Iterator[PlausibleDebt]:
        """Make them on the day of the first case, which is the oldest."""
        yield from debt_of_every_type(self.random, today=today())

    async def record_household(self, uow: UnitOfWork, client_id: UUID, last_name: str) -> None:
        """Record a client's household, with a partner and children where there are some."""
        partner, children = self.random.random() < 1 / 3, self.random.choice((0, 0, 1, 2, 3))
        household_id = await record_household(
            uow,
            client_id=client_id,
            details=HouseholdDetails(
                tenure=self.random.choice([tenure for tenure in HousingTenure if tenure is not HousingTenure.OTHER]),
                children_under_16=children,
                vehicles=self.random.choice((0, 0, 1)),
                joint_application=partner and self.random.random() < 1 / 2,
            ),
        )
        people = [("Sam", HouseholdRelationship.PARTNER, 35)] if partner else []
        people += [
            (name, HouseholdRelationship.CHILD, 4 * number)
            for number, name in enumerate(("Mia", "Leo", "Ava")[:children], 1)
        ]
        for first_name, relationship, age in people:
            member = MemberDetails(
                first_name=first_name,
                last_name=last_name,
                relationship=relationship,
                date_of_birth=today() - timedelta(days=age * 366 + self.random.randint(0, 300)),
                dependant=relationship is HouseholdRelationship.CHILD,
                financially_linked=relationship is HouseholdRelationship.PARTNER,
            )
            await add_household_member(uow, household_id=household_id, details=member)

    async def record(self, uow: UnitOfWork, case_id: UUID) -> None:
        """Record what a case's client owes, owns, earns and spends."""
        debts = list(make_debts(self.random, self.random.randint(1, _MOST_DEBTS), joint=True, today=today()))
        debts += [debt for debt in [next(self.every_type, None)] if debt is not None]
        kinds = {row["code"]: row["key"] for row in await debt_types(uow)}
        for debt in debts:
            await self._add(uow, case_id, kinds, debt)
        if self.random.random() < 1 / 3:
            await add_asset(uow, case_id=case_id, details=self._vehicle())
        await self._budget(uow, case_id)

    async def _add(self, uow: UnitOfWork, case_id: UUID, kinds: Mapping[str, UUID], debt: PlausibleDebt) -> None:
        judged = DebtDetails(judgment_on=debt.judgment_on, judgment_amount=debt.balance)
        due = DebtDetails(next_action="Ask for a hold on action.", next_action_on=today() + timedelta(days=14))
        urgent = debt.enforcement_stage is not EnforcementStage.NONE
        debt_id = await add_debt(
            uow,
            case_id=case_id,
            debt_type_id=kinds[debt.type_code],
            creditor_id=self.creditors[debt.creditor_code],
            current_balance=debt.balance,
            details={
                "original_balance": debt.original_balance,
                "monthly_payment": debt.monthly_payment,
                "arrears": debt.arrears,
                "interest_rate": debt.interest_rate,
                "account_number": debt.account_number,
                "liability": debt.liability,
                "joint_party_name": "The client's former partner" if debt.liability is Liability.JOINT else None,
                "incurred_on": debt.incurred_on,
                "enforcement_stage": debt.enforcement_stage,
                **(judged if debt.judgment_on else DebtDetails()),
                **(due if urgent else DebtDetails()),
            },
        )
        if debt.collector_code is not None:
            await reassign_debt(
                uow,
                debt_id=debt_id,
                version=1,
                creditor_id=self.creditors[debt.collector_code],
                held_from=today() - timedelta(days=60),
                reason="Passed on for collection.",
            )

    def _vehicle(self) -> AssetDetails:
        return AssetDetails(
            asset_type=AssetType.VEHICLE,
            description="Family car",
            estimated_value=pounds(self.random, 300, 6_000),
            valued_on=today(),
            valuation_basis=ValuationBasis.ONLINE_GUIDE,
            ownership_share=Decimal(100),
            domestic=True,
        )

    async def _budget(self, uow: UnitOfWork, case_id: UUID) -> None:
        lines = make_budget(self.random, children=self.random.choice((0, 0, 1, 2)))
        sheet_id = await begin_sheet(
            uow,
            case_id=case_id,
            details={
                "sheet_type": SheetType.INITIAL,
                "statement_date": today(),
                "asset_use_considered": True,
                "savings_considered": True,
            },
        )

        async def version() -> int:
            return (await uow.get(BudgetSheet, sheet_id)).version

        await set_lines(
            uow,
            sheet_id=sheet_id,
            version=await version(),
            lines=[{"code": line.code, "amount": line.amount, "frequency": line.frequency} for line in lines],
        )
        if self.random.random() < 1 / 4:
            return  # still a draft
        await submit_sheet(uow, sheet_id=sheet_id, version=await version())
        await verify_sheet(uow, sheet_id=sheet_id, version=await version(), verification=VerificationStatus.VERIFIED)
        await confirm_sheet(
            uow,
            sheet_id=sheet_id,
            version=await version(),
            channel=ConsentChannel.IN_PERSON,
            consent_to_send=True,
        )
