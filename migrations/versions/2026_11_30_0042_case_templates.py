"""Templates of cases in versions, and what case types propose."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from case_template_catalogue import template_rows

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

PLATFORM = "00000000-0000-7000-8000-000000000001"
SYSTEM = "00000000-0000-7000-8000-000000000002"
CATALOGUE = sa.table(
    "case_template_catalogue",
    sa.column("id", sa.Uuid()),
    sa.column("code", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("description", sa.Text()),
    sa.column("category", sa.Text()),
    sa.column("is_default", sa.Boolean()),
    sa.column("definition", postgresql.JSONB()),
    sa.column("position", sa.Integer()),
)

_PARENTS = """
UPDATE case_type_catalogue AS kind SET parent_id = parent.id
FROM case_type_catalogue AS parent
WHERE parent.code = CASE
    WHEN kind.code = 'MH_BREATHING_SPACE' THEN 'BREATHING_SPACE'
    WHEN kind.code IN ('EMERGENCY', 'DRO', 'BREATHING_SPACE', 'BANKRUPTCY', 'IVA', 'DMP', 'ADMIN_ORDER', 'SCOT_STATUTORY')
    THEN 'DEBT_ADVICE'
END
"""
_PROPOSALS = """
UPDATE case_type_catalogue SET
    is_default = code = 'DEBT_ADVICE',
    category = CASE
        WHEN code IN ('DRO', 'BANKRUPTCY', 'IVA', 'SCOT_STATUTORY') THEN 'INSOLVENCY'
        WHEN code = 'EMERGENCY' THEN 'ENFORCEMENT'
        ELSE 'PERSONAL'
    END,
    default_priority = CASE code WHEN 'EMERGENCY' THEN 'URGENT' WHEN 'MH_BREATHING_SPACE' THEN 'HIGH' ELSE 'MEDIUM' END,
    default_complexity = CASE
        WHEN code IN ('MH_BREATHING_SPACE', 'BANKRUPTCY', 'LEGAL_REVIEW') THEN 'HIGH'
        WHEN code = 'BUDGETING' THEN 'LOW'
        ELSE 'MEDIUM'
    END
"""
_TYPES_OF_CENTRES = """
UPDATE case_types AS kind SET
    is_default = entry.is_default AND kind.active,
    category = entry.category,
    default_priority = entry.default_priority,
    default_complexity = entry.default_complexity,
    parent_id = parent.id
FROM case_type_catalogue AS entry, case_types AS own
LEFT JOIN case_type_catalogue AS own_entry ON own_entry.id = own.catalogue_id
LEFT JOIN case_types AS parent ON parent.centre_id = own.centre_id AND parent.catalogue_id = own_entry.parent_id
WHERE entry.id = kind.catalogue_id AND own.centre_id = kind.centre_id AND own.id = kind.id
"""
_ONE_DEFAULT = """
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX case_types_centre_id_default_key ON case_types (centre_id) WHERE is_default
"""
_COPY_TEMPLATES = f"""
INSERT INTO case_templates (centre_id, id, catalogue_id, code, name, description, category, is_default, active,
    published_number, created_at, created_by, updated_at, updated_by, version)
SELECT centres.id, gen_random_uuid(), entry.id, entry.code, entry.name, entry.description, entry.category,
    entry.is_default, true, 1, now(), '{SYSTEM}', now(), '{SYSTEM}', 1
FROM centres CROSS JOIN case_template_catalogue AS entry
WHERE centres.id <> '{PLATFORM}'
"""
_COPY_VERSIONS = f"""
INSERT INTO case_template_versions (centre_id, id, template_id, number, published_at, published_by)
SELECT centre_id, gen_random_uuid(), id, 1, now(), '{SYSTEM}' FROM case_templates
"""
_SAID = """
FROM case_template_versions AS version
JOIN case_templates AS template ON template.centre_id = version.centre_id AND template.id = version.template_id
JOIN case_template_catalogue AS entry ON entry.id = template.catalogue_id
CROSS JOIN LATERAL jsonb_array_elements(entry.definition -> '{lines}') WITH ORDINALITY AS line (said, position)
"""
_OF_STAGE = """
LEFT JOIN case_template_stages AS stage ON stage.centre_id = version.centre_id AND stage.version_id = version.id
    AND stage.code = said ->> 'stage_code'
