"""Who gave a decision away may decide after all, or give it away anew, once whom it was given to has gone."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_TABLE = "approval_decisions"
_ONCE = "approval_decisions_centre_id_approval_id_key"
_ONCE_BUT_GIVEN_AWAY = "approval_decisions_centre_id_approval_id_user_id_key"
_OF_APPROVAL = "approval_decisions_centre_id_approval_id_idx"


def upgrade() -> None:
    """Let what is given away not count as the one decision that somebody makes."""
    with op.get_context().autocommit_block():
        op.create_index(
            _ONCE_BUT_GIVEN_AWAY,
            _TABLE,
            ["centre_id", "approval_id", "user_id"],
            unique=True,
            postgresql_where=sa.text("decision <> 'DELEGATE'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            _OF_APPROVAL,
            _TABLE,
            ["centre_id", "approval_id", "decided_at", "id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.drop_index(_ONCE, table_name=_TABLE, postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    """Have everybody decide or give away once; it fails where somebody has done both."""
    with op.get_context().autocommit_block():
        op.create_index(
            _ONCE,
            _TABLE,
            ["centre_id", "approval_id", "user_id"],
            unique=True,
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.drop_index(_OF_APPROVAL, table_name=_TABLE, postgresql_concurrently=True, if_exists=True)
        op.drop_index(_ONCE_BUT_GIVEN_AWAY, table_name=_TABLE, postgresql_concurrently=True, if_exists=True)
