"""What happened: the base of every event, and the audience that may hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID


class Publicity(StrEnum):
    """How much of a changed value may leave its record (decisions 20 to 22)."""

    OPEN = "OPEN"
    """Ids, enums, dates, numbers: in the event and in the audit row."""
    TEXT = "TEXT"
    """Names and words: in the audit row, where erasure reaches them; the event says only that they changed."""
    SEALED = "SEALED"
    """Sensitive values: nowhere in clear, a salted digest in the audit chain."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column before and after."""

    old: object
    new: object
    publicity: Publicity


Changes = Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a record besides those who see the whole centre (decision 20)."""

    user_ids: tuple[UUID, ...] = ()
    """The advisor and the case team, or whoever recorded a client without a case."""
    team_id: UUID | None = None
    team_ids: tuple[UUID, ...] = ()
    """Further teams, where a record has several: a client with cases of more than one."""
    restricted: bool = False
    """Whether only `user_ids`, managers and compliance officers see it."""
    client_id: UUID | None = None
    """The client whose own record it is."""
    everyone: bool = False
    """Whether all of the centre's staff see it: teams, colleagues, the centre itself."""
    confidential: bool = False
    """Whether, of `user_ids`, those alone see it in whom a case's confidences are put, and whoever wrote it."""
    author_id: UUID | None = None
    """Who wrote what is confidential, or is to do it."""


THE_CENTRES_OWN = (
    "approval.",
    "compliance.",
    "note_category.",
    "note_template.",
    "referral.",
    "stage.",
    "task.",
    "workflow.",
)
"""How the names of events begin that are the centre's own work: its tables are denied to the portal, which shows
nothing of them, neither live nor in the trail."""
STAFF = Audience(everyone=True)
"""The audience of what every member of staff may see."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a record, in the past tense.

    `name` is the wire name (`case.created`), `entity` the kind of record.
    """

    name: ClassVar[str]
    entity: ClassVar[str]

    subject_id: UUID
    client_id: UUID | None = None
    case_id: UUID | None = None
    version: int = 0
    """The record's version after the change."""
