"""Every subscription has a document in tests/operations, which is followed as each role, past each of its events.

It is refused to the anonymous, to whom lacks its permission and to those above the centres; it tells of the events
that its kind of record has, within the statements that its first line promises; and it is alive to no stranger.
"""

import pytest
import strawberry
from graphql import parse

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.graph.context import Context
from cma_graphql.graph.costs import costs_of
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from graph.live.staging import HAPPENS, OF_PROGRAMS, Stage, set_stage, variables_of
from support.following import Following
from support.operations import document, most_statements, subscriptions
from support.walking import bare, root_fields

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

KINDS = {"CaseEvent", "DocumentEvent", "ComplianceEvent", "WorkflowEvent", "AppointmentEvent", "ReferralEvent"}
KINDS |= {"NoteEvent", "TaskEvent"}

pytestmark = pytest.mark.usefixtures("soon")


@pytest.fixture
async def stage(live: Live) -> Stage:
    """Set the stage."""
    return await set_stage(live)


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
    names |= {write_id("appointment", key): case for case, key in stage.appointments.items()}
    names |= {write_id("referral", key): case for case, key in stage.referrals.items()}
    names |= {write_id("note", key): case for case, key in stage.notes.items()}
    names |= {write_id("task", key): case for case, key in stage.tasks.items()}
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
                assert {each["__typename"] for each in answers} <= KINDS
                told[role] |= {names[each[prefix]["id"]] for each in answers}
    # These are the centre's own work, of which the portal shows nothing; the part that changed in the case is, too.
    own = {"referralEvents", "taskEvents", "workflowEvents", "complianceAlerts", "caseChanged"}
    assert told == (SEEN | {Role.CLIENT: set()} if name in own else SEEN)


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
        await happens(stage, "own") if role is Role.CENTRE_MANAGER else await stage.retitle("hidden")
        async with following.follow(stage.headers[role], document(name), after=start, **given) as follower:
            await follower.everything_until(await live.head())
    spent = [context.statements for context in made if context.statements]
    assert spent
    assert max(spent) <= most_statements(name)
    assert max(spent) * 10 <= priced.of({}) + 10  # the record is read before the operation is executed
