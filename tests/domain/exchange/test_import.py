"""A caseload is taken over whole: every record as its line says, told of as if somebody had typed it."""

import asyncpg

from cma_graphql.access.permissions import Role
from cma_graphql.domain.audit.verification import verify_chain
from support.acting import Acting
from support.data import Data
from support.imports import case, client, debt, file_of, imported, left


async def test_a_caseload_of_one_of_each(data: Data, acting: Acting) -> None:
    centre = await data.a_centre(code="BRISTOL9")
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    email = await acting.rows.fetchval("SELECT email FROM memberships WHERE user_id = $1", advisor.user_id)
    made = await imported(
        data,
        manager,
        file_of([debt(), case(advisor=email, opened_on="2024-02-29"), client(email="ann@example.org")]),
    )

    async def only(table: str) -> asyncpg.Record:
        (row,) = await acting.rows.fetch(f"SELECT * FROM {table} WHERE centre_id = $1", centre)  # noqa: S608
        return row

    row = await only("caseload_imports")
    assert (row["id"], row["lines"], row["clients"], row["cases"], row["debts"]) == (made, 3, 1, 1, 1)
    ann = await only("clients")
    assert (ann["reference"], ann["former_reference"], ann["last_name"]) == ("BRISTOL9-C-1", "P1", "Lee P1")
    taken = await only("cases")
    assert (taken["case_number"], taken["former_reference"], taken["status"]) == ("CASE-2024-000001", "F1", "ASSIGNED")
    assert (taken["client_id"], taken["advisor_id"]) == (ann["id"], advisor.user_id)
    owed = await only("debts")
    assert (owed["case_id"], owed["client_id"], owed["status"]) == (taken["id"], ann["id"], "ACTIVE")
    events = [event["name"] for event in await acting.events(centre)]
    assert events == [
        "creditor.created",
        "client.created",
        "case.created",
        "case.assigned",
        "compliance.begun",
        "debt.added",
        "caseload.imported",
    ]
    async with data.database.read(manager) as reader:
        verified = await verify_chain(reader)
    assert (verified.intact, verified.entries) == (True, 7)
    counted = await left(acting.rows, centre)
    assert counted["counters"] == [("case:2024", 1), ("client", 1), ("creditor", 1)]
