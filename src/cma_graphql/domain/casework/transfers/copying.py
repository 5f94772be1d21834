"""Makes the records of a transferred case at the centre that takes it on: new ones, which say where they come from."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from cma_graphql.core.clock import now, today
from cma_graphql.core.events import Audience
from cma_graphql.core.formats.codes import client_reference, format_case_number
from cma_graphql.core.ids import new_id
from cma_graphql.domain.assets.events import AssetAdded
from cma_graphql.domain.assets.models import Asset
from cma_graphql.domain.budgets.events import BudgetSheetBegun
from cma_graphql.domain.budgets.models import BudgetLine, BudgetSheet, SheetStatus, VerificationStatus
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.cases.parts import tell_audience
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.casework.transfers.reading import GoingOver
from cma_graphql.domain.casework.transfers.work import copy_work
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.services.create import add_clients, new_client
from cma_graphql.domain.compliance.services.begin import begin_checklists
from cma_graphql.domain.creditors.services import settle_creditor
from cma_graphql.domain.debts.account_number import account_number_index
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.debts.selectors import debt_types
from cma_graphql.domain.debts.services.add import add_debts
from cma_graphql.domain.households.events import HouseholdRecorded
from cma_graphql.domain.households.models import Household, HouseholdMember
from cma_graphql.domain.households.parts import tell_of_household
from cma_graphql.domain.households.selectors import households_of_clients
from cma_graphql.domain.referrals.events import ReferralCompleted
from cma_graphql.domain.referrals.models import ReferralOutcome, ReferralState
from cma_graphql.domain.referrals.telling import Taken, audience_without_case, lock_referral, tell
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_USUAL_TYPE = "DEBT_ADVICE"
_OF_A_CASE = (
    "title",
    "description",
    "summary",
    "tags",
    "category",
    "stage",
    "priority",
    "complexity",
    "risk_level",
    "restricted",
    "compliance_required",
    "legal_review_required",
    "estimated_value",
    "billing_method",
)
_NOT_OF_THE_COPY = frozenset(
    {"key", "case_id", "client_id", "created_at", "created_by", "updated_at", "updated_by", "version"}
)
_OF_A_SHEET = ("scheme", "scheme_version", "statement_date", "sheet_type", "joint_application", "notes")
_OF_A_LINE = ("code", "entry", "description", "amount", "frequency", "monthly_amount", "note")


async def copy_over(uow: UnitOfWork, *, referral_id: UUID, given: GoingOver) -> None:
    """Make the client, unless one was named, the case and its parts, and complete the transfer here.

    The case is new and nobody's, its statement a draft: what was confirmed or verified has to be so anew, and the
    client consents to advice here. Once it is done, doing it again does nothing.
    """
    referral = await lock_referral(uow, referral_id)
    if referral.state != ReferralState.ACCEPTED:
        return
    before = audience_without_case(referral.party)
    if referral.client_id is not None:
        await uow.lock(Client, referral.client_id)
    client_id = referral.client_id or await _client(uow, given)
    client = await uow.get(Client, client_id)
    await _household(uow, client, given)
    case = await _case(uow, client_id, given)
    debts = await _debts(uow, case, given)
    await _assets(uow, case, debts, given)
    await _sheet(uow, case, given)
    await copy_work(uow, case, given.work)
    await begin_checklists(uow, case)
    at = now()
    changes = uow.change(
        referral,
        state=ReferralState.COMPLETED.value,
        outcome=ReferralOutcome.TAKEN_ON.value,
        case_id=case.id,
        client_id=client_id,
        other_reference=given.reference,
        ended_at=at,
    )
    await tell(uow, ReferralCompleted, Taken(referral, case), changes, before=before)


async def _client(uow: UnitOfWork, given: GoingOver) -> UUID:
    (centre,) = await centres_by_id(uow, [uow.actor.centre_id])
    if centre is None:
        raise LookupError("the actor's centre is not there")
    sequence = await uow.next_number("client")
    client = await new_client(
        uow, given.person, reference=client_reference(centre_code=centre["code"], sequence=sequence)
    )
    await add_clients(uow, [client])
    return client.id


async def _household(uow: UnitOfWork, client: Client, given: GoingOver) -> None:
    """Copy the household, unless the client was known here with one."""
    (there,) = await households_of_clients(uow, [client.id])
    if given.household is None or there is not None:
        return
    household = Household(id=new_id(), client_id=client.id, **_columns(given.household))
    changes = uow.add(household)
    await uow.flush()
    for row, born in given.members:
        member = HouseholdMember(
            id=new_id(),
            household_id=household.id,
            client_id=client.id,
            **_columns(row, without=("household_id", "sealed_date_of_birth")),
        )
        member.date_of_birth = await uow.seal(member, "date_of_birth", born)
        uow.add_lines([member])
    await tell_of_household(uow, HouseholdRecorded, client, household, changes, new=True)


async def _case(uow: UnitOfWork, client_id: UUID, given: GoingOver) -> Case:
    kinds = {row["code"]: row["key"] for row in await case_types(uow)}
    day = today()
    case = Case(
        id=new_id(),
        client_id=client_id,
        case_type_id=kinds.get(given.case_type, kinds[_USUAL_TYPE]),
        status=CaseStatus.NEW.value,
        opened_on=day,
        case_number=format_case_number(year=day.year, sequence=await uow.next_number(f"case:{day.year}")),
        **{name: given.case[name] for name in _OF_A_CASE},
    )
    await cases.add_case(uow, case)
    return case


async def _debts(uow: UnitOfWork, case: Case, given: GoingOver) -> dict[UUID, UUID]:
    """Copy the debts as they stand; answer the copies' keys by those of the originals."""
    types = {row["code"]: row for row in await debt_types(uow)}
    creditors = {key: await settle_creditor(uow, row) for key, row in sorted(given.creditors.items())}
    copies: dict[UUID, UUID] = {}
    made: list[tuple[Debt, Audience]] = []
    for row, number in given.debts:
        original = given.debt_types[row["debt_type_id"]]
        debt = Debt(
            id=new_id(),
            case_id=case.id,
            client_id=case.client_id,
            **{
                **_columns(row, without=("sealed_account_number",)),
                "debt_type_id": _kind(types, original)["key"],
                "creditor_id": creditors[row["creditor_id"]],
                "collector_id": None if row["collector_id"] is None else creditors[row["collector_id"]],
                "due_key": row["next_action_on"] or date.max,
            },
        )
        if number is not None:
            debt.account_number = await uow.seal(debt, "account_number", number)
            debt.account_number_index = account_number_index(uow.keys.vault, uow.actor.centre_id, number)
        copies[row["key"]] = debt.id
        made.append((debt, cases.audience_of_new(case)))
    await add_debts(uow, made)
    return copies


