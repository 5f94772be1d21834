"""Client and Consent, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.formats.nino import mask_nino
from cma_graphql.domain.clients import selectors
from cma_graphql.domain.clients.policy import reached
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.appointments.relations import appointments_by, requests_by
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.budgets.relations import monthly_income_of_client
from cma_graphql.graph.cases.relations import cases_by
from cma_graphql.graph.clients.enums import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.relations import debts_by
from cma_graphql.graph.documents.relations import documents_by
from cma_graphql.graph.fields import relation
from cma_graphql.graph.households.relations import household_of_client
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.notes.relations import notes_by
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.graph.tasks.relations import tasks_by
from cma_graphql.graph.visible import sensitive


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
        return await memberships_by_id(reader_for(info), [consent.recorded_by for consent in consents])

    @relation(description="Whose consent it is.", reads=())
    async def client(consents: list["Consent"], info: Info) -> list["Client | None"]:
        """Answer each consent's client."""
        return await selectors.clients_by_id(reader_for(info), [consent.client_id for consent in consents])  # type: ignore[return-value]


@strawberry.type(description="What the viewer may do with a client. A client's state may forbid it still.")
class ClientViewerCan:
    """The viewer's rights over one client."""

    update: bool = strawberry.field(description="Change the client's details.")
    delete: bool = strawberry.field(description="Delete the client, once none of its cases is open; restore it.")
    read_identity: bool = strawberry.field(description="Read national insurance number and date of birth in full.")
    read_vulnerability: bool = strawberry.field(description="Read what makes the client vulnerable.")
    record_consent: bool = strawberry.field(description="Record what the client consents to, and withdraw it.")
    open_case: bool = strawberry.field(description="Open a case for the client.")


_RIGHTS = {
    "update": Permission.CLIENT_UPDATE,
    "delete": Permission.CLIENT_DELETE,
    "read_identity": Permission.CLIENT_READ_IDENTITY,
    "read_vulnerability": Permission.CLIENT_READ_VULNERABILITY,
    "record_consent": Permission.CLIENT_UPDATE,
    "open_case": Permission.CASE_CREATE,
}


@node_type(table="clients", load=selectors.clients_by_id, requires=Permission.CLIENT_READ)
@strawberry.type(description="A person who comes to a centre for debt advice.")
class Client(Node):
    """One client."""

    prefix: ClassVar[str] = "client"
    client_column: ClassVar[str | None] = "key"

    reference: str = strawberry.field(description="The centre's reference: centre code and a number.")
    former_reference: str | None = strawberry.field(
        description="What an imported client was called in the system it comes from; null for all others."
    )
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

    cases = cases_by("client_id", "The client's cases that the viewer sees.")
    household = household_of_client()
    debts = debts_by("client_id", "The client's debts in cases that the viewer sees.")
    monthly_income = monthly_income_of_client()
    appointments = appointments_by("client_id", "The client's appointments that the viewer sees.")
    appointment_requests = requests_by("client_id", "What the client asks for an appointment by.")
    documents = documents_by("client_id", "The papers of the client's cases that the viewer sees.")
    tasks = tasks_by("client_id", "The tasks on the client and their cases that the viewer sees.")
    notes = notes_by("client_id", "The notes on the client and their cases that the viewer sees.")

    @relation(description="What the client consented to, newest first.", size=5, reads=())
    async def consents(clients: list["Client"], info: Info) -> list[list[Consent]]:
        """Answer each client's consents."""
        return await selectors.consents_of_clients(info.context.reader, [client.key for client in clients])  # type: ignore[return-value]

    @relation(description="Who recorded the client.", requires=Permission.USER_READ, reads=())
    async def recorder(clients: list["Client"], info: Info) -> list[MembershipRef | None]:
        """Answer who recorded each client."""
        return await memberships_by_id(reader_for(info), [client.created_by for client in clients])

    history = history_by("client_id")

    @relation(
        description="Whether the client's data may be used for advice: consent was given and not withdrawn.", reads=()
    )
    async def data_consent(clients: list["Client"], info: Info) -> list[bool]:
        """Answer whether each client consents to advice."""
        keys = [client.key for client in clients]
        return [at is not None for at in await selectors.advice_consented_since(info.context.reader, keys)]

    @relation(description="Since when the client's data may be used for advice; null where it may not.", reads=())
    async def data_consent_at(clients: list["Client"], info: Info) -> list[datetime | None]:
        """Answer since when each client consents to advice."""
        return await selectors.advice_consented_since(info.context.reader, [client.key for client in clients])

    @relation(description="What the viewer may do with the client.", reads=())
    async def viewer_can(clients: list["Client"], info: Info) -> list[ClientViewerCan]:
        """Answer the viewer's rights over each client."""
        keys = [client.key for client in clients]
        within = await reached(info.context.reader, list(_RIGHTS.values()), keys)
        return [
            ClientViewerCan(**{act: key in within[permission] for act, permission in _RIGHTS.items()}) for key in keys
        ]


@strawberry.type(description="A deleted client: what one needs to know to restore it.")
class DeletedClient(FromRecord):
    """One deleted client."""

    client_column: ClassVar[str | None] = "key"

    reference: str = strawberry.field(description="The centre's reference.")
    first_name: str = strawberry.field(description="Given name.")
    last_name: str = strawberry.field(description="Family name.")
    deleted_at: datetime = strawberry.field(description="When the client was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the client.")
    key: strawberry.Private[UUID]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The client's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("client", self.key)

    @relation(description="Who deleted the client.", requires=Permission.USER_READ)
    async def deleter(clients: list["DeletedClient"], info: Info) -> list[MembershipRef | None]:
        """Answer who deleted each client."""
        return await memberships_by_optional_id(reader_for(info), [client.deleted_by for client in clients])
