"""What is remembered of one HTTP request while it is answered: for the access log and the metrics."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from cma_graphql.core.ids import new_id

_KEY = "cma_graphql.record"
_MAX_CODES = 10


@dataclass(slots=True)
class RequestRecord:
    """One request. It holds nothing that the access log may not have, but the address, which no log line takes."""

    request_id: str
    remote_address: str = ""
    operation_name: str | None = None
    operation_type: str | None = None
    cost: int | None = None
    """What the operation costs, once that is known."""
    codes: list[str] = field(default_factory=list)
    actor: Mapping[str, str] = field(default_factory=dict)

    def add_codes(self, codes: Iterable[str]) -> None:
        """Remember error codes, each once, ten at most."""
        for code in codes:
            if code not in self.codes and len(self.codes) < _MAX_CODES:
                self.codes.append(code)


def begin_record(scope: MutableMapping[str, Any], record: RequestRecord) -> None:
    """Attach a record to a request."""
    scope[_KEY] = record


def record_of(scope: MutableMapping[str, Any]) -> RequestRecord:
    """Give the record of a request, a new one where no middleware began it."""
    record = scope.get(_KEY)
    if not isinstance(record, RequestRecord):
        record = RequestRecord(request_id=str(new_id()))
        begin_record(scope, record)
    return record
