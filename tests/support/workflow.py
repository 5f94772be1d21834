"""The steps of a case as the owner's documents give them, for comparing with the product's table."""

from cma_graphql.domain.cases.models import CaseStatus

SEED_004 = """
new: assigned in_progress on_hold closed
assigned: in_progress on_hold closed
in_progress: on_hold resolved closed
on_hold: in_progress closed
resolved: closed reopened
closed: reopened
reopened: assigned in_progress
"""
ADDED = """
new: referred cancelled
assigned: referred cancelled
in_progress: referred cancelled
on_hold: referred cancelled
reopened: referred cancelled
referred: reopened closed
cancelled: reopened
"""


def steps_of(*texts: str) -> set[tuple[CaseStatus, CaseStatus]]:
    return {
        (CaseStatus(source.upper()), CaseStatus(target.upper()))
        for text in texts
        for source, targets in (line.split(":") for line in text.strip().splitlines())
        for target in targets.split()
    }


STEPS = steps_of(SEED_004, ADDED)
"""Every step there is, from and to (domain reference 5.2)."""
