"""What lists the cases in triage, made while others write."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_INDEX = "cases_centre_id_unassigned_triage_at_idx"


def upgrade() -> None:
    """Make the index."""
    with op.get_context().autocommit_block():
        op.create_index(
            _INDEX,
            "cases",
            ["centre_id", "triage_at", "id"],
            unique=False,
            postgresql_where=sa.text("advisor_id IS NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take the index back."""
    with op.get_context().autocommit_block():
        op.drop_index(_INDEX, table_name="cases", postgresql_concurrently=True, if_exists=True)
