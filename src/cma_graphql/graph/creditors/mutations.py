"""What can be done with the centre's directory of creditors."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.creditors import services
from cma_graphql.graph.context import Info
from cma_graphql.graph.creditors.inputs import (
    CreditorActivateInput,
    CreditorAdoptInput,
    CreditorCreateInput,
    CreditorDeactivateInput,
    CreditorInput,
    CreditorUpdateInput,
    changed_details,
    known_details,
)
from cma_graphql.graph.creditors.types import Creditor
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id, write_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.type(description="What a mutation of a creditor answers.")
class CreditorPayload(Payload):
    """The part that payloads with a creditor share."""

    creditor: Creditor | None = strawberry.field(
        default=None, description="The creditor as it is now; null where it was refused."
    )


@strawberry.type(description="The centre's copy.")
class CreditorAdoptPayload(CreditorPayload):
    """What creditorAdopt answers."""


@strawberry.type(description="The new creditor.")
class CreditorCreatePayload(CreditorPayload):
    """What creditorCreate answers."""


@strawberry.type(description="The changed creditor.")
class CreditorUpdatePayload(CreditorPayload):
    """What creditorUpdate answers."""


@strawberry.type(description="The creditor that is not in use any more.")
class CreditorDeactivatePayload(CreditorPayload):
    """What creditorDeactivate answers."""


@strawberry.type(description="The creditor that is in use again.")
class CreditorActivatePayload(CreditorPayload):
    """What creditorActivate answers."""


P = TypeVar("P", bound=CreditorPayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its creditor as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (creditor_id,) = outcome.subject_ids
    return payload(creditor=await reread(info, Creditor, creditor_id), replayed=outcome.replayed)


def _on(given: CreditorInput) -> dict[str, Any]:
    """Answer which creditor an input is about; raise NotFound for an id of something else."""
    return {"creditor_id": read_id("creditor", given.id), "version": given.expected_version}


def _what(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type
class CreditorMutations:
    """What can be done with creditors."""

    @mutation(
        requires=Permission.CREDITOR_WRITE,
        description="Copy a creditor of the network's register into the centre's directory; where it is there already, "
        "answer that copy.",
    )
    async def creditor_adopt(
        self, info: Info, input: Annotated[CreditorAdoptInput, _what("Which entry.")]
    ) -> CreditorAdoptPayload:
        """Copy an entry of the register."""
        return await _answer(info, CreditorAdoptPayload, services.adopt_creditor, input, code=input.code)

    @mutation(
        requires=Permission.CREDITOR_WRITE,
        description="Add a creditor of the centre's own. It is refused with the rule `possible-duplicate` where the "
        "directory has one of this name, until `acceptPossibleDuplicate` says that somebody has looked.",
    )
    async def creditor_create(
        self, info: Info, input: Annotated[CreditorCreateInput, _what("The creditor.")]
    ) -> CreditorCreatePayload:
        """Add a creditor."""
        try:
            return await _answer(
                info,
                CreditorCreatePayload,
                services.create_creditor,
                input,
                details=known_details(input),
                accept_possible_duplicate=input.accept_possible_duplicate,
            )
        except services.PossibleDuplicateCreditor as refusal:
            ids = [write_id("creditor", key) for key in refusal.creditor_ids]
            raise Invalid(refusal.field, refusal.rule, refusal.message, **refusal.params, creditor_ids=ids) from None

    @mutation(requires=Permission.CREDITOR_WRITE, description="Change what the directory says of a creditor.")
    async def creditor_update(
        self, info: Info, input: Annotated[CreditorUpdateInput, _what("The changes.")]
    ) -> CreditorUpdatePayload:
        """Change a creditor."""
        return await _answer(
            info,
            CreditorUpdatePayload,
            services.update_creditor,
            input,
            **_on(input),
            details=changed_details(input),
        )

    @mutation(
        requires=Permission.CREDITOR_WRITE,
        description="Take a creditor out of use: no new debt is owed or passed to it; those there are stay.",
    )
    async def creditor_deactivate(
        self, info: Info, input: Annotated[CreditorDeactivateInput, _what("Which creditor.")]
    ) -> CreditorDeactivatePayload:
        """Take a creditor out of use."""
        return await _answer(info, CreditorDeactivatePayload, services.deactivate_creditor, input, **_on(input))

    @mutation(requires=Permission.CREDITOR_WRITE, description="Put a creditor back into use.")
    async def creditor_activate(
        self, info: Info, input: Annotated[CreditorActivateInput, _what("Which creditor.")]
    ) -> CreditorActivatePayload:
        """Put a creditor back into use."""
        return await _answer(info, CreditorActivatePayload, services.activate_creditor, input, **_on(input))
