"""Words of a centre's own by which its cases are found; their index is that of the words that are searched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the cases that there are have none, and are looked through by the next migration."""
    op.add_column("cases", sa.Column("tags", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.create_check_constraint(
        op.f("cases_tags_check"), "cases", "jsonb_array_length(tags) <= 20", postgresql_not_valid=True
    )


def downgrade() -> None:
    """Take it back, and the words of tags."""
    op.execute("DELETE FROM search_words WHERE kind = 'cases' AND word LIKE '#%'")
    op.drop_column("cases", "tags")
