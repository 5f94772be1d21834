"""The words by which records are found."""

import sqlalchemy as sa
from alembic import op

from operations import CLIENT, NO_CLIENT

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_KEPT_TO_CLIENTS = (("clients", "id"), ("client_consents", "client_id"), ("cases", "client_id"))
"""The tables whose policy for clients of the portal was made in words that mislead the planner."""
_CLOSED_TO_CLIENTS = (
    "memberships",
    "teams",
    "team_members",
    "case_team_members",
    "case_status_history",
    "service_keys",
)
"""Those whose policy lets no client in, in the same words."""
_OWED_BY_THE_CLIENT = (
    f"ALTER POLICY creditors_client ON creditors USING ({NO_CLIENT} "
    "OR EXISTS (SELECT FROM debts WHERE debts.centre_id = creditors.centre_id "
    f"AND debts.client_id = {CLIENT} AND creditors.id IN (debts.creditor_id, debts.collector_id)) "
    "OR EXISTS (SELECT FROM debt_holders WHERE debt_holders.centre_id = creditors.centre_id "
    f"AND debt_holders.client_id = {CLIENT} AND debt_holders.creditor_id = creditors.id))"
)
_FOUND_IN_THE_PORTAL = (
    f"ALTER POLICY search_words_client ON search_words USING ({NO_CLIENT} OR client_id = {CLIENT} OR kind = 'creditors' "
    "AND EXISTS (SELECT FROM creditors WHERE (creditors.centre_id, creditors.id) = "
    "(search_words.centre_id, search_words.record_id)))"
)
"""A client of the portal finds what is theirs, and those creditors that the creditors' own policy lets them see."""


def upgrade() -> None:
    """Make the table and confine it; `cma-graphql migrate` then writes the words of the records there are."""
    op.create_table(
        "search_words",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("search_words_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "kind", "word", "record_id", name=op.f("search_words_pkey")),
    )
    op.create_index(
        "search_words_centre_id_record_id_word_idx",
        "search_words",
        ["centre_id", "record_id", "word"],
        unique=False,
    )
    op.confine_to_centre("search_words", client="own", grants="SELECT, INSERT, DELETE")
    op.execute(_FOUND_IN_THE_PORTAL)
    op.execute(_OWED_BY_THE_CLIENT)
    for table in _CLOSED_TO_CLIENTS:
        op.execute(f"ALTER POLICY {table}_client ON {table} USING ({NO_CLIENT})")
    for table, column in _KEPT_TO_CLIENTS:
        op.execute(f"ALTER POLICY {table}_client ON {table} USING ({NO_CLIENT} OR {column} = {CLIENT})")


def downgrade() -> None:
    """Take the table back; the policies say the same in other words, and stay."""
    op.drop_table("search_words")
