"""One case that has something of every kind, made by the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.domain.saved_filters.models import FilteredList
from cma_graphql.domain.saved_filters.services import save_filter
from cma_graphql.persistence.writing import unit_of_work
from support.appointments import fill_appointments
from support.assets import fill_assets
from support.budgets import fill_budgets
from support.compliance import fill_compliance
from support.data import Data
from support.debts import fill_debts
from support.documents import fill_documents
from support.households import fill_households
from support.imports import an_import
from support.jobs import a_dead_job
from support.notes import fill_notes
from support.outcomes import fill_outcomes
from support.referrals import fill_referrals
from support.stages import fill_workflow

MARK = "Aardvark"
"""Stands in every text of it, and before all other names."""
_KINDS = {
    "case": "SELECT id FROM cases WHERE centre_id = $1 AND id = $2",
    "client": "SELECT client_id FROM cases WHERE centre_id = $1 AND id = $2",
    "debt": "SELECT id FROM debts WHERE centre_id = $1 AND case_id = $2",
    "creditor": "SELECT creditor_id FROM debts WHERE centre_id = $1 AND case_id = $2",
    "document": "SELECT document_id FROM document_debts d JOIN debts e ON e.centre_id = d.centre_id "
    "AND e.id = d.debt_id WHERE d.centre_id = $1 AND e.case_id = $2",
    "budgetsheet": "SELECT id FROM budget_sheets WHERE centre_id = $1 AND case_id = $2 ORDER BY number DESC",
    "outcome": "SELECT id FROM outcomes WHERE centre_id = $1 AND case_id = $2",
    "workflowstage": "SELECT id FROM case_stages WHERE centre_id = $1 AND case_id = $2 ORDER BY position",
    "approval": "SELECT id FROM approvals WHERE centre_id = $1 AND case_id = $2",
    "appointment": "SELECT id FROM appointments WHERE centre_id = $1 AND case_id = $2",
    "appointmentrequest": "SELECT id FROM appointment_requests WHERE centre_id = $1 AND case_id = $2",
    "note": "SELECT id FROM notes WHERE centre_id = $1 AND case_id = $2",
    "task": "SELECT id FROM tasks WHERE centre_id = $1 AND case_id = $2",
    "referral": "SELECT id FROM referrals WHERE centre_id = $1 AND case_id = $2 AND state = 'DRAFT'",
    "casetype": "SELECT case_type_id FROM cases WHERE centre_id = $1 AND id = $2",
    "casetemplateversion": "SELECT template_version_id FROM case_workflows WHERE centre_id = $1 AND case_id = $2",
    "casetemplate": "SELECT v.template_id FROM case_workflows w JOIN case_template_versions v "
    "ON v.centre_id = w.centre_id AND v.id = w.template_version_id WHERE w.centre_id = $1 AND w.case_id = $2",
    "notetemplate": "SELECT t.id FROM note_templates t JOIN notes n ON n.centre_id = t.centre_id "
    "WHERE t.centre_id = $1 AND n.case_id = $2",
    "casecompliance": "SELECT id FROM case_compliance WHERE centre_id = $1 AND case_id = $2",
}


@dataclass(frozen=True, slots=True)
class FullCase:
    """The case, and an id of each kind of record that belongs to it, by their prefixes."""

    ids: Mapping[str, str]
    sheets: tuple[str, str]
    """The ids of its two budgets, the older first."""


async def a_full_case(data: Data, manager: Actor, advisor: Actor, team: UUID) -> FullCase:
    """Make a case with a household, debts with what was paid, assets, budgets, documents and a checklist begun."""
    centre = manager.centre_id
    assert centre is not None
    client = await data.a_client(centre, first_name=MARK, last_name=MARK, national_insurance_number="AB123456C")
    await data.a_consent(centre, client)
    case = await data.a_case(
        centre,
        client_id=client,
        advisor=advisor,
        team_members=(manager,),
        team_id=team,
        title=f"{MARK} title",
        tags=[MARK.lower()],
    )
    cases = {"full": case}
    await fill_debts(data, centre, MARK, cases, manager)
    await fill_households(data, centre, {"full": client}, MARK)
    await fill_assets(data, centre, cases, MARK)
    await fill_outcomes(data, manager, [case], MARK)
    await fill_budgets(data, manager, [case], MARK)
    await fill_documents(data, centre, MARK, cases)
    await an_import(data, manager, MARK)
    world = SimpleNamespace(actors={"CENTRE_MANAGER": manager}, mark=MARK, centre=centre, cases=cases)
    await fill_compliance(data, world)
    await fill_workflow(data, world)
    await fill_appointments(data, world)
    await fill_notes(data, world)
    await fill_referrals(data, centre, cases, MARK)
    await a_dead_job(data, centre)
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await save_filter(uow, filtered_list=FilteredList.CASES, name=MARK, conditions="{}")
    owner = await asyncpg.connect(data.owner)
    try:
        found = {kind: await owner.fetchval(query, centre, case) for kind, query in _KINDS.items()}
        sheets = [row["id"] for row in await owner.fetch(_KINDS["budgetsheet"], centre, case)]
    finally:
        await owner.close()
    return FullCase(
        ids={kind: f"{kind}_{key.hex}" for kind, key in found.items()},
        sheets=(f"budgetsheet_{sheets[1].hex}", f"budgetsheet_{sheets[0].hex}"),
    )
