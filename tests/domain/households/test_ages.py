"""Dependants by age: on the day before a birthday and on it, in the bands of either form."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.access.permissions import Role
from cma_graphql.domain.households.ages import AgeBand, Aged, count_by_band
from cma_graphql.domain.households.models import StatementScheme
from cma_graphql.domain.households.selectors import age_bands
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

SFS, CFS = StatementScheme.SFS, StatementScheme.CFS
AT = date(2026, 5, 17)


def _band(scheme: str, code: str, name: str, ages: tuple[int, int | None], *, child: bool = True) -> AgeBand:
    return AgeBand(scheme=scheme, code=code, name=name, child=child, min_age=ages[0], max_age=ages[1])


BANDS = [
    _band("SFS", "CHILD_BAND_1", "Under 16", (0, 15)),
    _band("SFS", "CHILD_BAND_2", "16 to 18", (16, 18)),
    _band("SFS", "OTHER_DEPENDANT", "19 and over", (19, None), child=False),
    _band("CFS", "CHILD_BAND_1", "Under 14", (0, 13)),
    _band("CFS", "CHILD_BAND_2", "14 to 18", (14, 18)),
    _band("CFS", "OTHER_DEPENDANT", "19 and over", (19, None), child=False),
]


def counted(scheme: StatementScheme, *people: Aged, as_of: date = AT) -> tuple[int, ...]:
    """Answer the counts of the three bands, and of those in none."""
    found = count_by_band(people, BANDS, scheme=scheme, as_of=as_of)
    assert [item.band.scheme for item in found.bands] == [scheme] * 3
    return (*(item.count for item in found.bands), found.unknown)


def born(day: date) -> Aged:
    return Aged(born=day, band=None)


def stated(scheme: str, code: str) -> Aged:
    return Aged(born=None, band=(scheme, code))


async def test_the_bands_are_the_catalogues(data: Data) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, Role.CENTRE_MANAGER)
    async with unit_of_work(data.database, data.keys, actor) as uow:
        assert [AgeBand.of(row) for row in await age_bands(uow, AT)] == BANDS
        assert {row["scheme"] for row in await age_bands(uow, date(2010, 1, 1))} == {"CFS"}
        assert list(await age_bands(uow, date(1999, 12, 31))) == []


@pytest.mark.parametrize(
    ("day", "sfs", "cfs"),
    [
        (date(2026, 5, 17), (1, 0, 0, 0), (1, 0, 0, 0)),  # born today
        (date(2012, 5, 18), (1, 0, 0, 0), (1, 0, 0, 0)),  # 14 tomorrow
        (date(2012, 5, 17), (1, 0, 0, 0), (0, 1, 0, 0)),  # 14 today
        (date(2010, 5, 18), (1, 0, 0, 0), (0, 1, 0, 0)),  # 16 tomorrow
        (date(2010, 5, 17), (0, 1, 0, 0), (0, 1, 0, 0)),  # 16 today
        (date(2007, 5, 18), (0, 1, 0, 0), (0, 1, 0, 0)),  # 19 tomorrow
        (date(2007, 5, 17), (0, 0, 1, 0), (0, 0, 1, 0)),  # 19 today
        (date(2026, 5, 18), (0, 0, 0, 0), (0, 0, 0, 0)),  # not born yet
    ],
)
def test_a_birthday_moves_a_dependant_on(day: date, sfs: tuple[int, ...], cfs: tuple[int, ...]) -> None:
    assert counted(SFS, born(day)) == sfs
    assert counted(CFS, born(day)) == cfs


def test_the_day_settles_the_age() -> None:
    child = born(date(2010, 5, 17))
    assert counted(SFS, child, as_of=date(2026, 5, 16)) == (1, 0, 0, 0)
    assert counted(SFS, child, as_of=date(2029, 5, 16)) == (0, 1, 0, 0)
    assert counted(SFS, child, as_of=date(2029, 5, 17)) == (0, 0, 1, 0)


def test_a_stated_band_counts_in_its_own_form_and_where_it_fits_in_the_other() -> None:
    assert counted(SFS, stated("SFS", "CHILD_BAND_1")) == (1, 0, 0, 0)
    assert counted(CFS, stated("SFS", "CHILD_BAND_1")) == (0, 0, 0, 1)  # under 16 may be under 14 or not
    assert counted(CFS, stated("SFS", "CHILD_BAND_2")) == (0, 1, 0, 0)
    assert counted(SFS, stated("CFS", "CHILD_BAND_1")) == (1, 0, 0, 0)
    assert counted(SFS, stated("CFS", "CHILD_BAND_2")) == (0, 0, 0, 1)
    assert counted(CFS, stated("SFS", "OTHER_DEPENDANT")) == (0, 0, 1, 0)


def test_who_is_of_no_known_age_is_counted_as_unknown() -> None:
    assert counted(SFS, Aged(born=None, band=None), stated("SFS", "GONE")) == (0, 0, 0, 2)


@given(days=st.lists(st.dates(min_value=date(1920, 1, 1), max_value=AT), max_size=30))
def test_every_dependant_is_in_one_band(days: list[date]) -> None:
    for scheme in StatementScheme:
        assert sum(counted(scheme, *(born(day) for day in days))) == len(days)
        assert counted(scheme, *(born(day) for day in days))[3] == 0
