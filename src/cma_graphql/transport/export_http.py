"""Gives lists out as CSV: a GraphQL query of one connection, answered page by page as one file.

The answer's head is sent once the first page is read and everything is on record; until then a refusal is JSON like
any other. After that there is one honest way to tell of a failure: the file breaks off without its proper end.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import today
from cma_graphql.core.errors import DeadlineExceeded, DomainError, LimitReached
from cma_graphql.core.logging import get_logger
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.context import Context
from cma_graphql.graph.exchange.export_cells import BYTE_ORDER_MARK, write_lines
from cma_graphql.graph.exchange.export_pages import ListExport, PageFailed, Withheld, WithheldUnannounced
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.masking import format_errors
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import INTERNAL
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.transport.answers import DRAFT_2025, HttpRefused
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.graphql_answers import GraphQLAnswers
from cma_graphql.transport.graphql_request import MalformedRequest
from cma_graphql.transport.incoming import Incoming
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.negotiation import GRAPHQL_RESPONSE
from cma_graphql.transport.record import RequestRecord

CSV = "text/csv"
_METHODS = "OPTIONS, POST"
_RETRY_SECONDS = 30
_MOST_PARAMETERS = 20

_log = get_logger("export")

MakeContext = Callable[[RequestFacts], AbstractAsyncContextManager[Context]]


@dataclass(frozen=True, slots=True)
class ExportBounds:
    """How many exports a process has at once, and how long one may take; each has its setting."""

    at_once: int = 2
    seconds: float = 600


class ExportEndpoint:
    """The ASGI application at /export."""

    def __init__(
        self,
        *,
        documents: Documents,
        operations: Operations,
        context_factory: MakeContext,
        access_log: AccessRecorder,
        metrics: Metrics,
        limits: Limits,
        bounds: ExportBounds,
    ) -> None:
        """Take what serves /graphql, too: the same documents, kept once, and the same contexts."""
        self._documents = documents
        self._operations = operations
        self._context_factory = context_factory
        self._access_log = access_log
        self._metrics = metrics
        self._limits = limits
        self._bounds = bounds
        self._answers = GraphQLAnswers(DRAFT_2025)
        self._running: set[tuple[UUID, UUID]] = set()
        """Whose exports are under way: one of each, or somebody who reads slowly would take all the places."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A file that fails after its beginning is left without its end: the connection closes."""
        incoming, file = Incoming(scope, receive), _File(send)
        if incoming.method == "OPTIONS":
            await Response(status_code=204, headers={"Allow": _METHODS})(scope, receive, send)
            return
        try:
            await self._export(incoming, file)
        except ClientGone:
            incoming.record.add_codes(["CLIENT_GONE"])
        except Exception as error:  # noqa: BLE001 - the last resort: masked, logged, answered or broken off
            if file.begun:
                _note_broken(error, incoming.record, file.rows)
            else:
                response = self._answers.failure(error, incoming.record, GRAPHQL_RESPONSE)
                await response(scope, receive, send)

    async def _export(self, incoming: Incoming, file: "_File") -> None:
        _check(incoming)
        with_mark = _wants_mark(incoming.query_string)
        request = await incoming.read_json(self._limits)
        prepared = self._documents.prepare(request.query)
        operation = prepared.operation(request.operation_name)
        incoming.record.operation_name = operation.name.value if operation.name else None
        incoming.record.operation_type = operation.operation.value
        export = ListExport(self._operations, self._access_log, prepared, operation, request.variables)
        incoming.record.cost = self._documents.admit(*export.first_page(), request.variables)
        deadline = asyncio.timeout(self._bounds.seconds)
        with ExitStack() as place:
            try:
                async with (
                    CancelledWhenGone(incoming.receive, watched=True),
                    deadline,
                    self._context_factory(incoming.facts(self._limits)) as context,
                ):
                    context.operation_name = export.access_name
                    incoming.record.actor = dict(context.log_fields())
                    export.require_right(context)
                    place.enter_context(self._place(context.actor))
                    async with aclosing(export.pages(context)) as pages:
                        async for page in pages:
                            if not file.begun:
                                head = _head(export.plan.list_name, page.withheld)
                                await file.begin(head, export.plan.header, with_mark=with_mark)
                            await file.add(page.cells)
                            self._metrics.exported(len(page.cells))
            except TimeoutError:
                if not deadline.expired():
                    raise
                raise DeadlineExceeded from None
            # Once the snapshot has ended, and outside of what a client's going ends: a sent answer looks like one.
            await file.end()

    @contextmanager
    def _place(self, actor: Actor) -> Iterator[None]:
        """Take one of the process's places for exports, and count the export. Raises LimitReached."""
        whose = (actor.centre_id, actor.user_id)
        if whose in self._running:
            raise LimitReached(
                "exports_of_one",
                1,
                "Another export of yours is under way. Wait for its end.",
                retry_after=_RETRY_SECONDS,
            )
        if len(self._running) >= self._bounds.at_once:
            raise LimitReached(
                "exports_at_once",
                self._bounds.at_once,
                "As many lists are being exported as this server gives out at once. Try again in a while.",
                retry_after=_RETRY_SECONDS,
            )
        self._running.add(whose)
        self._metrics.export_began()
        outcome = "CANCELLED"
        try:
            yield
            outcome = "OK"
        except Exception as error:
            outcome = _code(error)
            raise
        finally:
            self._running.remove(whose)
            self._metrics.export_ended(outcome)


