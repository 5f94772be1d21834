"""A client is recorded: what is kept, what is answered, what is written beside it, and who is refused."""

from datetime import UTC, datetime

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import audit_of, events_of

CREATE = document("clientCreate")
CLIENTS = "{ clients { totalCount edges { node { reference } } } }"
PERSON = {"firstName": "Amara", "lastName": "Okafor"}


async def test_everything_stated_is_kept_in_its_normal_form(graph: Graph, data: Data) -> None:
    centre = await data.a_centre(code=f"L{new_id().hex[-8:].upper()}")
    advisor = await data.a_member(centre)
    given = {
        "title": " Dr ",
        "firstName": "Zoe\u0308",
        "lastName": "O'Neill",
        "dateOfBirth": "1979-02-28",
        "nationalInsuranceNumber": "ab 12 34 56 c",
        "safeContactNote": "Text only.\r\nNever ring.",
        "phonePrimary": "020 7946 0018",
        "phoneSecondary": "+44 (0)161 496 0000",
        "email": "Zoe.ONeill@EXAMPLE.org",
        "addressLine1": "1 High Street",
        "addressLine2": "Flat 2",
        "city": "Leeds",
        "postcode": "ls11aa",
        "maritalStatus": "SEPARATED",
        "employmentStatuses": ["CARER", "EMPLOYED_PART_TIME", "CARER"],
        "dependents": 2,
        "preferredLanguage": "CY-gb",
        "interpreterNeeded": True,
    }
    answer = await graph.run(CREATE, as_=advisor, input=given)
    assert answer.errors == []
    created = answer.data["clientCreate"]
    assert created["errors"] == []
    assert created["replayed"] is False
    client = created["client"]
    assert client.pop("id").startswith("client_")
    assert client.pop("reference").endswith("-C-1")
    assert client == {
        "title": "Dr",
        "firstName": "Zo\u00eb",
        "lastName": "O'Neill",
        "birthYear": 1979,
        "dateOfBirth": "1979-02-28",
        "nationalInsuranceNumber": "AB123456C",
        "safeContactNote": "Text only.\nNever ring.",
        "phonePrimary": "+442079460018",
        "phoneSecondary": "+441614960000",
        "email": "Zoe.ONeill@example.org",
        "addressLine1": "1 High Street",
        "addressLine2": "Flat 2",
        "city": "Leeds",
        "postcode": "LS1 1AA",
        "maritalStatus": "SEPARATED",
        "employmentStatuses": ["EMPLOYED_PART_TIME", "CARER"],
        "dependents": 2,
        "preferredLanguage": "cy-GB",
        "interpreterNeeded": True,
        "version": 1,
    }


