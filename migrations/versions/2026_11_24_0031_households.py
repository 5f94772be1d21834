"""Households, the people in them, and the age bands by which dependants are counted."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0020"
branch_labels = None
depends_on = None

BANDS = sa.table(
    "household_age_bands",
    sa.column("id", sa.Uuid()),
    sa.column("scheme", sa.Text()),
    sa.column("code", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("child", sa.Boolean()),
    sa.column("min_age", sa.Integer()),
    sa.column("max_age", sa.Integer()),
    sa.column("effective_from", sa.Date()),
    sa.column("effective_to", sa.Date()),
)
# Domain reference 2.4: the Standard Financial Statement counts children under 16 and from 16 to 18, the Common
# Financial Statement before it under 14 and from 14 to 18.
AGE_BANDS = (
    ("SFS", "CHILD_BAND_1", "Under 16", True, 0, 15, date(2017, 3, 1)),
    ("SFS", "CHILD_BAND_2", "16 to 18", True, 16, 18, date(2017, 3, 1)),
    ("SFS", "OTHER_DEPENDANT", "19 and over", False, 19, None, date(2017, 3, 1)),
    ("CFS", "CHILD_BAND_1", "Under 14", True, 0, 13, date(2004, 1, 1)),
    ("CFS", "CHILD_BAND_2", "14 to 18", True, 14, 18, date(2004, 1, 1)),
    ("CFS", "OTHER_DEPENDANT", "19 and over", False, 19, None, date(2004, 1, 1)),
)


def upgrade() -> None:
    """Make the tables and confine them; fill the catalogue."""
    op.create_table(
        "household_age_bands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.CheckConstraint("scheme IN ('SFS', 'CFS')", name=op.f("household_age_bands_scheme_check")),
        sa.CheckConstraint(
            "min_age >= 0 AND (max_age IS NULL OR max_age >= min_age)", name=op.f("household_age_bands_ages_check")
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from", name=op.f("household_age_bands_effective_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("household_age_bands_pkey")),
    )
    op.create_index(
        "household_age_bands_scheme_code_effective_from_key",
        "household_age_bands",
        ["scheme", "code", "effective_from"],
        unique=True,
    )
    op.create_table(
        "households",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("tenure", sa.Text(), nullable=True),
        sa.Column("tenure_other", sa.Text(), nullable=True),
        sa.Column("children_under_16", sa.Integer(), nullable=False),
        sa.Column("children_16_to_18", sa.Integer(), nullable=False),
        sa.Column("other_dependants", sa.Integer(), nullable=False),
        sa.Column("non_dependants", sa.Integer(), nullable=False),
        sa.Column("vehicles", sa.Integer(), nullable=False),
        sa.Column("joint_application", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "tenure IN ('OWNER', 'MORTGAGE', 'LIVING_WITH_PARENTS', 'TENANT_PRIVATE', 'TENANT_SOCIAL', 'OTHER')",
            name=op.f("households_tenure_check"),
        ),
        sa.CheckConstraint(
            "(tenure_other IS NOT NULL) = (tenure IS NOT NULL AND tenure = 'OTHER')",
            name=op.f("households_tenure_other_check"),
        ),
        sa.CheckConstraint("children_under_16 BETWEEN 0 AND 30", name=op.f("households_children_under_16_check")),
        sa.CheckConstraint("children_16_to_18 BETWEEN 0 AND 30", name=op.f("households_children_16_to_18_check")),
        sa.CheckConstraint("other_dependants BETWEEN 0 AND 30", name=op.f("households_other_dependants_check")),
        sa.CheckConstraint("non_dependants BETWEEN 0 AND 30", name=op.f("households_non_dependants_check")),
        sa.CheckConstraint("vehicles BETWEEN 0 AND 30", name=op.f("households_vehicles_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("households_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("households_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("households_pkey")),
    )
    op.create_index("households_centre_id_client_id_key", "households", ["centre_id", "client_id"], unique=True)
    op.create_table(
        "household_members",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.LargeBinary(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("age_scheme", sa.Text(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("dependant", sa.Boolean(), nullable=False),
        sa.Column("financially_linked", sa.Boolean(), nullable=False),
        sa.Column("employment_statuses", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "relationship IN ('PARTNER', 'SPOUSE', 'CIVIL_PARTNER', 'CHILD', 'STEPCHILD', 'PARENT', 'SIBLING', 'OTHER_RELATIVE', 'LODGER', 'OTHER')",
            name=op.f("household_members_relationship_check"),
        ),
        sa.CheckConstraint("age_scheme IN ('SFS', 'CFS')", name=op.f("household_members_age_scheme_check")),
        sa.CheckConstraint(
            "(age_band IS NULL) = (age_scheme IS NULL) AND (age_band IS NULL OR date_of_birth IS NULL)",
            name=op.f("household_members_age_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "household_id"],
            ["households.centre_id", "households.id"],
            name=op.f("household_members_centre_id_household_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("household_members_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("household_members_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("household_members_pkey")),
    )
    op.create_index(
        "household_members_centre_id_client_id_idx", "household_members", ["centre_id", "client_id"], unique=False
    )
    op.create_index(
        "household_members_centre_id_household_id_idx",
        "household_members",
        ["centre_id", "household_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "household_members_centre_id_household_id_partner_key",
        "household_members",
        ["centre_id", "household_id"],
        unique=True,
        postgresql_where=sa.text("relationship IN ('PARTNER', 'SPOUSE', 'CIVIL_PARTNER') AND deleted_at IS NULL"),
    )
    op.share_catalogue("household_age_bands")
    op.confine_to_centre("households", client="own")
    op.confine_to_centre("household_members", client="own")
    op.bulk_insert(
        BANDS,
        [
            {
                "id": UUID(f"01900000-0000-7000-8000-{0x31000 + number:012x}"),
                "scheme": scheme,
                "code": code,
                "name": name,
                "child": child,
                "min_age": min_age,
                "max_age": max_age,
                "effective_from": since,
                "effective_to": None,
            }
            for number, (scheme, code, name, child, min_age, max_age, since) in enumerate(AGE_BANDS, start=1)
        ],
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("household_members")
    op.drop_table("households")
    op.drop_table("household_age_bands")
