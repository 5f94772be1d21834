"""Notes, tasks and past appointments that came with a case from another centre say who wrote or kept them there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_ADVISOR = (
    "(advisor_id IS NULL) = (advisor_elsewhere IS NOT NULL) "
    "AND (advisor_id IS NOT NULL OR status NOT IN ('SCHEDULED', 'CONFIRMED'))"
)


def upgrade() -> None:
    """Add the columns; an appointment that is to come has an advisor here."""
    op.add_column("notes", sa.Column("author_elsewhere", sa.Text(), nullable=True))
    op.add_column("notes", sa.Column("documents_elsewhere", postgresql.JSONB(), nullable=True))
    op.add_column("tasks", sa.Column("author_elsewhere", sa.Text(), nullable=True))
    op.add_column("appointments", sa.Column("advisor_elsewhere", sa.Text(), nullable=True))
    # What is from elsewhere is new; who reads the others finds an advisor as before.
    op.execute("-- squawk-ignore ban-drop-not-null\nALTER TABLE appointments ALTER COLUMN advisor_id DROP NOT NULL")
    op.create_check_constraint(op.f("appointments_advisor_check"), "appointments", _ADVISOR, postgresql_not_valid=True)


def downgrade() -> None:
    """Take them back; appointments from elsewhere have no place then."""
    op.execute("DELETE FROM appointments WHERE advisor_id IS NULL")
    op.drop_constraint(op.f("appointments_advisor_check"), "appointments")
    op.alter_column("appointments", "advisor_id", nullable=False)
    op.drop_column("appointments", "advisor_elsewhere")
    op.drop_column("tasks", "author_elsewhere")
    op.drop_column("notes", "documents_elsewhere")
    op.drop_column("notes", "author_elsewhere")
