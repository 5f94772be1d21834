"""Who sees which document and may do what with it: every role, every access level, however near the case is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.documents.models import AccessLevel, DocumentType
from cma_graphql.domain.documents.policy import DocumentFacts, rights_over
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.documents.services.complete import begin_scan
from cma_graphql.domain.documents.services.debts import link_debt, unlink_debt
from cma_graphql.domain.documents.services.delete import delete_document
from cma_graphql.domain.documents.services.download import record_download
from cma_graphql.domain.documents.services.request import FileSaid, request_upload, request_version
from cma_graphql.domain.documents.services.update import set_access, update_document
from cma_graphql.domain.documents.storage import DocumentStorage
from support.acting import Acting, Service
from support.data import Data
from support.debts import a_debt
from support.documents import a_document

DONE, FORBIDDEN, ABSENT, INVALID = "done", "Forbidden", "NotFound", "Invalid"
FILE = FileSaid(file_name="a.pdf", media_type="application/pdf", size=10, sha256="0" * 64)


@dataclass
class Stage:
    """A centre with people near a case and far from it, and a document of each sort."""

    people: dict[str, Actor]
    papers: dict[str, UUID]
    case_id: UUID
    acts: dict[str, tuple[Service, Mapping[str, Any]]]

    async def outcomes(self, acting: Acting, person: str, paper: str) -> dict[str, str]:
        """Tell how each act on a document ends for a person."""
        return {
            name: await acting.attempt(self.people[person], service, **{"document_id": self.papers[paper], **arguments})
            for name, (service, arguments) in self.acts.items()
        }


async def a_stage(data: Data, storage: DocumentStorage, **of_case: Any) -> Stage:
    """Set the stage."""
    centre = await data.a_centre()
    team, client = await data.a_team(centre), await data.a_client(centre)
    people = {
        "manager": await data.a_member(centre, Role.CENTRE_MANAGER),
        "compliance": await data.a_member(centre, Role.COMPLIANCE_OFFICER),
        "advisor": await data.a_member(centre),
        "member": await data.a_member(centre),
        "trainee": await data.a_member(centre, Role.TRAINEE),
        "colleague": await data.a_member(centre, team_ids=(team,)),
        "other advisor": await data.a_member(centre),
        "other trainee": await data.a_member(centre, Role.TRAINEE),
        "auditor": await data.a_member(centre, Role.AUDITOR),
        "client": await data.a_member(centre, Role.CLIENT, client_id=client),
        "other client": await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre)),
        "program": await data.a_service(centre, Permission.CASE_READ, Permission.DOCUMENT_ACCESS),
        "blind program": await data.a_service(centre, Permission.DOCUMENT_ACCESS),
        "stranger": await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER),
    }
    case_id = await data.a_case(
        centre,
        client_id=client,
        advisor=people["advisor"],
        team_members=(people["member"], people["trainee"]),
        team_id=team,
        **{"status": "IN_PROGRESS", **of_case},
    )
    papers = {
        "team": await a_document(data, centre, case_id),
        "confidential": await a_document(data, centre, case_id, access_level="MANAGERS_AND_COMPLIANCE"),
        "centre": await a_document(data, centre, case_id, access_level="CENTRE"),
        "shared": await a_document(data, centre, case_id, shared_with_client=True),
        "theirs": await a_document(data, centre, case_id, from_client=True),
        "own": await a_document(data, centre, None),
        "deleted": await a_document(data, centre, case_id, deleted_at=now(), deletion_reason="Twice"),
    }
    debt = await a_debt(data, centre, case_id)
    return Stage(
        people,
        papers,
        case_id,
        {
            "download": (record_download, {}),
            "update": (update_document, {"version": 1, "edits": {"title": "Another"}}),
            "version": (request_version, {"version": 1, "storage": storage, "file": FILE}),
            "access": (set_access, {"version": 1, "shared_with_client": True}),
            "hide": (set_access, {"version": 1, "access_level": AccessLevel.MANAGERS_AND_COMPLIANCE}),
            "delete": (delete_document, {"version": 1, "reason": "Twice"}),
            "link": (link_debt, {"version": 1, "debt_id": debt}),
            "unlink": (unlink_debt, {"version": 1, "debt_id": debt}),
        },
    )


SEEN = {
    "manager": {"team", "confidential", "centre", "shared", "theirs", "own"},
    "compliance": {"team", "confidential", "centre", "shared", "theirs", "own"},
    "advisor": {"team", "centre", "shared", "theirs"},
    "member": {"team", "centre", "shared", "theirs"},
    "trainee": {"team", "centre", "shared", "theirs"},
    "colleague": {"centre"},
    "other advisor": set(),
    "other trainee": set(),
    "auditor": {"team", "centre", "shared", "theirs"},
    "client": {"shared", "theirs"},
    "other client": set(),
    "program": {"team", "centre", "shared", "theirs"},
    "blind program": set(),
    "stranger": set(),
}


async def seen(stage: Stage, acting: Acting) -> dict[str, set[str]]:
    found = {}
    for name, person in stage.people.items():
        async with acting.database.read(person) as reader:
            rows = await documents_by_id(reader, list(stage.papers.values()))
        found[name] = {paper for paper, row in zip(stage.papers, rows, strict=True) if row is not None}
    return found


async def test_who_sees_which(data: Data, acting: Acting, storage: DocumentStorage) -> None:
    assert await seen(await a_stage(data, storage), acting) == SEEN


async def test_a_restricted_case_hides_its_documents_from_all_but_its_own_people(
    data: Data, acting: Acting, storage: DocumentStorage
) -> None:
    hidden: set[str] = set()
    expected = {**SEEN, "colleague": hidden, "auditor": hidden, "program": hidden}
    assert await seen(await a_stage(data, storage, restricted=True), acting) == expected


ALL = ("download", "update", "version", "access", "hide", "delete", "link", "unlink")
EVERYTHING = dict.fromkeys(ALL, DONE)
NOTHING = dict.fromkeys(ALL, ABSENT)
BARRED = dict.fromkeys(ALL, FORBIDDEN)
OWN = {**EVERYTHING, "hide": FORBIDDEN}
TRAINEES = {**OWN, "delete": FORBIDDEN}
LOOKS = {**BARRED, "download": DONE}
ACTS: dict[tuple[str, str], dict[str, str]] = {
    ("manager", "team"): EVERYTHING,
    ("manager", "confidential"): EVERYTHING,
    ("compliance", "team"): EVERYTHING,
    ("compliance", "confidential"): EVERYTHING,
    ("advisor", "team"): OWN,
    ("advisor", "centre"): OWN,
    ("advisor", "confidential"): NOTHING,
    ("member", "theirs"): OWN,
    ("trainee", "team"): TRAINEES,
    ("trainee", "confidential"): {**NOTHING, "delete": FORBIDDEN},
    ("colleague", "centre"): LOOKS,
    ("colleague", "team"): NOTHING,
    ("other advisor", "centre"): NOTHING,
    ("auditor", "centre"): BARRED,
    ("client", "theirs"): {**LOOKS, "version": DONE},
    ("client", "shared"): LOOKS,
    ("client", "team"): {**NOTHING, "delete": FORBIDDEN},
    ("other client", "theirs"): {**NOTHING, "delete": FORBIDDEN},
    ("program", "team"): TRAINEES,
    ("program", "confidential"): {**NOTHING, "delete": FORBIDDEN},
    ("blind program", "team"): {**NOTHING, "delete": FORBIDDEN},
    ("stranger", "team"): NOTHING,
    ("manager", "deleted"): NOTHING,
    ("manager", "own"): {**EVERYTHING, "access": INVALID, "hide": INVALID, "link": INVALID},
    ("compliance", "own"): {**BARRED, "download": DONE},
    ("advisor", "own"): NOTHING,
}


async def test_who_may_do_what(data: Data, acting: Acting, storage: DocumentStorage) -> None:
    stage = await a_stage(data, storage)
    assert {case: await stage.outcomes(acting, *case) for case in ACTS} == ACTS


async def test_what_the_viewer_can_is_what_happens(data: Data, acting: Acting, storage: DocumentStorage) -> None:
    stage = await a_stage(data, storage)
    told, happens = {}, {}
    for name, person in stage.people.items():
        for paper in sorted(SEEN[name]):
            facts = DocumentFacts(case_id=None if paper == "own" else stage.case_id, from_client=paper == "theirs")
            async with acting.database.read(person) as reader:
                (rights,) = await rights_over(reader, [facts])
            outcomes = await stage.outcomes(acting, name, paper)
            told[name, paper] = {
                "download": rights.download,
                "update": rights.update,
                "version": rights.add_version,
                "access": rights.set_access,
                "hide": rights.make_confidential,
                "delete": rights.delete,
            }
            happens[name, paper] = {act: outcomes[act] == DONE for act in told[name, paper]}
    assert told == happens


async def test_a_case_at_its_end_keeps_its_documents_as_they_are(
    data: Data, acting: Acting, storage: DocumentStorage
) -> None:
    stage = await a_stage(data, storage, status="CLOSED")
    expected = {**dict.fromkeys(ALL, INVALID), "download": DONE, "access": DONE, "hide": DONE}
    assert await stage.outcomes(acting, "manager", "team") == expected
    assert await stage.outcomes(acting, "advisor", "team") == {**expected, "hide": FORBIDDEN}
    pending = await a_document(data, stage.people["manager"].centre_id, stage.case_id, upload_state="PENDING")
    assert await acting.attempt(stage.people["advisor"], begin_scan, document_id=pending, number=1) == DONE


async def test_who_announces_a_document(data: Data, acting: Acting, storage: DocumentStorage) -> None:
    stage = await a_stage(data, storage)
    blind = {"other advisor", "other trainee", "other client", "blind program", "stranger"}
    may = {"manager", "compliance", "advisor", "member", "trainee", "client", "program"}
    told, expected = {}, {}
    for person, actor in stage.people.items():

        async def announce(actor: Actor = actor, **given: Any) -> str:
            said = {"title": "A", "document_type": DocumentType.OTHER, "file": FILE, "case_id": stage.case_id, **given}
            return await acting.attempt(actor, request_upload, storage=storage, **said)

        told[person] = {
            "plain": await announce(),
            "hidden": await announce(access_level=AccessLevel.MANAGERS_AND_COMPLIANCE),
            "shared": await announce(shared_with_client=True),
            "tagged": await announce(tags=["x"]),
            "elsewhere": await announce(case_id=new_id()),
            "caseload": await announce(case_id=None, document_type=DocumentType.CASELOAD_CSV),
        }
        refusal = ABSENT if person in blind else FORBIDDEN
        expected[person] = {
            "plain": DONE if person in may else refusal,
            "hidden": DONE if person in {"manager", "compliance"} else refusal,
            "shared": DONE if person in may - {"client"} else refusal,
            "tagged": DONE if person in may - {"client"} else refusal,
            "elsewhere": FORBIDDEN if person == "auditor" else ABSENT,
            "caseload": DONE if person in {"manager", "stranger"} else FORBIDDEN,
        }
    assert told == expected


async def test_who_completes_an_upload(data: Data, acting: Acting, storage: DocumentStorage) -> None:
    stage = await a_stage(data, storage)
    centre, pending = stage.people["manager"].centre_id, {"upload_state": "PENDING"}
    papers = {
        "open": await a_document(data, centre, stage.case_id, access_level="CENTRE", **pending),
        "clients": await a_document(
            data, centre, stage.case_id, from_client=True, by=stage.people["client"], **pending
        ),
        # What the staff announced, be it a further version of a client's paper, is the staff's to complete.
        "staffs": await a_document(data, centre, stage.case_id, from_client=True, **pending),
    }
    own = {"manager", "compliance", "advisor", "member", "trainee", "program"}
    told, expected = {}, {}
    for person, actor in stage.people.items():
        told[person] = {
            name: await acting.attempt(actor, begin_scan, document_id=key, number=1) for name, key in papers.items()
        }
        sees = FORBIDDEN if person == "auditor" else ABSENT
        expected[person] = {
            "open": DONE if person in own else FORBIDDEN if person in {"colleague", "auditor"} else ABSENT,
            "clients": DONE if person in own | {"client"} else sees,
            "staffs": DONE if person in own else FORBIDDEN if person == "client" else sees,
        }
    assert told == expected
