"""What a recipient sees: the categories that were chosen, as sections of plain entries, and nothing beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from cma_graphql.core.money import format_money
from cma_graphql.domain.assets.selectors import assets_of_cases
from cma_graphql.domain.budgets.selectors import current_sheets, lines_of_sheet
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.creditors.selectors import creditors_by_id
from cma_graphql.domain.debts.selectors import debt_types_by_id, debts_of_cases
from cma_graphql.domain.households.selectors import households_of_clients, members_of_households
from cma_graphql.domain.referrals.models import SharedCategory
from cma_graphql.persistence.keys import CentreKeys, Keyring
from cma_graphql.persistence.reads import Reads, Record

LABELS: Mapping[str, str] = {
    "title": "Title",
    "first_name": "First name",
    "last_name": "Last name",
    "phone_primary": "Telephone",
    "phone_secondary": "Second telephone",
    "email": "E-mail",
    "safe_contact_note": "How to get in touch safely",
    "preferred_language": "Preferred language",
    "interpreter_needed": "Interpreter",
    "address_line1": "Address",
    "address_line2": "Address, second line",
    "city": "Town",
    "postcode": "Postcode",
    "date_of_birth": "Date of birth",
    "national_insurance_number": "National Insurance number",
    "tenure": "Housing",
    "children_under_16": "Children under 16",
    "children_16_to_18": "Children of 16 to 18",
    "other_dependants": "Other dependants",
    "member": "Member of the household",
    "case_number": "Case",
    "case_title": "What it is called",
    "description": "What it is about",
    "summary": "Where it stands",
    "stage": "Stage",
    "priority": "Priority",
    "debt": "Debt",
    "asset": "Asset",
    "statement_date": "Day of the statement",
    "total_income": "Income a month",
    "total_expenditure": "Expenditure a month",
    "line": "Line",
}
"""What each key of an entry is called in a sentence for people."""

_NAME = ("title", "first_name", "last_name")
_CONTACT = ("phone_primary", "phone_secondary", "email", "preferred_language")
_ADDRESS = ("address_line1", "address_line2", "city", "postcode")
_IDENTITY = ("date_of_birth", "national_insurance_number")
_HOUSEHOLD = ("tenure", "children_under_16", "children_16_to_18", "other_dependants")
_CASE = {
    "case_number": "case_number",
    "title": "case_title",
    "description": "description",
    "summary": "summary",
    "stage": "stage",
    "priority": "priority",
}
PERSONAL: Mapping[SharedCategory, tuple[str, ...]] = {
    SharedCategory.NAME: _NAME,
    SharedCategory.CONTACT: (*_CONTACT, "safe_contact_note"),
    SharedCategory.ADDRESS: _ADDRESS,
    SharedCategory.IDENTITY: _IDENTITY,
}
"""Which details of a person each category holds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is shared."""

    key: str
    value: str

    @property
    def label(self) -> str:
        """What it is called."""
        return LABELS[self.key]


@dataclass(frozen=True, slots=True)
class Section:
    """What is shared of one category."""

    category: SharedCategory
    entries: tuple[Entry, ...]


def write_sections(sections: Sequence[Section]) -> str:
    """Write sections as the text that is sealed."""
    return orjson.dumps(
        [
            {"category": section.category.value, "entries": [[entry.key, entry.value] for entry in section.entries]}
            for section in sections
        ]
    ).decode()


def read_sections(text: str) -> list[Section]:
    """Read sections from what was sealed."""
    return [
        Section(SharedCategory(part["category"]), tuple(Entry(key, value) for key, value in part["entries"]))
        for part in orjson.loads(text)
    ]


def in_order(categories: Collection[str]) -> list[str]:
    """Answer categories once each, in the order of the enum."""
    return [category.value for category in SharedCategory if category in categories]


async def sections_of(
    reads: Reads, keys: CentreKeys, *, case_id: UUID, client_id: UUID, categories: Collection[str]
) -> list[Section]:
    """Gather what the recipient of a case sees of these categories: the same now and when it is sent.

    An empty category is a section without entries: that nothing is known is told, too.
    """
    (case,) = await cases_by_id(reads, [case_id])
    (client,) = await clients_by_id(reads, [client_id])
    if case is None or client is None:
        return []
    gathering = _Gathering(reads, await keys.of(reads), case, client)
    wanted = [SharedCategory(category) for category in in_order(categories)]
    return [Section(category, tuple(await gathering.entries(category))) for category in wanted]


class _Gathering:
    """Gathers what is known of one case and its client."""

    def __init__(self, reads: Reads, ring: Keyring, case: Record, client: Record) -> None:
        self._reads = reads
        self._ring = ring
        self._case = case
        self._client = client

    async def entries(self, category: SharedCategory) -> list[Entry]:
        """Gather one category."""
        if category in PERSONAL:
            return [
                Entry(name, value) for name in PERSONAL[category] if (value := self._personal(name))
            ] + self._interpreter(category)
        match category:
            case SharedCategory.CASE:
                return [Entry(key, str(self._case[name])) for name, key in _CASE.items() if self._case[name]]
            case SharedCategory.HOUSEHOLD:
                return await self._household()
            case SharedCategory.DEBTS:
                return await self._debts()
            case SharedCategory.ASSETS:
                return await self._assets()
            case _:
                return await self._budget()

    def _personal(self, name: str) -> str | None:
        if name not in {*_IDENTITY, "safe_contact_note"}:
            value: str | None = self._client[name]
            return value
        sealed: bytes | None = self._client[f"sealed_{name}"]
        if sealed is None:
            return None
        opened: str = self._ring.opening(sealed).unseal(
            sealed, table="clients", column=name, row_id=self._client["key"]
        )
        return opened

    def _interpreter(self, category: SharedCategory) -> list[Entry]:
        if category is SharedCategory.CONTACT and self._client["interpreter_needed"]:
            return [Entry("interpreter_needed", "Needed")]
        return []

    async def _household(self) -> list[Entry]:
        (household,) = await households_of_clients(self._reads, [self._client["key"]])
        if household is None:
            return []
        (members,) = await members_of_households(self._reads, [household["key"]])
        stated = [Entry(name, str(household[name])) for name in _HOUSEHOLD if household[name]]
        named = [
            Entry(
                "member", f"{member['first_name']} {member['last_name'] or ''}".strip() + f", {member['relationship']}"
            )
            for member in members
        ]
        return stated + named

    async def _debts(self) -> list[Entry]:
        (debts,) = await debts_of_cases(self._reads, [self._case["key"]])
        kinds = await debt_types_by_id(self._reads, [debt["debt_type_id"] for debt in debts])
        creditors = await creditors_by_id(self._reads, [debt["creditor_id"] for debt in debts])
        return [
            Entry("debt", ", ".join(_said_of(debt, kind, creditor)))
            for debt, kind, creditor in zip(debts, kinds, creditors, strict=True)
        ]

    async def _assets(self) -> list[Entry]:
        (assets,) = await assets_of_cases(self._reads, [self._case["key"]])
        return [
            Entry("asset", f"{asset['description']}, {asset['asset_type']}, {_money(asset['estimated_value'])}")
            for asset in assets
        ]

    async def _budget(self) -> list[Entry]:
        (sheet,) = await current_sheets(self._reads, [self._case["key"]])
        if sheet is None:
            return []
        spent = sheet["total_fixed"] + sheet["total_flexible"]
        lines = await lines_of_sheet(self._reads, sheet["key"])
        return [
            Entry("statement_date", sheet["statement_date"].isoformat()),
            Entry("total_income", _money(sheet["total_income"])),
            Entry("total_expenditure", _money(spent)),
            *(Entry("line", f"{line['code']}, {_money(line['monthly_amount'])} a month") for line in lines),
        ]


def _said_of(debt: Record, kind: Record | None, creditor: Record | None) -> list[str]:
    balance: Any = debt["current_balance"]
    return [
        "A creditor" if creditor is None else creditor["name"],
        "Debt" if kind is None else kind["name"],
        "balance not known" if balance is None else _money(balance),
        debt["priority"],
    ]


def _money(amount: Decimal) -> str:
    return f"£{format_money(amount)}"
