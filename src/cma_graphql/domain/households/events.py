"""What happens to households and to the people in them."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class HouseholdRecorded(Event):
    """It was recorded who lives with a client, and how."""

    name: ClassVar[str] = "household.recorded"
    entity: ClassVar[str] = "household"


@dataclass(frozen=True, kw_only=True)
class HouseholdUpdated(Event):
    """What a household states of itself changed."""

    name: ClassVar[str] = "household.updated"
    entity: ClassVar[str] = "household"


@dataclass(frozen=True, kw_only=True)
class HouseholdMemberAdded(Event):
    """A person was added to a household."""

    name: ClassVar[str] = "household.member_added"
    entity: ClassVar[str] = "householdmember"


@dataclass(frozen=True, kw_only=True)
class HouseholdMemberUpdated(Event):
    """What is known of a member of a household changed."""

    name: ClassVar[str] = "household.member_updated"
    entity: ClassVar[str] = "householdmember"


@dataclass(frozen=True, kw_only=True)
class HouseholdMemberRemoved(Event):
    """A person was taken out of a household."""

    name: ClassVar[str] = "household.member_removed"
    entity: ClassVar[str] = "householdmember"
