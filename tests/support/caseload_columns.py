"""What the statements that fill a caseload have in common."""

from cma_graphql.core.ids import SYSTEM_ACTOR

STAMP = "created_at, created_by, updated_at, updated_by"
STAMPED = f"at, '{SYSTEM_ACTOR}', at, '{SYSTEM_ACTOR}'"
KEY = (
    "(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(mark, 1, 3) || '8' "
    "|| substr(mark, 4, 15))::uuid"
)
"""An id as the product makes them, beginning with the time."""
GIVEN = "$2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL"
"""Names the parameters that a statement does not need."""
CASES = (
    "(SELECT id, client_id, advisor_id, created_at, status IN ('CLOSED', 'REFERRED', 'CANCELLED', 'RESOLVED') AS ended,"
    " row_number() OVER (ORDER BY created_at)::int AS n FROM cases WHERE centre_id = $1) c"
)
"""The centre's cases, numbered as they came."""