async def test_names_are_enough_and_the_rest_is_unknown(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    nothing = dict.fromkeys(["title", "dateOfBirth", "email", "employmentStatuses", "dependents", "interpreterNeeded"])
    answer = await graph.run(CREATE, as_=advisor, input={**PERSON, **nothing})
    client = answer.data["clientCreate"]["client"]
    assert client["employmentStatuses"] == []
    assert client["dependents"] == 0
    assert client["interpreterNeeded"] is False
    assert [client[name] for name in ("title", "dateOfBirth", "birthYear", "email", "maritalStatus")] == [None] * 5
    assert answer.data["clientCreate"]["warnings"] == []


async def test_it_leaves_an_event_without_words_and_an_audit_row_without_secrets(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    given = {
        **PERSON,
        "dateOfBirth": "1990-05-01",
        "nationalInsuranceNumber": "AB123456C",
        "safeContactNote": "Ring her sister.",
        "email": "a@example.org",
        "postcode": "LS1 1AA",
        "maritalStatus": "SINGLE",
    }
    await graph.run(CREATE, as_=advisor, input=given)
    (event,) = await events_of(data, centre)
    assert (event.seq, event.name, event.entity, event.version) == (1, "client.created", "client", 1)
    assert event.client_id == event.subject_id
    assert event.actor_id == advisor.user_id
    assert event.audience_before is None
    assert event.audience_after == {
        "user_ids": [str(advisor.user_id)],
        "team_id": None,
        "restricted": False,
        "client_id": str(event.subject_id),
        "everyone": False,
    }
    assert event.changes == {
        "first_name": None,
        "last_name": None,
        "reference": None,
        "date_of_birth": None,
        "national_insurance_number": None,
        "safe_contact_note": None,
        "email": None,
        "postcode": None,
        "marital_status": {"old": None, "new": "SINGLE"},
        "birth_year": {"old": None, "new": 1990},
        "dependents": {"old": None, "new": 0},
        "interpreter_needed": {"old": None, "new": False},
    }
    (entry,) = await audit_of(data, centre)
    assert (entry.action, entry.subject_id, entry.client_id) == ("client.created", event.subject_id, event.subject_id)
    assert entry.changes["first_name"] == {"old": None, "new": "Amara"}
    assert entry.changes["postcode"] == {"old": None, "new": "LS1 1AA"}
    for secret in ("date_of_birth", "national_insurance_number", "safe_contact_note"):
        assert entry.changes[secret] is None
        assert len(entry.digests[secret]) == 2
    assert not {"name_key", "postcode_key", "email_key", "national_insurance_index"} & entry.changes.keys()


async def test_doubts_are_answered_as_warnings_and_again_on_a_replay(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    given = {
        **PERSON,
        "dateOfBirth": "2009-03-01",
        "phonePrimary": "07700 900123",
        "nationalInsuranceNumber": "PY123456A",
        "idempotencyKey": "first-visit",
    }
    with clock.stopped(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        answers = [(await graph.run(CREATE, as_=advisor, input=given)).data["clientCreate"] for _ in range(2)]
    warned = [(warning["path"], warning["rule"], warning["parameters"]) for warning in answers[0]["warnings"]]
    assert warned == [
        (["input", "phonePrimary"], "phone-not-in-use", []),
        (["input", "nationalInsuranceNumber"], "administrative-prefix", [{"name": "prefix", "value": "PY"}]),
        (["input", "dateOfBirth"], "minor", [{"name": "age", "value": "18"}]),
    ]
    assert [answer["replayed"] for answer in answers] == [False, True]
    assert answers[1]["warnings"] == answers[0]["warnings"]
    assert answers[1]["client"] == answers[0]["client"]
    assert len(await events_of(data, centre)) == 1


async def test_a_key_used_again_for_another_client_is_refused(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    await graph.run(CREATE, as_=advisor, input={**PERSON, "idempotencyKey": "k"})
    answer = await graph.run(CREATE, as_=advisor, input={**PERSON, "firstName": "Ada", "idempotencyKey": "k"})
    (error,) = answer.data["clientCreate"]["errors"]
    assert (error["rule"], error["path"]) == ("idempotency-key-reused", ["input", "idempotencyKey"])
    assert len(await events_of(data, centre)) == 1


async def test_a_null_key_is_no_key(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    for number in range(2):
        given = {**PERSON, "lastName": f"Okafor{number}", "idempotencyKey": None}
        answer = await graph.run(CREATE, as_=advisor, input=given)
        assert answer.errors == []
        assert answer.data["clientCreate"]["client"]["reference"].endswith(f"-C-{number + 1}")


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.CLIENT, Role.SYSTEM_ADMIN])
async def test_roles_that_record_no_clients_are_refused(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    answer = await graph.run(CREATE, as_=actor, input=PERSON)
    (error,) = answer.data["clientCreate"]["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_CREATE")
    assert await events_of(data, centre) == []
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    assert (await graph.run(CLIENTS, as_=manager)).data["clients"]["totalCount"] == 0


async def test_nobody_records_without_a_sign_in(graph: Graph) -> None:
    answer = await graph.run(CREATE, input=PERSON)
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_a_trainee_owns_the_client_it_records_and_other_trainees_do_not_see_it(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    trainee, other = await data.a_member(centre, Role.TRAINEE), await data.a_member(centre, Role.TRAINEE)
    await graph.run(CREATE, as_=trainee, input=PERSON)
    assert (await graph.run(CLIENTS, as_=trainee)).data["clients"]["totalCount"] == 1
    assert (await graph.run(CLIENTS, as_=other)).data["clients"]["totalCount"] == 0


async def test_a_program_that_may_not_read_is_not_shown_what_it_recorded(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    writer = await data.a_service(centre, Permission.CLIENT_CREATE)
    answer = await graph.run(CREATE, as_=writer, input=PERSON)
    assert answer.data["clientCreate"]["errors"] == []
    assert answer.data["clientCreate"]["client"] is None
    reader = await data.a_service(centre, Permission.CLIENT_CREATE, Permission.CLIENT_READ)
    answer = await graph.run(CREATE, as_=reader, input={**PERSON, "firstName": "Ada"})
    assert answer.data["clientCreate"]["client"]["firstName"] == "Ada"


async def test_a_client_of_another_centre_does_not_count(graph: Graph, data: Data) -> None:
    for _ in range(2):
        advisor = await data.a_member(await data.a_centre())
        given = {**PERSON, "nationalInsuranceNumber": "AB123456C", "email": "twin@example.org"}
        answer = await graph.run(CREATE, as_=advisor, input=given)
        assert answer.data["clientCreate"]["client"]["reference"].endswith("-C-1")
