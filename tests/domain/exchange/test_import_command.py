"""The command: who it acts as, what it says, what it answers to the shell."""

from pathlib import Path
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.domain.exchange.importing.command import fault_lines, import_file
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from domain.exchange.conftest import Scene
from support.imports import case, client, debt, file_of, left


async def run(
    scene: Scene, file: CaseloadFile, email: str, *, faults: Path | None = None, **given: Any
) -> tuple[int, list[str]]:
    """Run the command; answer its exit status and what it said."""
    said: list[str] = []
    code = await scene.rows.fetchval("SELECT code FROM centres WHERE id = $1", scene.centre)
    options: dict[str, Any] = {
        "centre_code": code.lower(),
        "dry_run": False,
        **given,
    }
    with fault_lines(faults, said.append) as tell:
        status = await import_file(
            scene.data.database,
            scene.data.keys,
            email=email,
            file=file,
            accept_possible_duplicates=False,
            say=said.append,
            tell=tell,
            **options,
        )
    return status, said


@pytest.fixture
async def boss(scene: Scene) -> str:
    """Make a manager with an address that is known."""
    email = f"boss-{scene.centre.hex}@example.org"
    await scene.data.a_member(scene.centre, Role.CENTRE_MANAGER, email=email)
    return email


async def test_a_dry_run_then_the_import_as_a_manager(scene: Scene, boss: str) -> None:
    file = file_of([client(), case(), debt()])
    before = await left(scene.rows, scene.centre)
    assert await run(scene, file, boss, dry_run=True) == (
        0,
        ["3 lines: 1 clients, 1 cases, 1 debts.", "No faults. Nothing was written: this was a dry run."],
    )
    assert await left(scene.rows, scene.centre) == before
    assert (await run(scene, file, boss))[0] == 0
    (made,) = await scene.all("caseload_imports", "id")
    address = await scene.rows.fetchval("SELECT email FROM memberships WHERE user_id = $1", made["imported_by"])
    assert (address, made["document_id"], made["lines"]) == (boss, None, 3)
    with pytest.raises(Invalid, match="This very file was imported on"):
        await run(scene, file, boss)


async def test_faults_go_to_the_terminal_or_to_a_file(scene: Scene, boss: str, tmp_path: Path) -> None:
    file = file_of([client(), case(title=""), client("P1")])
    status, said = await run(scene, file, boss)
    assert (status, said) == (
        1,
        [
            "line 3, title: This may not be empty. (blank)",
            "line 4, reference: Line 2 has this reference already. (doubled-reference)",
            "3 lines: 2 clients, 1 cases, 0 debts.",
            "2 faults: nothing was imported.",
        ],
    )
    path = tmp_path / "faults.csv"
    status, said = await run(scene, file, boss, faults=path)
    assert (status, said) == (1, ["3 lines: 2 clients, 1 cases, 0 debts.", "2 faults: nothing was imported."])
    assert path.read_text().splitlines() == [
        "line,column,rule,message",
        "3,title,blank,This may not be empty.",
        "4,reference,doubled-reference,Line 2 has this reference already.",
    ]
    assert await scene.all("clients") == []


async def test_who_does_not_manage_the_centre_imports_nothing(scene: Scene, boss: str) -> None:
    file = file_of([client()])
    with pytest.raises(Forbidden):
        await run(scene, file, scene.email)
    other = await scene.data.a_centre()
    stranger = f"stranger-{other.hex}@example.org"
    await scene.data.a_member(other, Role.CENTRE_MANAGER, email=stranger)
    for email in (stranger, "nobody"):
        with pytest.raises(Invalid):
            await run(scene, file, email)
    with pytest.raises(Invalid, match="No centre at work has the code NOSUCH"):
        await run(scene, file, boss, centre_code="NOSUCH")
    assert await scene.all("clients") == []
