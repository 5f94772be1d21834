"""Every table of the product, for migrations: importing this module makes the metadata complete."""

from cma_graphql.domain.appointments import diary_models as _diary
from cma_graphql.domain.appointments import models as _appointments
from cma_graphql.domain.appointments import request_models as _requests
from cma_graphql.domain.assets import models as _assets
from cma_graphql.domain.auth import models as _auth
from cma_graphql.domain.budgets import models as _budgets
from cma_graphql.domain.case_templates import catalogue as _template_catalogue
from cma_graphql.domain.case_templates import models as _case_templates
from cma_graphql.domain.cases import catalogue as _case_catalogue
from cma_graphql.domain.cases import models as _cases
from cma_graphql.domain.cases import team_models as _case_teams
from cma_graphql.domain.cases import type_models as _case_types
from cma_graphql.domain.centres import models as _centres
from cma_graphql.domain.clients import models as _clients
from cma_graphql.domain.compliance import catalogue as _compliance_catalogue
from cma_graphql.domain.compliance import models as _compliance
from cma_graphql.domain.creditors import models as _creditors
from cma_graphql.domain.debts import models as _debts
from cma_graphql.domain.documents import models as _documents
from cma_graphql.domain.exchange.importing import models as _importing
from cma_graphql.domain.households import models as _households
from cma_graphql.domain.jobs import models as _jobs
from cma_graphql.domain.notes import catalogue as _note_catalogue
from cma_graphql.domain.notes import models as _notes
from cma_graphql.domain.outcomes import models as _outcomes
from cma_graphql.domain.referrals import models as _referrals
from cma_graphql.domain.saved_filters import models as _saved_filters
from cma_graphql.domain.staffing import models as _staffing
from cma_graphql.domain.tasks import models as _tasks
from cma_graphql.domain.tasks import notice_models as _notices
from cma_graphql.domain.users import models as _users
from cma_graphql.domain.workflow import approval_models as _approvals
from cma_graphql.domain.workflow import models as _workflow
from cma_graphql.persistence import logs as _logs
from cma_graphql.persistence import search_words as _search_words
from cma_graphql.persistence.base import Row

ROOMS = (
    _centres,
    _users,
    _jobs,
    _auth,
    _clients,
    _households,
    _case_catalogue,
    _cases,
    _case_teams,
    _case_types,
    _staffing,
    _creditors,
    _debts,
    _assets,
    _budgets,
    _logs,
    _search_words,
    _documents,
    _compliance,
    _compliance_catalogue,
    _outcomes,
    _saved_filters,
    _case_templates,
    _template_catalogue,
    _workflow,
    _approvals,
    _notes,
    _note_catalogue,
    _tasks,
    _notices,
    _appointments,
    _diary,
    _requests,
    _importing,
    _referrals,
)
METADATA = Row.metadata
