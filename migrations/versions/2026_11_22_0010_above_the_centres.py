"""What those above the centres read, and how they make one."""

from alembic import op

from operations import APPLICATION, PLATFORM

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Show the platform who is in which team, and no client of any centre."""
    op.execute(f"CREATE POLICY team_members_platform ON team_members FOR SELECT TO {APPLICATION} USING ({PLATFORM})")
    # That somebody is a client of a centre is told by a membership with the role CLIENT.
    op.execute(f"ALTER POLICY memberships_platform ON memberships USING ({PLATFORM} AND client_id IS NULL)")
    # The key under which a centre is made is claimed, in the centre's own scope, before the centre is there.
    op.execute(
        "ALTER TABLE idempotency_keys ALTER CONSTRAINT idempotency_keys_centre_id_fkey DEFERRABLE INITIALLY DEFERRED"
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("ALTER TABLE idempotency_keys ALTER CONSTRAINT idempotency_keys_centre_id_fkey NOT DEFERRABLE")
    op.execute(f"ALTER POLICY memberships_platform ON memberships USING ({PLATFORM})")
    op.execute("DROP POLICY team_members_platform ON team_members")
