"""The enums of staffing, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.staffing.models import AbsenceKind, AdvisorSkill
from cma_graphql.graph.enums import described

__all__ = ["WEEKDAYS", "AbsenceKind", "AdvisorSkill", "Weekday"]

described(
    AdvisorSkill,
    "What an advisor can do beyond the advice that every advisor gives.",
    {
        "DRO_APPROVED_INTERMEDIARY": "Makes applications for debt relief orders.",
        "DAS_APPROVED_ADVISOR": "Advises under the Scottish debt arrangement scheme.",
        "SPECIALIST_DEBT": "Takes debt matters that are beyond the usual course.",
        "BANKRUPTCY": "Prepares applications for bankruptcy.",
        "BUSINESS_DEBT": "Advises on debts of a trade.",
        "HOUSING": "Advises on rent, mortgage and eviction.",
        "WELFARE_BENEFITS": "Advises on benefits.",
        "MENTAL_HEALTH_CRISIS": "Works with people in mental health crisis.",
        "COMPLAINTS": "Handles complaints.",
    },
)
described(
    AbsenceKind,
    "Why somebody is away; for the person and for those who manage people.",
    {
        "ANNUAL_LEAVE": "On leave.",
        "SICKNESS": "Ill.",
        "PARENTAL_LEAVE": "With a child.",
        "COMPASSIONATE_LEAVE": "For a death or an emergency in the family.",
        "TRAINING": "Learning.",
        "OUT_OF_OFFICE": "At work elsewhere.",
        "OTHER": "For another reason.",
    },
)


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


described(Weekday, "A day of the week.", {day.name: f"{day.value.capitalize()}." for day in Weekday})
WEEKDAYS = tuple(Weekday)
"""In their order: the first is day 1 of ISO 8601."""
