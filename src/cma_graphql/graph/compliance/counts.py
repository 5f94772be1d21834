"""How many checklists of cases stand where."""

from collections.abc import Mapping
from typing import Self

import strawberry


@strawberry.type(description="How many checklists of cases stand where, of those that the viewer sees and a filter.")
class ComplianceCounts:
    """Counts by today's status."""

    pending: int = strawberry.field(description="PENDING ones.")
    in_progress: int = strawberry.field(description="IN_PROGRESS ones.")
    compliant: int = strawberry.field(description="COMPLIANT ones.")
    non_compliant: int = strawberry.field(description="NON_COMPLIANT ones.")
    overdue: int = strawberry.field(description="OVERDUE ones.")
    waived: int = strawberry.field(description="WAIVED ones.")

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Self:
        """Make them from the counts by status, of which those that are nought may be missing."""
        return cls(
            pending=counts.get("PENDING", 0),
            in_progress=counts.get("IN_PROGRESS", 0),
            compliant=counts.get("COMPLIANT", 0),
            non_compliant=counts.get("NON_COMPLIANT", 0),
            overdue=counts.get("OVERDUE", 0),
            waived=counts.get("WAIVED", 0),
        )
