"""Every select of what clients ask for an appointment by, and of who answers them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, and_, bindparam, case, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.appointments.request_models import AppointmentRequest, RequestStatus
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sight import cases_seen
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskState
from cma_graphql.domain.tasks.rules import values
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_TEAMS, ACTOR_USER
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, of_centre, statement

REQUEST_COLUMNS = (
    AppointmentRequest.id.label("key"),
    AppointmentRequest.client_id,
    AppointmentRequest.case_id,
    AppointmentRequest.from_portal,
    AppointmentRequest.status,
    AppointmentRequest.meeting_mode,
    AppointmentRequest.preferred_times,
    AppointmentRequest.note,
    AppointmentRequest.decline_reason,
    AppointmentRequest.appointment_id,
    AppointmentRequest.decided_at,
    AppointmentRequest.decided_by,
    AppointmentRequest.created_at,
    AppointmentRequest.created_by,
    AppointmentRequest.updated_at,
    AppointmentRequest.version,
)
_IS_OPEN = AppointmentRequest.status == RequestStatus.OPEN.value
_MOST = bindparam("most", type_=Integer())
_ITS_CASE = aliased(Case, name="its_case")
"""A case under a name of its own: the record rule looks at cases, too."""
_MINE = _ITS_CASE.advisor_id == ACTOR_USER
_OF_MY_TEAMS = or_(_MINE, _ITS_CASE.team_id == any_(ACTOR_TEAMS))
_NAMED = _ITS_CASE.id == AppointmentRequest.case_id
_OF_CLIENT = and_(AppointmentRequest.case_id.is_(None), _ITS_CASE.client_id == AppointmentRequest.client_id)
_THERE = and_(_ITS_CASE.centre_id == ACTOR_CENTRE, _ITS_CASE.deleted_at.is_(None))


def _whose(reason: Any) -> Any:
    """Match the requests about such a case, or, where they name none, of a client who has one."""
    return or_(exists().where(_THERE, _NAMED, reason), exists().where(_THERE, _OF_CLIENT, reason))


def _by_index(reason: Any) -> Any:
    """Match the same by the indexes of cases."""
    arms = (
        select(AppointmentRequest.id)
        .join(_ITS_CASE, on)
        .where(AppointmentRequest.centre_id == ACTOR_CENTRE, _THERE, reason)
        for on in (_NAMED, _OF_CLIENT)
    )
    return AppointmentRequest.id.in_(union_all(*arms))


def _keys_seen(sight: Sight) -> Any:
    """Select the keys of the requests that a narrow sight sees; None where it sees most of the centre's."""
    seen = cases_seen(sight)
    if seen is None:
        return None
    keys = select(AppointmentRequest.id.label("key")).where(AppointmentRequest.centre_id == ACTOR_CENTRE)
    without = AppointmentRequest.case_id.is_(None)
    recorded = and_(Client.centre_id == ACTOR_CENTRE, Client.deleted_at.is_(None), Client.created_by == ACTOR_USER)
    return select(
        union_all(
            keys.where(AppointmentRequest.case_id == seen.c.id),
            keys.where(without, AppointmentRequest.client_id == seen.c.client_id),
            keys.where(without, AppointmentRequest.client_id == Client.id, recorded),
        )
        .subquery("seen_requests")
        .c.key
    )


REQUESTS = Listing(
    AppointmentRequest,
    columns=REQUEST_COLUMNS,
    orders={
        "CREATED_AT_ASC": Order((AppointmentRequest.created_at,)),
        "CREATED_AT_DESC": Order((AppointmentRequest.created_at,), descending=True),
    },
    conditions={
        "status": AppointmentRequest.status == any_(bindparam("status", type_=ARRAY(Text()))),
        "case": AppointmentRequest.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "client": AppointmentRequest.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
        "mine": _whose(_MINE),
        "team": _whose(_OF_MY_TEAMS),
    },
    parents=("case_id", "client_id"),
    source=_keys_seen,
    rare={"mine": Rare(_by_index(_MINE)), "team": Rare(_by_index(_OF_MY_TEAMS))},
    merged={"status": AppointmentRequest.status},
    exact=("case", "client"),
)


@statement
def requests_by_key(sight: Sight) -> AnySelect:
    """Select these requests."""
    return select(*REQUEST_COLUMNS).where(live(AppointmentRequest, sight), AppointmentRequest.id == any_(KEYS))


