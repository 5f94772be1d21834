"""What is said of responsibilities is one of them, in all rows: looked through while others write."""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look them through."""
    op.execute("ALTER TABLE case_team_members VALIDATE CONSTRAINT case_team_members_responsibility_check")


def downgrade() -> None:
    """Hold new rows to it without having looked through those that there are."""
    op.execute("ALTER TABLE case_team_members DROP CONSTRAINT case_team_members_responsibility_check")
    op.create_check_constraint(
        op.f("case_team_members_responsibility_check"),
        "case_team_members",
        "responsibility IN ('RESPONSIBLE', 'ACCOUNTABLE', 'CONSULTED', 'INFORMED')",
        postgresql_not_valid=True,
    )
