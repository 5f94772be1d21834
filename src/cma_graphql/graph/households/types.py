"""Household and its members, as the schema shows them."""

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.domain.clients.selectors import clients_by_id, own_client_ids
from cma_graphql.domain.households import policy, selectors
from cma_graphql.domain.households.ages import DependantCounts, dependants_of
from cma_graphql.domain.households.headcount import Discrepancy, discrepancies_of, totals_of
from cma_graphql.execution.batched import position_of
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.clients.enums import EmploymentStatus
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.households.enums import (
    HouseholdCount,
    HouseholdRelationship,
    HousingTenure,
    StatementScheme,
)
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import ClientRef
from cma_graphql.graph.visible import Visibility, sensitive, visibilities

SchemeArgument = Annotated[StatementScheme, strawberry.argument(description="By the bands of which form.")]
DayArgument = Annotated[
    date | None,
    strawberry.argument(
        description="As old as they are on this day; today unless said. Any other day needs `CLIENT_READ_IDENTITY`, "
        "since days tried one after another would tell a date of birth."
    ),
]


@strawberry.type(description="An age band by which a statement's form counts dependants.")
class HouseholdAgeBand(FromRecord):
    """One band of ages."""

    scheme: StatementScheme = strawberry.field(description="Whose form it belongs to.")
    code: str = strawberry.field(description="Its stable code within the form: `CHILD_BAND_1`.")
    name: str = strawberry.field(description="What it is called.")
    child: bool = strawberry.field(description="Whether it counts children; the others are other dependants.")
    min_age: int = strawberry.field(description="The first age within it, in completed years.")
    max_age: int | None = strawberry.field(description="The last age within it; null where it has no end.")


@strawberry.type(description="How many dependants are in an age band.")
class DependantCount:
    """One band and its number."""

    band: HouseholdAgeBand = strawberry.field(description="The band.")
    count: int = strawberry.field(description="How many dependants are of an age within it.")


@strawberry.type(description="A household's dependants by age band, counted from its members.")
class DependantsByAgeBand:
    """The bands of one form, on one day."""

    scheme: StatementScheme = strawberry.field(description="Whose bands they are.")
    as_of: date = strawberry.field(description="The day on which the ages hold.")
    bands: list[DependantCount] = strawberry.field(description="Each band, youngest first.")
    unknown: int = strawberry.field(
        description="Dependants whose age is not known, or known by a band that fits into none of these."
    )

    @classmethod
    def of(cls, counts: DependantCounts) -> "DependantsByAgeBand":
        """Show counts."""
        return cls(
            scheme=counts.scheme,
            as_of=counts.as_of,
            bands=[
                DependantCount(
                    band=HouseholdAgeBand(
                        scheme=StatementScheme(item.band.scheme),
                        code=item.band.code,
                        name=item.band.name,
                        child=item.band.child,
                        min_age=item.band.min_age,
                        max_age=item.band.max_age,
                    ),
                    count=item.count,
                )
                for item in counts.bands
            ],
            unknown=counts.unknown,
        )


@strawberry.type(description="A count that a household states otherwise than its members tell.")
class HouseholdDiscrepancy:
    """One count."""

    count: HouseholdCount = strawberry.field(description="What is counted.")
    stated: int = strawberry.field(description="What the household states.")
    recorded: int = strawberry.field(description="What its members tell, as old as they are today.")

    @classmethod
    def of(cls, found: Discrepancy) -> "HouseholdDiscrepancy":
        """Show a discrepancy."""
        return cls(count=found.count, stated=found.stated, recorded=found.recorded)


