"""Shows whom a case suits: all advisors of the centre, weighed as where one of them is chosen automatically."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.cases.models import Level
from cma_graphql.domain.cases.policy import CaseFacts, rights_over
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.cases.type_selectors import case_types_by_id
from cma_graphql.domain.casework.advisors import advisors_of_centre
from cma_graphql.domain.casework.candidates import (
    Candidate,
    Wanted,
    candidates_of,
    chosen,
    had_by,
    ranked,
    weighed,
    with_presence,
)
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.needs import needs_for
from cma_graphql.domain.staffing.workload import POINTS
from cma_graphql.persistence.reads import Reads, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Whom a case suits, the best first, and what is asked of them."""

    wanted: Wanted
    candidates: Sequence[Candidate]
    triage_reason: TriageReason | None
    """Why nobody would be given the case automatically; None: the first of the candidates would be."""


async def suggest_advisors(reads: Reads, case_id: UUID, *, skills: Collection[AdvisorSkill] = ()) -> Suggested | None:
    """Weigh the centre's advisors for a case: eight statements, however many they are.

    None: the actor sees no such case, or it is at its end, so that nobody is given it. Raises Forbidden and
    ApprovalRequired where the actor may not give it away.
    """
    reads.actor.require(Permission.CASE_ASSIGN)
    (case,) = await cases_by_id(reads, [case_id])
    if case is None or case["status"] not in OPEN:
        return None
    (right,) = await rights_over(reads, [_facts(case)])
    if not right.assign:
        raise Forbidden(Permission.CASE_ASSIGN.name)
    (kind,) = await case_types_by_id(reads, [case["case_type_id"]])
    (client,) = await clients_by_id(reads, [case["client_id"]])
    if kind is None or client is None:
        return None
    needs = needs_for(
        skills,
        code=kind["code"],
        language=client["preferred_language"],
        interpreter_needed=client["interpreter_needed"],
    )
    wanted = Wanted(
        needs=needs, points=POINTS[Level(case["complexity"])], besides=had_by(case["status"], case["advisor_id"])
    )
    people = [(row["key"], row["capacity_points"]) for row in await reads.all(advisors_of_centre)]
    candidates = weighed(await candidates_of(reads, people, case_id=case_id), wanted)
    found = ranked(await with_presence(reads, candidates))
    first = chosen(found)
    return Suggested(wanted=wanted, candidates=found, triage_reason=first if isinstance(first, TriageReason) else None)


def _facts(case: Record) -> CaseFacts:
    return CaseFacts(
        id=case["key"],
        client_id=case["client_id"],
        team_id=case["team_id"],
        restricted=case["restricted"],
        status=case["status"],
    )
