"""Brings a centre into the network."""

from typing import Any
from uuid import UUID

from cma_graphql.domain.case_templates.copies import copy_templates
from cma_graphql.domain.cases.case_types import copy_case_types
from cma_graphql.domain.centres.models import Jurisdiction, OrganisationType
from cma_graphql.domain.centres.services import add_centre
from cma_graphql.domain.compliance.copies import copy_frameworks
from cma_graphql.domain.debts.debt_types import copy_debt_types
from cma_graphql.domain.notes.copies import copy_note_categories
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def create_centre(
    uow: UnitOfWork,
    *,
    name: str,
    code: str,
    organisation_type: OrganisationType,
    jurisdiction: Jurisdiction,
    **details: Any,
) -> UUID:
    """Make the centre that the unit of work is scoped to, ready for its first member.

    `details` are `address_line1`, `address_line2`, `city`, `postcode`, `phone` and `email`. Raises Forbidden,
    InvalidInput, Invalid (`code` with the rule `unique`).
    """
    given = {
        "name": name,
        "code": code,
        "organisation_type": organisation_type,
        "jurisdiction": jurisdiction,
        **details,
    }
    centre = await add_centre(uow, given)
    await copy_case_types(uow)
    await copy_debt_types(uow)
    await copy_frameworks(uow)
    await copy_templates(uow)
    await copy_note_categories(uow)
    return centre.id
