"""A small server of the contract that the playground relies on: sign-in, centres, a few cases, and one change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Any, Generic, TypeVar

import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cma_graphql.core.clock import now
from cma_graphql.transport.playground.page import playground_page, playground_routes

PASSWORD = "correct horse battery staple"
ADVISOR_EMAIL = "asha.khan@example.org"
TRAINEE_EMAIL = "tom.reid@example.org"
ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=1)
TIMES = "%Y-%m-%dT%H:%M:%S.000Z"

N = TypeVar("N")


class Named(Enum):
    """An enum whose values are its names."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[Any]) -> str:
        del start, count, last_values
        return name


@strawberry.enum(description="What a person is in a centre.")
class Role(Named):
    """The roles of the contract."""

    ADVISOR = auto()
    TRAINEE = auto()
    CENTRE_MANAGER = auto()
    COMPLIANCE_OFFICER = auto()
    AUDITOR = auto()
    SYSTEM_ADMIN = auto()
    NETWORK_ADMIN = auto()
    CLIENT = auto()


@strawberry.enum(description="What a role may do.")
class Permission(Named):
    """A few permissions of the contract."""

    CASE_READ = auto()
    CASE_UPDATE = auto()


@strawberry.enum(description="Where a case stands.")
class CaseStatus(Named):
    """The nine states."""

    NEW = auto()
    ASSIGNED = auto()
    IN_PROGRESS = auto()
    ON_HOLD = auto()
    RESOLVED = auto()
    CLOSED = auto()
    REOPENED = auto()
    REFERRED = auto()
    CANCELLED = auto()


@strawberry.enum(description="The order of a list of cases.")
class CaseOrder(Named):
    """Two orders of the contract."""

    OPENED_AT_ASC = auto()
    OPENED_AT_DESC = auto()


@strawberry.interface(description="Anything with an id of its own.")
class Node:
    """What `node(id)` answers with."""

    id: strawberry.ID


@strawberry.type(description="One page of a list and what follows it.")
class PageInfo:
    """Relay's page information, the half that goes forward."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type(description="One place of a list.")
class Edge(Generic[N]):
    """A record in a connection."""

    node: N
    cursor: str


@strawberry.type(description="One page of a list that can grow.")
class Connection(Generic[N]):
    """Records, and how many there are."""

    edges: list[Edge[N]]
    page_info: PageInfo
    total_count: int


def page_of(records: Sequence[N], first: int) -> Connection[N]:
    """Return the first records as a page."""
    edges = [Edge(node=record, cursor=str(place)) for place, record in enumerate(records[:first])]
    end = edges[-1].cursor if edges else None
    return Connection(
        edges=edges,
        page_info=PageInfo(has_next_page=len(records) > first, end_cursor=end),
        total_count=len(records),
    )


@strawberry.type(description="A debt-advice centre.")
class Centre(Node):
    """One of two centres."""

    name: str
    code: str


@strawberry.type(description="A member of staff, or whoever else is signed in.")
class Profile(Node):
    """A person."""

    email: str
    first_name: str
    last_name: str

    @strawberry.field(description="First and last name.")
    def full_name(self) -> str:
        """Join the names."""
        return f"{self.first_name} {self.last_name}"


@strawberry.type(description="A person in debt whom a centre advises.")
class Client(Node):
    """A client of one centre."""

    full_name: str
    centre_id: strawberry.Private[str]

    @strawberry.field(description="Their cases, the latest first.")
    def cases(self, info: strawberry.Info["Context", None], first: int = 25) -> Connection["Case"]:
        """Look through the centre's cases."""
        return page_of([case for case in info.context.api.cases if case.client.id == self.id], first)


@strawberry.type(description="One client's debts, worked on until closed.")
class Case(Node):
    """A case of one centre."""

    version: int
    case_number: str
    status: CaseStatus
    opened_at: str
    client: Client
    advisor: Profile | None


@strawberry.type(description="One entry of the audit log.")
class AuditEntry(Node):
    """What was done to which kind of record."""

    occurred_at: str
    action: str
    entity: str


