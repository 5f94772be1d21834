"""Every select of the audit trail, the access log and the security log."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.events import THE_CENTRES_OWN
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sight import own_case, visible_case, visible_client
from cma_graphql.domain.documents.events import DocumentEvent
from cma_graphql.domain.documents.models import of_visible_document
from cma_graphql.domain.notes.events import NoteEvent
from cma_graphql.domain.notes.models import of_visible_note
from cma_graphql.domain.tasks.events import TaskEvent
from cma_graphql.domain.tasks.models import of_visible_task
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.logs import AccessEntry, AuditEntry, AuditHead, SecurityEntry
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    live,
    statement,
)

AUDIT_COLUMNS = (
    AuditEntry.id.label("key"),
    AuditEntry.seq,
    AuditEntry.occurred_at,
    AuditEntry.action,
    AuditEntry.entity,
    AuditEntry.subject_id,
    AuditEntry.client_id,
    AuditEntry.case_id,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.session_id,
    AuditEntry.request_id,
    AuditEntry.changes,
    AuditEntry.hash,
)
CHAIN_COLUMNS = (*AUDIT_COLUMNS, AuditEntry.digests, AuditEntry.salt, AuditEntry.previous_hash)


def _of_case(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Case.centre_id == ACTOR_CENTRE, Case.id == AuditEntry.case_id, *conditions)


def visible_entries(sight: Sight) -> ColumnElement[bool] | None:
    """Match the entries about records that an actor with this sight sees, deleted ones included."""
    if sight in {Sight.EVERYTHING, Sight.NOTHING}:
        return None  # NOTHING is the platform's: it reads its own centre, where no client is
    case_rule, client_rule = visible_case(Case, sight), visible_client(Client, sight)
    of_client = exists().where(
        Client.centre_id == ACTOR_CENTRE,
        Client.id == AuditEntry.client_id,
        true() if client_rule is None else client_rule,
    )
    # A document may be hidden from those who see its case; what was said of it is, too.
    of_document = or_(
        AuditEntry.entity != DocumentEvent.entity, of_visible_document(AuditEntry.subject_id, sight, deleted=True)
    )
    of_note = or_(AuditEntry.entity != NoteEvent.entity, of_visible_note(AuditEntry.subject_id, sight, deleted=True))
    of_task = or_(AuditEntry.entity != TaskEvent.entity, of_visible_task(AuditEntry.subject_id, sight))
    seen = or_(
        and_(AuditEntry.case_id.is_not(None), _of_case(true() if case_rule is None else case_rule)),
        and_(AuditEntry.case_id.is_(None), AuditEntry.client_id.is_not(None), of_client),
        and_(AuditEntry.case_id.is_(None), AuditEntry.client_id.is_(None)),
    )
    return and_(of_document, of_note, of_task, _of_portal(sight), seen)


def _of_portal(sight: Sight) -> ColumnElement[bool]:
    """Leave out what is the centre's own work, of which the portal shows nothing (its tables are denied to clients)."""
    if sight is not Sight.RECORD:
        return true()
    return and_(*(not_(func.starts_with(AuditEntry.action, prefix)) for prefix in THE_CENTRES_OWN))


