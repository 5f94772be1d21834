"""Every subscription has a document in tests/operations, which is followed as each role, past each of its events.

It is refused to the anonymous, to whom lacks its permission and to those above the centres; it tells of the events
that its kind of record has, within the statements that its first line promises; and it is alive to no stranger.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import strawberry
from graphql import parse

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.graph.context import Context
from cma_graphql.graph.costs import costs_of
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.compliance import a_checklist, begin_one, items
from support.documents import a_document
from support.following import Following
from support.operations import document, most_statements, subscriptions
from support.walking import bare, root_fields

OF_PROGRAMS = (Permission.CASE_READ, Permission.DOCUMENT_ACCESS, Permission.USER_READ)
WIDE = (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER)
SEEN: dict[Role, set[str]] = {
    Role.CENTRE_MANAGER: {"own", "hidden"},
    Role.COMPLIANCE_OFFICER: {"own", "hidden"},
    Role.ADVISOR: {"own"},
    Role.TRAINEE: {"own"},
    Role.AUDITOR: {"own"},
    Role.CLIENT: {"own"},
    Role.SERVICE: {"own"},
}
"""Which of two cases each role sees of the person that it is here."""

pytestmark = pytest.mark.usefixtures("soon")


@dataclass
class Stage:
    """Two cases with a document and a checklist each, and what happens to each of them."""

    live: Live
    headers: dict[Role, str]
    cases: dict[str, UUID]
    papers: dict[str, UUID]

    async def hold(self, name: str) -> None:
        """Have something happen to a case."""
        held = await self.live.scene.on("caseHold", self.cases[name], reason="Papers", reviewOn="2099-03-31")
        assert held["errors"] == []

    async def read(self, name: str) -> None:
        """Have something happen to a document."""
        key = write_id("document", self.papers[name])
        changed = await self.live.scene.ask("documentUpdate", id=key, expectedVersion=1, description="Read")
        assert changed["errors"] == []

    async def tick(self, name: str) -> None:
        """Have something happen to a checklist."""
        item = (await items(self.live.scene.data, self.cases[name]))["L-1"]
        key = write_id("complianceitem", item["id"])
        done = await self.live.scene.ask("complianceItemComplete", id=key, expectedVersion=1, evidenceNote="Seen")
        assert done["errors"] == []


@pytest.fixture
async def stage(live: Live) -> Stage:
    """Sign somebody in for each role, and set the stage: an advisor and a trainee are near the one case."""
    data = live.scene.data
    people = {role: await live.somebody(role) for role in (*WIDE, Role.AUDITOR, Role.ADVISOR, Role.TRAINEE)}
    people[Role.CLIENT] = await live.somebody(Role.CLIENT, client_id=live.scene.client)
    near = tuple(people[role][0] for role in (Role.ADVISOR, Role.TRAINEE))
    elsewhere = await data.a_client(live.centre)
    cases = {
        "own": await live.scene.a_case(status="IN_PROGRESS", team_members=near),
        "hidden": await live.scene.a_case(status="IN_PROGRESS", restricted=True, client_id=elsewhere),
    }
    checklist = await a_checklist(data, live.scene.manager)
    for case in cases.values():
        await begin_one(data, live.scene.manager, case, checklist)
    papers = {name: await a_document(data, live.centre, case, shared_with_client=True) for name, case in cases.items()}
    headers = {role: header for role, (_, header) in people.items()}
    headers[Role.SERVICE] = (await live.a_program(*OF_PROGRAMS))[1]
    return Stage(live, headers, cases, papers)


Happens = Callable[[Stage, str], Awaitable[None]]
HAPPENS: dict[str, tuple[Happens, str]] = {
    "caseEvents": (Stage.hold, "case"),
    "caseChanged": (Stage.tick, "case"),
    "documentProcessed": (Stage.read, "document"),
    "complianceAlerts": (Stage.tick, "case"),
    "dashboard": (Stage.hold, ""),
}


def variables_of(name: str, stage: Stage, case: str) -> dict[str, Any]:
    """Answer what a subscription has to be told."""
    return {"id": write_id("case", stage.cases[case])} if name == "caseChanged" else {}


def test_every_subscription_has_its_document_and_is_followed(schema: strawberry.Schema) -> None:
    fields = set(root_fields(schema, "subscription"))
    assert set(subscriptions()) == fields
    assert set(HAPPENS) == fields


@pytest.mark.parametrize("name", subscriptions())
async def test_each_role_is_told_of_what_it_sees(name: str, stage: Stage, live: Live, following: Following) -> None:
    happens, prefix = HAPPENS[name]
    told: dict[str, set[str]] = {}
    start = await live.head()
    for case in stage.cases:
        await happens(stage, case)
    head = await live.head()
    names = {write_id("case", key): case for case, key in stage.cases.items()}
    names |= {write_id("document", key): case for case, key in stage.papers.items()}
    for role, header in stage.headers.items():
        told[role] = set()
        for case in stage.cases if name == "caseChanged" else ("own",):
            given = variables_of(name, stage, case)
            async with following.follow(header, document(name), after=start, **given) as follower:
                answers = await (follower.take() if name == "dashboard" else follower.everything_until(head))
            if name == "dashboard":
                (figures,) = answers
                told[role] |= set(list(stage.cases)[: figures["caseCount"]])  # of whom few see one, all see the first
            else:
                assert {each["__typename"] for each in answers} <= {"CaseEvent", "DocumentEvent", "ComplianceEvent"}
                told[role] |= {names[each[prefix]["id"]] for each in answers}
    assert told == SEEN


@pytest.mark.parametrize("name", subscriptions())
async def test_it_is_refused_to_whom_it_is_not_for(
    name: str, stage: Stage, live: Live, following: Following, schema: strawberry.Schema
) -> None:
    given = variables_of(name, stage, "own")
    for header in (None, "Bearer x"):
        with pytest.raises(Unauthenticated):
            await following.begin(header, document(name), **given)
    for role in (Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN):
        above = await live.signing_in.log_in(await live.signing_in.a_person(PLATFORM_CENTRE, role))
        with pytest.raises(Forbidden):
            await following.begin(above.header, document(name), **given)
    (needed,) = root_fields(schema, "subscription")[name].extensions["strawberry-definition"].metadata["requires"]
    others = [scope for scope in OF_PROGRAMS if scope is not needed]
    _, blind = await live.a_program(*others)
    with pytest.raises(Forbidden) as refused:
        await following.begin(blind, document(name), **given)
    assert refused.value.permission == needed.name
    assert following.updates.subscriptions == 0


@pytest.mark.parametrize("name", subscriptions())
async def test_a_stranger_is_told_nothing(name: str, stage: Stage, live: Live, following: Following) -> None:
    happens, _ = HAPPENS[name]
    elsewhere = await live.scene.data.a_centre()
    manager = await live.scene.data.a_member(elsewhere, Role.CENTRE_MANAGER)
    stranger = await live.signing_in.log_in(await live.signing_in.a_person(elsewhere, Role.CENTRE_MANAGER))
    start = (await live.scene.graph.run("{ eventCursor }", as_=manager)).data["eventCursor"]
    given = variables_of(name, stage, "own")
    async with following.follow(stranger.header, document(name), after=start, **given) as follower:
        await happens(stage, "own")
        assert (await live.scene.ask("teamCreate", manager, name="Another"))["errors"] == []
        head = (await live.scene.graph.run("{ eventCursor }", as_=manager)).data["eventCursor"]
        assert await follower.everything_until(head) == []


@pytest.mark.parametrize("name", subscriptions())
async def test_an_event_costs_the_statements_it_says(
    name: str, stage: Stage, live: Live, following: Following, schema: strawberry.Schema
) -> None:
    happens, _ = HAPPENS[name]
    (priced,) = costs_of(bare(schema), parse(document(name))).values()
    made: list[Context] = []
    make = following.updates._fanout._make_context
    following.updates._fanout._make_context = lambda actor, facts: made.append(make(actor, facts)) or made[-1]  # type: ignore[func-returns-value]
    following.updates._fanout.states._make_context = following.updates._fanout._make_context
    for role in (Role.CENTRE_MANAGER, Role.ADVISOR):
        given = variables_of(name, stage, "own")
        start = await live.head()
        await happens(stage, "own") if role is Role.CENTRE_MANAGER else await stage.hold("hidden")
        async with following.follow(stage.headers[role], document(name), after=start, **given) as follower:
            await follower.everything_until(await live.head())
    spent = [context.statements for context in made if context.statements]
    assert spent
    assert max(spent) <= most_statements(name)
    assert max(spent) * 10 <= priced.of({}) + 10  # the record is read before the operation is executed
