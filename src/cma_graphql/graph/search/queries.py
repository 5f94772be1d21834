"""Search over the records that the viewer sees."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.clients.derived import national_insurance_index
from cma_graphql.domain.clients.selectors import CLIENTS
from cma_graphql.domain.search.kinds import SEARCHED, SearchKind
from cma_graphql.domain.search.query import read_nino, read_words
from cma_graphql.domain.search.selectors import find
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.cost_directives import COUNT, list_size
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import NODE_KINDS
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.search.types import SearchGroup, SearchHit
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.window import Window

MOST_HITS = 50

_TITLES: Mapping[SearchKind, Callable[[Record], str]] = {
    SearchKind.CLIENT: lambda client: f"{client['first_name']} {client['last_name']}",
    SearchKind.CASE: lambda case: f"{case['case_number']} {case['title']}",
    SearchKind.CREDITOR: lambda creditor: creditor["name"],
    SearchKind.DOCUMENT: lambda document: document["title"],
}


@strawberry.type
class SearchQueries:
    """Finding records by what somebody knows of them."""

    @query(
        requires=None,
        description="The records that the viewer sees and that have a word beginning with each word of the query; "
        "case, accents and punctuation do not count. A kind that the viewer may not read is left out. A national "
        "insurance number finds its client for those with `CLIENT_READ_IDENTITY` in the whole centre.",
        call=len(SEARCHED) * COUNT,
        size=list_size(10, by=["first"], of=["hits"]),
    )
    async def search(
        self,
        info: Info,
        query: Annotated[
            str,
            strawberry.argument(
                description="One to six words of at least two letters or digits each: names, a reference, a case "
                "number, a postcode, a telephone number, an e-mail address, a title, the name of a file."
            ),
        ],
        kinds: Annotated[
            list[SearchKind] | None, strawberry.argument(description="What to look for; everything unless said.")
        ] = None,
        first: Annotated[
            int, strawberry.argument(description="How many records of each kind; 10 unless said, at most 50.")
        ] = 10,
    ) -> list[SearchGroup]:
        """Search each kind that is wanted and permitted."""
        words = read_words(query)
        if not 1 <= first <= MOST_HITS:
            raise Invalid("first", "page-size", f"Ask for between 1 and {MOST_HITS} of each kind.", maximum=MOST_HITS)
        wanted = [kind for kind in SEARCHED if kinds is None or kind in kinds]
        context = info.context
        return [
            await _group(context, kind, query, words, first)
            for kind in wanted
            if context.actor.may(SEARCHED[kind].requires) and not context.actor.at_platform
        ]


async def _group(context: Context, kind: SearchKind, query: str, words: Sequence[str], first: int) -> SearchGroup:
    hits = await find(context.reader, kind, words, most=first + 1)
    matched: dict[Any, list[str]] = {hit["key"]: list(hit["matched"]) for hit in hits}
    if kind is SearchKind.CLIENT:
        matched = {**await _by_national_insurance(context, query), **matched}
    keys = list(matched)[:first]
    node = NODE_KINDS[SEARCHED[kind].prefix]
    records = await node.load(context.reader, keys) if keys else []
    return SearchGroup(
        kind=kind,
        hits=[
            SearchHit(
                kind=kind, title=_TITLES[kind](record), matched=matched[key], node=wrapped(node.type, record, context)
            )
            for key, record in zip(keys, records, strict=True)
            if record is not None
        ],
        has_more=len(matched) > first,
    )


async def _by_national_insurance(context: Context, query: str) -> dict[Any, list[str]]:
    """Find the client with this number: telling who has it takes the whole centre, as in the list's filter."""
    nino = read_nino(query)
    if nino is None or context.actor.reach(Permission.CLIENT_READ_IDENTITY) is not Reach.CENTRE:
        return {}
    context.seen_fields.add("clients.national_insurance_number")
    index = national_insurance_index(context.keys.vault, context.actor.centre_id, nino)
    page = await CLIENTS.page(
        context.reader, order="NAME_ASC", window=Window(first=10), filters={"national_insurance_index": index}
    )
    return {row["key"]: [] for row in page.rows}
