"""Every select of cases, their teams and history."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, Text, Uuid, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case, CaseStatusChange
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.clients.sight import case_keys_seen, own_case
from cma_graphql.domain.users.models import Membership
from cma_graphql.domain.users.selectors import MEMBERSHIP_COLUMNS
from cma_graphql.persistence.facets import Facet
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    grouped,
    live,
    of_centre,
    statement,
)
from cma_graphql.persistence.tagged import keys_of_any_tag, keys_of_every_tag

CASE_COLUMNS = (
    Case.id.label("key"),
    Case.case_number,
    Case.former_reference,
    Case.client_id,
    Case.case_type_id,
    Case.advisor_id,
    Case.team_id,
    Case.title,
    Case.description,
    Case.summary,
    Case.tags,
    Case.category,
    Case.status,
    Case.stage,
    Case.priority,
    Case.complexity,
    Case.risk_level,
    Case.restricted,
    Case.compliance_required,
    Case.legal_review_required,
    Case.estimated_value,
    Case.actual_cost,
    Case.billing_method,
    Case.opened_on,
    Case.assigned_at,
    Case.triage_reason,
    Case.triage_at,
    Case.next_review_at,
    Case.hold_reason,
    Case.resolved_at,
    Case.resolution_type,
    Case.resolution_summary,
    Case.satisfaction,
    Case.closed_on,
    Case.closure_reason,
    Case.closure_note,
    Case.referred_to,
    Case.cancellation_reason,
    Case.created_at,
    Case.created_by,
    Case.updated_at,
    Case.updated_by,
    Case.version,
)
DELETED_COLUMNS = (
    Case.id.label("key"),
    Case.case_number,
    Case.client_id,
    Case.title,
    Case.status,
    Case.deleted_at,
    Case.deleted_by,
    Case.version,
)

TAGS = bindparam("tag", type_=ARRAY(Text()))
EVERY_TAG = bindparam("every_tag", type_=ARRAY(Text()))
_CONDITIONS = {
    "status": Case.status == any_(bindparam("status", type_=ARRAY(Text()))),
    "priority": Case.priority == any_(bindparam("priority", type_=ARRAY(Text()))),
    "category": Case.category == any_(bindparam("category", type_=ARRAY(Text()))),
    "stage": Case.stage == any_(bindparam("stage", type_=ARRAY(Text()))),
    "risk_level": Case.risk_level == any_(bindparam("risk_level", type_=ARRAY(Text()))),
    "case_type": Case.case_type_id == any_(bindparam("case_type", type_=ARRAY(Uuid()))),
    "advisor": Case.advisor_id == any_(bindparam("advisor", type_=ARRAY(Uuid()))),
    "team": Case.team_id == any_(bindparam("team", type_=ARRAY(Uuid()))),
    "client": Case.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
    "tag": Case.tags.op("?|")(TAGS),
    "every_tag": Case.tags.op("?&")(EVERY_TAG),
    "unassigned": Case.advisor_id.is_(None),
    "triage": Case.advisor_id.is_(None) & Case.triage_at.is_not(None),
    "case_number": Case.case_number == bindparam("case_number", type_=Text()),
    "opened_from": Case.opened_on >= bindparam("opened_from", type_=Date()),
    "opened_until": Case.opened_on <= bindparam("opened_until", type_=Date()),
    "review_before": Case.next_review_at < bindparam("review_before", type_=DateTime(timezone=True)),
    "own": own_case(Case),
}
CASES = Listing(
    Case,
    columns=CASE_COLUMNS,
    orders={
        "CREATED_AT_ASC": Order((Case.created_at,)),
        "CREATED_AT_DESC": Order((Case.created_at,), descending=True),
        "OPENED_ON_ASC": Order((Case.opened_on,)),
        "OPENED_ON_DESC": Order((Case.opened_on,), descending=True),
        "CASE_NUMBER_ASC": Order((Case.case_number,)),
        "CASE_NUMBER_DESC": Order((Case.case_number,), descending=True),
    },
    conditions=_CONDITIONS,
    parents=("client_id", "advisor_id", "team_id", "case_type_id"),
    facets={
        "status": Facet(Case.status, own=("status",)),
        "priority": Facet(Case.priority, own=("priority",)),
        "advisor": Facet(Case.advisor_id, own=("advisor", "unassigned")),
        "tag": Facet(func.jsonb_array_elements_text(Case.tags, type_=Text()), own=("tag",)),
    },
    source=case_keys_seen,
    rare={
        "own": Rare(Case.id == any_(func.array(case_keys_seen(Sight.OWN).scalar_subquery()))),
        "case_type": Rare(_CONDITIONS["case_type"]),
        "opened_from": Rare(_CONDITIONS["opened_from"], Case.opened_on),
        "opened_until": Rare(_CONDITIONS["opened_until"], Case.opened_on),
        "triage": Rare(_CONDITIONS["triage"]),
        "review_before": Rare(_CONDITIONS["review_before"]),
        "tag": Rare(_CONDITIONS["tag"], keys=keys_of_any_tag(Case, TAGS)),
        "every_tag": Rare(_CONDITIONS["every_tag"], keys=keys_of_every_tag(Case, EVERY_TAG)),
    },
    merged={"advisor": Case.advisor_id, "status": Case.status, "team": Case.team_id},
    exact=("case_number", "client"),
)
DELETED_CASES = Listing(
    Case,
    columns=DELETED_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Case.deleted_at,), descending=True)},
    conditions={},
    deleted=True,
)


@statement
def cases_by_key(sight: Sight) -> AnySelect:
    """Select these cases."""
    return select(*CASE_COLUMNS).where(live(Case, sight), Case.id == any_(KEYS))


@statement
def deleted_cases_by_key(sight: Sight) -> AnySelect:
    """Select these cases, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Case, sight, deleted=True), Case.id == any_(KEYS))


