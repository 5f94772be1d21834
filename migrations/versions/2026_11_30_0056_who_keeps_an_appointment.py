"""Every appointment has an advisor, here or elsewhere: looked through while others write."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_ADVISOR = (
    "(advisor_id IS NULL) = (advisor_elsewhere IS NOT NULL) "
    "AND (advisor_id IS NOT NULL OR status NOT IN ('SCHEDULED', 'CONFIRMED'))"
)


def upgrade() -> None:
    """Look the appointments through that there are."""
    op.execute("ALTER TABLE appointments VALIDATE CONSTRAINT appointments_advisor_check")


def downgrade() -> None:
    """Hold appointments to it without having looked them through."""
    op.execute("ALTER TABLE appointments DROP CONSTRAINT appointments_advisor_check")
    op.create_check_constraint(op.f("appointments_advisor_check"), "appointments", _ADVISOR, postgresql_not_valid=True)
