"""What entries of the audit trail hold in clear that not everybody may read who reads the entry.

A record's field may take a right of its own; what the trail says of it takes the same.
"""

from collections.abc import Mapping

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission

_CONFIDENTIAL = Permission.NOTE_READ_CONFIDENTIAL
_FIELDS: Mapping[str, Mapping[str, Permission]] = {
    "appointment": {
        "preparation_notes": _CONFIDENTIAL,
        "outcome_summary": _CONFIDENTIAL,
        "override_reason": _CONFIDENTIAL,
    },
    "absence": {"kind": Permission.USER_MANAGE, "note": Permission.USER_MANAGE},
}


def is_withheld(actor: Actor, entity: str, field: str) -> bool:
    """Tell whether the actor may not read what an entry about this kind of record says of this field."""
    needed = _FIELDS.get(entity, {}).get(field)
    return needed is not None and not actor.may(needed)
