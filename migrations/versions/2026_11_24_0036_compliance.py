"""Compliance: frameworks, checklists and requirements, and what cases did of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from compliance_catalogue import checklist_rows, framework_rows, item_rows

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

PLATFORM = "00000000-0000-7000-8000-000000000001"
SYSTEM = "00000000-0000-7000-8000-000000000002"
_KINDS: dict[str, Any] = {
    "id": sa.Uuid(),
    "framework_id": sa.Uuid(),
    "checklist_id": sa.Uuid(),
    "effective_from": sa.Date(),
    "effective_to": sa.Date(),
    "position": sa.Integer(),
    "weight": sa.Integer(),
    "deadline_days": sa.Integer(),
    "case_types": sa.ARRAY(sa.Text()),
}
_ITEM_COLUMNS = (
    "code, text, source, certainty, mandatory, evidence_kind, case_types, weight, gate_stage, deadline_days, position"
)

_COPY_FRAMEWORKS = f"""
INSERT INTO compliance_frameworks (centre_id, id, catalogue_id, code, name, edition, effective_from, effective_to,
    source, description, active, position, created_at, created_by, updated_at, updated_by, version)
SELECT centres.id, gen_random_uuid(), entry.id, entry.code, entry.name, entry.edition, entry.effective_from,
    entry.effective_to, entry.source, entry.description, true, entry.position, now(), '{SYSTEM}', now(), '{SYSTEM}', 1
FROM centres CROSS JOIN compliance_framework_catalogue AS entry
WHERE centres.id <> '{PLATFORM}'
"""
_COPY_CHECKLISTS = f"""
INSERT INTO compliance_checklists (centre_id, id, framework_id, catalogue_id, code, revision, name, case_types,
    gate_stage, mandatory, active, position, created_at, created_by, updated_at, updated_by, version)
SELECT framework.centre_id, gen_random_uuid(), framework.id, entry.id, entry.code, 1, entry.name, entry.case_types,
    entry.gate_stage, entry.mandatory, true, entry.position, now(), '{SYSTEM}', now(), '{SYSTEM}', 1
FROM compliance_checklist_catalogue AS entry
JOIN compliance_frameworks AS framework ON framework.catalogue_id = entry.framework_id
"""
_COPY_ITEMS = f"""
INSERT INTO compliance_requirements (centre_id, id, checklist_id, {_ITEM_COLUMNS})
SELECT checklist.centre_id, gen_random_uuid(), checklist.id,
    {", ".join(f"entry.{column}" for column in _ITEM_COLUMNS.split(", "))}
FROM compliance_item_catalogue AS entry
JOIN compliance_checklists AS checklist ON checklist.catalogue_id = entry.checklist_id
"""
_ALL_COPIED = f"""
DO $$ BEGIN
    IF (SELECT count(*) FROM compliance_requirements) <> (SELECT count(*) FROM compliance_item_catalogue) *
        (SELECT count(*) FROM centres WHERE id <> '{PLATFORM}')
    THEN RAISE EXCEPTION 'not every centre has every requirement'; END IF;
END $$
"""


def upgrade() -> None:
    """Make the tables, confine them, fill the catalogue and give every centre its copies."""
    _make_catalogue()
    _make_copies()
    _make_cases_part()
    for table in ("framework", "checklist", "item"):
        op.share_catalogue(f"compliance_{table}_catalogue")
    op.confine_to_centre("compliance_frameworks", client="denied")
    op.confine_to_centre("compliance_checklists", client="denied")
    op.confine_to_centre("compliance_requirements", client="denied", grants="SELECT, INSERT")
    op.confine_to_centre("case_compliance", client="denied")
    op.confine_to_centre("case_compliance_items", client="denied")
    _fill("compliance_framework_catalogue", framework_rows())
    _fill("compliance_checklist_catalogue", checklist_rows())
    _fill("compliance_item_catalogue", item_rows())
    for statement in (_COPY_FRAMEWORKS, _COPY_CHECKLISTS, _COPY_ITEMS, _ALL_COPIED):
        op.execute(statement)


def downgrade() -> None:
    """Take the tables back."""
    for table in (
        "case_compliance_items",
        "case_compliance",
        "compliance_requirements",
        "compliance_checklists",
        "compliance_frameworks",
        "compliance_item_catalogue",
        "compliance_checklist_catalogue",
        "compliance_framework_catalogue",
    ):
        op.drop_table(table)


def _fill(table: str, rows: list[dict[str, Any]]) -> None:
    """Put the network's rows into a catalogue."""
    columns = [
        sa.column(name, sa.Boolean() if isinstance(value, bool) else _KINDS.get(name, sa.Text()))
        for name, value in rows[0].items()
    ]
    op.bulk_insert(sa.table(table, *columns), rows)


