"""Whom a case suits, as the schema shows it: the first is whom caseAutoAssign chooses."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import stopped
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.profiles import set_profile
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from support.appointments import at_london, working_day
from support.case_scene import Scene
from support.operations import document, most_statements
from support.staffing import an_absence

FIELD = "caseAdvisorSuggestions"


async def suggested(scene: Scene, case_id: str, **given: Any) -> Any:
    """Ask whom a case suits, as the manager unless said."""
    answer = await scene.graph.run(document(FIELD), as_=given.pop("as_", scene.manager), id=case_id, **given)
    assert answer.errors == []
    assert answer.statements <= most_statements(FIELD)
    scene.last = answer
    return answer.data[FIELD]


async def test_people_are_shown_with_the_reasons(scene: Scene) -> None:
    data, centre = scene.data, scene.centre
    case_id = write_id("case", await scene.a_case(complexity="MEDIUM"))
    free = await data.a_member(centre, first_name="Flo", last_name="Free", capacity_points=8, phone="+441632960002")
    async with unit_of_work(data.database, data.keys, scene.manager) as uow:
        values = {"skills": [AdvisorSkill.HOUSING, AdvisorSkill.BANKRUPTCY], "languages": ["cy"]}
        await set_profile(uow, user_id=free.user_id, version=1, values=values)
    await data.a_case(centre, advisor=free)
    day = working_day()
    with stopped(at_london(day, "08:00")):
        found = await suggested(scene, case_id, skills=["HOUSING"])
        best, present = found.pop("people")
        assert found == {"skills": ["HOUSING"], "language": None, "points": 2, "triageReason": None}
        assert best["member"] == {
            "id": write_id("membership", free.user_id),
            "fullName": "Flo Free",
            "email": best["member"]["email"],
            "phone": "+441632960002",
        }
        assert (best["eligible"], best["hindrances"]) == (True, [])
        assert (best["openCases"], best["points"], best["capacityPoints"], best["room"]) == (1, 1, 8, 7)
        assert (best["matchingSkills"], best["missingSkills"], best["languages"]) == (["HOUSING"], [], ["cy"])
        assert (best["nextAtWorkOn"], best["awayUntil"], best["lastAssignedAt"]) == (day.isoformat(), None, None)
        assert present["member"]["id"] == write_id("membership", scene.advisor.user_id)
        assert (present["eligible"], present["hindrances"]) == (False, ["HAS_THE_CASE", "LACKS_SKILLS"])
        assert (present["matchingSkills"], present["missingSkills"]) == ([], ["HOUSING"])
        await an_absence(data, scene.manager, free.user_id, first_day=day, last_day=day)
        (away,) = (await suggested(scene, case_id, skills=["HOUSING"], first=1))["people"]
        assert away["nextAtWorkOn"] > day.isoformat()
        assert away["awayUntil"] is not None
        given: dict[str, Any] = {"id": case_id, "expectedVersion": 1, "skills": ["HOUSING"]}
        assigned = await scene.ask("caseAutoAssign", **given)
        assert assigned["case"]["advisor"] == {"id": write_id("membership", free.user_id)}
        nobody = await suggested(scene, case_id, skills=["HOUSING"])
        assert nobody["triageReason"] == "NOBODY_HAS_THE_SKILLS"
        assert [one["eligible"] for one in nobody["people"]] == [False, False]
        refused = await scene.ask("caseAutoAssign", **{**given, "expectedVersion": 2})
        assert refused["errors"][0]["parameters"] == [{"name": "because", "value": "NOBODY_HAS_THE_SKILLS"}]


async def test_many_advisors_cost_no_more_statements_than_one(scene: Scene) -> None:
    case_id = write_id("case", await scene.a_case())
    assert len((await suggested(scene, case_id))["people"]) == 1
    one = scene.last.statements
    for number in range(12):
        advisor = await scene.data.a_member(scene.centre)
        if number % 2:
            await scene.data.a_case(scene.centre, advisor=advisor)
    assert len((await suggested(scene, case_id))["people"]) == 10
    assert scene.last.statements == one
    assert len((await suggested(scene, case_id, first=100))["people"]) == 13


@pytest.mark.parametrize("first", [0, 101])
async def test_as_many_people_as_a_page_holds(scene: Scene, first: int) -> None:
    case_id = write_id("case", await scene.a_case())
    answer = await scene.graph.run(document(FIELD), as_=scene.manager, id=case_id, first=first)
    assert [getattr(error.original_error, "rule", None) for error in answer.errors] == ["range"]


async def test_who_gives_no_cases_away_is_refused(scene: Scene) -> None:
    case_id = write_id("case", await scene.a_case())
    for role in (Role.TRAINEE, Role.AUDITOR, Role.COMPLIANCE_OFFICER):
        viewer = await scene.data.a_member(scene.centre, role)
        answer = await scene.graph.run(document(FIELD), as_=viewer, id=case_id)
        assert [(type(error.original_error), error.path) for error in answer.errors] == [(Forbidden, [FIELD])]
    proposing = await scene.graph.run(document(FIELD), as_=scene.advisor, id=case_id)
    assert proposing.data == {FIELD: None}
    assert len(proposing.errors) == 1
    stranger = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    for unknown in (case_id, "rubbish", write_id("client", scene.client)):
        assert await suggested(scene, unknown, as_=stranger) is None