@strawberry.interface(description="Why a change was refused.")
class UserError:
    """A refusal for the person at the page."""

    code: str
    message: str
    path: list[str] | None


@strawberry.type(description="What was sent breaks a rule.")
class ValidationError(UserError):
    """The one kind of refusal of this server."""


@strawberry.type(description="Tokens that prove a sign-in.")
class Session:
    """A pair of tokens and their ends."""

    access_token: str
    access_token_expires_at: str
    refresh_token: str
    refresh_token_expires_at: str


@strawberry.type(description="What signing in, refreshing and switching answer.")
class LoginPayload:
    """Tokens, or why there are none."""

    session: Session | None
    errors: list[UserError]


@strawberry.type(description="What a refresh answers.")
class RefreshPayload(LoginPayload):
    """The same as a sign-in."""


@strawberry.type(description="What a switch of centre answers.")
class CentreSwitchPayload(LoginPayload):
    """The same as a sign-in."""


@strawberry.type(description="What signing out answers.")
class LogoutPayload:
    """Whether it was refused."""

    errors: list[UserError]


@strawberry.type(description="The case put on hold.")
class CaseHoldPayload:
    """The case as it is now."""

    case: Case | None
    errors: list[UserError]


@strawberry.type(description="A centre one works in, and as what.")
class CentreMembership:
    """One of the viewer's centres."""

    centre: Centre
    roles: list[Role]


@strawberry.type(description="Who is asking.")
class Viewer:
    """The person signed in, in the centre they are signed in to."""

    user: Profile
    centre: Centre | None
    roles: list[Role]
    permissions: list[Permission]
    centres: list[CentreMembership]


@strawberry.input(description="Who signs in.")
class LoginInput:
    """An address and a password."""

    email: str
    password: str
    centre_id: strawberry.ID | None = None


@strawberry.input(description="The refresh token to use.")
class RefreshInput:
    """A token that works once."""

    refresh_token: str


@strawberry.input(description="The centre to work in from now on.")
class CentreSwitchInput:
    """One of the viewer's centres."""

    centre_id: strawberry.ID


@strawberry.input(description="Which cases to list.")
class CaseFilter:
    """By status only."""

    status: list[CaseStatus] | None = None


@strawberry.input(description="Which case to put on hold, why, and until when.")
class CaseHoldInput:
    """A case at the version the caller read."""

    id: strawberry.ID
    expected_version: int
    reason: str
    review_on: date


@dataclass
class Account:
    """Someone who can sign in."""

    profile: Profile
    memberships: list[CentreMembership]


@dataclass
class SignIn:
    """One signed-in person in one centre."""

    account: Account
    membership: CentreMembership


@dataclass
class Api:
    """All that this server knows, in memory."""

    accounts: dict[str, Account] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    access: dict[str, SignIn] = field(default_factory=dict)
    refresh: dict[str, SignIn] = field(default_factory=dict)

    def open_session(self, sign_in: SignIn) -> Session:
        """Issue a pair of tokens."""
        session = Session(
            access_token=secrets.token_urlsafe(),
            access_token_expires_at=(now() + ACCESS_LIFETIME).strftime(TIMES),
            refresh_token=secrets.token_urlsafe(),
            refresh_token_expires_at=(now() + REFRESH_LIFETIME).strftime(TIMES),
        )
        self.access[session.access_token] = sign_in
        self.refresh[session.refresh_token] = sign_in
        return session


@dataclass
class Context:
    """What a resolver is given."""

    api: Api
    token: str | None

    @property
    def sign_in(self) -> SignIn:
        """Who is asking; refuses nobody."""
        if self.token is None:
            raise GraphQLError("You are not signed in.", extensions={"code": "UNAUTHENTICATED"})
        return self.api.access[self.token]

    @property
    def own_cases(self) -> list[Case]:
        """The cases of the centre that is asked from."""
        centre = self.sign_in.membership.centre
        return [case for case in self.api.cases if case.client.centre_id == centre.id]


Info = strawberry.Info[Context, None]


def refused(code: str, message: str) -> list[UserError]:
    """Say one refusal."""
    return [ValidationError(code=code, message=message, path=None)]


