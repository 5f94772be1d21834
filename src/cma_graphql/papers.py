"""The pages that are generated from the code: written by `make schema`, compared by `make check`."""

from collections.abc import Callable

from cma_graphql.access.permissions import TABLE, Permission, Reach, Role
from cma_graphql.graph.schema import make_schema
from cma_graphql.transport.codes import all_codes

Page = Callable[[], str]

_GENERATED = "<!-- Written by `make schema` from the code; do not edit. -->"
_SHORT = {
    Role.SYSTEM_ADMIN: "System",
    Role.NETWORK_ADMIN: "Network",
    Role.CENTRE_MANAGER: "Manager",
    Role.COMPLIANCE_OFFICER: "Compliance",
    Role.ADVISOR: "Advisor",
    Role.TRAINEE: "Trainee",
    Role.AUDITOR: "Auditor",
    Role.CLIENT: "Client",
    Role.SERVICE: "Service",
}
_REACHES = {
    Reach.ALL: "everything of the platform",
    Reach.NETWORK: "every centre, without anything that identifies a client",
    Reach.CENTRE: "the whole centre",
    Reach.MASKED: "the whole centre, sensitive values masked",
    Reach.SCOPED: "the whole centre, for a key that names the permission",
    Reach.TEAM: "own cases and those of own teams",
    Reach.OWN: "own cases: as advisor or in the case team",
    Reach.AUTHOR: "what one wrote oneself",
    Reach.PROPOSE: "may be asked for; somebody else has to approve it",
    Reach.RECORD: "the own record, in the portal",
    Reach.NONE: "not at all",
}


def schema_text() -> str:
    """Write the published schema."""
    return make_schema().as_str() + "\n"


def permissions_page() -> str:
    """Write who may do what, from the one table of permissions."""
    head = ["Permission", *_SHORT.values()]
    lines = [
        "# Permissions",
        "",
        _GENERATED,
        "",
        "Restricted cases are seen by their advisor and team, managers and compliance officers only, whatever the",
        "reach. Several roles of one person give the farthest reach of any.",
        "",
        "| Reach | Meaning |",
        "| --- | --- |",
        *(f"| {'-' if reach is Reach.NONE else reach.value} | {meaning} |" for reach, meaning in _REACHES.items()),
        "",
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
    ]
    for permission in Permission:
        row = TABLE[permission]
        cells = ["-" if row[role] is Reach.NONE else row[role].value for role in _SHORT]
        lines.append(f"| `{permission.name}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """Write every code that an answer can carry."""
    lines = [
        "# Error codes",
        "",
        _GENERATED,
        "",
        "A query's refusal is an entry of `errors` with `extensions.code` and `extensions.requestId`; a mutation's is",
        "in its payload's `errors`, each with `code`, `message` and `path`. Codes are stable; messages are not.",
        "A broken rule (`INVALID`) names the field, the rule and its parameters: `field`, `rule` and `params` in a",
        "query's error, `path` and `... on ValidationError { rule parameters { name value } }` in a payload.",
        "",
        "| Code | Meaning |",
        "| --- | --- |",
        *(f"| `{code}` | {meaning} |" for code, meaning in all_codes().items()),
    ]
    return "\n".join(lines) + "\n"


SCHEMA: Page = schema_text
PAGES: dict[str, Page] = {"permissions.md": permissions_page, "errors.md": errors_page}