def _kind(types: Mapping[str, Record], original: Record) -> Record:
    """Answer this centre's type of the same code; of a type that only the other centre had, one of its priority."""
    if original["code"] in types:
        return types[original["code"]]
    alike = [row for row in types.values() if row["default_priority"] == original["default_priority"]]
    return alike[0] if alike else next(iter(types.values()))


async def _assets(uow: UnitOfWork, case: Case, debts: Mapping[UUID, UUID], given: GoingOver) -> None:
    for row in given.assets:
        secured = row["secured_debt_id"]
        asset = Asset(
            id=new_id(),
            case_id=case.id,
            client_id=case.client_id,
            **{**_columns(row), "secured_debt_id": None if secured is None else debts.get(secured)},
        )
        changes = uow.add(asset)
        await uow.flush()
        tell_audience(
            uow,
            cases.audience_of_new(case),
            AssetAdded,
            asset,
            changes,
            case_id=case.id,
            client_id=case.client_id,
            new=True,
        )


async def _sheet(uow: UnitOfWork, case: Case, given: GoingOver) -> None:
    if given.sheet is None:
        return
    place: dict[str, Any] = {"case_id": case.id, "client_id": case.client_id}
    sheet = BudgetSheet(
        id=new_id(),
        number=1,
        status=SheetStatus.DRAFT.value,
        asset_use_considered=False,
        savings_considered=False,
        began_in_portal=False,
        verification_status=VerificationStatus.UNVERIFIED.value,
        **place,
        **{name: given.sheet[name] for name in _OF_A_SHEET},
    )
    changes = uow.add(sheet)
    await uow.flush()
    uow.add_lines(
        BudgetLine(id=new_id(), sheet_id=sheet.id, verified=False, **place, **{name: line[name] for name in _OF_A_LINE})
        for line in given.lines
    )
    await uow.flush()
    tell_audience(uow, cases.audience_of_new(case), BudgetSheetBegun, sheet, changes, **place, new=True)


def _columns(row: Record, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Answer what a copy takes over of a record as it is."""
    return {name: value for name, value in row.items() if name not in _NOT_OF_THE_COPY and name not in without}
