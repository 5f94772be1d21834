"""What a person states of a statement besides its lines: read field by field, all faults told at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict

from cma_graphql.core.clock import now, today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.budgets.catalogue import Catalogue
from cma_graphql.domain.budgets.models import SheetType
from cma_graphql.domain.households.models import StatementScheme

LONGEST_NOTES = 10_000
LONGEST_REASON = 1_000


class SheetDetails(TypedDict, total=False):
    """A statement's header as somebody typed it. An absent key states nothing; None takes the notes away."""

    sheet_type: SheetType
    statement_date: date
    joint_application: bool
    asset_use_considered: bool
    savings_considered: bool
    notes: str | None


def read_header(
    faults: Faults, catalogue: Catalogue, scheme: StatementScheme, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the header's columns; note the faults `in-future`, `no-scheme` and those of texts."""
    columns: dict[str, Any] = {
        name: given[name]
        for name in ("joint_application", "asset_use_considered", "savings_considered")
        if name in given
    }
    if "sheet_type" in given:
        columns["sheet_type"] = given["sheet_type"].value
    if "notes" in given:
        notes = given["notes"]
        columns["notes"] = None if notes is None else faults.read("notes", multiline, notes, max_length=LONGEST_NOTES)
    if "statement_date" in given:
        columns |= _dated(faults, catalogue, scheme, given["statement_date"])
    return columns


def _dated(faults: Faults, catalogue: Catalogue, scheme: StatementScheme, day: date) -> dict[str, Any]:
    if day > today():
        faults.add("statement_date", "in-future", "A statement says how things are, not how they will be.")
    version = catalogue.version_in_force(scheme, day)
    if version is None:
        faults.add("statement_date", "no-scheme", f"There is no form of the {scheme.value} for that day.")
    return {"statement_date": day, "scheme_version": version}


def read_past(faults: Faults, field: str, given: datetime | None) -> datetime:
    """Return an instant, now unless given; note the fault `in-future`."""
    at = now()
    if given is not None and given > at:
        faults.add(field, "in-future", "Record it once it has happened.")
    return given or at


def read_reason(faults: Faults, field: str, given: str) -> str | None:
    """Return a reason; note the faults of texts."""
    return faults.read(field, multiline, given, max_length=LONGEST_REASON)