@statement
def own_cases(sight: Sight) -> AnySelect:
    """Select which of these cases are the actor's own."""
    return select(Case.id.label("key")).where(live(Case, sight), Case.id == any_(KEYS), own_case(Case))


@statement
def team_by_case(sight: Sight) -> AnySelect:
    """Select the people on these cases' teams at present, by name."""
    return (
        select(CaseTeamMember.case_id, CaseTeamMember.added_at, CaseTeamMember.responsibility, *MEMBERSHIP_COLUMNS)
        .join(
            Membership,
            (Membership.centre_id == CaseTeamMember.centre_id) & (Membership.id == CaseTeamMember.user_id),
        )
        .where(
            live(CaseTeamMember, sight),
            live(Membership, sight),
            CaseTeamMember.removed_at.is_(None),
            CaseTeamMember.case_id == any_(KEYS),
        )
        .order_by(Membership.name_key, Membership.id)
    )


@statement
def status_history_by_case(sight: Sight) -> AnySelect:
    """Select the steps of these cases from state to state, oldest first."""
    return (
        select(
            CaseStatusChange.id.label("key"),
            CaseStatusChange.case_id,
            CaseStatusChange.from_status,
            CaseStatusChange.to_status,
            CaseStatusChange.reason,
            CaseStatusChange.changed_at,
            CaseStatusChange.changed_by,
        )
        .where(live(CaseStatusChange, sight), CaseStatusChange.case_id == any_(KEYS))
        .order_by(CaseStatusChange.changed_at, CaseStatusChange.id)
    )


@statement
def team_users_by_case(_sight: Sight) -> AnySelect:
    """Select who is on these cases' teams, whoever asks: an audience does not depend on who makes the change."""
    return select(CaseTeamMember.case_id, CaseTeamMember.user_id).where(
        of_centre(CaseTeamMember), CaseTeamMember.removed_at.is_(None), CaseTeamMember.case_id == any_(KEYS)
    )


@statement
def team_member_by_user(sight: Sight) -> AnySelect:
    """Select one person's present part in one case."""
    return select(CaseTeamMember.id.label("key")).where(
        live(CaseTeamMember, sight),
        CaseTeamMember.removed_at.is_(None),
        CaseTeamMember.case_id == bindparam("case_id", type_=Uuid()),
        CaseTeamMember.user_id == bindparam("user_id", type_=Uuid()),
    )


@statement
def latest_step_by_case(sight: Sight) -> AnySelect:
    """Select when these cases last went from one state to another."""
    return (
        select(CaseStatusChange.case_id, func.max(CaseStatusChange.changed_at).label("changed_at"))
        .where(live(CaseStatusChange, sight), CaseStatusChange.case_id == any_(KEYS))
        .group_by(CaseStatusChange.case_id)
    )


async def cases_by_id(reads: Reads, case_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these cases, in their order, None for those the actor does not see."""
    return await aligned(reads, cases_by_key, case_ids)


async def deleted_cases_by_id(reads: Reads, case_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these cases, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_cases_by_key, case_ids)


async def own_case_ids(reads: Reads, case_ids: Sequence[UUID]) -> set[UUID]:
    """Answer which of these cases are the actor's own, for permissions that reach no farther."""
    return {row["key"] for row in await reads.all(own_cases, keys=list(case_ids))}


async def teams_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the people on each case's team."""
    return await grouped(reads, team_by_case, case_ids, by="case_id")


async def status_histories(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's steps from state to state."""
    return await grouped(reads, status_history_by_case, case_ids, by="case_id")


async def team_users(reads: Reads, case_id: UUID) -> list[UUID]:
    """Answer who is on a case's team at present."""
    return [row["user_id"] for row in await reads.all(team_users_by_case, keys=[case_id])]


async def team_member_id(reads: Reads, *, case_id: UUID, user_id: UUID) -> UUID | None:
    """Answer which row says that a person is on a case's team; None where no such row is."""
    row = await reads.one(team_member_by_user, case_id=case_id, user_id=user_id)
    return None if row is None else row["key"]


async def latest_step(reads: Reads, case_id: UUID) -> datetime | None:
    """Answer when a case last went from one state to another."""
    row = await reads.one(latest_step_by_case, keys=[case_id])
    return None if row is None else row["changed_at"]
