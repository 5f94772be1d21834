"""Tell the planner that a session is one row, not a thousand."""

from collections.abc import Sequence

from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Many sessions of a centre are read in one statement, again and again, for those who follow its events. At a thousand
# rows a call the planner calls the function for each session once for each member of the centre.


def upgrade() -> None:
    """Say it."""
    op.execute("ALTER FUNCTION auth_session(uuid) ROWS 1")


def downgrade() -> None:
    """Say nothing again, which means a thousand."""
    op.execute("ALTER FUNCTION auth_session(uuid) ROWS 1000")
