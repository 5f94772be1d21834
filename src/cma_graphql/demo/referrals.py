"""Referrals of a demonstration centre, out and in, a few in every state; and a case offered to another centre."""

from datetime import date, timedelta
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now, stopped
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.casework.admit_referral import admit_referral
from cma_graphql.domain.casework.send_referral import offer_transfer, send_referral
from cma_graphql.domain.casework.transfers.carrying import Network, Transfer, carry
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.referrals.details import Asked, OtherSide
from cma_graphql.domain.referrals.links import LINK_LIFETIME, new_link_token
from cma_graphql.domain.referrals.models import OrganisationKind, ReferralOutcome, ReferralUrgency, SharedCategory
from cma_graphql.domain.referrals.rules import OtherCentre
from cma_graphql.domain.referrals.services.answers import complete_referral, record_acceptance, record_rejection
from cma_graphql.domain.referrals.services.drafts import draft_referral, withdraw_referral
from cma_graphql.domain.referrals.services.incoming import decline_referral, receive_referral
from cma_graphql.domain.referrals.upkeep import expire_referrals
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.window import Window
from cma_graphql.persistence.writing import unit_of_work

HOUSING = OtherSide(
    name="The county's housing advice service",
    kind=OrganisationKind.HOUSING,
    contact_name="The duty desk",
    contact_email="duty@housing.example.org",
)
_FOOD = OtherSide(name="St Mary's food bank", kind=OrganisationKind.FOOD_AID)
_SHARED = (SharedCategory.NAME, SharedCategory.CONTACT, SharedCategory.CASE)
_BESIDE = Asked(reason="Notice of possession served.", categories=_SHARED, hands_over=False)
_STATES = ("draft", "sent", "accepted", "rejected", "completed", "withdrawn")


async def hand_over(uow: UnitOfWork, *, case_id: UUID, version: int) -> UUID:
    """Refer a case as a whole, by a referral that waits for an answer."""
    del version  # of the case, which the referral takes along
    asked = Asked(reason="The housing side comes first.", urgency=ReferralUrgency.SOON, categories=_SHARED)
    key = await draft_referral(uow, case_id=case_id, asked=asked, organisation=HOUSING)
    await uow.flush()
    await send_referral(uow, referral_id=key, version=1, token=new_link_token(uow.actor.centre_id))
    return case_id


async def make_referrals(database: Database, keys: CentreKeys, manager: Actor) -> None:
    """Make referrals beside the work on open cases, one in each state, and three that came in."""
    cases = await _open_cases(database, manager)
    for number, state in enumerate(_STATES):
        async with unit_of_work(database, keys, manager) as uow:
            await _bring_to(uow, cases[number % len(cases)], state)
    with stopped(now() - LINK_LIFETIME - timedelta(days=1)):
        async with unit_of_work(database, keys, manager) as uow:
            await _bring_to(uow, cases[0], "sent")
    async with unit_of_work(database, keys, system_of(manager.centre_id)) as uow:
        await expire_referrals(uow, now())
    for number in range(3):
        async with unit_of_work(database, keys, manager) as uow:
            await _let_in(uow, number)


async def _open_cases(database: Database, manager: Actor) -> list[UUID]:
    filters = {"status": [CaseStatus.IN_PROGRESS.value, CaseStatus.ASSIGNED.value]}
    async with database.read(manager) as reader:
        page = await CASES.page(reader, order="CREATED_AT_ASC", window=Window(first=len(_STATES)), filters=filters)
    return [row["key"] for row in page.rows]


async def _bring_to(uow: UnitOfWork, case_id: UUID, state: str) -> None:
    key = await draft_referral(uow, case_id=case_id, asked=_BESIDE, organisation=HOUSING)
    await uow.flush()
    if state == "draft":
        return
    await send_referral(uow, referral_id=key, version=1, token=new_link_token(uow.actor.centre_id))
    match state:
        case "rejected":
            await record_rejection(uow, referral_id=key, version=2, reason="No appointments before next month.")
        case "withdrawn":
            await withdraw_referral(uow, referral_id=key, version=2, reason="The landlord agreed to wait.")
        case "accepted" | "completed":
            await record_acceptance(uow, referral_id=key, version=2, note="They telephone the client.")
    if state == "completed":
        await complete_referral(uow, referral_id=key, version=3, outcome=ReferralOutcome.HELP_GIVEN)


async def _let_in(uow: UnitOfWork, number: int) -> None:
    """Have somebody handed in, who waits, is declined, or is taken on."""
    first, last = (("Iris", "Moor"), ("Owen", "Fell"), ("Mina", "Brook"))[number]
    key = await receive_referral(
        uow,
        source=_FOOD,
        person=ClientDetails(
            first_name=first,
            last_name=last,
            date_of_birth=date(1971 + number, 3, 14),
            phone_primary=f"0163296010{number}",
        ),
        reason="Council tax arrears; enforcement agents have written.",
        consent_note="Signed the food bank's form.",
    )
    await uow.flush()
    if number == 1:
        await decline_referral(uow, referral_id=key, version=1, reason="Lives outside our area.")
    elif number == 2:  # noqa: PLR2004 - the third
        kinds = await case_types(uow)
        await admit_referral(
            uow,
            referral_id=key,
            version=1,
            case_type_id=kinds[0]["key"],
            title="Council tax",
            accept_possible_duplicate=True,
            advisor_id=uow.actor.user_id,
        )


async def offer_a_case(network: Network, manager: Actor, other: Actor) -> None:
    """Offer one of a centre's cases to another centre, which has not answered yet."""
    database, keys = network.database, network.keys
    async with database.read(other) as reader:
        (centre,) = await centres_by_id(reader, [other.centre_id])
    assert centre is not None  # noqa: S101 - it was just made
    case_id = (await _open_cases(database, manager))[-1]
    asked = Asked(reason="The client has moved.", categories=(SharedCategory.NAME, SharedCategory.CASE))
    async with unit_of_work(database, keys, manager) as uow:
        key = await draft_referral(
            uow, case_id=case_id, asked=asked, centre=OtherCentre(id=other.centre_id, name=centre["name"])
        )
        await uow.flush()
        await offer_transfer(uow, referral_id=key, version=1)
    await carry(network, Transfer(key, manager.centre_id, other.centre_id))
