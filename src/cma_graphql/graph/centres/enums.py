"""What a centre can be, described for the schema."""

from cma_graphql.domain.centres.models import CentreStatus, Jurisdiction, OrganisationType
from cma_graphql.graph.enums import described

__all__ = ["CentreStatus", "Jurisdiction", "OrganisationType"]

described(
    CentreStatus,
    "Whether a centre is at work.",
    {
        "ACTIVE": "At work.",
        "SUSPENDED": "Its people cannot sign in for the time being.",
        "CLOSED": "Closed for good; its records stay as long as they must.",
    },
)
described(
    OrganisationType,
    "What kind of organisation runs a centre.",
    {
        "CITIZENS_ADVICE": "A Citizens Advice bureau.",
        "INDEPENDENT_CHARITY": "An independent debt-advice charity.",
        "LOCAL_AUTHORITY": "A council's advice service.",
        "CREDIT_UNION": "A credit union's advice service.",
        "HOUSING_ASSOCIATION": "A housing association's advice team.",
        "PLATFORM": "The platform itself, which advises nobody.",
    },
)
described(
    Jurisdiction,
    "Whose law a centre's clients mostly live under.",
    {
        "ENGLAND_AND_WALES": "England and Wales.",
        "SCOTLAND": "Scotland.",
        "NORTHERN_IRELAND": "Northern Ireland.",
    },
)
