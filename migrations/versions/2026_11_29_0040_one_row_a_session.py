"""Tell the planner that a session is one row, not a thousand."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# Many sessions of a centre are read in one statement, again and again, for those who follow its events. At a thousand
# rows a call the planner calls the function for each session once for each member of the centre.


def upgrade() -> None:
    """Say it."""
    op.execute("ALTER FUNCTION auth_session(uuid) ROWS 1")


def downgrade() -> None:
    """Say nothing again, which means a thousand."""
    op.execute("ALTER FUNCTION auth_session(uuid) ROWS 1000")
