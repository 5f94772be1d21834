"""A case of an advisor whose client consents to referral, and the mutations of referrals by their documents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Answer, Graph
from support.case_scene import Scene
from support.data import Data
from support.operations import document
from support.referrals import A_DRAFT, referral_row


@dataclass
class Desk:
    """A scene with a case, whose client consents to advice and to referral."""

    scene: Scene
    case_id: UUID

    @property
    def data(self) -> Data:
        """Answer what makes records."""
        return self.scene.data

    async def draft(self, as_: Actor | None = None, **given: Any) -> UUID:
        """Begin a referral of the case, as its advisor unless said."""
        said = {"caseId": write_id("case", self.case_id), **A_DRAFT, **given}
        payload = await self.scene.ask("referralDraft", as_ or self.scene.advisor, **said)
        assert payload["errors"] == []
        return UUID(hex=payload["referral"]["id"].removeprefix("referral_"))

    async def sent(self, **given: Any) -> tuple[UUID, str]:
        """Begin a referral and send it; answer it and its token."""
        referral_id = await self.draft(**given)
        payload = await self.on("referralSend", referral_id)
        assert payload["errors"] == []
        return referral_id, payload["token"]

    async def row(self, referral_id: UUID) -> dict[str, Any]:
        """Answer a referral as it is in the database."""
        return await referral_row(self.data, self.scene.centre, referral_id)

    async def on(self, name: str, referral_id: UUID, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one referral as it is now, as the advisor unless said."""
        said = {"expectedVersion": (await self.row(referral_id))["version"], **given}
        return await self.scene.ask(name, as_ or self.scene.advisor, id=write_id("referral", referral_id), **said)

    async def by_link(self, name: str, token: str, **given: Any) -> dict[str, Any]:
        """Run a mutation by a link, as nobody, from an address of its own: others' guesses slow nobody down here."""
        number = new_id().hex
        address = f"2001:db8:{number[-8:-4]}:{number[-4:]}::1"
        answer: Answer = await self.scene.graph.run(document(name), from_=address, input={"token": token, **given})
        assert answer.errors == []
        payload: dict[str, Any] = answer.data[name]
        return payload

    async def status(self) -> str:
        """Answer the state of the case."""
        answer = await self.scene.graph.run(
            "query ($id: ID!) { case(id: $id) { status } }", as_=self.scene.manager, id=write_id("case", self.case_id)
        )
        status: str = answer.data["case"]["status"]
        return status


@pytest.fixture
async def desk(graph: Graph, data: Data) -> Desk:
    """Set the scene."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(
        centre,
        first_name="Ada",
        last_name="Byron",
        phone_primary="+441632960001",
        national_insurance_number="AB123456C",
        safe_contact_note="Text first",
    )
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    scene = Scene(graph, data, centre, manager, await data.a_member(centre), client)
    return Desk(scene, await scene.a_case(status="IN_PROGRESS"))


def rules(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], error["path"][1:], error.get("rule")) for error in payload["errors"]]


__all__ = ["Acting", "Desk", "desk", "rules"]
