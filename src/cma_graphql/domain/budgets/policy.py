"""What an actor may do with a statement that it sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.domain.budgets.models import BudgetSheet, SheetStatus
from cma_graphql.domain.cases.policy import reached
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What of a statement its rights depend on."""

    case_id: UUID
    client_id: UUID
    created_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRights:
    """What an actor may do with one statement, as far as rights go; its state is another matter."""

    edit: bool
    progress: bool
    verify: bool
    send: bool


def require_draft_to_edit(actor: Actor, sheet: BudgetSheet, *, field: str) -> None:
    """Raise Forbidden for a client's touch on a statement of the staff; Invalid (`not-draft`) for one beyond DRAFT.

    A client of the portal edits the drafts they began themselves, nothing else (domain reference 5.5).
    """
    if actor.kind is ActorKind.CLIENT and sheet.created_by != actor.user_id:
        raise Forbidden(Permission.DEBT_WRITE.name, "You change the statements that you began yourself.")
    require_draft(sheet, field=field)


def require_draft(sheet: BudgetSheet, *, field: str) -> None:
    """Raise Invalid (`not-draft`) for a statement that is not a draft."""
    if sheet.status != SheetStatus.DRAFT:
        raise Invalid(field, "not-draft", "Only a draft is changed: return it, or copy it.", status=sheet.status)


async def rights_over(reads: Reads, sheets: Sequence[SheetFacts]) -> list[SheetRights]:
    """Answer what the actor may do with each of these statements, by at most one statement of SQL."""
    actor = reads.actor
    deciding = (Permission.DEBT_WRITE, Permission.BUDGET_VERIFY, Permission.CORRESPONDENCE_SEND)
    within = await reached(reads, deciding, [sheet.case_id for sheet in sheets])

    def may(permission: Permission, sheet: SheetFacts) -> bool:
        return sheet.case_id in within[permission]

    def theirs(sheet: SheetFacts) -> bool:
        return (
            actor.reach(Permission.DEBT_WRITE) is Reach.RECORD
            and sheet.client_id == actor.client_id
            and sheet.created_by == actor.user_id
        )

    return [
        SheetRights(
            edit=may(Permission.DEBT_WRITE, sheet) or theirs(sheet),
            progress=may(Permission.DEBT_WRITE, sheet),
            verify=may(Permission.BUDGET_VERIFY, sheet),
            send=may(Permission.CORRESPONDENCE_SEND, sheet),
        )
        for sheet in sheets
    ]