@node_type(table="household_members", load=selectors.members_by_id, requires=Permission.CLIENT_READ)
@strawberry.type(description="A person who lives with a client.")
class HouseholdMember(Node):
    """One person."""

    prefix: ClassVar[str] = "householdmember"
    client_column: ClassVar[str | None] = "client_id"

    first_name: str = strawberry.field(description="Given name.")
    last_name: str | None = strawberry.field(description="Family name.")
    relationship: HouseholdRelationship = strawberry.field(description="What the person is to the client.")
    birth_year: int | None = strawberry.field(description="Year of birth.")
    age_scheme: StatementScheme | None = strawberry.field(description="Whose age band is stated, where one is.")
    age_band: str | None = strawberry.field(description="The code of the age band, where the birth is not known.")
    dependant: bool = strawberry.field(description="Whether the person depends on the client or the partner.")
    financially_linked: bool = strawberry.field(
        description="Whether the person has debts or accounts jointly with the client."
    )
    employment_statuses: list[EmploymentStatus] = strawberry.field(description="How the client's partner is employed.")
    created_at: datetime = strawberry.field(description="When the person was recorded.")
    updated_at: datetime = strawberry.field(description="When the record last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    client_id: strawberry.Private[UUID]
    household_id: strawberry.Private[UUID]
    sealed_date_of_birth: strawberry.Private[bytes | None]

    date_of_birth: date | None = sensitive(
        column="date_of_birth",
        table="household_members",
        permission=Permission.CLIENT_READ_IDENTITY,
        own=selectors.own_member_ids,
        convert=date.fromisoformat,
        kind=date,
        description="Date of birth.",
    )

    @relation(description="Where the person lives.", reads=())
    async def household(members: list["HouseholdMember"], info: Info) -> list["Household | None"]:
        """Answer each member's household."""
        return await selectors.households_by_id(info.context.reader, [member.household_id for member in members])  # type: ignore[return-value]


@strawberry.type(description="What the viewer may do with a household, by right.")
class HouseholdViewerCan:
    """The viewer's rights over one household."""

    update: bool = strawberry.field(description="Change it; add, change and remove its members.")


@node_type(table="households", load=selectors.households_by_id, requires=Permission.CLIENT_READ)
@strawberry.type(description="Who lives with a client, and how: what the header of a financial statement states.")
class Household(Node):
    """One household."""

    prefix: ClassVar[str] = "household"
    client_column: ClassVar[str | None] = "client_id"

    tenure: HousingTenure | None = strawberry.field(description="By what right it lives where it lives.")
    tenure_other: str | None = strawberry.field(description="The tenure in words, where it is `OTHER`.")
    children_under_16: int = strawberry.field(description="Dependent children under 16, as stated.")
    children_16_to_18: int = strawberry.field(description="Dependent children from 16 to 18, as stated.")
    other_dependants: int = strawberry.field(description="Other dependants, as stated.")
    non_dependants: int = strawberry.field(
        description="People besides the client and the partner who depend on neither, as stated."
    )
    vehicles: int = strawberry.field(description="How many vehicles it has. What each is worth, assets tell.")
    joint_application: bool = strawberry.field(description="Whether the statement is made jointly with the partner.")
    notes: str | None = strawberry.field(description="Remarks.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it, or a member of it, last changed.")
    version: int = strawberry.field(
        description="Counts its changes and those of its members; send it back as `expectedVersion`."
    )
    client_id: strawberry.Private[UUID]

    @relation(
        description="How many live in it: the client, the partner where one is recorded or the statement is joint, "
        "and everybody whom it states."
    )
    async def total_in_household(households: list["Household"], info: Info) -> list[int]:
        """Answer how many live in each household."""
        return await totals_of(info.context.reader, households)

    @relation(description="Who lives with the client, the first recorded first; at most 30.", size=5, reads=())
    async def members(households: list["Household"], info: Info) -> list[list[HouseholdMember]]:
        """Answer the members of each household."""
        return await selectors.members_of_households(info.context.reader, [household.key for household in households])  # type: ignore[return-value]

    @relation(description="Its dependants by age band, counted from its members; the partner is never among them.")
    async def dependants_by_age_band(
        households: list["Household"],
        info: Info,
        scheme: SchemeArgument = StatementScheme.SFS,
        as_of: DayArgument = None,
    ) -> list[DependantsByAgeBand | None]:
        """Count each household's dependants."""
        context, at = info.context, today()
        visible = [Visibility.VISIBLE] * len(households)
        if as_of not in {None, at}:
            visible = await visibilities(
                context,
                [household.client_id for household in households],
                permission=Permission.CLIENT_READ_IDENTITY,
                own=own_client_ids,
                maskable=False,
            )
            if Visibility.HIDDEN in visible:
                context.redact(position_of(info), Permission.CLIENT_READ_IDENTITY, Visibility.HIDDEN.value)
        counts = await dependants_of(
            context.reader,
            context.keys,
            [household.key for household in households],
            scheme=scheme,
            as_of=as_of or at,
        )
        return [
            DependantsByAgeBand.of(count) if seen is Visibility.VISIBLE else None
            for count, seen in zip(counts, visible, strict=True)
        ]

    @relation(
        description="Where what it states differs from what its members tell; none where no member is recorded. "
        "Both may be right: ask the client.",
        size=5,
    )
    async def discrepancies(households: list["Household"], info: Info) -> list[list[HouseholdDiscrepancy]]:
        """Answer the discrepancies of each household."""
        found = await discrepancies_of(info.context.reader, info.context.keys, households)
        return [[HouseholdDiscrepancy.of(item) for item in items] for items in found]

    @relation(description="Whose household it is.", reads=())
    async def client(households: list["Household"], info: Info) -> list[ClientRef | None]:
        """Answer each household's client."""
        return await clients_by_id(reader_for(info), [household.client_id for household in households])

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(households: list["Household"], info: Info) -> list[HouseholdViewerCan]:
        """Answer the viewer's rights over each household."""
        rights = await policy.may_change(info.context.reader, [household.client_id for household in households])
        return [HouseholdViewerCan(update=may) for may in rights]

    history = history_by("subject_id")
