"""An index by which the deleted clients are listed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    with op.get_context().autocommit_block():  # clients are written while it is made
        op.create_index(
            "clients_centre_id_deleted_at_idx",
            "clients",
            ["centre_id", "deleted_at", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take it back."""
    with op.get_context().autocommit_block():
        op.drop_index(
            "clients_centre_id_deleted_at_idx", table_name="clients", postgresql_concurrently=True, if_exists=True
        )
