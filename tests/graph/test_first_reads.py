"""An advisor reads the centre's clients and cases, and nothing of any other centre."""

from cma_graphql.access.permissions import Role
from support.asking import Graph
from support.data import Data

CASES = """
query ($first: Int, $after: String) {
  cases(first: $first, after: $after, orderBy: CASE_NUMBER_ASC) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { id caseNumber
      client {
        fullName nationalInsuranceNumber dateOfBirth
        cases(first: 2) { totalCount edges { node { caseNumber } } }
      }
      advisor { fullName } caseType { code } teamMembers { member { fullName } } statusHistory { toStatus } } }
  }
}
"""


async def test_an_advisor_sees_own_cases_with_everything_around_them(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre, last_name="Okafor", national_insurance_number="AB123456C")
    for _ in range(3):
        await data.a_case(centre, client_id=client, advisor=advisor)
    await data.a_case(centre)
    answer = await graph.run(CASES, as_=advisor, first=2)
    assert answer.errors == []
    cases = answer.data["cases"]
    assert cases["totalCount"] == 3
    assert cases["pageInfo"]["hasNextPage"] is True
    node = cases["edges"][0]["node"]
    assert node["client"] == {
        "fullName": "Alex Okafor",
        "nationalInsuranceNumber": "AB123456C",
        "dateOfBirth": "1980-05-17",
        "cases": {
            "totalCount": 3,
            "edges": [{"node": {"caseNumber": "CASE-2026-000003"}}, {"node": {"caseNumber": "CASE-2026-000002"}}],
        },
    }
    assert answer.statements == 11
    rest = await graph.run(CASES, as_=advisor, first=2, after=cases["pageInfo"]["endCursor"])
    assert [edge["node"]["caseNumber"] for edge in rest.data["cases"]["edges"]] == ["CASE-2026-000003"]


async def test_a_strangers_centre_sees_nothing(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(there, Role.CENTRE_MANAGER)
    await data.a_case(here)
    answer = await graph.run(CASES, as_=manager)
    assert answer.data == {
        "cases": {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}
    }