class _File:
    """The answer's body, as far as it has been sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.rows = 0

    async def begin(self, headers: dict[str, str], header: list[str], *, with_mark: bool) -> None:
        """Send the head and the header line. From here on the answer is 200."""
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.begun = True
        await self._send({"type": "http.response.start", "status": 200, "headers": raw})
        mark = BYTE_ORDER_MARK.encode() if with_mark else b""
        await self._part(mark + write_lines([header]))

    async def add(self, cells: list[list[str]]) -> None:
        """Send one page's lines; waits while the client does not take them."""
        if cells:
            await self._part(write_lines(cells))
            self.rows += len(cells)

    async def end(self) -> None:
        """Send the end, by which a whole file is told from one that broke off."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _part(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


def _check(incoming: Incoming) -> None:
    """Refuse another method than POST, a client to whom the end of a file tells nothing, and one that takes no CSV."""
    if incoming.method != "POST":
        message = "Use POST, with the query as JSON."
        raise HttpRefused(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": _METHODS})
    if incoming.scope.get("http_version") == "1.0":
        message = "Ask by HTTP/1.1 or later: with HTTP/1.0 a file that broke off looks like a whole one."
        raise HttpRefused(505, "HTTP_VERSION_NOT_SUPPORTED", message)
    incoming.negotiate((CSV,))


def _wants_mark(query_string: bytes) -> bool:
    """Read the option `bom` of the address: whether the file begins with a byte order mark, for Excel."""
    try:
        given = [
            value
            for name, value in parse_qsl(
                query_string.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS
            )
            if name == "bom"
        ]
    except ValueError:
        raise MalformedRequest(f"At most {_MOST_PARAMETERS} parameters are read.", rule="maximum") from None
    if given not in ([], ["true"], ["false"]):
        raise MalformedRequest("bom is true or false, given once.", field="bom")
    return given == ["true"]


def _head(list_name: str, withheld: Iterable[Withheld]) -> dict[str, str]:
    named = ", ".join(f'"{each.name}";permission={each.permission};treatment={each.treatment}' for each in withheld)
    return {
        "Content-Type": f"{CSV}; charset=utf-8; header=present",
        "Content-Disposition": f'attachment; filename="{list_name}-{today().isoformat()}.csv"',
        "Vary": "Accept",
        **({"Cma-Redacted": named} if named else {}),
    }


def _code(error: BaseException) -> str:
    """Tell the code of what ended an export."""
    if isinstance(error, PageFailed):
        return _code(error.errors[0]) if error.errors else INTERNAL
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    match error:
        case ClientGone():
            return "CLIENT_GONE"
        case WithheldUnannounced():
            return "WITHHELD_UNANNOUNCED"
        case DomainError():
            return error.code
    return INTERNAL


def _note_broken(error: Exception, record: RequestRecord, rows: int) -> None:
    """Log why a file breaks off; what nobody foresaw is logged with its place, too."""
    code = _code(error)
    if code == INTERNAL:
        errors = error.errors if isinstance(error, PageFailed) else [GraphQLError("", original_error=error)]
        format_errors(errors, request_id=record.request_id)
    record.add_codes([code])
    _log.error("export broken off", code=code, rows=rows)
