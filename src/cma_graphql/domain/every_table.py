"""Every table of the product, for migrations: importing this module makes the metadata complete."""

from cma_graphql.domain.assets import models as _assets
from cma_graphql.domain.auth import models as _auth
from cma_graphql.domain.budgets import models as _budgets
from cma_graphql.domain.cases import catalogue as _case_catalogue
from cma_graphql.domain.cases import models as _cases
from cma_graphql.domain.centres import models as _centres
from cma_graphql.domain.clients import models as _clients
from cma_graphql.domain.compliance import catalogue as _compliance_catalogue
from cma_graphql.domain.compliance import models as _compliance
from cma_graphql.domain.creditors import models as _creditors
from cma_graphql.domain.debts import models as _debts
from cma_graphql.domain.documents import models as _documents
from cma_graphql.domain.exchange.importing import models as _importing
from cma_graphql.domain.households import models as _households
from cma_graphql.domain.referrals import models as _referrals
from cma_graphql.domain.users import models as _users
from cma_graphql.persistence import logs as _logs
from cma_graphql.persistence import search_words as _search_words
from cma_graphql.persistence.base import Row

ROOMS = (
    _centres,
    _users,
    _auth,
    _clients,
    _households,
    _case_catalogue,
    _cases,
    _creditors,
    _debts,
    _assets,
    _budgets,
    _logs,
    _search_words,
    _documents,
    _compliance,
    _compliance_catalogue,
    _importing,
    _referrals,
)
METADATA = Row.metadata
