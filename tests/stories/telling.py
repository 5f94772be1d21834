"""Tells a story of a case through the API: who does what, what is refused, and what a subscriber hears meanwhile."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cma_graphql.graph.live.cursors import read_event_cursor
from cma_graphql.integrations.storage.folder import FolderStore
from support.asking import Graph
from support.documents import PDF, hand_in, said_of
from support.following import Follower, Following
from support.operations import document

WHERE = """
query Where($id: ID!) {
  case(id: $id) {
    id status stage closedOn version advisor { id } client { id } workflow { id state }
    stages { id code state adviceStage version assignee { id } }
    approvals { id subject state version }
    statusHistory { fromStatus toStatus }
    openMandatoryItems { id code version }
  }
}
"""
PAGED = frozenset({"caseTemplates"})
CASES = """
subscription Cases($after: String) {
  caseEvents(after: $after) {
    __typename
    ... on CaseEvent { name cursor }
    ... on Heartbeat { cursor }
  }
}
"""
WORKFLOWS = """
subscription Workflows($after: String) {
  workflowEvents(after: $after) {
    __typename
    ... on WorkflowEvent { name cursor stage { code } approval { subject } }
    ... on Heartbeat { cursor }
  }
}
"""


@dataclass(frozen=True)
class Somebody:
    """Somebody of the centre: the header that they are signed in with, and their membership's id."""

    header: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is in it."""

    manager: Somebody
    deputy: Somebody
    officer: Somebody
    advisor: Somebody
    trainee: Somebody


@dataclass
class Story:
    """A case, its people and what has been heard of it."""

    graph: Graph
    centre: UUID
    cast: Cast
    store: FolderStore
    following: Following
    case_id: str = ""
    client_id: str = ""
    appointment_id: str = ""
    followers: list[Follower] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def followed(self, who: Somebody) -> AsyncIterator[None]:
        """Have somebody listen to everything that happens to cases and their workflows."""
        async with AsyncExitStack() as listening:
            for text in (CASES, WORKFLOWS):
                self.followers.append(await listening.enter_async_context(self.following.follow(who.header, text)))
            yield

    async def ask(self, who: Somebody, name: str, /, **said: Any) -> dict[str, Any]:
        """Send a mutation's document as one of the people; answer its payload, refused or not."""
        answer = await self.graph.run(document(name), authorization=who.header, input=said)
        assert answer.errors == [], (name, answer.errors)
        payload: dict[str, Any] = answer.data[name]
        return payload

    async def do(self, who: Somebody, name: str, /, **said: Any) -> dict[str, Any]:
        """Do something; answer the record that it was done to."""
        payload = await self.ask(who, name, **said)
        assert payload["errors"] == [], (name, payload["errors"])
        record: dict[str, Any] = next(
            value for key, value in payload.items() if key not in {"errors", "replayed"} and isinstance(value, dict)
        )
        return record

    async def refused(self, who: Somebody, name: str, /, **said: Any) -> list[tuple[Any, ...]]:
        """Try something that is refused; answer what is said instead of doing it, and that nothing was heard."""
        told = await self._told()
        payload = await self.ask(who, name, **said)
        assert payload["errors"] != [], f"{name} was not refused"
        assert await self._told() == told
        return [refusal(error) for error in payload["errors"]]

    async def find(self, what: str, code: str) -> str:
        """Look up the id of something of the centre's by its code, in a list of the API."""
        text = f"{{ {what} {{ id code }} }}"
        if what in PAGED:
            text = f"{{ {what}(first: 50) {{ edges {{ node {{ id code }} }} }} }}"
        answer = await self.graph.run(text, authorization=self.cast.manager.header)
        assert answer.errors == [], answer.errors
        found = answer.data[what]
        nodes = [edge["node"] for edge in found["edges"]] if what in PAGED else found
        (key,) = [node["id"] for node in nodes if node["code"] == code]
        return str(key)

    async def where(self) -> dict[str, Any]:
        """Ask where the case is."""
        answer = await self.graph.run(WHERE, authorization=self.cast.manager.header, id=self.case_id)
        assert answer.errors == [], answer.errors
        found: dict[str, Any] = answer.data["case"]
        return found

    async def on_case(self, **said: Any) -> dict[str, Any]:
        """Say which case is meant, in its present version."""
        return {"id": self.case_id, "expectedVersion": (await self.where())["version"], **said}

    async def on_stage(self, code: str, **said: Any) -> dict[str, Any]:
        """Say which stage is meant, in its present version."""
        (stage,) = [stage for stage in (await self.where())["stages"] if stage["code"] == code]
        return {"id": stage["id"], "expectedVersion": stage["version"], **said}

    async def on_approval(self, **said: Any) -> dict[str, Any]:
        """Say that the approval is meant that waits, in its present version."""
        (waiting,) = [each for each in (await self.where())["approvals"] if each["state"] == "PENDING"]
        return {"id": waiting["id"], "expectedVersion": waiting["version"], **said}

    async def begin(self, who: Somebody, code: str) -> None:
        """Begin a stage."""
        await self.do(who, "workflowStageStart", **await self.on_stage(code))

    async def complete(self, who: Somebody, code: str, **said: Any) -> None:
        """Complete a stage."""
        await self.do(who, "workflowStageComplete", **await self.on_stage(code, **said))

    async def paper(self, who: Somebody, title: str, kind: str) -> str:
        """Hand a document of the case in, as a browser does; answer its id."""
        said = {"caseId": self.case_id, "title": title, "type": kind, "file": said_of(PDF)}
        announced = await self.ask(who, "documentUploadRequest", **said)
        assert announced["errors"] == []
        await hand_in(self.store, announced["upload"]["url"], PDF)
        key: str = announced["document"]["id"]
        await self.do(who, "documentUploadComplete", id=key, versionNumber=announced["versionNumber"])
        return key

    async def meet(self, who: Somebody, *codes: str) -> None:
        """Complete what the checklists ask for, of these codes or all that is open, with a paper that shows it."""
        file = await self.paper(who, "What the checklists ask for", "OTHER")
        for item in (await self.where())["openMandatoryItems"]:
            if not codes or item["code"] in codes:
                shown = {"evidenceDocumentId": file, "evidenceNote": "On file."}
                await self.do(who, "complianceItemComplete", id=item["id"], expectedVersion=item["version"], **shown)

    async def heard(self, *expected: str) -> None:
        """Compare what the subscriber has heard since, in its order, with what happened."""
        head: str = (await self.graph.run("{ eventCursor }", authorization=self.cast.manager.header)).data[
            "eventCursor"
        ]
        told = [event for follower in self.followers for event in await follower.everything_until(head)]
        vault = self.graph.keys.vault
        told.sort(key=lambda event: read_event_cursor(vault, self.centre, event["cursor"]))
        heard = [described(event) for event in told]
        self.whole += heard
        assert heard == list(expected)

    async def _told(self) -> str:
        cursor: str = (await self.graph.run("{ eventCursor }", authorization=self.cast.manager.header)).data[
            "eventCursor"
        ]
        return cursor


def described(event: dict[str, Any]) -> str:
    """Write an event down in a few words: its name, and what of the workflow it is about."""
    about = (event.get("stage") or {}).get("code") or (event.get("approval") or {}).get("subject")
    return event["name"] if about is None else f"{event['name']} {about}"


def refusal(error: dict[str, Any]) -> tuple[Any, ...]:
    """Write a typed error down: its kind, and what it says that is allowed or asked for instead."""
    kind = error["__typename"]
    said: dict[str, tuple[Any, ...]] = {
        "ValidationError": (error.get("rule"),),
        "TransitionError": (error.get("from"), error.get("to"), *error.get("allowed", ())),
        "ForbiddenError": (error.get("requiredPermission"),),
        "ApprovalRequiredError": (error.get("proposeBy") or error.get("requiredPermission"),),
        "ConflictError": (error.get("currentVersion"),),
        "SlotTakenError": (bool(error.get("alternatives")),),
    }
    return (kind, *said.get(kind, ()))
