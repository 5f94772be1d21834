"""Workflows of cases: their stages with their history, and approvals with what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and confine them."""
    _make_case_workflows()
    _make_case_stages()
    _make_approvals()
    _make_case_stage_history()
    _make_approval_decisions()
    op.create_index(
        "approvals_centre_id_stage_id_idx",
        "approvals",
        ["centre_id", "stage_id"],
        unique=False,
        postgresql_where=sa.text("stage_id IS NOT NULL"),
    )
    op.confine_to_centre("case_workflows", client="denied")
    op.confine_to_centre("case_stages", client="denied")
    op.confine_to_centre("case_stage_history", client="denied", grants="SELECT, INSERT")
    op.confine_to_centre("approvals", client="denied")
    op.confine_to_centre("approval_decisions", client="denied", grants="SELECT, INSERT")


def downgrade() -> None:
    """Take the tables back."""
    for table in ("approval_decisions", "case_stage_history", "approvals", "case_stages", "case_workflows"):
        op.drop_table(table)


def _make_case_workflows() -> None:
    op.create_table(
        "case_workflows",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("documents", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'ACTIVE') = (ended_at IS NULL)", name=op.f("case_workflows_ended_at_check")),
        sa.CheckConstraint("state IN ('ACTIVE', 'COMPLETED', 'CANCELLED')", name=op.f("case_workflows_state_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_workflows_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("case_workflows_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "template_version_id"],
            ["case_template_versions.centre_id", "case_template_versions.id"],
            name=op.f("case_workflows_centre_id_template_version_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_workflows_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_workflows_pkey")),
    )
    op.create_index(
        "case_workflows_centre_id_case_id_key",
        "case_workflows",
        ["centre_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def _make_case_stages() -> None:
    op.create_table(
        "case_stages",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("stage_type", sa.Text(), nullable=False),
        sa.Column("advice_stage", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("parallel", sa.Boolean(), nullable=False),
        sa.Column("auto_assign", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("sample_percent", sa.Integer(), nullable=True),
        sa.Column("depends_on", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("returns_to", sa.Text(), nullable=True),
        sa.Column("approval_type", sa.Text(), nullable=True),
        sa.Column("approver_roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_approvers", sa.Integer(), nullable=False),
        sa.Column("approval_days", sa.Integer(), nullable=True),
        sa.Column("duration_days", sa.Integer(), nullable=True),
        sa.Column("estimated_hours", sa.Integer(), nullable=True),
        sa.Column("wait_days", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("gate_evidence", sa.Text(), nullable=False),
        sa.Column("documents", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completion_notes", sa.Text(), nullable=True),
        sa.Column("evidence_document_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_with_case", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "advice_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("case_stages_advice_stage_check"),
        ),
        sa.CheckConstraint(
            "approval_type IN ('SINGLE', 'ANY', 'ALL', 'SEQUENTIAL')", name=op.f("case_stages_approval_type_check")
        ),
        sa.CheckConstraint(
            "condition IN ('ALWAYS', 'TRAINEE', 'HIGH_RISK', 'TRAINEE_OR_HIGH_RISK', 'LEGAL_REVIEW', 'COMPLIANCE_REVIEW', 'SAMPLED')",
            name=op.f("case_stages_condition_check"),
        ),
        sa.CheckConstraint(
            "gate_evidence IN ('DOCUMENT', 'NOTE', 'FIELD', 'SIGNATURE', 'NONE')",
            name=op.f("case_stages_gate_evidence_check"),
        ),
        sa.CheckConstraint(
            "role IN ('SYSTEM_ADMIN', 'NETWORK_ADMIN', 'CENTRE_MANAGER', 'COMPLIANCE_OFFICER', 'ADVISOR', 'TRAINEE', 'AUDITOR', 'CLIENT', 'SERVICE')",
            name=op.f("case_stages_role_check"),
        ),
        sa.CheckConstraint(
            "stage_type IN ('TASK', 'DATA_ENTRY', 'REVIEW', 'APPROVAL', 'DECISION_GATE', 'DOCUMENT', 'COMMUNICATION', 'WAIT', 'EXTERNAL', 'AUTOMATED')",
            name=op.f("case_stages_stage_type_check"),
        ),
        sa.CheckConstraint(
            "state <> 'COMPLETED' OR completed_at IS NOT NULL", name=op.f("case_stages_completed_check")
        ),
        sa.CheckConstraint("state <> 'SKIPPED' OR reason IS NOT NULL", name=op.f("case_stages_skipped_check")),
        sa.CheckConstraint(
            "state IN ('PENDING', 'READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'COMPLETED', 'REJECTED', 'SKIPPED', 'CANCELLED')",
            name=op.f("case_stages_state_check"),
        ),
        sa.CheckConstraint(
            "(approval_type IS NULL) = (cardinality(approver_roles) = 0)", name=op.f("case_stages_approval_check")
        ),
        sa.CheckConstraint("min_approvers BETWEEN 1 AND 10", name=op.f("case_stages_min_approvers_check")),
        sa.CheckConstraint("position >= 1", name=op.f("case_stages_position_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "assignee_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("case_stages_centre_id_assignee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("case_stages_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("case_stages_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "completed_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("case_stages_centre_id_completed_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "evidence_document_id"],
            ["documents.centre_id", "documents.id"],
            name=op.f("case_stages_centre_id_evidence_document_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "workflow_id"],
            ["case_workflows.centre_id", "case_workflows.id"],
            name=op.f("case_stages_centre_id_workflow_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_stages_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_stages_pkey")),
    )
    op.create_index(
        "case_stages_centre_id_assignee_id_idx",
        "case_stages",
        ["centre_id", "assignee_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "case_stages_centre_id_case_id_position_idx",
        "case_stages",
        ["centre_id", "case_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        "case_stages_centre_id_created_at_idx", "case_stages", ["centre_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "case_stages_centre_id_deadline_at_idx",
        "case_stages",
        ["centre_id", "deadline_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'REJECTED')"),
    )
    op.create_index(
        "case_stages_centre_id_evidence_document_id_idx",
        "case_stages",
        ["centre_id", "evidence_document_id"],
        unique=False,
        postgresql_where=sa.text("evidence_document_id IS NOT NULL"),
    )
    op.create_index(
        "case_stages_centre_id_stage_type_idx",
        "case_stages",
        ["centre_id", "stage_type", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "case_stages_centre_id_state_idx", "case_stages", ["centre_id", "state", "created_at", "id"], unique=False
    )


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("approval_type", sa.Text(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request_note", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("delegated_to", sa.Uuid(), nullable=True),
        sa.Column("asked_roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=True),
        sa.Column("resolution_type", sa.Text(), nullable=True),
        sa.Column("closure_reason", sa.Text(), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'PENDING') = (settled_at IS NULL)", name=op.f("approvals_settled_at_check")),
        sa.CheckConstraint(
            "(subject = 'CASE_CLOSURE') = (closure_reason IS NOT NULL)", name=op.f("approvals_closure_check")
        ),
        sa.CheckConstraint(
            "(subject = 'CASE_RESOLUTION') = (resolution_type IS NOT NULL)", name=op.f("approvals_resolution_check")
        ),
        sa.CheckConstraint("(subject = 'STAGE') = (stage_id IS NOT NULL)", name=op.f("approvals_stage_check")),
        sa.CheckConstraint(
            "approval_type IN ('SINGLE', 'ANY', 'ALL', 'SEQUENTIAL')", name=op.f("approvals_approval_type_check")
        ),
        sa.CheckConstraint(
            "closure_reason IN ('ADVICE_COMPLETE', 'SOLUTION_IN_PLACE', 'CLIENT_DISENGAGED', 'CLIENT_WITHDREW', 'REFERRED_EXTERNALLY', 'TRANSFERRED_CENTRE', 'AGENCY_CANNOT_CONTINUE', 'CONFLICT_OF_INTEREST', 'OUT_OF_SCOPE', 'MOVED_AWAY', 'DECEASED', 'DUPLICATE', 'OPENED_IN_ERROR')",
            name=op.f("approvals_closure_reason_check"),
        ),
        sa.CheckConstraint(
            "resolution_type IN ('SOLUTION_IMPLEMENTED', 'ADVICE_GIVEN', 'REFERRED', 'SELF_HELP', 'NO_FURTHER_ACTION', 'WITHDRAWN')",
            name=op.f("approvals_resolution_type_check"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'APPROVED', 'REJECTED', 'CHANGES_REQUESTED', 'WITHDRAWN')",
            name=op.f("approvals_state_check"),
        ),
        sa.CheckConstraint(
            "subject IN ('STAGE', 'CASE_RESOLUTION', 'CASE_CLOSURE', 'TRAINEE_RECOMMENDATION', 'DRO_SUBMISSION', 'WRITE_OFF_OVER_LIMIT', 'VULNERABLE_HIGH_RISK_CLOSURE', 'MANDATORY_ITEM_WAIVER', 'DATA_EXPORT', 'ERASURE', 'CENTRE_TRANSFER', 'LEGAL_REVIEW')",
            name=op.f("approvals_subject_check"),
        ),
        sa.CheckConstraint("needed >= 1", name=op.f("approvals_needed_check")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("approvals_satisfaction_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "assignee_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approvals_centre_id_assignee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("approvals_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("approvals_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "delegated_to"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approvals_centre_id_delegated_to_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "requested_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approvals_centre_id_requested_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "settled_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approvals_centre_id_settled_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "stage_id"],
            ["case_stages.centre_id", "case_stages.id"],
            name=op.f("approvals_centre_id_stage_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("approvals_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("approvals_pkey")),
    )
    op.create_index(
        "approvals_centre_id_case_id_idx", "approvals", ["centre_id", "case_id", "requested_at", "id"], unique=False
    )
    op.create_index(
        "approvals_centre_id_case_id_subject_key",
        "approvals",
        ["centre_id", "case_id", "subject"],
        unique=True,
        postgresql_where=sa.text("state = 'PENDING' AND subject IN ('CASE_RESOLUTION', 'CASE_CLOSURE')"),
    )
    op.create_index(
        "approvals_centre_id_deadline_at_idx",
        "approvals",
        ["centre_id", "deadline_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_index(
        "approvals_centre_id_requested_at_idx", "approvals", ["centre_id", "requested_at", "id"], unique=False
    )
    op.create_index(
        "approvals_centre_id_stage_id_key",
        "approvals",
        ["centre_id", "stage_id"],
        unique=True,
        postgresql_where=sa.text("state = 'PENDING' AND stage_id IS NOT NULL"),
    )
    op.create_index(
        "approvals_centre_id_state_idx", "approvals", ["centre_id", "state", "requested_at", "id"], unique=False
    )


def _make_case_stage_history() -> None:
    op.create_table(
        "case_stage_history",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "from_state IN ('PENDING', 'READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'COMPLETED', 'REJECTED', 'SKIPPED', 'CANCELLED')",
            name=op.f("case_stage_history_from_state_check"),
        ),
        sa.CheckConstraint(
            "to_state IN ('PENDING', 'READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'COMPLETED', 'REJECTED', 'SKIPPED', 'CANCELLED')",
            name=op.f("case_stage_history_to_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_stage_history_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "stage_id"],
            ["case_stages.centre_id", "case_stages.id"],
            name=op.f("case_stage_history_centre_id_stage_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_stage_history_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_stage_history_pkey")),
    )
    op.create_index(
        "case_stage_history_centre_id_case_id_idx", "case_stage_history", ["centre_id", "case_id"], unique=False
    )
    op.create_index(
        "case_stage_history_centre_id_stage_id_idx",
        "case_stage_history",
        ["centre_id", "stage_id", "changed_at", "id"],
        unique=False,
    )


def _make_approval_decisions() -> None:
    op.create_table(
        "approval_decisions",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("delegated_to", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision = 'DELEGATE') = (delegated_to IS NOT NULL)", name=op.f("approval_decisions_delegated_to_check")
        ),
        sa.CheckConstraint(
            "decision IN ('APPROVE', 'REJECT', 'REQUEST_CHANGES', 'DELEGATE', 'ABSTAIN')",
            name=op.f("approval_decisions_decision_check"),
        ),
        sa.CheckConstraint(
            "role IN ('SYSTEM_ADMIN', 'NETWORK_ADMIN', 'CENTRE_MANAGER', 'COMPLIANCE_OFFICER', 'ADVISOR', 'TRAINEE', 'AUDITOR', 'CLIENT', 'SERVICE')",
            name=op.f("approval_decisions_role_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "approval_id"],
            ["approvals.centre_id", "approvals.id"],
            name=op.f("approval_decisions_centre_id_approval_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("approval_decisions_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "delegated_to"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approval_decisions_centre_id_delegated_to_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "user_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("approval_decisions_centre_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("approval_decisions_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("approval_decisions_pkey")),
    )
    op.create_index(
        "approval_decisions_centre_id_approval_id_key",
        "approval_decisions",
        ["centre_id", "approval_id", "user_id"],
        unique=True,
    )
    op.create_index(
        "approval_decisions_centre_id_case_id_idx", "approval_decisions", ["centre_id", "case_id"], unique=False
    )