AUDIT_ENTRIES = Listing(
    AuditEntry,
    columns=AUDIT_COLUMNS,
    orders={"SEQ_DESC": Order((AuditEntry.seq,), descending=True), "SEQ_ASC": Order((AuditEntry.seq,))},
    conditions={
        "action": AuditEntry.action == any_(bindparam("action", type_=ARRAY(Text()))),
        "entity": AuditEntry.entity == any_(bindparam("entity", type_=ARRAY(Text()))),
        "subject": AuditEntry.subject_id == bindparam("subject", type_=Uuid()),
        "client": AuditEntry.client_id == bindparam("client", type_=Uuid()),
        "case": AuditEntry.case_id == bindparam("case", type_=Uuid()),
        "actor": AuditEntry.actor_id == bindparam("actor", type_=Uuid()),
        "since": AuditEntry.occurred_at >= bindparam("since", type_=DateTime(timezone=True)),
        "until": AuditEntry.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
        # For a permission that reaches no farther than one's own cases.
        "own": _of_case(own_case(Case)),
    },
    parents=("subject_id", "case_id", "client_id"),
    rule=visible_entries,
)
ACCESS_ENTRIES = Listing(
    AccessEntry,
    columns=(
        AccessEntry.id.label("key"),
        AccessEntry.occurred_at,
        AccessEntry.actor_kind,
        AccessEntry.actor_id,
        AccessEntry.request_id,
        AccessEntry.operation,
        AccessEntry.client_ids,
        AccessEntry.sensitive_fields,
    ),
    orders={"OCCURRED_AT_DESC": Order((AccessEntry.occurred_at,), descending=True)},
    conditions={
        "client": bindparam("client", type_=Uuid()) == any_(AccessEntry.client_ids),
        "actor": AccessEntry.actor_id == bindparam("actor", type_=Uuid()),
        "since": AccessEntry.occurred_at >= bindparam("since", type_=DateTime(timezone=True)),
        "until": AccessEntry.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
    },
)
SECURITY_ENTRIES = Listing(
    SecurityEntry,
    columns=(
        SecurityEntry.id.label("key"),
        SecurityEntry.occurred_at,
        SecurityEntry.kind,
        SecurityEntry.actor_kind,
        SecurityEntry.actor_id,
        SecurityEntry.session_id,
        SecurityEntry.request_id,
        SecurityEntry.remote_address,
        SecurityEntry.user_agent,
        SecurityEntry.details,
    ),
    orders={"OCCURRED_AT_DESC": Order((SecurityEntry.occurred_at,), descending=True)},
    conditions={
        "kind": SecurityEntry.kind == any_(bindparam("kind", type_=ARRAY(Text()))),
        "actor": SecurityEntry.actor_id == bindparam("actor", type_=Uuid()),
        "since": SecurityEntry.occurred_at >= bindparam("since", type_=DateTime(timezone=True)),
        "until": SecurityEntry.occurred_at < bindparam("until", type_=DateTime(timezone=True)),
    },
)


@statement
def entries_by_key(sight: Sight, own_only: bool) -> AnySelect:  # noqa: FBT001 - part of the shape
    """Select these audit entries; `own_only` for a permission that reaches no farther than own cases."""
    rule = visible_entries(sight)
    return select(*AUDIT_COLUMNS).where(
        live(AuditEntry, sight),
        true() if rule is None else rule,
        _of_case(own_case(Case)) if own_only else true(),
        AuditEntry.id == any_(KEYS),
    )


@statement
def chain_after(sight: Sight) -> AnySelect:
    """Select the next stretch of the centre's audit chain, in its order."""
    return (
        select(*CHAIN_COLUMNS)
        .where(live(AuditEntry, sight), AuditEntry.seq > bindparam("after", type_=BigInteger()))
        .order_by(AuditEntry.seq)
        .limit(bindparam("stretch", type_=Integer()))
    )


@statement
def chain_head(_sight: Sight) -> AnySelect:
    """Select the end of the centre's audit chain."""
    return select(AuditHead.seq, AuditHead.hash).where(AuditHead.centre_id == ACTOR_CENTRE)


def reads_own_only(actor: Actor) -> bool:
    """Tell whether an actor's right to the audit trail ends at own cases."""
    return actor.reach(Permission.AUDIT_READ) in {Reach.OWN, Reach.TEAM}


async def entries_by_id(reads: Reads, entry_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these audit entries, in their order, None for those the actor may not read."""
    found = {
        row["key"]: row for row in await reads.all(entries_by_key, reads_own_only(reads.actor), keys=list(entry_ids))
    }
    return [found.get(key) for key in entry_ids]
