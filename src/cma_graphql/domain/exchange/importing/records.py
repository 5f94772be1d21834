"""Turns the cells of a line into a record, by the rules by which the same record is read when somebody types it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from cma_graphql.core.clock import LONDON
from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.clients.details import FIELDS as CLIENT_FIELDS
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.models import ConsentPurpose
from cma_graphql.domain.clients.services.consent import GivenConsent, read_wording
from cma_graphql.domain.clients.services.create import read_new_client
from cma_graphql.domain.creditors.details import LONGEST_NAME, creditor_name
from cma_graphql.domain.creditors.models import CreditorKind
from cma_graphql.domain.debts.details import FIELDS as DEBT_FIELDS
from cma_graphql.domain.debts.details import DebtDetails, read_past_day
from cma_graphql.domain.debts.kinds import DebtStatus
from cma_graphql.domain.debts.reasons import LONGEST as LONGEST_REASON
from cma_graphql.domain.debts.services.add import NewDebt, read_new_debt
from cma_graphql.domain.exchange.importing.case_records import CaseLine, read_case
from cma_graphql.domain.exchange.importing.columns import COLUMNS_OF, NEEDED, Kind
from cma_graphql.domain.exchange.importing.table import Row

LONGEST_REFERENCE = 100
_LONGEST_CODE = 60
_NO_WORDING = "not recorded"


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client as a line tells of one."""

    line: int
    reference: str
    details: ClientDetails
    consent: GivenConsent | None


@dataclass(frozen=True, slots=True)
class NamedCreditor:
    """Whom a debt is owed to, as a line names them."""

    name: str
    """A code of the register or a name."""
    new: bool
    """Whether one of this name is added where the directory has none."""
    kind: CreditorKind

    @property
    def key(self) -> str:
        """The name folded, as it is compared."""
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class DebtLine:
    """A debt as a line tells of one."""

    line: int
    reference: str
    case: str
    debt_type: str
    creditor: NamedCreditor
    said: NewDebt
    columns: Mapping[str, object]


Line = ClientLine | CaseLine | DebtLine


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a line: a record, and what is wrong with it by itself."""

    line: int
    record: Line | None
    """The record as far as it could be read; None where not even its kind could."""
    faults: Sequence[Invalid]


def kind_of(row: Row) -> Kind | None:
    """Tell what a line is about; None where it does not say."""
    try:
        return Kind(row.cells.get("record", "").strip().lower())
    except ValueError:
        return None


def reference_of(row: Row, column: str = "reference") -> str | None:
    """Answer the reference in a column, as it is compared; None for none, or for what cannot be one."""
    try:
        return read_reference(row.cells.get(column, ""))
    except FormatError:
        return None


def read_reference(text: str) -> str:
    """Read a record's key in the system it comes from: one line of up to 100 characters."""
    return one_line(text, max_length=LONGEST_REFERENCE)


def read_row(row: Row, *, jurisdiction: Jurisdiction) -> Parsed:
    """Read a line by itself: what it says is checked, what it refers to is not."""
    kind = kind_of(row)
    if row.fault is not None:
        return Parsed(row.line, None, [row.fault])
    if kind is None:
        allowed = ", ".join(Kind)
        return Parsed(row.line, None, [Invalid("record", "one-of", f"Write one of: {allowed}.", allowed=allowed)])
    faults = Faults()
    reference = faults.read("reference", read_reference, row.cells.get("reference", "")) or ""
    columns = COLUMNS_OF[kind]
    given: dict[str, Any] = {}
    for name, text in row.cells.items():
        if name in NEEDED:
            continue
        if name not in columns:
            faults.add(name, "not-of-this-record", f"A {kind} has no such column: leave it empty.", record=kind.value)
            continue
        value = faults.read(name, columns[name], text)
        if value is not None:
            given[name] = value
    misread = {fault.field for fault in faults.found}
    record: Line
    match kind:
        case Kind.CLIENT:
            record = _client(faults, row.line, reference, given)
        case Kind.CASE:
            record = read_case(faults, row.line, reference, given)
        case Kind.DEBT:
            record = _debt(faults, row.line, reference, given, jurisdiction)
    return Parsed(row.line, record, _told_once(faults.found, misread))


def _told_once(found: Sequence[Invalid], misread: set[str]) -> list[Invalid]:
    """Leave out what only follows from a cell that could not be read: that it is missing, say."""
    first: dict[str, Invalid] = {}
    others = []
    for fault in found:
        if fault.field in misread:
            first.setdefault(fault.field, fault)
        else:
            others.append(fault)
    return [*first.values(), *others]


def _client(faults: Faults, line: int, reference: str, given: dict[str, Any]) -> ClientLine:
    stated = cast("ClientDetails", {name: value for name, value in given.items() if name in CLIENT_FIELDS})
    details: ClientDetails = {}
    try:
        details = read_new_client(stated)
    except (Invalid, InvalidInput) as refusal:
        faults.take(refusal)
    return ClientLine(line, reference, details, _consent(faults, given))


def _consent(faults: Faults, given: dict[str, Any]) -> GivenConsent | None:
    """Read the client's consent to advice: the day it was given, how, and what it said, as far as that was kept."""
    on: date | None = given.get("advice_consent_on")
    wording = faults.read("advice_consent_wording", read_wording, given.get("advice_consent_wording", _NO_WORDING))
    channel = given.get("advice_consent_channel")
    if on is None:
        if channel is not None or "advice_consent_wording" in given:
            faults.add("advice_consent_on", "required", "Say on which day the client consented.")
        return None
    faults.read("advice_consent_on", read_past_day, on)
    if channel is None:
        faults.add("advice_consent_channel", "required", "Say how the client consented.")
        return None
    return GivenConsent(ConsentPurpose.ADVICE, channel, wording or "", datetime.combine(on, time.min, LONDON))


def _debt(faults: Faults, line: int, reference: str, given: dict[str, Any], jurisdiction: Jurisdiction) -> DebtLine:
    details = cast("DebtDetails", {name: value for name, value in given.items() if name in DEBT_FIELDS})
    said = read_new_debt(
        faults,
        details=details,
        current_balance=given.get("current_balance"),
        balance_as_of=given.get("balance_as_of"),
        jurisdiction=jurisdiction,
    )
    reason = given.get("status_reason")
    columns: dict[str, object] = {"status": given.get("status", DebtStatus.ACTIVE).value}
    if reason is not None:
        columns["status_reason"] = faults.read("status_reason", one_line, reason, max_length=LONGEST_REASON)
    return DebtLine(
        line,
        reference,
        faults.read("case", read_reference, given.get("case", "")) or "",
        faults.read("debt_type", one_line, given.get("debt_type", ""), max_length=_LONGEST_CODE) or "",
        _creditor(faults, given),
        said,
        columns,
    )


def _creditor(faults: Faults, given: dict[str, Any]) -> NamedCreditor:
    known, name, kind = given.get("creditor"), given.get("creditor_name"), given.get("creditor_kind")
    if known is not None and name is not None:
        faults.add("creditor_name", "one-creditor", "Name the creditor in one of the two columns.")
    if kind is not None and name is None:
        faults.add("creditor_kind", "one-creditor", "Only a creditor of the column creditor_name has a kind here.")
    if known is None and name is None:
        faults.add("creditor", "required", "Say whom the debt is owed to: a code or a name, or a new creditor_name.")
    if name is not None:
        read = faults.read("creditor_name", creditor_name, name)
    else:
        read = faults.read("creditor", one_line, known, max_length=LONGEST_NAME) if known is not None else None
    return NamedCreditor(read or "", name is not None, kind or CreditorKind.OTHER)
