"""What search answers: the best records of each kind, as nodes."""

import strawberry

from cma_graphql.domain.search.kinds import SearchKind
from cma_graphql.graph.cost_directives import cost
from cma_graphql.graph.enums import described
from cma_graphql.graph.node import NodeRef

described(
    SearchKind,
    "A kind of record that can be searched.",
    {
        "CLIENT": "Clients, by names, reference, postcode, telephone and e-mail address.",
        "CASE": "Cases, by number, title and tags.",
        "CREDITOR": "Creditors of the centre's directory, by name and trading names.",
        "DOCUMENT": "Documents, by title, tags and the names of their files.",
    },
)


@strawberry.type(description="A record that search found.")
class SearchHit:
    """One record."""

    kind: SearchKind = strawberry.field(description="What kind of record it is.")
    title: str = strawberry.field(description="What to call it in a list of results.")
    matched: list[str] = strawberry.field(
        description="The words of the record that the query's words begin, folded as they are compared; at most 10."
    )
    node: NodeRef = strawberry.field(description="The record.", directives=[cost(weight=0)])


@strawberry.type(description="The best matches among the records of one kind.")
class SearchGroup:
    """One kind's matches."""

    kind: SearchKind = strawberry.field(description="Which kind.")
    hits: list[SearchHit] = strawberry.field(
        description="The records that have a word beginning with each word of the query: those with the words "
        "themselves first, then by name or number, documents by age, the newest first.",
        directives=[cost(weight=0)],  # the search itself costs as much as all of them
    )
    has_more: bool = strawberry.field(description="Whether there are more: add a word to find them.")
