"""Cases, their types, teams and history."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CATALOGUE = sa.table(
    "case_type_catalogue",
    sa.column("id", sa.Uuid()),
    sa.column("code", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("description", sa.Text()),
    sa.column("requires_legal_review", sa.Boolean()),
    sa.column("requires_compliance_review", sa.Boolean()),
    sa.column("position", sa.Integer()),
)
NEEDS_COMPLIANCE_REVIEW = {"DRO", "MH_BREATHING_SPACE", "BANKRUPTCY", "COMPLAINT"}
CASE_TYPES = (
    ("DEBT_ADVICE", "General debt advice", "The usual course of advice on several debts."),
    ("EMERGENCY", "Emergency", "Same-day help: eviction, bailiffs, disconnection, a court date."),
    ("DRO", "Debt relief order", "An application for a debt relief order in England and Wales."),
    ("BREATHING_SPACE", "Breathing space", "A standard breathing space moratorium."),
    ("MH_BREATHING_SPACE", "Mental health breathing space", "A moratorium during mental-health crisis treatment."),
    ("BANKRUPTCY", "Bankruptcy", "An application for a person's own bankruptcy."),
    ("IVA", "Individual voluntary arrangement", "An arrangement with creditors by an insolvency practitioner."),
    ("DMP", "Debt management plan", "Reduced payments to creditors under an informal plan."),
    ("ADMIN_ORDER", "Administration order", "A county court's order to pay debts by instalments."),
    ("SCOT_STATUTORY", "Scottish statutory solution", "Debt arrangement scheme, bankruptcy or trust deed."),
    ("BUDGETING", "Money management", "Help with a budget only."),
    ("BENEFITS", "Income maximisation", "A check of benefits and other income."),
    ("COMPLAINT", "Complaint", "Handling of a complaint."),
    ("LEGAL_REVIEW", "Court or specialist", "A matter before a court or for a specialist."),
)


def upgrade() -> None:
    """Make the tables and confine them."""
    op.create_table(
        "case_type_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("requires_legal_review", sa.Boolean(), nullable=False),
        sa.Column("requires_compliance_review", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("case_type_catalogue_pkey")),
    )
    op.create_index("case_type_catalogue_code_key", "case_type_catalogue", ["code"], unique=True)
    op.create_table(
        "case_types",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("requires_legal_review", sa.Boolean(), nullable=False),
        sa.Column("requires_compliance_review", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_types_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_types_pkey")),
    )
    op.create_index("case_types_centre_id_code_key", "case_types", ["centre_id", "code"], unique=True)
    op.create_table(
        "cases",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_type_id", sa.Uuid(), nullable=False),
        sa.Column("advisor_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("complexity", sa.Text(), nullable=False),
        sa.Column("risk_level", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("compliance_required", sa.Boolean(), nullable=False),
        sa.Column("legal_review_required", sa.Boolean(), nullable=False),
        sa.Column("estimated_value", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("actual_cost", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("billing_method", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_type", sa.Text(), nullable=True),
        sa.Column("resolution_summary", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closure_reason", sa.Text(), nullable=True),
        sa.Column("closure_note", sa.Text(), nullable=True),
        sa.Column("referred_to", sa.Text(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "billing_method IN ('NONE', 'FUNDED_PROJECT', 'FIXED_FEE', 'HOURLY', 'RETAINER')",
            name=op.f("cases_billing_method_check"),
        ),
        sa.CheckConstraint(
            "category IN ('PERSONAL', 'JOINT', 'BUSINESS', 'HOUSING', 'ENFORCEMENT', 'INSOLVENCY')",
            name=op.f("cases_category_check"),
        ),
        sa.CheckConstraint(
            "closure_reason IN ('ADVICE_COMPLETE', 'SOLUTION_IN_PLACE', 'CLIENT_DISENGAGED', 'CLIENT_WITHDREW', 'REFERRED_EXTERNALLY', 'TRANSFERRED_CENTRE', 'AGENCY_CANNOT_CONTINUE', 'CONFLICT_OF_INTEREST', 'OUT_OF_SCOPE', 'MOVED_AWAY', 'DECEASED', 'DUPLICATE', 'OPENED_IN_ERROR')",
            name=op.f("cases_closure_reason_check"),
        ),
        sa.CheckConstraint("complexity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')", name=op.f("cases_complexity_check")),
        sa.CheckConstraint("priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')", name=op.f("cases_priority_check")),
        sa.CheckConstraint(
            "resolution_type IN ('SOLUTION_IMPLEMENTED', 'ADVICE_GIVEN', 'REFERRED', 'SELF_HELP', 'NO_FURTHER_ACTION', 'WITHDRAWN')",
            name=op.f("cases_resolution_type_check"),
        ),
        sa.CheckConstraint("risk_level IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')", name=op.f("cases_risk_level_check")),
        sa.CheckConstraint(
            "stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("cases_stage_check"),
        ),
        sa.CheckConstraint(
            "status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'REOPENED', 'REFERRED', 'CANCELLED')",
            name=op.f("cases_status_check"),
        ),
        sa.CheckConstraint("actual_cost >= 0", name=op.f("cases_actual_cost_check")),
        sa.CheckConstraint("estimated_value >= 0", name=op.f("cases_estimated_value_check")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("cases_satisfaction_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "advisor_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("cases_centre_id_advisor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_type_id"],
            ["case_types.centre_id", "case_types.id"],
            name=op.f("cases_centre_id_case_type_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"], ["clients.centre_id", "clients.id"], name=op.f("cases_centre_id_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "team_id"], ["teams.centre_id", "teams.id"], name=op.f("cases_centre_id_team_id_fkey")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("cases_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("cases_pkey")),
    )
    op.create_index(
        "cases_centre_id_advisor_id_idx", "cases", ["centre_id", "advisor_id", "created_at", "id"], unique=False
    )
    op.create_index("cases_centre_id_case_number_key", "cases", ["centre_id", "case_number"], unique=True)
    op.create_index("cases_centre_id_case_type_id_idx", "cases", ["centre_id", "case_type_id"], unique=False)
    op.create_index(
        "cases_centre_id_client_id_idx", "cases", ["centre_id", "client_id", "created_at", "id"], unique=False
    )
    op.create_index("cases_centre_id_created_at_idx", "cases", ["centre_id", "created_at", "id"], unique=False)
    op.create_index("cases_centre_id_opened_on_idx", "cases", ["centre_id", "opened_on", "id"], unique=False)
    op.create_index(
        "cases_centre_id_status_created_at_idx", "cases", ["centre_id", "status", "created_at", "id"], unique=False
    )
    op.create_index("cases_centre_id_team_id_idx", "cases", ["centre_id", "team_id", "created_at", "id"], unique=False)
    op.create_table(
        "case_team_members",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_team_members_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "user_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("case_team_members_centre_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_team_members_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_team_members_pkey")),
    )
    op.create_index(
        "case_team_members_centre_id_case_id_user_id_key",
        "case_team_members",
        ["centre_id", "case_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "case_team_members_centre_id_user_id_idx",
        "case_team_members",
        ["centre_id", "user_id", "case_id"],
        unique=False,
    )
    op.create_table(
        "case_status_history",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "from_status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'REOPENED', 'REFERRED', 'CANCELLED')",
            name=op.f("case_status_history_from_status_check"),
        ),
        sa.CheckConstraint(
            "to_status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'REOPENED', 'REFERRED', 'CANCELLED')",
            name=op.f("case_status_history_to_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_status_history_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_status_history_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_status_history_pkey")),
    )
    op.create_index(
        "case_status_history_centre_id_case_id_idx",
        "case_status_history",
        ["centre_id", "case_id", "changed_at", "id"],
        unique=False,
    )
    op.share_catalogue("case_type_catalogue")
    op.confine_to_centre("case_types", client="open")
    op.confine_to_centre("cases", client="own")
    op.confine_to_centre("case_team_members", client="denied")
    op.confine_to_centre("case_status_history", client="denied", grants="SELECT, INSERT")
    op.bulk_insert(
        CATALOGUE,
        [
            {
                "id": UUID(f"01900000-0000-7000-8000-{position:012x}"),
                "code": code,
                "name": name,
                "description": description,
                "requires_legal_review": code == "LEGAL_REVIEW",
                "requires_compliance_review": code in NEEDS_COMPLIANCE_REVIEW,
                "position": position,
            }
            for position, (code, name, description) in enumerate(CASE_TYPES, start=1)
        ],
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("case_status_history")
    op.drop_table("case_team_members")
    op.drop_table("cases")
    op.drop_table("case_types")
    op.drop_table("case_type_catalogue")