@statement
def requests_by_appointment(sight: Sight) -> AnySelect:
    """Select the requests for which these appointments were booked."""
    return select(*REQUEST_COLUMNS).where(
        live(AppointmentRequest, sight), AppointmentRequest.appointment_id == any_(KEYS)
    )


@statement
def requests_whoever_asks(_sight: Sight) -> AnySelect:
    """Select these requests, whoever asks."""
    return select(*REQUEST_COLUMNS).where(of_centre(AppointmentRequest), AppointmentRequest.id == any_(KEYS))


@statement
def number_of_open_requests(_sight: Sight) -> AnySelect:
    """Count the open requests of a client, whoever asks."""
    return select(func.count().label("number")).where(
        of_centre(AppointmentRequest), _IS_OPEN, AppointmentRequest.client_id == bindparam("client_id", type_=Uuid())
    )


@statement
def open_requests_by_case(_sight: Sight) -> AnySelect:
    """Select the open requests about these cases, whoever asks."""
    return (
        select(AppointmentRequest.id.label("key"))
        .where(of_centre(AppointmentRequest), _IS_OPEN, AppointmentRequest.case_id == any_(KEYS))
        .order_by(AppointmentRequest.id)
    )


@statement
def open_requests_by_client(_sight: Sight) -> AnySelect:
    """Select the open requests of these clients, about a case or not, whoever asks."""
    return (
        select(AppointmentRequest.id.label("key"))
        .where(of_centre(AppointmentRequest), _IS_OPEN, AppointmentRequest.client_id == any_(KEYS))
        .order_by(AppointmentRequest.id)
    )


@statement
def requests_without_task(sight: Sight) -> AnySelect:
    """Select open requests of which nobody was ever told by a task, the oldest first."""
    beside = exists().where(
        Task.centre_id == ACTOR_CENTRE,
        Task.source_id == AppointmentRequest.id,
        Task.rule == RuleCode.APPOINTMENT_REQUEST.value,
    )
    return (
        select(AppointmentRequest.id.label("key"))
        .where(live(AppointmentRequest, sight), _IS_OPEN, ~beside)
        .order_by(AppointmentRequest.created_at, AppointmentRequest.id)
        .limit(_MOST)
    )


@statement
def tasks_without_open_request(sight: Sight) -> AnySelect:
    """Select the open tasks of requests that are open no more; what is hidden with a client is left as it is."""
    still_open = exists().where(live(AppointmentRequest, sight), AppointmentRequest.id == Task.source_id, _IS_OPEN)
    return (
        select(Task.id.label("key"), Task.case_id, Task.client_id)
        .where(
            live(Task, sight),
            Task.rule == RuleCode.APPOINTMENT_REQUEST.value,
            Task.state == TaskState.OPEN.value,
            ~still_open,
        )
        .order_by(Task.id)
        .limit(_MOST)
    )


@statement
def people_to_answer(_sight: Sight) -> AnySelect:
    """Select who answers a client without a case: who advises on their newest open case, else a manager."""
    at_work = (of_centre(Membership), Membership.status == MembershipStatus.ACTIVE.value)
    advisors = (
        select(Membership.id.label("key"), func.extract("epoch", Case.created_at).label("place"))
        .join(Case, and_(Case.centre_id == Membership.centre_id, Case.advisor_id == Membership.id))
        .where(
            *at_work,
            of_centre(Case),
            Case.deleted_at.is_(None),
            Case.status == any_(values(*OPEN)),
            Case.client_id == bindparam("client_id", type_=Uuid()),
        )
    )
    managers = (
        select(Membership.id, case((Centre.manager_id == Membership.id, -1), else_=-2))
        .join(Centre, Centre.id == Membership.centre_id)
        .where(
            *at_work,
            of_centre(Centre),
            Membership.roles.op("@>")(bindparam("roles", [Role.CENTRE_MANAGER.value], type_=ARRAY(Text()))),
        )
    )
    found = union_all(advisors, managers).subquery("people")
    return select(found.c.key).order_by(found.c.place.desc(), found.c.key).limit(1)


async def requests_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these requests, in their order, None for those the actor does not see."""
    return await aligned(reads, requests_by_key, keys)


async def requests_of_appointments(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer the request for which each of these appointments was booked, None where there was none."""
    found = await grouped(reads, requests_by_appointment, keys, by="appointment_id")
    return [rows[0] if rows else None for rows in found]
