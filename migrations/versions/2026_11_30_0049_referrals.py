"""Referrals: clients handed to other organisations and centres, and handed in by them."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and confine it."""
    op.create_table(
        "referrals",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("organisation_kind", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("other_centre_id", sa.Uuid(), nullable=True),
        sa.Column("other_reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("shared_categories", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("shared", sa.LargeBinary(), nullable=True),
        sa.Column("hands_over", sa.Boolean(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("consent_note", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_through", sa.Text(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(party = 'CENTRE') = (other_centre_id IS NOT NULL)", name=op.f("referrals_other_centre_check")
        ),
        sa.CheckConstraint("(state = 'COMPLETED') = (outcome IS NOT NULL)", name=op.f("referrals_completed_check")),
        sa.CheckConstraint(
            "answered_through IN ('LINK', 'STAFF', 'CENTRE')", name=op.f("referrals_answered_through_check")
        ),
        sa.CheckConstraint(
            "direction = 'IN' OR (case_id IS NOT NULL AND client_id IS NOT NULL)", name=op.f("referrals_case_check")
        ),
        sa.CheckConstraint(
            "direction = 'IN' OR state IN ('DRAFT', 'WITHDRAWN') OR (sent_at IS NOT NULL AND expires_at IS NOT NULL AND shared IS NOT NULL AND consent_id IS NOT NULL)",
            name=op.f("referrals_sent_check"),
        ),
        sa.CheckConstraint(
            "direction = 'OUT' OR (state <> 'DRAFT' AND shared IS NOT NULL)", name=op.f("referrals_received_check")
        ),
        sa.CheckConstraint("direction IN ('OUT', 'IN')", name=op.f("referrals_direction_check")),
        sa.CheckConstraint(
            "organisation_kind IN ('DEBT_ADVICE', 'LEGAL_ADVICE', 'WELFARE_BENEFITS', 'HOUSING', 'HEALTH', 'MENTAL_HEALTH', 'DOMESTIC_ABUSE', 'FOOD_AID', 'EMPLOYMENT', 'LOCAL_AUTHORITY', 'OTHER')",
            name=op.f("referrals_organisation_kind_check"),
        ),
        sa.CheckConstraint(
            "outcome IN ('HELP_GIVEN', 'PARTLY_HELPED', 'RETURNED', 'NOT_REACHED', 'NOT_NEEDED', 'TAKEN_ON')",
            name=op.f("referrals_outcome_check"),
        ),
        sa.CheckConstraint("party IN ('ORGANISATION', 'CENTRE')", name=op.f("referrals_party_check")),
        sa.CheckConstraint("state <> 'REJECTED' OR answer_note IS NOT NULL", name=op.f("referrals_rejected_check")),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SENT', 'ACCEPTED', 'REJECTED', 'COMPLETED', 'WITHDRAWN', 'EXPIRED')",
            name=op.f("referrals_state_check"),
        ),
        sa.CheckConstraint("token_digest IS NULL OR state = 'SENT'", name=op.f("referrals_token_check")),
        sa.CheckConstraint(
            "urgency IN ('ROUTINE', 'SOON', 'URGENT', 'EMERGENCY')", name=op.f("referrals_urgency_check")
        ),
        sa.CheckConstraint(
            "other_centre_id IS NULL OR other_centre_id <> centre_id", name=op.f("referrals_another_centre_check")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "answered_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("referrals_centre_id_answered_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("referrals_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("referrals_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "consent_id"],
            ["client_consents.centre_id", "client_consents.id"],
            name=op.f("referrals_centre_id_consent_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "sent_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("referrals_centre_id_sent_by_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("referrals_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("referrals_pkey")),
    )
    op.create_index(
        "referrals_centre_id_case_id_idx", "referrals", ["centre_id", "case_id", "created_at", "id"], unique=False
    )
    op.create_index("referrals_centre_id_client_id_idx", "referrals", ["centre_id", "client_id"], unique=False)
    op.create_index("referrals_centre_id_consent_id_idx", "referrals", ["centre_id", "consent_id"], unique=False)
    op.create_index("referrals_centre_id_created_at_idx", "referrals", ["centre_id", "created_at", "id"], unique=False)
    op.create_index(
        "referrals_centre_id_expires_at_idx",
        "referrals",
        ["centre_id", "expires_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'SENT'"),
    )
    op.create_index(
        "referrals_centre_id_state_idx", "referrals", ["centre_id", "state", "created_at", "id"], unique=False
    )
    op.create_index(
        "referrals_centre_id_token_digest_key",
        "referrals",
        ["centre_id", "token_digest"],
        unique=True,
        postgresql_where=sa.text("token_digest IS NOT NULL"),
    )
    op.create_index(
        "referrals_centre_id_unsettled_idx",
        "referrals",
        ["centre_id", "id"],
        unique=False,
        postgresql_where=sa.text("party = 'CENTRE' AND settled_at IS NULL"),
    )
    op.confine_to_centre("referrals", client="denied")


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("referrals")
