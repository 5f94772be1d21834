"""Finds records by their tags: by the words that are kept of them (`tag_words`), which an index serves behind a policy.

`?|` of an array in JSON is no index condition there (decision 16). So the words narrow a list, and what they find, or
the list's own walk where they find much, is asked for the tags themselves.
"""

from typing import Any

from sqlalchemy import Text, column, func, literal, literal_column, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.formats.words import TAG_SIGN
from cma_graphql.persistence.base import ACTOR_CENTRE, CentreRow
from cma_graphql.persistence.narrowing import FEW, Source
from cma_graphql.persistence.reads import AnySelect
from cma_graphql.persistence.search_words import SearchWord


def keys_of_any_tag(entity: type[CentreRow], tags: Any) -> Source:
    """Make the source of the records that have one of these tags; one that has two of them comes twice."""
    word = _each(tags)
    words = func.array(select(word.c.word).scalar_subquery())
    return _for_staff(_found(entity).where(SearchWord.word == any_(words)))


def keys_of_every_tag(entity: type[CentreRow], tags: Any) -> Source:
    """Make the source of the records that have the rarest of these tags, among which are those that have them all.

    How many have each of them is counted as far as that matters.
    """
    word = _each(tags)
    some = _found(entity).where(SearchWord.word == word.c.word).limit(FEW + 1).correlate(word).subquery("some")
    number = select(func.count()).select_from(some).scalar_subquery()
    rarest = select(word.c.word).order_by(number).limit(1).scalar_subquery()
    return _for_staff(_found(entity).where(SearchWord.word == rarest))


def _for_staff(keys: AnySelect) -> Source:
    """Leave clients of the portal their own few records, rather than have a policy look at every word."""
    return lambda sight: None if sight is Sight.RECORD else keys


def _found(entity: type[CentreRow]) -> AnySelect:
    return select(SearchWord.record_id.label("key")).where(
        SearchWord.centre_id == ACTOR_CENTRE, SearchWord.kind == entity.__tablename__
    )


def _each(tags: Any) -> Any:
    """Answer the words of tags, as a table.

    OFFSET 0 has them made before they are compared: joining texts is not leakproof, comparing them is.
    """
    given = func.unnest(tags).table_valued(column("tag", Text()), name="given").render_derived()
    word = (literal(TAG_SIGN, Text()) + given.c.tag).label("word")
    return select(word).offset(literal_column("0")).subquery("asked")
