"""The select of records by their words, within what the viewer sees."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.search.kinds import SEARCHED, Searched, SearchKind
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.narrowing import FEW, narrowed
from cma_graphql.persistence.reads import AnySelect, Reads, Record, live, statement
from cma_graphql.persistence.search_words import SearchWord

MOST_RANKED = 500
"""How many records are ranked: of more, whoever asks adds a word."""
MOST_LOOKED_AT = 5_000
"""How many records with a common word are asked whether they are seen, and have the other words, until enough do."""
MOST_MATCHED = 10
_LAST = "\U0010ffff"
"""Sorts behind whatever a word may begin with."""


@statement
def found(sight: Sight, kind: SearchKind, words: int) -> AnySelect:
    """Select the records of a kind that have a word beginning with each of so many words, the best first.

    Exact words come before beginnings, then the kind's own order. A viewer who sees few records has those looked
    through; for all others the records of a word that few have are read, or, where many have each, the first word's;
    the other words are asked of each.
    """
    searched = SEARCHED[kind]
    entity: Any = searched.entity
    hit = select(entity.id.label("key"), searched.ranked_by.label("rank")).where(live(entity, sight))

    def among_few(*more: ColumnElement[bool]) -> AnySelect:
        return hit.where(*(_has_word(entity.id, number) for number in range(words)), *more)

    def by_word(*more: ColumnElement[bool]) -> AnySelect:
        first = _having(searched, 0).where(*more).limit(MOST_LOOKED_AT).subquery("first")
        word = (
            select(first.c.key.label("record_id"))
            .where(*(_has_word(first.c.key, number) for number in range(1, words)))
            .subquery("worded")
        )
        # LIMIT 1 keeps PostgreSQL from reading all records of the centre into a hash table.
        record = hit.where(entity.id == word.c.record_id).limit(1).lateral("record")
        return select(record.c.key, record.c.rank).select_from(word.join(record, true())).limit(MOST_RANKED)

    seen = searched.source(sight) if searched.source is not None else None
    sources = [source for source in (seen, _rarest(searched, words)) if source is not None]
    hits: Any = narrowed(sources, entity.id, among_few, by_word) if sources else by_word().subquery("hits")
    exact = sum(
        (case((_has_exactly(hits.c.key, number), 1), else_=0) for number in range(words)), start=literal(0, Integer())
    )
    best = (
        select(hits.c.key, hits.c.rank, exact.label("exact"))
        .distinct()
        .order_by(exact.desc(), hits.c.rank, hits.c.key)
        .limit(bindparam("most", type_=Integer()))
        .subquery("best")
    )
    matched = (
        select(SearchWord.word)
        .distinct()
        .where(
            SearchWord.centre_id == ACTOR_CENTRE,
            SearchWord.record_id == best.c.key,
            or_(*(and_(*_begins(SearchWord.word, number)) for number in range(words))),
        )
        .order_by(SearchWord.word)
        .limit(MOST_MATCHED)
    )
    return select(best.c.key, func.array(matched.scalar_subquery()).label("matched")).order_by(
        best.c.exact.desc(), best.c.rank, best.c.key
    )


def _having(searched: Searched, number: int) -> AnySelect:
    """Select the keys of the records of a kind that have one of the words, seen or not."""
    return select(SearchWord.record_id.label("key")).where(
        SearchWord.centre_id == ACTOR_CENTRE,
        SearchWord.kind == any_(literal(searched.tables, ARRAY(Text()))),
        *_begins(SearchWord.word, number),
    )


def _rarest(searched: Searched, words: int) -> Any:
    """Select the keys of the first word that few records have; of several words, the longest is not always the rarest.

    Where many have each, it selects too many keys, so that none of them is used; None where there is but one word.
    """
    if words == 1:
        return None
    arms, refused = [], list[ColumnElement[bool]]()
    for number in range(words):
        keys = _having(searched, number).limit(FEW + 1).cte(f"word_{number}_keys")
        counted = select(func.count()).select_from(keys).scalar_subquery()
        arms.append(select(keys.c.key).where(counted <= FEW, *refused))
        refused.append(counted > FEW)
    rarest = union_all(*arms, select(keys.c.key).where(*refused)).subquery("rarest")
    return select(rarest.c.key)


def _begins(word: Any, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Compare by bounds, which are index conditions of every plan; `^@` is one only where the beginning is known."""
    return word >= bindparam(f"word_{number}", type_=Text()), word < bindparam(f"beyond_{number}", type_=Text())


def _has_word(record_id: Any, number: int) -> ColumnElement[bool]:
    other: Any = SearchWord.__table__.alias(f"other_{number}")
    there: Any = select(literal_column("1")).where(
        other.c.centre_id == ACTOR_CENTRE, other.c.record_id == record_id, *_begins(other.c.word, number)
    )
    return exists(there.offset(literal_column("0")))  # asked of each record: not all who have the word are read


def _has_exactly(record_id: Any, number: int) -> ColumnElement[bool]:
    same: Any = SearchWord.__table__.alias(f"same_{number}")
    word = bindparam(f"word_{number}", type_=Text())
    return exists().where(same.c.centre_id == ACTOR_CENTRE, same.c.record_id == record_id, same.c.word == word)


def parameters_of(words: Sequence[str], *, most: int) -> dict[str, object]:
    """Answer the statement's parameters: each word, and what lies beyond all words that begin with it."""
    parameters: dict[str, object] = {"most": most}
    for number, word in enumerate(words):
        parameters |= {f"word_{number}": word, f"beyond_{number}": word + _LAST}
    return parameters


async def find(reads: Reads, kind: SearchKind, words: Sequence[str], *, most: int) -> Sequence[Record]:
    """Answer the keys of the best records of a kind, each with the words of it that matched."""
    return await reads.all(found, kind, len(words), **parameters_of(words, most=most))
