"""The audit trail is read by those who may, proves its own integrity, and never holds a sensitive value."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.events import Audience, Event
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.cases.models import Case
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from support.asking import Graph
from support.data import Data

AUDIT = """
query ($filter: AuditFilter) {
  auditLogs(filter: $filter) {
    totalCount
    edges { node { seq action entity actorKind subject { id } subjectNodeId changes { field old new sealed } } }
  }
}
"""
ACCESSES = "query ($filter: AccessFilter) { accessLogs(filter: $filter) { totalCount } }"
VERIFY = "{ auditVerification { intact entries brokenAt reason } }"


class CaseTouched(Event):
    """A change for these tests."""

    name = "case.touched"
    entity = "case"


async def touched(database: Database, keys: CentreKeys, actor: Actor, case_id: Any, **values: Any) -> None:
    """Change a case and record it."""
    async with unit_of_work(database, keys, system_of(actor.centre_id)) as uow:
        case = await uow.lock(Case, case_id)
        changes = uow.change(case, **values)
        uow.record(
            CaseTouched(subject_id=case_id, case_id=case_id, client_id=case.client_id, version=2),
            changes=changes,
            before=Audience(),
            after=Audience(),
        )


async def test_a_manager_reads_what_changed(graph: Graph, data: Data, database: Database, keys: CentreKeys) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    await touched(database, keys, manager, case_id, priority="HIGH", title="Rent arrears")
    answer = await graph.run(AUDIT, as_=manager)
    assert answer.errors == []
    assert answer.data["auditLogs"]["totalCount"] == 1
    node = answer.data["auditLogs"]["edges"][0]["node"]
    assert (node["seq"], node["action"], node["entity"], node["actorKind"]) == (1, "case.touched", "case", "SYSTEM")
    assert node["subject"] == {"id": node["subjectNodeId"]} == {"id": f"case_{case_id.hex}"}
    changes = {change["field"]: change for change in node["changes"]}
    assert changes["priority"] == {"field": "priority", "old": "MEDIUM", "new": "HIGH", "sealed": False}
    assert changes["title"]["new"] == "Rent arrears"


async def test_an_advisor_reads_the_history_of_own_cases_only(
    graph: Graph, data: Data, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    own = await data.a_case(centre, advisor=advisor)
    teams = await data.a_case(centre, team_id=team)
    for case_id in (own, teams):
        await touched(database, keys, advisor, case_id, priority="LOW")
    answer = await graph.run(AUDIT, as_=advisor)
    assert [edge["node"]["subjectNodeId"] for edge in answer.data["auditLogs"]["edges"]] == [f"case_{own.hex}"]
    histories = await graph.run(
        "{ cases(orderBy: CASE_NUMBER_ASC) { edges { node { history { totalCount } } } } }", as_=advisor
    )
    counts = [edge["node"]["history"]["totalCount"] for edge in histories.data["cases"]["edges"]]
    assert counts == [1, 0]


async def test_the_trail_is_refused_to_those_who_may_not(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    assert (await graph.run(VERIFY, as_=advisor)).codes == ["FORBIDDEN"]
    assert (await graph.run("{ securityLogs { totalCount } }", as_=advisor)).codes == ["FORBIDDEN"]
    assert (await graph.run("{ accessLogs { totalCount } }", as_=advisor)).codes == ["FORBIDDEN"]
    assert (await graph.run(AUDIT)).codes == ["UNAUTHENTICATED"]


async def test_who_was_shown_a_restricted_client_is_not_told_to_whom_it_is_hidden_from(
    graph: Graph, data: Data, database: Database
) -> None:
    centre = await data.a_centre()
    advisor, auditor = await data.a_member(centre), await data.a_member(centre, Role.AUDITOR)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    restricted, plain = await data.a_client(centre), await data.a_client(centre)
    await data.a_case(centre, client_id=restricted, advisor=advisor, restricted=True)
    async with AccessRecorder(database) as recorder:
        recorder.note(advisor, "clients", [restricted], [])
        recorder.note(advisor, "clients", [plain], [])

    async def told(actor: Actor, client: UUID) -> Any:
        answer = await graph.run(ACCESSES, as_=actor, filter={"client": f"client_{client.hex}"})
        assert answer.errors == []
        return answer.data["accessLogs"]["totalCount"]

    assert [await told(auditor, client) for client in (restricted, plain)] == [0, 1]
    assert [await told(manager, client) for client in (restricted, plain)] == [1, 1]


async def test_another_centres_trail_is_not_there(
    graph: Graph, data: Data, database: Database, keys: CentreKeys
) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager, stranger = await data.a_member(here, Role.CENTRE_MANAGER), await data.a_member(there, Role.CENTRE_MANAGER)
    case_id = await data.a_case(here)
    await touched(database, keys, manager, case_id, priority="LOW")
    for given in ({}, {"case": f"case_{case_id.hex}"}, {"subject": f"case_{case_id.hex}"}):
        assert (await graph.run(AUDIT, as_=stranger, filter=given)).data["auditLogs"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("tampering", "broken_at", "reason"),
    [
        (
            """UPDATE audit_logs SET changes = jsonb_set(changes, '{priority,new}', '"LOW"')
            WHERE centre_id = $1 AND seq = 2""",
            2,
            "a shown value is not the one that was recorded",
        ),
        (
            "UPDATE audit_logs SET action = 'case.forged' WHERE centre_id = $1 AND seq = 1",
            1,
            "its facts are not those that were recorded",
        ),
        ("DELETE FROM audit_logs WHERE centre_id = $1 AND seq = 2", 2, "an entry is missing"),
        ("DELETE FROM audit_logs WHERE centre_id = $1 AND seq = 3", 3, "the newest entries are missing"),
    ],
)
async def test_an_altered_trail_is_found_out(  # noqa: PLR0917 - three parameters and four fixtures
    tampering: str, broken_at: int, reason: str, graph: Graph, data: Data, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    for priority in ("LOW", "HIGH", "URGENT"):
        await touched(database, keys, manager, case_id, priority=priority)
    whole = (await graph.run(VERIFY, as_=manager)).data["auditVerification"]
    assert whole == {"intact": True, "entries": 3, "brokenAt": None, "reason": None}
    owner = await asyncpg.connect(data.owner)
    try:
        assert (await owner.execute(tampering, centre)).endswith(" 1")
    finally:
        await owner.close()
    found = (await graph.run(VERIFY, as_=manager)).data["auditVerification"]
    assert found == {"intact": False, "entries": broken_at - 1, "brokenAt": broken_at, "reason": reason}


async def test_erasing_the_shown_values_does_not_break_the_chain(
    data: Data, database: Database, keys: CentreKeys
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    await touched(database, keys, manager, case_id, title="Something personal")
    owner = await asyncpg.connect(data.owner)
    try:
        await owner.execute(
            "UPDATE audit_logs SET changes = '{\"title\": null}', salt = NULL WHERE centre_id = $1", centre
        )
    finally:
        await owner.close()
    async with database.read(manager) as reader:
        assert (await verify_chain(reader)).intact


async def test_a_refusal_is_in_the_security_log(graph: Graph, data: Data, sign_in: SignIn) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    # At an address of its own: of one address so many refusals a minute are kept, and no more.
    advisor = replace(await data.a_member(centre), remote_address="2001:db8::5ec")
    case_id = await data.a_case(centre, advisor=advisor)
    assert (await graph.run(VERIFY, as_=advisor)).codes == ["FORBIDDEN"]
    refused = await graph.run(
        'mutation ($id: ID!) { caseDelete(input: {id: $id, expectedVersion: 1, reason: "x"}) { errors { code } } }',
        as_=advisor,
        id=f"case_{case_id.hex}",
    )
    assert refused.data["caseDelete"]["errors"] == [{"code": "FORBIDDEN"}]
    await sign_in.settle()
    answer = await graph.run(
        "{ securityLogs { edges { node { kind actor { id } details { name value } } } } }", as_=manager
    )
    noted = [edge["node"] for edge in answer.data["securityLogs"]["edges"]]
    assert {(node["kind"], node["actor"]["id"]) for node in noted} == {
        ("access.refused", f"membership_{advisor.user_id.hex}")
    }
    details = sorted(tuple(detail["value"] for detail in node["details"]) for node in noted)
    assert details == [("auditVerification", "AUDIT_READ"), ("caseDelete", "CASE_DELETE")]
