"""The gate: who may hear of an event, by the audience that the log keeps with it (decisions 20 and 23).

It says of an actor what the record rules of `domain.clients.sight` say in SQL; a test compares the two.
"""

from cma_graphql.access.actor import Actor, ActorKind, Sight
from cma_graphql.core.events import Audience

_COLLEAGUES = frozenset({ActorKind.STAFF, ActorKind.SERVICE, ActorKind.SYSTEM})


def sees(actor: Actor, audience: Audience | None) -> bool:
    """Tell whether an actor belongs to an audience; None is nobody's."""
    if audience is None:
        return False
    if audience.everyone:
        return actor.kind in _COLLEAGUES
    own, hidden = _among(actor, audience), audience.restricted
    seen = False
    match actor.sight:
        case Sight.EVERYTHING:
            seen = True
        case Sight.CENTRE:
            seen = own or not hidden
        case Sight.TEAM:
            seen = own or (not hidden and _in_a_team(actor, audience))
        case Sight.OWN:
            seen = own
        case Sight.RECORD:
            seen = actor.client_id is not None and actor.client_id == audience.client_id
    return seen


def _among(actor: Actor, audience: Audience) -> bool:
    """Tell whether somebody is one of the people whose own record it is; of what is confidential, few of them are."""
    if actor.user_id not in audience.user_ids:
        return False
    return not audience.confidential or actor.sight.confided_in or actor.user_id == audience.author_id


def _in_a_team(actor: Actor, audience: Audience) -> bool:
    return audience.team_id in actor.team_ids or not set(actor.team_ids).isdisjoint(audience.team_ids)
