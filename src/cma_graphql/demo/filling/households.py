"""The households of filled clients, and what they own."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from cma_graphql.core.ids import new_id
from cma_graphql.demo.debts import pounds
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.assets.models import Asset, AssetType, ValuationBasis
from cma_graphql.domain.households.models import Household, HousingTenure

_TENURES = (
    HousingTenure.TENANT_PRIVATE,
    HousingTenure.TENANT_SOCIAL,
    HousingTenure.TENANT_SOCIAL,
    HousingTenure.MORTGAGE,
)


def fill_households(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather a household for each client, and a vehicle for one case of three."""
    recorded = set()
    for case in cases:
        stamps = tracked(case.opened_at, case.advisor_id)
        vehicle = random.random() < 1 / 3
        if case.client_id not in recorded:
            recorded.add(case.client_id)
            rows.add(
                Household,
                centre_id=centre.centre_id,
                id=new_id(),
                client_id=case.client_id,
                tenure=random.choice(_TENURES).value,
                children_under_16=random.choice((0, 0, 1, 2)),
                children_16_to_18=random.choice((0, 0, 0, 1)),
                other_dependants=0,
                non_dependants=random.choice((0, 0, 0, 1)),
                vehicles=int(vehicle),
                joint_application=case.joint,
                **stamps,
            )
        if vehicle:
            rows.add(
                Asset,
                centre_id=centre.centre_id,
                id=new_id(),
                case_id=case.case_id,
                client_id=case.client_id,
                asset_type=AssetType.VEHICLE.value,
                description="Family car",
                estimated_value=pounds(random, 300, 6_000),
                valued_on=case.opened_at.date(),
                valuation_basis=ValuationBasis.ONLINE_GUIDE.value,
                ownership_share=Decimal(100),
                secured_amount=Decimal("0.00"),
                exempt=False,
                adapted=False,
                needed_for_work=random.random() < 1 / 2,
                domestic=True,
                **stamps,
            )
