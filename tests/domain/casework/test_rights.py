"""Who may do what with which case: every role, every act, and how near the case is to the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import today
from cma_graphql.core.ids import SYSTEM_ACTOR
from cma_graphql.domain.cases.models import CaseStage, CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.cases.policy import CaseFacts, rights_over
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.delete import delete_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.people import (
    add_case_team_member,
    remove_case_team_member,
    restrict_case,
    set_case_team,
    unrestrict_case,
)
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.casework.update import change_case_stage, update_case, update_case_legal
from support.acting import Acting, Service
from support.data import Data
from support.referrals import referral_of

DONE, FORBIDDEN, PROPOSED, ABSENT = "done", "Forbidden", "ApprovalRequired", "NotFound"


@dataclass
class Act:
    """A service, the state of the case it is for, and what it is told."""

    service: Service
    status: str
    arguments: Mapping[str, Any]


@dataclass
class Stage:
    """A centre with people, near the cases and far from them."""

    people: dict[str, Actor]
    cases: dict[str, UUID]
    """By state."""
    acts: dict[str, Act]


async def a_stage(data: Data) -> Stage:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    people = {
        "manager": await data.a_member(centre, Role.CENTRE_MANAGER),
        "compliance": await data.a_member(centre, Role.COMPLIANCE_OFFICER),
        "advisor": await data.a_member(centre),
        "team member": await data.a_member(centre),
        "colleague": await data.a_member(centre, team_ids=(team,)),
        "other advisor": await data.a_member(centre),
        "trainee": await data.a_member(centre, Role.TRAINEE),
        "other trainee": await data.a_member(centre, Role.TRAINEE, team_ids=(team,)),
        "auditor": await data.a_member(centre, Role.AUDITOR),
        "program": await data.a_service(centre, *Permission),
        "program for reading": await data.a_service(centre, Permission.CASE_READ),
        "platform": Actor(
            kind=ActorKind.PLATFORM, centre_id=centre, user_id=SYSTEM_ACTOR, roles=frozenset({Role.SYSTEM_ADMIN})
        ),
        "stranger": await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER),
    }
    client = await data.a_client(centre)
    people["client"] = await data.a_member(centre, Role.CLIENT, client_id=client)
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    cases = {
        status: await data.a_case(
            centre,
            client_id=client,
            advisor=people["advisor"],
            team_members=(people["team member"], people["trainee"]),
            team_id=team,
            status=status,
        )
        for status in ("ASSIGNED", "IN_PROGRESS", "CLOSED", "CANCELLED")
    }
    newcomer = people["other advisor"].user_id
    acts = {
        "update": Act(update_case, "IN_PROGRESS", {"edits": {"title": "Rent"}}),
        "update legal": Act(update_case_legal, "IN_PROGRESS", {"edits": {"compliance_required": True}}),
        "stage": Act(change_case_stage, "IN_PROGRESS", {"stage": CaseStage.BUDGET}),
        "assign": Act(assign_case, "IN_PROGRESS", {"advisor_id": newcomer, "reason": "Absence"}),
        "add member": Act(add_case_team_member, "IN_PROGRESS", {"member_id": newcomer}),
        "remove member": Act(remove_case_team_member, "IN_PROGRESS", {"member_id": people["team member"].user_id}),
        "set team": Act(set_case_team, "IN_PROGRESS", {"team_id": None}),
        "restrict": Act(restrict_case, "IN_PROGRESS", {}),
        "unrestrict": Act(unrestrict_case, "IN_PROGRESS", {}),
        "start": Act(start_case, "ASSIGNED", {}),
        "hold": Act(hold_case, "IN_PROGRESS", {"reason": "Papers", "review_on": today() + timedelta(days=1)}),
        "resolve": Act(
            resolve_case, "IN_PROGRESS", {"resolution_type": ResolutionType.SELF_HELP, "summary": "Plans made"}
        ),
        "close": Act(close_case, "IN_PROGRESS", {"reason": ClosureReason.ADVICE_COMPLETE}),
        "reopen": Act(reopen_case, "CLOSED", {"reason": "New debts"}),
        "reopen cancelled": Act(reopen_case, "CANCELLED", {"reason": "Came back"}),
        "refer": Act(refer_case, "IN_PROGRESS", {"referral_id": await referral_of(data, cases["IN_PROGRESS"])}),
        "cancel": Act(cancel_case, "ASSIGNED", {"reason": "Never came"}),
        "delete": Act(delete_case, "CLOSED", {"reason": "Twice"}),
    }
    return Stage(people, cases, acts)


# fmt: off
ACTS = [
    "update", "update legal", "stage", "assign", "add member", "remove member", "set team", "restrict", "unrestrict",
    "start", "hold", "resolve", "close", "reopen", "reopen cancelled", "refer", "cancel", "delete",
]
LETTERS = {"x": DONE, "-": FORBIDDEN, "p": PROPOSED, "0": ABSENT}
# One letter an act, in the order above: x done, - forbidden, p only with approval, 0 there is no such case.
EXPECTED = {
    "manager":             "x x x x x x x x x x x x x x x x x x",
    "compliance":          "- x - - - - - - - - - - - - - - - -",
    "advisor":             "x - x p x x x x x x x x x x - x - -",
    "team member":         "x - x p x x x x x x x x x x - x - -",
    "colleague":           "x - - p - - - - - - - - - - - - - -",
    "other advisor":       "0 - 0 p 0 0 0 0 0 0 0 0 0 0 0 0 - -",
    "trainee":             "x - x - x x x x x x x p p - - p - -",
    "other trainee":       "0 - 0 - 0 0 0 0 0 0 0 p p - - p - -",
    "auditor":             "- - - - - - - - - - - - - - - - - -",
    "program":             "x - - - - - - - - - - - - - - - - -",
    "program for reading": "- - - - - - - - - - - - - - - - - -",
    "client":              "- - - - - - - - - - - - - - - - - -",
    "platform":            "- - - - - - - - - - - - - - - - - -",
    "stranger":            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
}
# fmt: on


async def test_roles_and_acts(data: Data, acting: Acting) -> None:
    stage = await a_stage(data)
    assert list(stage.acts) == ACTS
    assert set(stage.people) == set(EXPECTED)
    found = {
        person: {
            name: await acting.attempt(actor, act.service, case_id=stage.cases[act.status], version=1, **act.arguments)
            for name, act in stage.acts.items()
        }
        for person, actor in stage.people.items()
    }
    assert found == {
        person: dict(zip(ACTS, (LETTERS[letter] for letter in letters.split()), strict=True))
        for person, letters in EXPECTED.items()
    }


RIGHTS = {
    "update": "update",
    "update_legal": "update legal",
    "assign": "assign",
    "change_people": "restrict",
    "change_status": "hold",
    "conclude": "close",
    "refer": "refer",
    "reopen": "reopen",
    "cancel": "cancel",
    "delete": "delete",
}


async def test_what_the_viewer_is_told_is_what_the_services_allow(data: Data, acting: Acting) -> None:
    stage = await a_stage(data)
    for person, actor in stage.people.items():
        letters = dict(zip(ACTS, EXPECTED[person].split(), strict=True))
        if "0" in letters.values():
            continue  # a case that is not seen is not asked about
        facts = [
            CaseFacts(
                id=stage.cases[status],
                client_id=(row := await acting.case(stage.cases[status]))["client_id"],
                team_id=row["team_id"],
                restricted=row["restricted"],
                status=status,
            )
            for status in ("IN_PROGRESS", "CLOSED", "CANCELLED")
        ]
        async with acting.database.read(actor) as reader:
            worked_on, closed, cancelled = await rights_over(reader, facts)
            assert reader.statements <= 1
        for right, act in RIGHTS.items():
            told = closed if act in {"reopen", "delete"} else worked_on
            assert getattr(told, right) == (letters[act] == "x"), (person, right)
        assert cancelled.reopen == (letters["reopen cancelled"] == "x")


async def test_no_case_takes_no_statement(data: Data, acting: Acting) -> None:
    advisor = await data.a_member(await data.a_centre())
    async with acting.database.read(advisor) as reader:
        assert await rights_over(reader, []) == []
        assert reader.statements == 0


async def test_a_restricted_case_is_its_peoples_and_the_managers(data: Data, acting: Acting) -> None:
    stage = await a_stage(data)
    case_id = stage.cases["IN_PROGRESS"]
    await acting(stage.people["advisor"], restrict_case, case_id=case_id, version=1)
    act = stage.acts["update"]
    found = {
        person: await acting.attempt(actor, act.service, case_id=case_id, version=2, **act.arguments)
        for person, actor in stage.people.items()
        if EXPECTED[person].startswith("x")
    }
    assert found == {
        "manager": DONE,
        "advisor": DONE,
        "team member": DONE,
        "trainee": DONE,
        "colleague": ABSENT,
        "program": ABSENT,
    }


BOARD = {
    CaseStatus.ON_HOLD: "hold",
    CaseStatus.RESOLVED: "resolve",
    CaseStatus.CLOSED: "close",
    CaseStatus.REFERRED: "refer",
    CaseStatus.CANCELLED: "cancel",
}


@pytest.mark.parametrize("status", list(BOARD))
async def test_the_board_is_no_way_around_a_right(data: Data, acting: Acting, status: CaseStatus) -> None:
    stage = await a_stage(data)
    for person in ("manager", "advisor", "team member", "trainee", "colleague", "compliance"):
        move = Move(
            case_id=stage.cases[stage.acts[BOARD[status]].status],
            version=1,
            reason="So it is",
            review_on=today() + timedelta(days=1),
            resolution_type=ResolutionType.SELF_HELP,
            summary="Plans made",
            closure_reason=ClosureReason.ADVICE_COMPLETE,
            referral_id=stage.acts["refer"].arguments["referral_id"],
        )
        answered = await acting.attempt(stage.people[person], change_case_status, status=status, move=move)
        letters = dict(zip(ACTS, EXPECTED[person].split(), strict=True))
        assert answered == LETTERS[letters[BOARD[status]]], person
