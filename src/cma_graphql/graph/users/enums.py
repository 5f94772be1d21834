"""The enums of memberships, with their descriptions: made before any type or input names them."""

from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.graph.enums import described

__all__ = ["MembershipStatus"]

described(
    MembershipStatus,
    "Whether somebody may act for a centre.",
    {
        "INVITED": "Invited by e-mail, not yet accepted.",
        "ACTIVE": "May sign in to the centre.",
        "DEACTIVATED": "May not sign in any more; the records keep the name.",
    },
)
