"""What somebody on a case's team has to do with it."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the rows that there are say nothing of it, and are looked through by the next migration."""
    op.add_column("case_team_members", sa.Column("responsibility", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("case_team_members_responsibility_check"),
        "case_team_members",
        "responsibility IN ('RESPONSIBLE', 'ACCOUNTABLE', 'CONSULTED', 'INFORMED')",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("case_team_members", "responsibility")
