"""How the list of centres is filtered and ordered, and what the mutations of centres are given."""

from enum import StrEnum
from typing import Annotated

import strawberry

from cma_graphql.graph.centres.enums import CentreStatus, Jurisdiction, OrganisationType
from cma_graphql.graph.enums import described
from cma_graphql.graph.writing import MutationInput


class CentreOrder(StrEnum):
    """The orders the list of centres can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CODE_ASC = "CODE_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    CentreOrder,
    "The orders the list of centres can be in.",
    {
        "NAME_ASC": "By name.",
        "NAME_DESC": "By name, backwards.",
        "CODE_ASC": "By code.",
        "CREATED_AT_DESC": "Those that joined last first.",
    },
)


@strawberry.input(description="Which centres to list.")
class CentreFilter:
    """Conditions on centres."""

    status: list[CentreStatus] | None = strawberry.field(default=None, description="Being in one of these states.")


CentreFilterArgument = Annotated[CentreFilter | None, strawberry.argument(description="Which centres.")]
CentreOrderArgument = Annotated[CentreOrder, strawberry.argument(description="In which order.")]


def centre_filters(given: CentreFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; the platform's own row is no centre that one would list."""
    status = None if given is None else given.status
    return {
        "advising": True,
        **({"status": [item.value for item in status]} if status is not None else {}),
    }


_VERSION = "The version that was read; a `ConflictError` where there is a newer one."


@strawberry.input(description="The centre to bring into the network.")
class CentreCreateInput(MutationInput):
    """Input of centreCreate."""

    name: str = strawberry.field(description="What the centre is called, at most 200 characters.")
    code: str = strawberry.field(description="Two to ten letters and digits, unique in the network, like `LEEDS1`.")
    organisation_type: OrganisationType = strawberry.field(description="What kind of organisation runs it.")
    jurisdiction: Jurisdiction = strawberry.field(description="Whose law its clients mostly live under.")
    address_line1: str | None = strawberry.field(default=None, description="First line of its address.")
    address_line2: str | None = strawberry.field(default=None, description="Second line of its address.")
    city: str | None = strawberry.field(default=None, description="Town or city.")
    postcode: str | None = strawberry.field(default=None, description="Postcode.")
    phone: str | None = strawberry.field(default=None, description="Telephone number.")
    email: str | None = strawberry.field(default=None, description="E-mail address for the public.")


@strawberry.input(description="What to change of a centre; what is absent stays as it is.")
class CentreUpdateInput(MutationInput):
    """Input of centreUpdate."""

    id: strawberry.ID = strawberry.field(description="The centre.")
    expected_version: int = strawberry.field(description=_VERSION)
    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What the centre is called.")
    code: strawberry.Maybe[str] = strawberry.field(
        default=None, description="Its short code; fixed once a client or a case has a number with it."
    )
    organisation_type: strawberry.Maybe[OrganisationType] = strawberry.field(
        default=None, description="What kind of organisation runs it."
    )
    jurisdiction: strawberry.Maybe[Jurisdiction] = strawberry.field(
        default=None, description="Whose law its clients mostly live under."
    )
    address_line1: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="First line of its address; null: none."
    )
    address_line2: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="Second line of its address; null: none."
    )
    city: strawberry.Maybe[str | None] = strawberry.field(default=None, description="Town or city; null: none.")
    postcode: strawberry.Maybe[str | None] = strawberry.field(default=None, description="Postcode; null: none.")
    phone: strawberry.Maybe[str | None] = strawberry.field(default=None, description="Telephone number; null: none.")
    email: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="E-mail address for the public; null: none."
    )


@strawberry.input(description="Who manages a centre.")
class CentreSetManagerInput(MutationInput):
    """Input of centreSetManager."""

    id: strawberry.ID = strawberry.field(description="The centre.")
    expected_version: int = strawberry.field(description=_VERSION)
    manager_id: strawberry.ID | None = strawberry.field(
        description="The membership of an active manager of the centre; null: nobody."
    )


@strawberry.input(description="The centre to suspend.")
class CentreSuspendInput(MutationInput):
    """Input of centreSuspend."""

    id: strawberry.ID = strawberry.field(description="The centre.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="The suspended centre to put to work again.")
class CentreReactivateInput(MutationInput):
    """Input of centreReactivate."""

    id: strawberry.ID = strawberry.field(description="The centre.")
    expected_version: int = strawberry.field(description=_VERSION)


@strawberry.input(description="The centre to close for good.")
class CentreCloseInput(MutationInput):
    """Input of centreClose."""

    id: strawberry.ID = strawberry.field(description="The centre.")
    expected_version: int = strawberry.field(description=_VERSION)
