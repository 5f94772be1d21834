"""When the managers were asked about an approval because too few of those who were to decide were left."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; approvals that are pending are looked through by upkeep."""
    op.add_column("approvals", sa.Column("handed_on_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("approvals", "handed_on_at")
