"""The enums of households, with their descriptions."""

from cma_graphql.domain.households.headcount import HouseholdCount
from cma_graphql.domain.households.models import HouseholdRelationship, HousingTenure, StatementScheme
from cma_graphql.graph.enums import described

__all__ = ["HouseholdCount", "HouseholdRelationship", "HousingTenure", "StatementScheme"]

described(
    HousingTenure,
    "By what right a household lives where it lives, as the Standard Financial Statement asks.",
    {
        "OWNER": "Owns the home outright.",
        "MORTGAGE": "Owns the home with a mortgage.",
        "LIVING_WITH_PARENTS": "Lives with parents.",
        "TENANT_PRIVATE": "Rents from a private landlord.",
        "TENANT_SOCIAL": "Rents from a council or a housing association.",
        "OTHER": "Another tenure, described in words.",
    },
)
described(
    HouseholdRelationship,
    "What a member of the household is to the client.",
    {
        "PARTNER": "Lives with the client as a couple, unmarried.",
        "SPOUSE": "Married to the client.",
        "CIVIL_PARTNER": "In a civil partnership with the client.",
        "CHILD": "A child of the client.",
        "STEPCHILD": "A child of the client's partner.",
        "PARENT": "A parent of the client.",
        "SIBLING": "A brother or sister of the client.",
        "OTHER_RELATIVE": "Another relative.",
        "LODGER": "Pays for lodging.",
        "OTHER": "Somebody else.",
    },
)
described(
    StatementScheme,
    "Whose form of financial statement is meant.",
    {"SFS": "The Standard Financial Statement.", "CFS": "The Common Financial Statement, which came before it."},
)
described(
    HouseholdCount,
    "A number that a household states and its members tell, too.",
    {
        "PARTNER": "Whether there is a partner: 1 or 0.",
        "CHILDREN_UNDER_16": "Dependent children under 16.",
        "CHILDREN_16_TO_18": "Dependent children from 16 to 18.",
        "OTHER_DEPENDANTS": "Other dependants.",
        "NON_DEPENDANTS": "People who depend on nobody in the household.",
    },
)
