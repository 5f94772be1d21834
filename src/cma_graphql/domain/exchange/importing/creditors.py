"""Whom the debts of a file are owed to: creditors of the directory, of the register, or new ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.creditors.services import adopt_creditor, create_creditor
from cma_graphql.domain.exchange.importing.records import NamedCreditor
from cma_graphql.domain.exchange.importing.selectors import copies_of_entries, creditors_called, entries_by_code
from cma_graphql.persistence.reads import Reads, Span
from cma_graphql.persistence.unit_of_work import UnitOfWork

_Name = tuple[bool, str]


@dataclass(slots=True)
class Choice:
    """Which creditor a name means."""

    key: UUID | None = None
    """One of the directory; None: one that is still to be adopted or added, or none at all."""
    code: str | None = None
    """The code of an entry of the register to adopt."""
    fault: Invalid | None = None


@dataclass(slots=True)
class Creditors:
    """The creditors that a file has named so far, each looked up once."""

    _choices: dict[_Name, Choice] = field(default_factory=dict)
    _wanted: dict[_Name, NamedCreditor] = field(default_factory=dict)
    """Those to adopt or to add."""

    async def learn(self, reads: Reads, named: Iterable[NamedCreditor]) -> None:
        """Look up those that have not been named before, by three statements at most."""
        asked: dict[_Name, NamedCreditor] = {}
        for one in named:
            if one.name and _name(one) not in self._choices:
                asked.setdefault(_name(one), one)  # written as it is at first
        if not asked:
            return
        codes = [one.name for one in asked.values() if not one.new]
        entries = {row["code"]: row["key"] for row in await reads.all(entries_by_code, Span.NETWORK, texts=codes)}
        copies = {row["catalogue_id"]: row for row in await reads.all(copies_of_entries, keys=sorted(entries.values()))}
        directory: dict[str, list[tuple[UUID, bool]]] = {}
        for row in await reads.all(creditors_called, texts=sorted({one.key for one in asked.values()})):
            directory.setdefault(row["name_key"], []).append((row["key"], row["active"]))
        for name, one in asked.items():
            entry = None if one.new else entries.get(one.name)
            if entry is None:
                choice = _of_directory(one, directory.get(one.key, []))
            elif entry in copies:
                choice = _of_directory(one, [(copies[entry]["key"], copies[entry]["active"])])
            else:
                choice = Choice(code=one.name)
            self._choices[name] = choice
            if choice.key is None and choice.fault is None:
                self._wanted[name] = one

    def fault(self, named: NamedCreditor) -> Invalid | None:
        """Answer why no debt can be owed to this creditor; None where one can."""
        choice = self._choices.get(_name(named))
        return None if choice is None else choice.fault

    def key(self, named: NamedCreditor) -> UUID:
        """Answer the creditor's id, once all are settled."""
        key = self._choices[_name(named)].key
        if key is None:
            raise LookupError(named.name)
        return key

    async def settle(self, uow: UnitOfWork) -> None:
        """Adopt from the register, and add to the directory, what the file names and the centre lacks."""
        for name, one in self._wanted.items():
            choice = self._choices[name]
            if choice.code is not None:
                choice.key = await adopt_creditor(uow, code=choice.code)
            else:
                choice.key = await create_creditor(
                    uow, details={"name": one.name, "kind": one.kind}, accept_possible_duplicate=True
                )


def _name(named: NamedCreditor) -> _Name:
    """Answer what tells one name from another: of a new creditor the folded one, so that it is added once."""
    return (named.new, named.key if named.new else named.name)


def _of_directory(named: NamedCreditor, found: list[tuple[UUID, bool]]) -> Choice:
    column = "creditor_name" if named.new else "creditor"
    usable = [key for key, active in found if active]
    if len(usable) == 1:
        return Choice(key=usable[0])
    if usable:
        return Choice(
            fault=Invalid(column, "ambiguous", "The directory has several creditors of this name.", count=len(usable))
        )
    if found:
        return Choice(fault=Invalid(column, "inactive", "This creditor is not in use any more: activate it first."))
    if named.new:
        return Choice()
    return Choice(
        fault=Invalid(
            column,
            "not-found",
            "Neither the register has this code nor the centre's directory this name: say creditor_name for a new one.",
        )
    )
