"""Each mutation of documents costs what its document says."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cma_graphql.graph.node import write_id
from graph.cases.test_case_prices import writing
from graph.documents.conftest import Desk
from support.debts import a_debt
from support.documents import PDF, hand_in, said_of
from support.operations import most_statements
from support.prices import Count

__all__ = ["writing"]
SECOND = PDF + b"2"


async def steps(desk: Desk) -> dict[str, Callable[[], Awaitable[dict[str, Any]]]]:
    """Answer a run of every mutation that succeeds, in this order, by the advisor."""
    debt = write_id("debt", await a_debt(desk.scene.data, desk.scene.centre, desk.case_id))
    announced: list[dict[str, Any]] = []

    async def announce() -> dict[str, Any]:
        announced.append(await desk.announce(idempotencyKey="k"))
        return announced[0]

    async def complete() -> dict[str, Any]:
        await hand_in(desk.store, announced[0]["upload"]["url"], PDF)
        return await desk.complete(announced[0], idempotencyKey="k")

    def on(name: str, **given: Any) -> Callable[[], Awaitable[dict[str, Any]]]:
        async def run() -> dict[str, Any]:
            return await desk.on(name, announced[0]["document"], idempotencyKey="k", **given)

        return run

    async def download() -> dict[str, Any]:
        return await desk.download(announced[0]["document"])

    return {
        "documentUploadRequest": announce,
        "documentUploadComplete": complete,
        "documentDownload": download,
        "documentVersionRequest": on("documentVersionRequest", file=said_of(SECOND)),
        "documentUpdate": on("documentUpdate", title="Another"),
        "documentLinkDebt": on("documentLinkDebt", debtId=debt),
        "documentUnlinkDebt": on("documentUnlinkDebt", debtId=debt),
        "documentSetAccess": on("documentSetAccess", sharedWithClient=True),
        "documentDelete": on("documentDelete", reason="Twice"),
        "documentRestore": on("documentRestore"),
    }


@pytest.mark.usefixtures("writing")
async def test_each_mutation_keeps_the_price_of_its_document(desk: Desk, writing: Count) -> None:
    spent = {}
    for name, run in (await steps(desk)).items():
        writing.statements = 0
        payload = await run()
        assert payload["errors"] == [], name
        spent[name] = writing.statements + desk.scene.last.statements
    assert spent == {name: most_statements(name) for name in spent}
