"""An index by which the deleted clients are listed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "clients_centre_id_deleted_at_idx",
        "clients",
        ["centre_id", "deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("clients_centre_id_deleted_at_idx", table_name="clients")