@strawberry.type(description="What can be read.")
class Query:
    """The queries that the examples ask."""

    @strawberry.field(description="Who is asking.")
    def me(self, info: Info) -> Viewer:
        """Tell the viewer."""
        sign_in = info.context.sign_in
        return Viewer(
            user=sign_in.account.profile,
            centre=sign_in.membership.centre,
            roles=sign_in.membership.roles,
            permissions=list(Permission),
            centres=sign_in.account.memberships,
        )

    @strawberry.field(description="A record by its id.")
    def node(self, info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - GraphQL's name for it
        """Find a case of the viewer's centre."""
        return next((case for case in info.context.own_cases if case.id == id), None)

    @strawberry.field(description="Cases the viewer may see.")
    def cases(
        self,
        info: Info,
        first: int = 25,
        after: str | None = None,
        filter: CaseFilter | None = None,  # noqa: A002 - GraphQL's name for it
        order_by: CaseOrder = CaseOrder.OPENED_AT_DESC,
    ) -> Connection[Case]:
        """List cases by status, in the order of their opening."""
        del after
        wanted = None if filter is None else filter.status
        found = [case for case in info.context.own_cases if wanted is None or case.status in wanted]
        found.sort(key=lambda case: case.opened_at, reverse=order_by is CaseOrder.OPENED_AT_DESC)
        return page_of(found, first)

    @strawberry.field(description="Clients the viewer may see.")
    def clients(self, info: Info, first: int = 25) -> Connection[Client]:
        """List the clients of the viewer's cases."""
        return page_of([case.client for case in info.context.own_cases], first)

    @strawberry.field(description="The network's centres.")
    def centres(self, info: Info, first: int = 25) -> Connection[Centre]:
        """List the viewer's own."""
        return page_of([each.centre for each in info.context.sign_in.account.memberships], first)

    @strawberry.field(description="What was changed.")
    def audit_logs(self, info: Info, first: int = 25) -> Connection[AuditEntry]:
        """List nothing: this server keeps no audit log."""
        del info
        return page_of([], first)


@strawberry.type(description="What can be changed.")
class Mutation:
    """Sign-in, and one change of a case."""

    @strawberry.mutation(description="Sign in.")
    def login(self, info: Info, input: LoginInput) -> LoginPayload:  # noqa: A002 - GraphQL's name for it
        """Give tokens for an address and a password."""
        api = info.context.api
        account = api.accounts.get(input.email)
        if account is None or input.password != PASSWORD:
            message = "The e-mail address or the password is wrong."
            return LoginPayload(session=None, errors=refused("UNAUTHENTICATED", message))
        return LoginPayload(session=api.open_session(SignIn(account, account.memberships[0])), errors=[])

    @strawberry.mutation(description="Renew tokens.")
    def refresh(self, info: Info, input: RefreshInput) -> RefreshPayload:  # noqa: A002 - GraphQL's name for it
        """Give tokens for a refresh token, once."""
        api = info.context.api
        sign_in = api.refresh.pop(input.refresh_token, None)
        if sign_in is None:
            return RefreshPayload(session=None, errors=refused("UNAUTHENTICATED", "That token is used up."))
        return RefreshPayload(session=api.open_session(sign_in), errors=[])

    @strawberry.mutation(description="Sign out.")
    def logout(self, info: Info) -> LogoutPayload:
        """End every token of the person."""
        api, account = info.context.api, info.context.sign_in.account
        for tokens in (api.access, api.refresh):
            for token in [token for token, sign_in in tokens.items() if sign_in.account is account]:
                del tokens[token]
        return LogoutPayload(errors=[])

    @strawberry.mutation(description="Work in another of your centres.")
    def centre_switch(
        self,
        info: Info,
        input: CentreSwitchInput,  # noqa: A002 - GraphQL's name for it
    ) -> CentreSwitchPayload:
        """Give tokens for another centre."""
        account = info.context.sign_in.account
        for membership in account.memberships:
            if membership.centre.id == input.centre_id:
                session = info.context.api.open_session(SignIn(account, membership))
                return CentreSwitchPayload(session=session, errors=[])
        return CentreSwitchPayload(session=None, errors=refused("NOT_FOUND", "There is no such centre."))

    @strawberry.mutation(description="Put a case on hold.")
    def case_hold(self, info: Info, input: CaseHoldInput) -> CaseHoldPayload:  # noqa: A002 - GraphQL's name for it
        """Hold a case at the version the caller read."""
        for case in info.context.own_cases:
            if case.id == input.id:
                if case.version != input.expected_version:
                    errors = refused("CONFLICT", "The record has changed since you read it.")
                    return CaseHoldPayload(case=None, errors=errors)
                case.status, case.version = CaseStatus.ON_HOLD, case.version + 1
                return CaseHoldPayload(case=case, errors=[])
        return CaseHoldPayload(case=None, errors=refused("NOT_FOUND", "There is no such record."))


schema = strawberry.Schema(Query, Mutation, types=[ValidationError, Case])


def filled_api() -> Api:
    """Make two centres with three cases each, an advisor of both and a trainee of one."""
    centres = [
        Centre(id=strawberry.ID(f"centre_{place:032x}"), name=name, code=code)
        for place, (name, code) in enumerate([("Northgate Advice", "NGA"), ("Harbour Debt Centre", "HDC")])
    ]
    asha = Profile(
        id=strawberry.ID(f"user_{1:032x}"), email=ADVISOR_EMAIL, first_name="Asha", last_name="Khan"
    )
    tom = Profile(
        id=strawberry.ID(f"user_{2:032x}"), email=TRAINEE_EMAIL, first_name="Tom", last_name="Reid"
    )
    api = Api()
    api.accounts[ADVISOR_EMAIL] = Account(
        asha,
        [
            CentreMembership(centre=centres[0], roles=[Role.ADVISOR]),
            CentreMembership(centre=centres[1], roles=[Role.CENTRE_MANAGER]),
        ],
    )
    api.accounts[TRAINEE_EMAIL] = Account(tom, [CentreMembership(centre=centres[0], roles=[Role.TRAINEE])])
    clients = [("Mary Price", "Joe Flynn", "Ines Costa"), ("Ravi Shah", "Ann Moore", "Lee Wong")]
    for place, (centre, names) in enumerate(zip(centres, clients, strict=True)):
        for number, name in enumerate(names, start=1):
            key = place * 10 + number
            client = Client(id=strawberry.ID(f"client_{key:032x}"), full_name=name, centre_id=centre.id)
            api.cases.append(
                Case(
                    id=strawberry.ID(f"case_{key:032x}"),
                    version=1,
                    case_number=f"CASE-2026-{key:06d}",
                    status=CaseStatus.IN_PROGRESS if number < 3 else CaseStatus.NEW,
                    opened_at=datetime(2026, 3, number, 9, 0).strftime(TIMES),  # noqa: DTZ001 - shown as UTC
                    client=client,
                    advisor=asha,
                )
            )
    return api


def contract_app() -> Starlette:
    """Make the server: the playground for a browser, GraphQL for a POST, 401 for a token it does not know."""
    api = filled_api()

    async def graphql(request: Request) -> Response:
        if request.method == "GET":
            return await playground_page(request)
        header = request.headers.get("authorization")
        token = None if header is None else header.removeprefix("Bearer ")
        if token is not None and token not in api.access:
            error = {"message": "Your sign-in has ended.", "extensions": {"code": "UNAUTHENTICATED"}}
            return JSONResponse({"errors": [error]}, status_code=401)
        asked = await request.json()
        answer = await schema.execute(
            asked["query"],
            variable_values=asked.get("variables"),
            operation_name=asked.get("operationName"),
            context_value=Context(api, token),
        )
        body: dict[str, Any] = {"data": answer.data}
        if answer.errors:
            body["errors"] = [error.formatted for error in answer.errors]
        return JSONResponse(body)

    return Starlette(routes=[Route("/graphql", graphql, methods=["GET", "POST"]), *playground_routes()])