def _make_catalogue() -> None:
    op.create_table(
        "compliance_framework_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("compliance_framework_catalogue_pkey")),
    )
    op.create_index(
        "compliance_framework_catalogue_code_edition_key",
        "compliance_framework_catalogue",
        ["code", "edition"],
        unique=True,
    )
    op.create_table(
        "compliance_checklist_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("case_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("gate_stage", sa.Text(), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "gate_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("compliance_checklist_catalogue_gate_stage_check"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["compliance_framework_catalogue.id"],
            name=op.f("compliance_checklist_catalogue_framework_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("compliance_checklist_catalogue_pkey")),
    )
    op.create_index(
        "compliance_checklist_catalogue_framework_id_code_key",
        "compliance_checklist_catalogue",
        ["framework_id", "code"],
        unique=True,
    )
    op.create_table(
        "compliance_item_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("mandatory", sa.Text(), nullable=False),
        sa.Column("evidence_kind", sa.Text(), nullable=False),
        sa.Column("case_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("gate_stage", sa.Text(), nullable=True),
        sa.Column("deadline_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('VERIFIED', 'GENERAL')", name=op.f("compliance_item_catalogue_certainty_check")
        ),
        sa.CheckConstraint(
            "evidence_kind IN ('DOCUMENT', 'NOTE', 'FIELD', 'SIGNATURE', 'NONE')",
            name=op.f("compliance_item_catalogue_evidence_kind_check"),
        ),
        sa.CheckConstraint(
            "gate_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("compliance_item_catalogue_gate_stage_check"),
        ),
        sa.CheckConstraint(
            "mandatory IN ('YES', 'NO', 'CONDITIONAL')", name=op.f("compliance_item_catalogue_mandatory_check")
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["compliance_checklist_catalogue.id"],
            name=op.f("compliance_item_catalogue_checklist_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("compliance_item_catalogue_pkey")),
    )
    op.create_index(
        "compliance_item_catalogue_checklist_id_code_key",
        "compliance_item_catalogue",
        ["checklist_id", "code"],
        unique=True,
    )


def _make_copies() -> None:
    op.create_table(
        "compliance_frameworks",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("compliance_frameworks_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("compliance_frameworks_pkey")),
    )
    op.create_index(
        "compliance_frameworks_centre_id_code_edition_key",
        "compliance_frameworks",
        ["centre_id", "code", "edition"],
        unique=True,
    )
    op.create_table(
        "compliance_checklists",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("case_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("gate_stage", sa.Text(), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "gate_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("compliance_checklists_gate_stage_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "framework_id"],
            ["compliance_frameworks.centre_id", "compliance_frameworks.id"],
            name=op.f("compliance_checklists_centre_id_framework_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("compliance_checklists_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("compliance_checklists_pkey")),
    )
    op.create_index(
        "compliance_checklists_centre_id_framework_id_code_key",
        "compliance_checklists",
        ["centre_id", "framework_id", "code"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "compliance_checklists_centre_id_framework_id_code_revision_key",
        "compliance_checklists",
        ["centre_id", "framework_id", "code", "revision"],
        unique=True,
    )
    op.create_table(
        "compliance_requirements",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("mandatory", sa.Text(), nullable=False),
        sa.Column("evidence_kind", sa.Text(), nullable=False),
        sa.Column("case_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("gate_stage", sa.Text(), nullable=True),
        sa.Column("deadline_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('VERIFIED', 'GENERAL')", name=op.f("compliance_requirements_certainty_check")
        ),
        sa.CheckConstraint(
            "evidence_kind IN ('DOCUMENT', 'NOTE', 'FIELD', 'SIGNATURE', 'NONE')",
            name=op.f("compliance_requirements_evidence_kind_check"),
        ),
        sa.CheckConstraint(
            "gate_stage IN ('ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION', 'IMPLEMENTATION', 'REVIEW', 'CLOSURE')",
            name=op.f("compliance_requirements_gate_stage_check"),
        ),
        sa.CheckConstraint(
            "mandatory IN ('YES', 'NO', 'CONDITIONAL')", name=op.f("compliance_requirements_mandatory_check")
        ),
        sa.CheckConstraint(
            "deadline_days BETWEEN 0 AND 3650", name=op.f("compliance_requirements_deadline_days_check")
        ),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("compliance_requirements_weight_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "checklist_id"],
            ["compliance_checklists.centre_id", "compliance_checklists.id"],
            name=op.f("compliance_requirements_centre_id_checklist_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("compliance_requirements_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("compliance_requirements_pkey")),
    )
    op.create_index(
        "compliance_requirements_centre_id_checklist_id_code_key",
        "compliance_requirements",
        ["centre_id", "checklist_id", "code"],
        unique=True,
    )


def _make_cases_part() -> None:
    op.create_table(
        "case_compliance",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("base_status", sa.Text(), nullable=False),
        sa.Column("completion", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("done_weight", sa.Integer(), nullable=False),
        sa.Column("applicable_weight", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "base_status IN ('PENDING', 'IN_PROGRESS', 'COMPLIANT', 'NON_COMPLIANT', 'WAIVED')",
            name=op.f("case_compliance_base_status_check"),
        ),
        sa.CheckConstraint(
            "0 <= done_weight AND done_weight <= applicable_weight", name=op.f("case_compliance_weights_check")
        ),
        sa.CheckConstraint("completion BETWEEN 0 AND 100", name=op.f("case_compliance_completion_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_compliance_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "checklist_id"],
            ["compliance_checklists.centre_id", "compliance_checklists.id"],
            name=op.f("case_compliance_centre_id_checklist_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("case_compliance_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "framework_id"],
            ["compliance_frameworks.centre_id", "compliance_frameworks.id"],
            name=op.f("case_compliance_centre_id_framework_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_compliance_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_compliance_pkey")),
    )
    op.create_index(
        "case_compliance_centre_id_case_id_checklist_id_key",
        "case_compliance",
        ["centre_id", "case_id", "checklist_id"],
        unique=True,
    )
    for column in ("base_status", "checklist_id", "framework_id"):
        op.create_index(
            f"case_compliance_centre_id_{column}_idx",
            "case_compliance",
            ["centre_id", column, "due_on", "id"],
            unique=False,
        )
    op.create_index(
        "case_compliance_centre_id_due_on_idx", "case_compliance", ["centre_id", "due_on", "id"], unique=False
    )
    op.create_table(
        "case_compliance_items",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("case_compliance_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence_document_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_note", sa.Text(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("remedial_action", sa.Text(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state <> 'FAILED' OR remedial_action IS NOT NULL", name=op.f("case_compliance_items_remedial_action_check")
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'DONE', 'NOT_APPLICABLE', 'WAIVED', 'FAILED')",
            name=op.f("case_compliance_items_state_check"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('NOT_APPLICABLE', 'WAIVED') OR reason IS NOT NULL",
            name=op.f("case_compliance_items_reason_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_compliance_id"],
            ["case_compliance.centre_id", "case_compliance.id"],
            name=op.f("case_compliance_items_centre_id_case_compliance_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("case_compliance_items_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "checked_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("case_compliance_items_centre_id_checked_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "evidence_document_id"],
            ["documents.centre_id", "documents.id"],
            name=op.f("case_compliance_items_centre_id_evidence_document_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "requirement_id"],
            ["compliance_requirements.centre_id", "compliance_requirements.id"],
            name=op.f("case_compliance_items_centre_id_requirement_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("case_compliance_items_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("case_compliance_items_pkey")),
    )
    op.create_index(
        "case_compliance_items_centre_id_case_compliance_id_key",
        "case_compliance_items",
        ["centre_id", "case_compliance_id", "requirement_id"],
        unique=True,
    )
    op.create_index(
        "case_compliance_items_centre_id_case_id_idx", "case_compliance_items", ["centre_id", "case_id"], unique=False
    )
    op.create_index(
        "case_compliance_items_centre_id_evidence_document_id_idx",
        "case_compliance_items",
        ["centre_id", "evidence_document_id"],
        unique=False,
        postgresql_where=sa.text("evidence_document_id IS NOT NULL"),
    )
