"""Notes: the network's categories and each centre's copies, templates, notes and their attachments."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_PLATFORM = "00000000-0000-7000-8000-000000000001"
_PRIORITY = "priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')"
CATEGORIES = (
    ("GENERAL", "General", "What fits nowhere else.", False),
    ("CLIENT_CONTACT", "Contact with the client", "A call, a meeting, a message with the client.", False),
    ("CREDITOR_CONTACT", "Contact with a creditor", "A call, a letter, a message with a creditor or collector.", False),
    ("THIRD_PARTY_CONTACT", "Contact with others", "Words with a court, a council, another agency.", False),
    ("ADVICE", "Advice", "What was advised, and why.", False),
    ("BUDGET", "Budget", "What the figures of a budget rest on.", False),
    ("VULNERABILITY", "Vulnerability", "What makes things harder for the client, and what is done about it.", False),
    ("ENFORCEMENT", "Enforcement", "Bailiffs, courts, eviction, disconnection.", False),
    ("SUPERVISION", "Supervision", "What a supervisor asks for or agrees to.", False),
    ("ADMINISTRATION", "Administration", "Paperwork without advice.", False),
    ("LEGAL", "Legal", "A point of law, or a matter before a court.", True),
    ("RISK_ASSESSMENT", "Risk assessment", "What could go wrong, and how badly.", True),
    ("RECOMMENDATION", "Recommendation", "What a reviewer recommends.", True),
)


def _tracked() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def _keys(table: str, **targets: str) -> list[sa.Constraint]:
    """Answer a table's keys to others of its centre, its own key and the one to its centre."""
    return [
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f(f"{table}_centre_id_fkey")),
        *(
            sa.ForeignKeyConstraint(
                ["centre_id", column],
                [f"{target}.centre_id", f"{target}.id"],
                name=op.f(f"{table}_centre_id_{column}_fkey"),
            )
            for column, target in targets.items()
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f(f"{table}_pkey")),
    ]


def upgrade() -> None:
    """Make the tables, confine them, fill the catalogue and give every centre its copies."""
    _make_categories()
    _make_templates()
    _make_notes()
    _make_attachments()
    op.share_catalogue("note_category_catalogue")
    op.confine_to_centre("note_categories", client="open")
    op.confine_to_centre("note_templates", client="denied")
    op.confine_to_centre("notes", client="own")
    op.confine_to_centre("note_attachments", client="own")
    _fill()


def downgrade() -> None:
    """Take the tables back."""
    for table in ("note_attachments", "notes", "note_templates", "note_categories", "note_category_catalogue"):
        op.drop_table(table)


def _make_categories() -> None:
    op.create_table(
        "note_category_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("note_category_catalogue_pkey")),
    )
    op.create_index("note_category_catalogue_code_key", "note_category_catalogue", ["code"], unique=True)
    op.create_table(
        "note_categories",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_tracked(),
        *_keys("note_categories"),
    )
    op.create_index("note_categories_centre_id_code_key", "note_categories", ["centre_id", "code"], unique=True)


def _make_templates() -> None:
    op.create_table(
        "note_templates",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_tracked(),
        sa.CheckConstraint(_PRIORITY, name=op.f("note_templates_priority_check")),
        sa.CheckConstraint("jsonb_array_length(tags) <= 20", name=op.f("note_templates_tags_check")),
        *_keys("note_templates", category_id="note_categories"),
    )
    op.create_index(
        "note_templates_centre_id_name_key",
        "note_templates",
        ["centre_id", "name"],
        unique=True,
        postgresql_where=sa.text("active"),
    )


def _make_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("visible_to_client", sa.Boolean(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        *_tracked(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_PRIORITY, name=op.f("notes_priority_check")),
        sa.CheckConstraint("jsonb_array_length(tags) <= 20", name=op.f("notes_tags_check")),
        sa.CheckConstraint("NOT (confidential AND visible_to_client)", name=op.f("notes_confidential_check")),
        sa.CheckConstraint("case_id IS NOT NULL OR NOT confidential", name=op.f("notes_confidential_case_check")),
        *_keys("notes", case_id="cases", client_id="clients", category_id="note_categories", corrects_id="notes"),
    )
    for name, columns in (
        ("created_at", ["created_at"]),
        ("case_id", ["case_id", "created_at"]),
        ("client_id", ["client_id", "created_at"]),
        ("created_by", ["created_by", "created_at"]),
        ("category_id", ["category_id", "created_at"]),
        ("priority", ["priority", "created_at"]),
    ):
        op.create_index(f"notes_centre_id_{name}_idx", "notes", ["centre_id", *columns, "id"], unique=False)
    for name, columns in (
        ("corrects_id", ["corrects_id"]),
        ("follow_up_on", ["follow_up_on", "id"]),
        ("deleted_at", ["deleted_at", "id"]),
    ):
        op.create_index(
            f"notes_centre_id_{name}_idx",
            "notes",
            ["centre_id", *columns],
            unique=False,
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )


def _make_attachments() -> None:
    op.create_table(
        "note_attachments",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_by", sa.Uuid(), nullable=False),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached_by", sa.Uuid(), nullable=True),
        *_keys("note_attachments", note_id="notes", document_id="documents", client_id="clients"),
    )
    op.create_index(
        "note_attachments_centre_id_note_id_document_id_key",
        "note_attachments",
        ["centre_id", "note_id", "document_id"],
        unique=True,
        postgresql_where=sa.text("detached_at IS NULL"),
    )
    op.create_index(
        "note_attachments_centre_id_document_id_idx",
        "note_attachments",
        ["centre_id", "document_id", "note_id"],
        unique=False,
    )


def _fill() -> None:
    """Put the network's categories into the catalogue, and copies of them into every centre."""
    names = ("id", "code", "name", "description", "legal", "position")
    kinds: tuple[Any, ...] = (sa.Uuid(), sa.Text(), sa.Text(), sa.Text(), sa.Boolean(), sa.Integer())
    catalogue = sa.table(
        "note_category_catalogue", *(sa.column(name, kind) for name, kind in zip(names, kinds, strict=True))
    )
    op.bulk_insert(
        catalogue,
        [
            dict(zip(names, (UUID(f"01900000-0000-7000-8000-0046{position:08x}"), *entry, position), strict=True))
            for position, entry in enumerate(CATEGORIES, start=1)
        ],
    )
    op.execute(
        "INSERT INTO note_categories (centre_id, id, catalogue_id, code, name, description, legal, active, position, "
        "created_at, created_by, updated_at, updated_by) "
        "SELECT centres.id, gen_random_uuid(), catalogue.id, catalogue.code, catalogue.name, catalogue.description, "
        "catalogue.legal, true, catalogue.position, now(), '00000000-0000-7000-8000-000000000002', now(), "
        "'00000000-0000-7000-8000-000000000002' "
        f"FROM centres CROSS JOIN note_category_catalogue AS catalogue WHERE centres.id <> '{_PLATFORM}'"
    )
    op.execute(
        "DO $$ BEGIN IF (SELECT count(*) FROM note_categories) <> (SELECT count(*) FROM note_category_catalogue) * "
        f"(SELECT count(*) FROM centres WHERE id <> '{_PLATFORM}') "
        "THEN RAISE EXCEPTION 'not every centre has every category of notes'; END IF; END $$"
    )
