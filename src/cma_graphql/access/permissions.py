"""The nine roles, every permission, and the one table between them (domain reference 5.5)."""

from enum import StrEnum
from functools import cache


class Role(StrEnum):
    """What a person or a program is at one centre, or at the platform."""

    SYSTEM_ADMIN = "SYSTEM_ADMIN"
    NETWORK_ADMIN = "NETWORK_ADMIN"
    CENTRE_MANAGER = "CENTRE_MANAGER"
    COMPLIANCE_OFFICER = "COMPLIANCE_OFFICER"
    ADVISOR = "ADVISOR"
    TRAINEE = "TRAINEE"
    AUDITOR = "AUDITOR"
    CLIENT = "CLIENT"
    SERVICE = "SERVICE"


PLATFORM_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN})
"""Held at the platform only: no centre's membership may carry them."""

STAFF_ROLES = frozenset({Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR})
"""Held at one centre by people who work for it or inspect it."""


class Reach(StrEnum):
    """How far a permission goes, weakest first: the order settles which of several roles counts."""

    NONE = "NONE"
    RECORD = "RECORD"
    """The person's own record, in the client portal."""
    PROPOSE = "PROPOSE"
    """May be asked for; someone else has to approve it."""
    AUTHOR = "AUTHOR"
    """What one wrote oneself."""
    OWN = "OWN"
    """Cases whose advisor or team member one is."""
    TEAM = "TEAM"
    """Own cases and those of one's teams."""
    SCOPED = "SCOPED"
    """The whole centre, for a program whose key names the permission."""
    MASKED = "MASKED"
    """The whole centre, sensitive values masked."""
    CENTRE = "CENTRE"
    NETWORK = "NETWORK"
    """Every centre, without anything that identifies a client."""
    ALL = "ALL"

    @property
    def rank(self) -> int:
        """Its place in the order above."""
        return _RANK[self]


_RANK = {reach: rank for rank, reach in enumerate(Reach)}


class Permission(StrEnum):
    """One thing that one may be allowed to do: `noun:verb`."""

    CASE_READ = "case:read"
    CASE_CREATE = "case:create"
    CASE_UPDATE = "case:update"
    CASE_UPDATE_LEGAL = "case:update_legal"
    CASE_ASSIGN = "case:assign"
    CASE_CHANGE_STATUS = "case:change_status"
    CASE_CONCLUDE = "case:conclude"
    CASE_APPROVE = "case:approve"
    CASE_REOPEN = "case:reopen"
    CASE_CANCEL = "case:cancel"
    CASE_DELETE = "case:delete"
    CLIENT_READ = "client:read"
    CLIENT_CREATE = "client:create"
    CLIENT_UPDATE = "client:update"
    CLIENT_DELETE = "client:delete"
    CLIENT_READ_IDENTITY = "client:read_identity"
    CLIENT_READ_VULNERABILITY = "client:read_vulnerability"
    CREDITOR_WRITE = "creditor:write"
    DEBT_WRITE = "debt:write"
    BUDGET_VERIFY = "budget:verify"
    CORRESPONDENCE_SEND = "correspondence:send"
    ADVICE_RECOMMEND = "advice:recommend"
    APPLICATION_SUBMIT = "application:submit"
    APPOINTMENT_WRITE = "appointment:write"
    NOTE_WRITE = "note:write"
    NOTE_READ_CONFIDENTIAL = "note:read_confidential"
    DOCUMENT_ACCESS = "document:access"
    DOCUMENT_DELETE = "document:delete"
    COMPLIANCE_TICK = "compliance:tick"
    COMPLIANCE_WAIVE = "compliance:waive"
    FILE_REVIEW = "file:review"
    WORKFLOW_PROGRESS = "workflow:progress"
    WORKFLOW_TEMPLATE_MANAGE = "workflow_template:manage"
    REFERENCE_READ = "reference:read"
    REFERENCE_MANAGE = "reference:manage"
    FRAMEWORK_MANAGE = "framework:manage"
    USER_READ = "user:read"
    USER_MANAGE = "user:manage"
    CENTRE_CONFIGURE = "centre:configure"
    CENTRE_CREATE = "centre:create"
    AUDIT_READ = "audit:read"
    ANALYTICS_READ = "analytics:read"
    DATA_EXPORT = "data:export"
    CASELOAD_IMPORT = "caseload:import"
    INSIGHT_READ = "insight:read"
    INSIGHT_ADOPT = "insight:adopt"
    COMPLAINT_HANDLE = "complaint:handle"
    SUBJECT_REQUEST_HANDLE = "subject_request:handle"
    INTEGRATION_MANAGE = "integration:manage"
    PLATFORM_MAINTAIN = "platform:maintain"


