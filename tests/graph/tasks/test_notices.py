"""The task of a notice leads to the stage that it is about."""

from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import NotificationMoment
from cma_graphql.domain.tasks.notices import give_notices
from cma_graphql.graph.node import write_id
from graph.tasks.conftest import Desk
from support.data import Data
from support.templates import a_rule, with_rules

ASKED = "query Q { tasks(first: 9, filter: {origin: [RULE]}) { edges { node { rule kind source { id } } } } }"


async def test_the_source_of_a_notices_task_is_its_stage(data: Data, desk: Desk) -> None:
    scene = desk.scene
    manager = await data.a_member(scene.centre, Role.CENTRE_MANAGER)
    await data.a_member(scene.centre, Role.CENTRE_MANAGER)
    await with_rules(data, manager, desk.case_id, [a_rule(NotificationMoment.STAGE_READY)])
    assert await desk.acting(system_of(scene.centre), give_notices, case_id=desk.case_id) == 1
    answer = await scene.graph.run(ASKED, as_=scene.advisor)
    (stage,) = await desk.acting.rows.fetch(
        "SELECT id FROM case_stages WHERE case_id = $1 AND state = 'READY'", desk.case_id
    )
    assert answer.data["tasks"]["edges"] == [
        {
            "node": {
                "rule": "TEMPLATE_NOTICE",
                "kind": "OTHER",
                "source": {"id": write_id("workflowstage", stage["id"])},
            }
        }
    ]
