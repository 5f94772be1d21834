"""Queries of referrals."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.referrals import selectors
from cma_graphql.domain.referrals.preview import preview_of
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.referrals.inputs import ReferralFilterArgument, referral_filters
from cma_graphql.graph.referrals.types import Referral, SharedSection

_SECTIONS = 9
_LOOK_UPS = 12


@strawberry.type
class ReferralQueries:
    """What can be asked about referrals."""

    @query(requires=Permission.CASE_READ, description="The referral with this id, or null.")
    async def referral(self, info: Info, id: IdArgument) -> Referral | None:
        """Find a referral."""
        key = find_id("referral", id)
        found = [None] if key is None else await selectors.referrals_by_id(info.context.reader, [key])
        return found[0]  # type: ignore[return-value]

    @query(
        requires=Permission.CASE_READ,
        description="The referrals that the viewer sees, out and in, the newest first: those of visible cases, and "
        "what came in and waits. Offers of other centres are for those who see the whole centre.",
    )
    async def referrals(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: ReferralFilterArgument = None,
    ) -> Connection[Referral]:
        """List referrals."""
        return await selectors.REFERRALS.page(  # type: ignore[return-value]
            info.context.reader,
            order="CREATED_AT_DESC",
            window=window(first, after, last, before),
            filters=referral_filters(filter),
        )

    @query(
        requires=Permission.CLIENT_READ_IDENTITY,
        description="What the recipient of a draft would see, to the letter, if it were sent now; null where there is "
        "no such draft. Needs the right to the client's identity for this case.",
        size=_SECTIONS,
        call=_LOOK_UPS * CALL,
    )
    async def referral_preview(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The draft's id.")]
    ) -> list[SharedSection] | None:
        """Preview a draft."""
        key = find_id("referral", id)
        context = info.context
        shared = None if key is None else await preview_of(context.reader, context.keys, key)
        if shared is None:
            return None
        context.saw_client(shared.client_id)
        context.seen_fields.add("referrals.shared")
        return SharedSection.all_of(shared.sections)
