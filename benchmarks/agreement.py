"""What all servers have to answer alike to one workload before any of them is measured, and while they are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from canonical import AnswersDiffer, canonical, require_equal, require_no_errors
from client import written
from dataset import Dataset, Facts
from servers import Server
from workloads import Body, Workload, priority_after

_CHANGING = frozenset({"priority"})
"""What a workload that writes sets to another value with each request."""


class Agreement:
    """One workload on one database: the requests of each server, and the answer to each that is right for all."""

    def __init__(self, workload: Workload, dataset: Dataset, facts: Facts, cases: int) -> None:
        self.workload = workload
        self._dataset = dataset
        self._facts = facts
        self._cases = cases
        self._bodies: dict[str, list[Body]] = {}
        self._expected: dict[int, Any] = {}

    def bodies(self, server: Server) -> list[Body]:
        """Answer a server's requests."""
        if server.dialect not in self._bodies:
            chosen = self.workload.bodies(server.dialect, self._facts.centre_id, self._facts.cases)
            self._bodies[server.dialect] = chosen
        return self._bodies[server.dialect]

    def starts(self, connections: int) -> list[int]:
        """Answer from which version on each case is changed; nothing where the workload does not write.

        Before, each case gets the priority that goes with its version, so that every request really changes one.
        """
        if not self.workload.writes:
            return []
        if connections > len(self._facts.cases):
            raise ValueError("Every connection needs a case of its own.")
        self._dataset.run(
            self._cases,
            "UPDATE cases SET priority = CASE version % 2 WHEN 1 THEN $3 ELSE $4 END"
            " WHERE centre_id = $1 AND id = any($2::uuid[])"
            " AND priority <> CASE version % 2 WHEN 1 THEN $3 ELSE $4 END",
            self._facts.centre_id,
            list(self._facts.cases),
            priority_after(0),
            priority_after(1),
        )
        rows = self._dataset.run(
            self._cases,
            "SELECT id, version FROM cases WHERE centre_id = $1 AND id = any($2::uuid[])",
            self._facts.centre_id,
            list(self._facts.cases),
        )
        versions = {row["id"]: row["version"] for row in rows}
        return [versions[case_id] for case_id in self._facts.cases]

    def reach(self, servers: Sequence[Server]) -> None:
        """Ask all servers the same and keep what they say. Raises AnswersDiffer, AnswerRefused."""
        for server in servers:
            starts = self.starts(1)
            for index, body in enumerate(self.bodies(server)):
                counter = starts[index] if starts else index
                answer = server.ask(json.loads(written(body, counter)))
                if not self.workload.peers:
                    require_no_errors(answer)
                    continue
                found = canonical(answer)
                if self.workload.writes and found["priority"] != priority_after(counter):
                    raise AnswersDiffer(f"{server.name} did not change the priority: {found}")
                require_equal(server.name, self._expected.setdefault(index, self._lasting(found)), self._lasting(found))

    def require(self, server: Server, index: int, body: Mapping[str, Any]) -> None:
        """Compare an answer given under load with the one that was agreed on. Raises AnswersDiffer, AnswerRefused."""
        if self.workload.peers:
            require_equal(f"{server.name} under load", self._expected[index], self._lasting(canonical(body)))
        else:
            require_no_errors(body)

    def _lasting(self, answer: Any) -> Any:
        """Leave out what the requests themselves change."""
        if not self.workload.writes:
            return answer
        return {name: value for name, value in answer.items() if name not in _CHANGING}
