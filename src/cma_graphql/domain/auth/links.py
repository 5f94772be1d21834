"""One-time links: made, looked at, used up. Only their digests are kept."""

from uuid import UUID

from cma_graphql.access.actor import anonymous
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import TokenKind, new_token, token_digest, token_kind
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import INVITATION_LIFETIME, RESET_LIFETIME, SignIn, person_of
from cma_graphql.domain.auth.models import LinkPurpose
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_KINDS = {LinkPurpose.INVITATION: TokenKind.INVITATION, LinkPurpose.PASSWORD_RESET: TokenKind.RESET}


async def make_link(
    uow: UnitOfWork, *, purpose: LinkPurpose, user_id: UUID, centre_id: UUID | None, token: str
) -> None:
    """Keep a link's digest; an earlier one for the same purpose is good no more."""
    at = now()
    lifetime = RESET_LIFETIME if purpose is LinkPurpose.PASSWORD_RESET else INVITATION_LIFETIME
    await uow.all(
        doors.make_link,
        digest=token_digest(token),
        purpose=purpose.value,
        user_id=user_id,
        centre_id=centre_id,
        at=at,
        ends_at=at + lifetime,
    )


async def end_links(uow: UnitOfWork, *, purpose: LinkPurpose, user_id: UUID) -> None:
    """End a person's links for a purpose: by one that takes their place, given to nobody and over as it begins."""
    at = now()
    await uow.all(
        doors.make_link,
        digest=token_digest(new_token(_KINDS[purpose])),
        purpose=purpose.value,
        user_id=user_id,
        centre_id=None,
        at=at,
        ends_at=at,
    )


async def find_link(sign_in: SignIn, facts: RequestFacts, purpose: LinkPurpose, token: str) -> Record:
    """Answer the person whose good link this is, leaving it unused; raise Invalid (`token`, `link`)."""
    row = None
    if token_kind(token) is _KINDS[purpose]:
        async with sign_in.database.read(anonymous()) as reader:
            row = await reader.one(doors.read_link, digest=token_digest(token), purpose=purpose.value, at=now())
    if row is None:
        await sign_in.security.note(person_of(facts), "link.refused", {"purpose": purpose.value})
        raise bad_link()
    return row


async def use_link(uow: UnitOfWork, purpose: LinkPurpose, token: str) -> None:
    """Use a link up; raise Invalid (`token`, `link`) where somebody was faster."""
    row = await uow.one(doors.use_link, digest=token_digest(token), purpose=purpose.value, at=now())
    if row is None or not row["answer"]:
        raise bad_link()


def bad_link() -> Invalid:
    """Make the refusal of a link: unknown, used, replaced or too old, told alike."""
    return Invalid("token", "link", "This link is not good any more. Ask for another one.")
