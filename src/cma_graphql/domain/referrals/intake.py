"""A person who was handed in: kept as sections like what goes out, read again as a client's details."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.referrals.models import SharedCategory
from cma_graphql.domain.referrals.shared import PERSONAL, Entry, Section


def sections_of_person(kept: ClientDetails, given: str | None) -> list[Section]:
    """Answer the sections of a person's details, as read, and of what else was given."""
    sections = []
    for category, names in PERSONAL.items():
        entries = [Entry(name, _written(value)) for name in names if (value := kept.get(name))]
        if category is SharedCategory.CONTACT and kept.get("interpreter_needed"):
            entries.append(Entry("interpreter_needed", "Needed"))
        if entries:
            sections.append(Section(category, tuple(entries)))
    if given is not None:
        sections.append(Section(SharedCategory.CASE, (Entry("description", given),)))
    return sections


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def categories_of(sections: Sequence[Section]) -> list[str]:
    """Answer the categories of sections, in the order of the enum."""
    there = {section.category for section in sections}
    return [category.value for category in SharedCategory if category in there]


def person_of_sections(sections: Sequence[Section]) -> ClientDetails:
    """Answer the details of the person whom sections describe, as somebody states them of a new client."""
    details: dict[str, Any] = {}
    for section in sections:
        for entry in section.entries if section.category in PERSONAL else ():
            details[entry.key] = entry.value
    if "date_of_birth" in details:
        details["date_of_birth"] = date.fromisoformat(details["date_of_birth"])
    if "interpreter_needed" in details:
        details["interpreter_needed"] = True
    return cast("ClientDetails", details)
