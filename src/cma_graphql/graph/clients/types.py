"""Client and Consent, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.formats.nino import mask_nino
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.clients import selectors
from cma_graphql.domain.clients.models import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.cases.inputs import CaseFilterArgument, CaseOrder, CaseOrderArgument, case_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import CaseConnection, MembershipRef
from cma_graphql.graph.visible import sensitive

described(
    MaritalStatus,
    "A client's marital status.",
    {
        "SINGLE": "Never married.",
        "MARRIED": "Married.",
        "CIVIL_PARTNERSHIP": "In a civil partnership.",
        "COHABITING": "Living with a partner.",
        "SEPARATED": "Separated.",
        "DIVORCED": "Divorced, or a civil partnership dissolved.",
        "WIDOWED": "Widowed.",
        "NOT_STATED": "Not stated.",
    },
)
described(
    EmploymentStatus,
    "How a client is employed; several may hold at once.",
    {
        "EMPLOYED_FULL_TIME": "Employed full time.",
        "EMPLOYED_PART_TIME": "Employed part time.",
        "SELF_EMPLOYED": "Self-employed.",
        "UNEMPLOYED": "Unemployed.",
        "UNABLE_TO_WORK": "Unable to work through illness or disability.",
        "CARER": "Caring for somebody.",
        "STUDENT": "Studying.",
        "RETIRED": "Retired.",
        "NOT_STATED": "Not stated.",
    },
)
described(
    ConsentPurpose,
    "What a client's data may be used for.",
    {
        "ADVICE": "Giving debt advice.",
        "CREDITOR_CONTACT": "Dealing with creditors on the client's behalf.",
        "CREDIT_SEARCH": "Asking a credit reference agency.",
        "REFERRAL": "Handing the client to another organisation.",
        "QA": "Checking the quality of advice.",
        "FUNDER_REPORT": "Reporting to whoever funds the advice.",
        "RESEARCH": "Research.",
        "MARKETING": "Telling the client of services.",
        "AI_ASSIST": "Help by artificial intelligence.",
    },
)
described(
    ConsentChannel,
    "How a consent was given.",
    {"IN_PERSON": "Face to face.", "TELEPHONE": "By telephone.", "ONLINE": "Online.", "PAPER": "On a signed form."},
)


@node_type(table="client_consents", load=selectors.consents_by_id, requires=Permission.CLIENT_READ)
@strawberry.type(description="One consent of a client for one purpose, given once and withdrawn at most once.")
class Consent(Node):
    """One consent."""

    prefix: ClassVar[str] = "consent"
    client_column: ClassVar[str | None] = "client_id"

    purpose: ConsentPurpose = strawberry.field(description="What the data may be used for.")
    channel: ConsentChannel = strawberry.field(description="How it was given.")
    wording_version: str = strawberry.field(description="Which wording the client agreed to.")
    given_at: datetime = strawberry.field(description="When it was given.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn, if it was.")
    withdrawal_note: str | None = strawberry.field(description="What was said about the withdrawal.")
    client_id: strawberry.Private[UUID]
    recorded_by: strawberry.Private[UUID]

    @relation(description="Who recorded it.", requires=Permission.USER_READ)
    async def recorder(consents: list["Consent"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each consent."""
        return await memberships_by_id(info.context.reader, [consent.recorded_by for consent in consents])

    @relation(description="Whose consent it is.")
    async def client(consents: list["Consent"], info: Info) -> list["Client | None"]:
        """Answer each consent's client."""
        return await selectors.clients_by_id(info.context.reader, [consent.client_id for consent in consents])  # type: ignore[return-value]


@node_type(table="clients", load=selectors.clients_by_id, requires=Permission.CLIENT_READ)
@strawberry.type(description="A person who comes to a centre for debt advice.")
class Client(Node):
    """One client."""

    prefix: ClassVar[str] = "client"
    client_column: ClassVar[str | None] = "key"

    reference: str = strawberry.field(description="The centre's reference: centre code and a number.")
    title: str | None = strawberry.field(description="Mr, Ms, Dr and so on.")
    first_name: str = strawberry.field(description="Given name.")
    last_name: str = strawberry.field(description="Family name.")
    birth_year: int | None = strawberry.field(description="Year of birth.")
    phone_primary: str | None = strawberry.field(description="Telephone in international form.")
    phone_secondary: str | None = strawberry.field(description="Another telephone.")
    email: str | None = strawberry.field(description="E-mail address.")
    address_line1: str | None = strawberry.field(description="First line of the address.")
    address_line2: str | None = strawberry.field(description="Second line of the address.")
    city: str | None = strawberry.field(description="Town or city.")
    postcode: str | None = strawberry.field(description="Postcode.")
    marital_status: MaritalStatus | None = strawberry.field(description="Marital status.")
    employment_statuses: list[EmploymentStatus] = strawberry.field(description="How the client is employed.")
    dependents: int = strawberry.field(description="How many people depend on the client.")
    preferred_language: str | None = strawberry.field(description="The language to use, as a BCP 47 tag: `en-GB`.")
    interpreter_needed: bool = strawberry.field(description="Whether an interpreter is needed.")
    created_at: datetime = strawberry.field(description="When the client was recorded.")
    updated_at: datetime = strawberry.field(description="When the record last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    created_by: strawberry.Private[UUID]
    updated_by: strawberry.Private[UUID]
    sealed_date_of_birth: strawberry.Private[bytes | None]
    sealed_national_insurance_number: strawberry.Private[bytes | None]
    sealed_safe_contact_note: strawberry.Private[bytes | None]

    date_of_birth: date | None = sensitive(
        column="date_of_birth",
        table="clients",
        permission=Permission.CLIENT_READ_IDENTITY,
        own=selectors.own_client_ids,
        convert=date.fromisoformat,
        kind=date,
        description="Date of birth.",
    )
    national_insurance_number: str | None = sensitive(
        column="national_insurance_number",
        table="clients",
        permission=Permission.CLIENT_READ_IDENTITY,
        own=selectors.own_client_ids,
        mask=mask_nino,
        description="National insurance number.",
    )
    safe_contact_note: str | None = sensitive(
        column="safe_contact_note",
        table="clients",
        permission=Permission.CLIENT_READ_VULNERABILITY,
        own=selectors.own_client_ids,
        description="How to reach the client without putting them at risk.",
    )

    @strawberry.field(description="Title, given and family name.")
    def full_name(self) -> str:
        """Join the names."""
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @relation(description="The client's cases that the viewer sees.", requires=Permission.CASE_READ)
    async def cases(  # noqa: PLR0917 - a connection's arguments
        clients: list["Client"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseFilterArgument = None,
        order_by: CaseOrderArgument = CaseOrder.CREATED_AT_DESC,
    ) -> list[CaseConnection | None]:
        """Answer a page of each client's cases."""
        return await CASES.pages(  # type: ignore[return-value]
            info.context.reader,
            [client.key for client in clients],
            by="client_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=case_filters(filter),
        )

    @relation(description="What the client consented to, newest first.")
    async def consents(clients: list["Client"], info: Info) -> list[list[Consent]]:
        """Answer each client's consents."""
        return await selectors.consents_of_clients(info.context.reader, [client.key for client in clients])  # type: ignore[return-value]

    @relation(description="Who recorded the client.", requires=Permission.USER_READ)
    async def recorder(clients: list["Client"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each client."""
        return await memberships_by_id(info.context.reader, [client.created_by for client in clients])