"""
_COPY_STAGES = f"""
INSERT INTO case_template_stages (centre_id, id, version_id, code, name, description, stage_type, advice_stage,
    sequence_order, position, is_required, is_parallel, auto_assign, role, duration_days, estimated_hours, condition,
    sample_percent, depends_on, returns_to, approval_type, min_approvers, approver_roles, approval_deadline_days,
    wait_days, gate_evidence)
SELECT version.centre_id, gen_random_uuid(), version.id, said ->> 'code', said ->> 'name', said ->> 'description',
    said ->> 'stage_type', said ->> 'advice_stage', (said ->> 'sequence_order')::integer, line.position,
    (said ->> 'is_required')::boolean, (said ->> 'is_parallel')::boolean, (said ->> 'auto_assign')::boolean,
    said ->> 'role', (said ->> 'duration_days')::integer, (said ->> 'estimated_hours')::integer, said ->> 'condition',
    (said ->> 'sample_percent')::integer, ARRAY(SELECT jsonb_array_elements_text(said -> 'depends_on')),
    said ->> 'returns_to', said #>> '{{approval,approval_type}}', (said #>> '{{approval,min_approvers}}')::integer,
    ARRAY(SELECT jsonb_array_elements_text(coalesce(said #> '{{approval,approver_roles}}', '[]'))),
    (said #>> '{{approval,deadline_days}}')::integer,
    ARRAY(SELECT jsonb_array_elements_text(said -> 'wait_days')::integer), said ->> 'gate_evidence'
{_SAID.format(lines="stages")}
"""
_COPY_APPROVALS = f"""
INSERT INTO case_template_approvals (centre_id, id, version_id, trigger, approval_type, min_approvers, approver_roles,
    approval_deadline_days, position)
SELECT version.centre_id, gen_random_uuid(), version.id, said ->> 'trigger', said #>> '{{approval,approval_type}}',
    (said #>> '{{approval,min_approvers}}')::integer,
    ARRAY(SELECT jsonb_array_elements_text(said #> '{{approval,approver_roles}}')),
    (said #>> '{{approval,deadline_days}}')::integer, line.position
{_SAID.format(lines="approval_rules")}
"""
_COPY_NOTIFICATIONS = f"""
INSERT INTO case_template_notifications (centre_id, id, version_id, moment, stage_id, recipient, channel, days,
    position)
SELECT version.centre_id, gen_random_uuid(), version.id, said ->> 'moment', stage.id, said ->> 'recipient',
    said ->> 'channel', (said ->> 'days')::integer, line.position
{_SAID.format(lines="notification_rules")} {_OF_STAGE}
"""
_COPY_DOCUMENTS = f"""
INSERT INTO case_template_documents (centre_id, id, version_id, document_type, stage_id, is_mandatory,
    document_template, position)
SELECT version.centre_id, gen_random_uuid(), version.id, said ->> 'document_type', stage.id,
    (said ->> 'is_mandatory')::boolean, said ->> 'document_template', line.position
{_SAID.format(lines="document_rules")} {_OF_STAGE}
"""
_ALL_COPIED = f"""
DO $$ BEGIN
    IF (SELECT count(*) FROM case_template_stages) <>
        (SELECT coalesce(sum(jsonb_array_length(definition -> 'stages')), 0) FROM case_template_catalogue) *
        (SELECT count(*) FROM centres WHERE id <> '{PLATFORM}')
    THEN RAISE EXCEPTION 'not every centre has every stage'; END IF;
    IF (SELECT count(*) FROM case_types WHERE is_default) <>
        (SELECT count(DISTINCT centre_id) FROM case_types WHERE code = 'DEBT_ADVICE' AND active)
    THEN RAISE EXCEPTION 'not every case type was given what it proposes'; END IF;
END $$
"""
_WRITTEN_ONCE = ("versions", "stages", "approvals", "notifications", "documents")


def upgrade() -> None:
    """Say what case types propose; make the tables, confine them, and give every centre its copies."""
    _extend_catalogue_of_types()
    _extend_types()
    _make_templates()
    _make_what_versions_say()
    op.share_catalogue("case_template_catalogue")
    op.confine_to_centre("case_templates", client="denied")
    for name in _WRITTEN_ONCE:
        op.confine_to_centre(f"case_template_{name}", client="denied", grants="SELECT, INSERT")
    op.confine_to_centre("case_type_templates", client="denied")
    for row in template_rows():
        said = sa.cast(sa.literal(json.dumps(row["definition"]), sa.Text()), postgresql.JSONB())
        op.execute(CATALOGUE.insert().values({**row, "definition": said}))
    for statement in (
        _COPY_TEMPLATES,
        _COPY_VERSIONS,
        _COPY_STAGES,
        _COPY_APPROVALS,
        _COPY_NOTIFICATIONS,
        _COPY_DOCUMENTS,
        _ALL_COPIED,
    ):
        op.execute(statement)


def downgrade() -> None:
    """Take the tables back, and what case types propose."""
    op.drop_table("case_type_templates")
    for name in reversed(_WRITTEN_ONCE):
        op.drop_table(f"case_template_{name}")
    op.drop_table("case_templates")
    op.drop_table("case_template_catalogue")
    op.drop_index("case_types_centre_id_default_key", table_name="case_types")
    for name in (
        "version",
        "updated_by",
        "updated_at",
        "created_by",
        "created_at",
        "is_default",
        "requires_cost_tracking",
        "default_billing_method",
        "default_complexity",
        "default_priority",
        "category",
        "parent_id",
    ):
        op.drop_column("case_types", name)
    for name in ("is_default", "default_complexity", "default_priority", "category", "parent_id"):
        op.drop_column("case_type_catalogue", name)


def _propose(table: str) -> None:
    """Add what a type proposes for its cases, the same in the catalogue and in its copies.

    The columns keep their defaults: the code that served before makes centres, too, until it is gone.
    """
    op.add_column(table, sa.Column("parent_id", sa.Uuid(), nullable=True))
    for name, kind, value in (
        ("category", sa.Text(), "PERSONAL"),
        ("default_priority", sa.Text(), "MEDIUM"),
        ("default_complexity", sa.Text(), "MEDIUM"),
        ("is_default", sa.Boolean(), "false"),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
    for name, values in (
        ("category", "'PERSONAL', 'JOINT', 'BUSINESS', 'HOUSING', 'ENFORCEMENT', 'INSOLVENCY'"),
        ("default_priority", "'LOW', 'MEDIUM', 'HIGH', 'URGENT'"),
        ("default_complexity", "'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'"),
    ):
        _check(table, name, f"{name} IN ({values})")
    _check(table, "parent", "parent_id <> id")


def _check(table: str, name: str, rule: str) -> None:
    # squawk-ignore, since a centre has some twenty case types: they are read in no time
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
    )


def _refer_to_parent(table: str, columns: list[str]) -> None:
    here, there = ", ".join([*columns, "parent_id"]), ", ".join([*columns, "id"])
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{'_'.join([*columns, 'parent_id'])}_fkey "
        f"FOREIGN KEY ({here}) REFERENCES {table} ({there})"
    )


def _extend_catalogue_of_types() -> None:
    _propose("case_type_catalogue")
    _refer_to_parent("case_type_catalogue", [])
    op.execute(_PROPOSALS)
    op.execute(_PARENTS)


def _extend_types() -> None:
    _propose("case_types")
    for column in (
        sa.Column("default_billing_method", sa.Text(), nullable=False, server_default="NONE"),
        sa.Column("requires_cost_tracking", sa.Boolean(), nullable=False, server_default="true"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("created_by", sa.Uuid(), nullable=False, server_default=SYSTEM),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_by", sa.Uuid(), nullable=False, server_default=SYSTEM),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("case_types", column)
    _check(
        "case_types",
        "default_billing_method",
        "default_billing_method IN ('NONE', 'FUNDED_PROJECT', 'FIXED_FEE', 'HOURLY', 'RETAINER')",
    )
    _check("case_types", "is_default", "NOT is_default OR active")
    _refer_to_parent("case_types", ["centre_id"])
    op.execute(_TYPES_OF_CENTRES)
    op.execute(_ONE_DEFAULT)


def _make_templates() -> None:
    op.create_table(
        "case_template_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "category IN ('GENERAL', 'LEGAL', 'COMPLIANCE')", name=op.f("case_template_catalogue_category_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("case_template_catalogue_pkey")),
    )
    op.create_index("case_template_catalogue_code_key", "case_template_catalogue", ["code"], unique=True)
    op.create_table(
        "case_templates",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("case_type_id", sa.Uuid(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=False),
        sa.Column("draft", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "category IN ('GENERAL', 'LEGAL', 'COMPLIANCE')", name=op.f("case_templates_category_check")
        ),
        sa.CheckConstraint(
            "NOT is_default OR (active AND published_number > 0)", name=op.f("case_templates_is_default_check")
        ),
        sa.CheckConstraint("char_length(code) BETWEEN 1 AND 20", name=op.f("case_templates_code_check")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("case_templates_name_check")),
        sa.CheckConstraint("published_number > 0 OR draft IS NOT NULL", name=op.f("case_templates_draft_check")),
        sa.CheckConstraint("published_number >= 0", name=op.f("case_templates_published_number_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_type_id"],
            ["case_types.centre_id", "case_types.id"],
            name=op.f("case_templates_centre_id_case_type_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_templates_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_templates_pkey")),
    )
    op.create_index(
        "case_templates_centre_id_case_type_id_idx",
        "case_templates",
        ["centre_id", "case_type_id", "code", "id"],
        unique=False,
    )
    op.create_index("case_templates_centre_id_code_key", "case_templates", ["centre_id", "code"], unique=True)
    op.create_index(
        "case_templates_centre_id_default_key",
        "case_templates",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "case_template_versions",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("case_template_versions_number_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "template_id"],
            ["case_templates.centre_id", "case_templates.id"],
            name=op.f("case_template_versions_centre_id_template_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_template_versions_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_template_versions_pkey")),
    )
    op.create_index(
        "case_template_versions_centre_id_template_id_number_key",
        "case_template_versions",
        ["centre_id", "template_id", "number"],
        unique=True,
    )


def _make_what_versions_say() -> None:
    op.create_table(
        "case_template_stages",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("stage_type", sa.Text(), nullable=False),
        sa.Column("advice_stage", sa.Text(), nullable=False),
        sa.Column("sequence_order", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_parallel", sa.Boolean(), nullable=False),
        sa.Column("auto_assign", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("duration_days", sa.Integer(), nullable=True),
        sa.Column("estimated_hours", sa.Integer(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("sample_percent", sa.Integer(), nullable=True),
        sa.Column("depends_on", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("returns_to", sa.Text(), nullable=True),
        sa.Column("approval_type", sa.Text(), nullable=True),
        sa.Column("min_approvers", sa.Integer(), nullable=True),
        sa.Column("approver_roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("approval_deadline_days", sa.Integer(), nullable=True),
        sa.Column("wait_days", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("gate_evidence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(condition = 'SAMPLED') = (sample_percent IS NOT NULL)", name=op.f("case_template_stages_sampled_check")
        ),
        sa.CheckConstraint(
            "(role IS NULL) = (stage_type = 'AUTOMATED')", name=op.f("case_template_stages_nobody_check")
        ),
        sa.CheckConstraint(
            "(stage_type = 'WAIT') = (cardinality(wait_days) > 0)", name=op.f("case_template_stages_wait_check")
        ),
        sa.CheckConstraint(
            "CASE WHEN approval_type IS NULL THEN cardinality(approver_roles) = 0 WHEN approval_type = 'SEQUENTIAL' THEN cardinality(approver_roles) >= 2 AND min_approvers = cardinality(approver_roles) ELSE cardinality(approver_roles) = 1 END",
            name=op.f("case_template_stages_approvers_in_order_check"),
        ),
        sa.CheckConstraint(
            "advice_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("case_template_stages_advice_stage_check"),
        ),
        sa.CheckConstraint(
            "approval_type <> 'SINGLE' OR min_approvers = 1", name=op.f("case_template_stages_single_approver_check")
        ),
        sa.CheckConstraint(
            "approval_type IN ('SINGLE', 'ANY', 'ALL', 'SEQUENTIAL')",
            name=op.f("case_template_stages_approval_type_check"),
        ),
        sa.CheckConstraint(
            "approver_roles <@ ARRAY['CENTRE_MANAGER', 'COMPLIANCE_OFFICER']",
            name=op.f("case_template_stages_approver_roles_check"),
        ),
        sa.CheckConstraint(
            "condition IN ('ALWAYS', 'TRAINEE', 'HIGH_RISK', 'TRAINEE_OR_HIGH_RISK', 'LEGAL_REVIEW', 'COMPLIANCE_REVIEW', 'SAMPLED')",
            name=op.f("case_template_stages_condition_check"),
        ),
        sa.CheckConstraint(
            "gate_evidence IN ('DOCUMENT', 'NOTE', 'FIELD', 'SIGNATURE', 'NONE')",
            name=op.f("case_template_stages_gate_evidence_check"),
        ),
        sa.CheckConstraint(
            "role IN ('SYSTEM_ADMIN', 'NETWORK_ADMIN', 'CENTRE_MANAGER', 'COMPLIANCE_OFFICER', 'ADVISOR', 'TRAINEE', 'AUDITOR', 'CLIENT', 'SERVICE')",
            name=op.f("case_template_stages_role_check"),
        ),
        sa.CheckConstraint(
            "stage_type <> 'APPROVAL' OR approval_type IS NOT NULL", name=op.f("case_template_stages_approval_check")
        ),
        sa.CheckConstraint(
            "stage_type IN ('TASK', 'DATA_ENTRY', 'REVIEW', 'APPROVAL', 'DECISION_GATE', 'DOCUMENT', 'COMMUNICATION', 'WAIT', 'EXTERNAL', 'AUTOMATED')",
            name=op.f("case_template_stages_stage_type_check"),
        ),
        sa.CheckConstraint(
            "(approval_type IS NULL) = (min_approvers IS NULL)", name=op.f("case_template_stages_approvers_check")
        ),
        sa.CheckConstraint(
            "approval_deadline_days BETWEEN 1 AND 3650", name=op.f("case_template_stages_approval_deadline_days_check")
        ),
        sa.CheckConstraint(
            "approval_type IS NOT NULL OR approval_deadline_days IS NULL",
            name=op.f("case_template_stages_no_approval_check"),
        ),
        sa.CheckConstraint(
            "cardinality(wait_days) <= 12 AND 0 < ALL (wait_days)", name=op.f("case_template_stages_wait_days_check")
        ),
        sa.CheckConstraint("duration_days BETWEEN 1 AND 3650", name=op.f("case_template_stages_duration_days_check")),
        sa.CheckConstraint(
            "estimated_hours BETWEEN 1 AND 1000", name=op.f("case_template_stages_estimated_hours_check")
        ),
        sa.CheckConstraint("min_approvers BETWEEN 1 AND 10", name=op.f("case_template_stages_min_approvers_check")),
        sa.CheckConstraint("position BETWEEN 1 AND 60", name=op.f("case_template_stages_position_check")),
        sa.CheckConstraint("sample_percent BETWEEN 1 AND 100", name=op.f("case_template_stages_sample_percent_check")),
        sa.CheckConstraint("sequence_order >= 1", name=op.f("case_template_stages_sequence_order_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "version_id"],
            ["case_template_versions.centre_id", "case_template_versions.id"],
            name=op.f("case_template_stages_centre_id_version_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_template_stages_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_template_stages_pkey")),
    )
    op.create_index(
        "case_template_stages_centre_id_version_id_code_key",
        "case_template_stages",
        ["centre_id", "version_id", "code"],
        unique=True,
    )
    op.create_index(
        "case_template_stages_centre_id_version_id_position_key",
        "case_template_stages",
        ["centre_id", "version_id", "position"],
        unique=True,
    )
    op.create_table(
        "case_template_approvals",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("approval_type", sa.Text(), nullable=False),
        sa.Column("min_approvers", sa.Integer(), nullable=False),
        sa.Column("approver_roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("approval_deadline_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN approval_type = 'SEQUENTIAL' THEN cardinality(approver_roles) >= 2 AND min_approvers = cardinality(approver_roles) ELSE cardinality(approver_roles) = 1 END",
            name=op.f("case_template_approvals_approvers_in_order_check"),
        ),
        sa.CheckConstraint(
            "approval_type <> 'SINGLE' OR min_approvers = 1", name=op.f("case_template_approvals_single_approver_check")
        ),
        sa.CheckConstraint(
            "approval_type IN ('SINGLE', 'ANY', 'ALL', 'SEQUENTIAL')",
            name=op.f("case_template_approvals_approval_type_check"),
        ),
        sa.CheckConstraint(
            "approver_roles <@ ARRAY['CENTRE_MANAGER', 'COMPLIANCE_OFFICER']",
            name=op.f("case_template_approvals_approver_roles_check"),
        ),
        sa.CheckConstraint(
            "trigger IN ('TRAINEE_RECOMMENDATION', 'DRO_SUBMISSION', 'WRITE_OFF_OVER_LIMIT', 'VULNERABLE_HIGH_RISK_CLOSURE', 'MANDATORY_ITEM_WAIVER', 'DATA_EXPORT', 'ERASURE', 'CENTRE_TRANSFER', 'LEGAL_REVIEW')",
            name=op.f("case_template_approvals_trigger_check"),
        ),
        sa.CheckConstraint(
            "approval_deadline_days BETWEEN 1 AND 3650",
            name=op.f("case_template_approvals_approval_deadline_days_check"),
        ),
        sa.CheckConstraint("min_approvers BETWEEN 1 AND 10", name=op.f("case_template_approvals_min_approvers_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "version_id"],
            ["case_template_versions.centre_id", "case_template_versions.id"],
            name=op.f("case_template_approvals_centre_id_version_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_template_approvals_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_template_approvals_pkey")),
    )
    op.create_index(
        "case_template_approvals_centre_id_version_id_trigger_key",
        "case_template_approvals",
        ["centre_id", "version_id", "trigger"],
        unique=True,
    )
    op.create_table(
        "case_template_notifications",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('TASK', 'EMAIL', 'SMS')", name=op.f("case_template_notifications_channel_check")
        ),
        sa.CheckConstraint(
            "moment <> 'DEADLINE_NEAR' OR days > 0", name=op.f("case_template_notifications_deadline_near_check")
        ),
        sa.CheckConstraint(
            "moment IN ('STAGE_READY', 'STAGE_COMPLETED', 'STAGE_REJECTED', 'DEADLINE_NEAR', 'DEADLINE_PASSED', 'APPROVAL_REQUESTED', 'APPROVAL_DECIDED', 'APPROVAL_OVERDUE')",
            name=op.f("case_template_notifications_moment_check"),
        ),
        sa.CheckConstraint(
            "recipient IN ('ASSIGNEE', 'CASE_ADVISOR', 'CASE_TEAM', 'APPROVERS', 'CENTRE_MANAGERS', 'COMPLIANCE_OFFICERS', 'CLIENT')",
            name=op.f("case_template_notifications_recipient_check"),
        ),
        sa.CheckConstraint("days BETWEEN 0 AND 3650", name=op.f("case_template_notifications_days_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "stage_id"],
            ["case_template_stages.centre_id", "case_template_stages.id"],
            name=op.f("case_template_notifications_centre_id_stage_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "version_id"],
            ["case_template_versions.centre_id", "case_template_versions.id"],
            name=op.f("case_template_notifications_centre_id_version_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_template_notifications_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_template_notifications_pkey")),
    )
    op.create_index(
        "case_template_notifications_centre_id_version_id_position_key",
        "case_template_notifications",
        ["centre_id", "version_id", "position"],
        unique=True,
    )
    op.create_table(
        "case_template_documents",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("document_template", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "document_type IN ('IDENTITY', 'PROOF_OF_ADDRESS', 'PROOF_OF_INCOME', 'BANK_STATEMENT', 'CREDITOR_LETTER', 'COURT_PAPER', 'ENFORCEMENT_NOTICE', 'BENEFIT_LETTER', 'TENANCY_OR_MORTGAGE', 'AUTHORITY_TO_ACT', 'CONSENT_FORM', 'FINANCIAL_STATEMENT', 'ADVICE_LETTER', 'CASELOAD_CSV', 'OTHER')",
            name=op.f("case_template_documents_document_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "stage_id"],
            ["case_template_stages.centre_id", "case_template_stages.id"],
            name=op.f("case_template_documents_centre_id_stage_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "version_id"],
            ["case_template_versions.centre_id", "case_template_versions.id"],
            name=op.f("case_template_documents_centre_id_version_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_template_documents_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_template_documents_pkey")),
    )
    op.create_index(
        "case_template_documents_centre_id_version_id_position_key",
        "case_template_documents",
        ["centre_id", "version_id", "position"],
        unique=True,
    )
    op.create_table(
        "case_type_templates",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_type_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_type_id"],
            ["case_types.centre_id", "case_types.id"],
            name=op.f("case_type_templates_centre_id_case_type_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "template_id"],
            ["case_templates.centre_id", "case_templates.id"],
            name=op.f("case_type_templates_centre_id_template_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_type_templates_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_type_templates_pkey")),
    )
    op.create_index(
        "case_type_templates_centre_id_case_type_id_key",
        "case_type_templates",
        ["centre_id", "case_type_id"],
        unique=True,
    )
    op.create_index(
        "case_type_templates_centre_id_template_id_idx",
        "case_type_templates",
        ["centre_id", "template_id"],
        unique=False,
    )
