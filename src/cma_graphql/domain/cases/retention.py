"""How long what belongs to a case is kept (domain reference 4.4)."""

from datetime import date

RETENTION_YEARS = 6
"""How long an ended case is kept, and so may be reopened."""


def years_after(day: date, years: int) -> date:
    """Answer the anniversary of a day; of 29 February the 28th, where the year has no other."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
