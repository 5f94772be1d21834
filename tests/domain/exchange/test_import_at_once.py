"""Imports beside other work: numbers without a gap, no deadlock, a file taken over once."""

import asyncio

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.clients.services.create import create_client
from cma_graphql.domain.exchange.importing.services import import_caseload
from cma_graphql.persistence import writing
from support.arena import Arena
from support.imports import case, client, debt, file_of

OTHERS = 8


async def test_an_import_beside_people_who_record_clients_and_open_cases(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One attempt only, so that a deadlock would be an error instead of a retry.
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    email = f"advisor-{centre.hex}@example.org"
    advisor = await data.a_member(centre, email=email)
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(OTHERS)]
    known = await data.a_client(centre, reference="KNOWN-C-1")
    kind = await acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DEBT_ADVICE'", centre)
    lines = [
        *(client(f"P{number}") for number in range(60)),
        *(case(f"F{number}", f"P{number}", advisor=email) for number in range(60)),
        *(case(f"K{number}", "KNOWN-C-1") for number in range(10)),
        *(debt(f"D{number}", f"F{number}") for number in range(60)),
    ]

    async def work(number: int) -> None:
        manager = managers[number]
        details = {"first_name": "Bo", "last_name": f"Other{number}"}
        await acting(manager, create_client, details=details)
        await acting(
            manager,
            open_case,
            client_id=known,
            case_type_id=kind,
            title="Beside",
            description="Beside an import.",
            advisor_id=advisor.user_id,
        )

    await asyncio.gather(
        acting(managers[0], import_caseload, file=file_of(lines)), *(work(number) for number in range(OTHERS))
    )
    numbers = await acting.rows.fetch("SELECT case_number FROM cases WHERE centre_id = $1 ORDER BY 1", centre)
    assert [row["case_number"] for row in numbers] == [
        f"CASE-{today().year}-{number:06d}" for number in range(1, 70 + OTHERS + 1)
    ]
    references = await acting.rows.fetch("SELECT reference FROM clients WHERE centre_id = $1", centre)
    counted = sorted(int(row["reference"].rpartition("-")[2]) for row in references if row["reference"] != "KNOWN-C-1")
    assert counted == list(range(1, 60 + OTHERS + 1))
    events = await acting.events(centre)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    async with acting.database.read(managers[0]) as reader:
        verified = await verify_chain(reader)
    assert (verified.intact, verified.entries) == (True, len(events))


async def test_of_two_who_import_one_file_one_is_told_so(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    lines = [client(f"P{number}") for number in range(20)]
    answers = await asyncio.gather(
        *(acting(manager, import_caseload, file=file_of(lines)) for _ in range(3)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    assert [refusal.rule for refusal in refused] == ["imported-already"] * 2
    assert await acting.rows.fetchval("SELECT count(*) FROM clients WHERE centre_id = $1", centre) == 20
    assert await acting.rows.fetchval("SELECT count(*) FROM caseload_imports WHERE centre_id = $1", centre) == 1
