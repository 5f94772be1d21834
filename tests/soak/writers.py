"""Writers: each changes cases of its own, every change exactly once, however often it has to be asked for."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import httpx

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from soak.network import CaseInHand, Centre, Token

_ERRORS = "errors { code message path }"


def _mutation(name: str, kind: str, answer: str) -> str:
    return f"mutation Write($input: {kind}!) {{ {name}(input: $input) {{ {answer} {_ERRORS} }} }}"


_MUTATIONS = {
    "caseUpdate": _mutation("caseUpdate", "CaseUpdateInput", "case { version }"),
    "caseRestrict": _mutation("caseRestrict", "CaseRestrictInput", "case { version }"),
    "caseUnrestrict": _mutation("caseUnrestrict", "CaseUnrestrictInput", "case { version }"),
    "caseAssign": _mutation("caseAssign", "CaseAssignInput", "case { version }"),
    "caseAssignMany": _mutation("caseAssignMany", "CaseAssignManyInput", f"results {{ case {{ version }} {_ERRORS} }}"),
}
_PASSING = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
_PAUSE_SECONDS = (0.05, 0.4)


class Refused(Exception):
    """A write was answered with what no repetition would change."""


class Desk:
    """Carries writes out, at either server."""

    def __init__(self, origins: Sequence[str], client: httpx.AsyncClient, random: Random) -> None:
        self._origins = origins
        self._client = client
        self._random = random
        self.tries: Counter[str] = Counter()
        """What the tries came to: `done`, `no answer`, or an error's code."""

    async def settle(self, name: str, token: Token, **given: Any) -> dict[str, Any]:
        """Carry a mutation out, once, under a key of its own; answer its payload. Raises Refused."""
        given["idempotencyKey"] = new_id().hex
        body = {"query": _MUTATIONS[name], "variables": {"input": given}}
        while True:
            outcome = await self._try(body, token)
            if isinstance(outcome, dict):
                payload: dict[str, Any] = outcome[name]
                if payload["errors"]:
                    raise Refused(f"{name}: {payload['errors'][0]}")
                self.tries["done"] += 1
                return payload
            self.tries[outcome] += 1
            await asyncio.sleep(self._random.uniform(*_PAUSE_SECONDS))

    async def _try(self, body: dict[str, Any], token: Token) -> dict[str, Any] | str:
        """Ask once; answer the data, or why it has to be asked for again. Raises Refused."""
        address = f"{self._random.choice(self._origins)}/graphql"
        try:
            response = await self._client.post(address, json=body, headers={"Authorization": token()})
            answer = response.json()
        except (httpx.TransportError, ValueError):
            return "no answer"
        errors = answer.get("errors")
        if not errors:
            data: dict[str, Any] = answer["data"]
            return data
        code = str(errors[0].get("extensions", {}).get("code"))
        if code not in _PASSING:
            raise Refused(f"{code}: {errors[0]['message']}")
        return code


class Writer:
    """Changes one case again and again: some are moved between advisors, some hidden and shown again."""

    def __init__(self, number: int, centre: Centre, case: CaseInHand, desk: Desk, random: Random) -> None:
        self._number = number
        self._centre = centre
        self._case = case
        self._desk = desk
        self._random = random
        self.name = f"writer {number} of {centre.id}"
        self.case = case.id
        self.done = 0
        self.refused: str | None = None

    async def write(self, stopped: asyncio.Event, *, pause: float) -> None:
        """Write with these seconds between two writes, more or less, until told to stop; finish what was begun."""
        await _until(stopped, self._random.uniform(0, pause))
        while not stopped.is_set():
            try:
                await self._write_once()
            except Refused as refused:
                self.refused = str(refused)
                return
            self.done += 1
            await _until(stopped, self._random.uniform(0.5, 1.5) * pause)

    async def _write_once(self) -> None:
        case, number = self._case, self._number
        given: dict[str, Any] = {"id": write_id("case", case.id), "expectedVersion": case.version}
        if number % 5 == 0 and self._random.random() < 0.5:
            name = "caseUnrestrict" if case.restricted else "caseRestrict"
            case.restricted = not case.restricted
        elif number % 5 == 1 and self._random.random() < 0.5:
            name = "caseAssign"
            case.advisor = self._random.choice([each for each in self._centre.advisors if each != case.advisor])
            given |= {"advisorId": write_id("membership", case.advisor), "reason": "Capacity"}
        else:
            name = "caseUpdate"
            given["summary"] = f"Change {self.done + 1} of writer {number}"
        payload = await self._desk.settle(name, self._centre.managers_token, **given)
        case.version = payload["case"]["version"]


async def _until(stopped: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return