_COLUMNS = (
    Role.SYSTEM_ADMIN,
    Role.NETWORK_ADMIN,
    Role.CENTRE_MANAGER,
    Role.COMPLIANCE_OFFICER,
    Role.ADVISOR,
    Role.TRAINEE,
    Role.AUDITOR,
    Role.CLIENT,
    Role.SERVICE,
)

_LETTERS = {
    "-": Reach.NONE,
    "A": Reach.ALL,
    "N": Reach.NETWORK,
    "C": Reach.CENTRE,
    "M": Reach.MASKED,
    "S": Reach.SCOPED,
    "T": Reach.TEAM,
    "O": Reach.OWN,
    "P": Reach.PROPOSE,
    "W": Reach.AUTHOR,
    "R": Reach.RECORD,
}


def _row(letters: str) -> dict[Role, Reach]:
    """Read one line of the table: a letter a role, in the order of the columns."""
    return dict(zip(_COLUMNS, (_LETTERS[letter] for letter in letters.split()), strict=True))


# Break-glass does not exist yet, so where the reference says BG this table says none (decision 26).
# An advisor assigns an own case "with authorisation": that is a proposal. Trainees may move an own case,
# but resolving and closing it is a proposal, hence two permissions.
# fmt: off
TABLE: dict[Permission, dict[Role, Reach]] = {
    #                                              SYS NET MGR CMP ADV TRN AUD CLI SVC
    Permission.CASE_READ:                     _row("-   -   C   C   T   O   M   R   S"),
    Permission.CASE_CREATE:                   _row("-   -   C   -   C   P   -   -   S"),
    Permission.CASE_UPDATE:                   _row("-   -   C   -   T   O   -   -   S"),
    Permission.CASE_UPDATE_LEGAL:             _row("-   -   C   C   -   -   -   -   -"),
    Permission.CASE_ASSIGN:                   _row("-   -   C   -   P   -   -   -   -"),
    Permission.CASE_CHANGE_STATUS:            _row("-   -   C   -   O   O   -   -   -"),
    Permission.CASE_CONCLUDE:                 _row("-   -   C   -   O   P   -   -   -"),
    Permission.CASE_APPROVE:                  _row("-   -   C   C   -   -   -   -   -"),
    Permission.CASE_REOPEN:                   _row("-   -   C   -   O   -   -   -   -"),
    Permission.CASE_CANCEL:                   _row("-   -   C   -   -   -   -   -   -"),
    Permission.CASE_DELETE:                   _row("-   -   C   -   -   -   -   -   -"),
    Permission.CLIENT_READ:                   _row("-   -   C   C   T   O   M   R   S"),
    Permission.CLIENT_CREATE:                 _row("-   -   C   -   C   C   -   -   S"),
    Permission.CLIENT_UPDATE:                 _row("-   -   C   -   T   O   -   P   S"),
    Permission.CLIENT_DELETE:                 _row("-   -   C   -   -   -   -   -   -"),
    Permission.CLIENT_READ_IDENTITY:          _row("-   -   C   C   O   -   -   R   -"),
    Permission.CLIENT_READ_VULNERABILITY:     _row("-   -   C   C   O   O   -   R   -"),
    Permission.CREDITOR_WRITE:                _row("-   -   C   -   C   C   -   -   S"),
    Permission.DEBT_WRITE:                    _row("-   -   C   -   O   O   -   R   -"),
    Permission.BUDGET_VERIFY:                 _row("-   -   C   C   O   -   -   -   -"),
    Permission.CORRESPONDENCE_SEND:           _row("-   -   C   -   O   P   -   -   -"),
    Permission.ADVICE_RECOMMEND:              _row("-   -   C   -   O   P   -   -   -"),
    Permission.APPLICATION_SUBMIT:            _row("-   -   C   -   O   -   -   -   -"),
    Permission.APPOINTMENT_WRITE:             _row("-   -   C   -   T   O   -   R   S"),
    Permission.NOTE_WRITE:                    _row("-   -   C   C   T   O   -   R   -"),
    Permission.NOTE_READ_CONFIDENTIAL:        _row("-   -   C   C   O   W   -   -   -"),
    Permission.DOCUMENT_ACCESS:               _row("-   -   C   C   O   O   M   R   S"),
    Permission.DOCUMENT_DELETE:               _row("-   -   C   C   O   -   -   -   -"),
    Permission.COMPLIANCE_TICK:               _row("-   -   C   C   O   O   -   -   -"),
    Permission.COMPLIANCE_WAIVE:              _row("-   -   C   C   -   -   -   -   -"),
    Permission.FILE_REVIEW:                   _row("-   -   C   C   T   -   M   -   -"),
    Permission.WORKFLOW_PROGRESS:             _row("-   -   C   C   O   O   -   -   -"),
    Permission.WORKFLOW_TEMPLATE_MANAGE:      _row("A   N   C   C   -   -   -   -   -"),
    Permission.REFERENCE_READ:                _row("A   N   C   C   C   C   C   R   C"),
    Permission.REFERENCE_MANAGE:              _row("A   P   -   P   -   -   -   -   -"),
    Permission.FRAMEWORK_MANAGE:              _row("A   N   C   C   -   -   -   -   -"),
    Permission.USER_READ:                     _row("A   N   C   C   C   C   C   R   S"),
    Permission.USER_MANAGE:                   _row("A   N   C   -   -   -   -   -   -"),
    Permission.CENTRE_CONFIGURE:              _row("A   N   C   -   -   -   -   -   -"),
    Permission.CENTRE_CREATE:                 _row("A   N   -   -   -   -   -   -   -"),
    Permission.AUDIT_READ:                    _row("A   N   C   C   O   O   C   R   -"),
    Permission.ANALYTICS_READ:                _row("A   N   C   C   O   O   C   -   -"),
    Permission.DATA_EXPORT:                   _row("-   N   C   C   -   -   -   R   S"),
    Permission.CASELOAD_IMPORT:               _row("-   -   C   -   -   -   -   -   -"),
    Permission.INSIGHT_READ:                  _row("-   -   C   C   O   O   -   R   -"),
    Permission.INSIGHT_ADOPT:                 _row("-   -   C   -   O   P   -   -   -"),
    Permission.COMPLAINT_HANDLE:              _row("-   -   C   C   P   P   M   R   -"),
    Permission.SUBJECT_REQUEST_HANDLE:        _row("-   -   C   C   P   P   M   R   -"),
    Permission.INTEGRATION_MANAGE:            _row("A   -   C   -   -   -   -   -   -"),
    Permission.PLATFORM_MAINTAIN:             _row("A   -   -   -   -   -   -   -   -"),
}
# fmt: on


@cache
def reach_of(roles: frozenset[Role], permission: Permission) -> Reach:
    """Tell the farthest reach that any of these roles gives a permission."""
    return max((TABLE[permission][role] for role in roles), key=lambda reach: reach.rank, default=Reach.NONE)
