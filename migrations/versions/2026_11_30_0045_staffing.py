"""Staffing: what advisors can do, their working hours, their absences and the cases covered meanwhile."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None

_SKILLS = (
    "'DRO_APPROVED_INTERMEDIARY', 'DAS_APPROVED_ADVISOR', 'SPECIALIST_DEBT', 'BANKRUPTCY', 'BUSINESS_DEBT', "
    "'HOUSING', 'WELFARE_BENEFITS', 'MENTAL_HEALTH_CRISIS', 'COMPLAINTS'"
)
_KINDS = "'ANNUAL_LEAVE', 'SICKNESS', 'PARENTAL_LEAVE', 'COMPASSIONATE_LEAVE', 'TRAINING', 'OUT_OF_OFFICE', 'OTHER'"


def upgrade() -> None:
    """Make the tables and confine them; times of one person do not overlap."""
    # An exclusion constraint compares uuids in a GiST index, which takes this; every PostgreSQL comes with it, and
    # the owner of a database may create it there.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _make_profiles()
    _make_hours()
    _make_absences()
    _make_covered_cases()
    _mark_cases_to_triage()
    for table in ("advisor_profiles", "working_hours", "absences", "covered_cases"):
        op.confine_to_centre(table, client="denied")


def downgrade() -> None:
    """Take the tables back; the extension stays, since others may use it."""
    for table in ("covered_cases", "absences", "working_hours", "advisor_profiles"):
        op.drop_table(table)
    op.drop_constraint(op.f("cases_triage_reason_check"), "cases")
    for column in ("triage_reason", "triage_at"):
        op.drop_column("cases", column)


def _member(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["centre_id", column],
        ["memberships.centre_id", "memberships.user_id"],
        name=op.f(f"{table}_centre_id_{column}_fkey"),
    )


def _centre(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f(f"{table}_centre_id_fkey"))


def _make_profiles() -> None:
    op.create_table(
        "advisor_profiles",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("accepts_new_cases", sa.Boolean(), nullable=False),
        sa.Column("skills", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(f"skills <@ ARRAY[{_SKILLS}]", name=op.f("advisor_profiles_skills_check")),
        _member("advisor_profiles", "user_id"),
        _centre("advisor_profiles"),
        sa.PrimaryKeyConstraint("centre_id", "user_id", name=op.f("advisor_profiles_pkey")),
    )


def _make_hours() -> None:
    op.create_table(
        "working_hours",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("working_hours_weekday_check")),
        sa.CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("working_hours_minutes_check"),
        ),
        ExcludeConstraint(
            (sa.column("centre_id"), "="),
            (sa.column("user_id"), "="),
            (sa.column("weekday"), "="),
            (sa.text("int4range(start_minute, end_minute)"), "&&"),
            where=sa.text("removed_at IS NULL"),
            name=op.f("working_hours_overlap_excl"),
        ),
        _member("working_hours", "user_id"),
        _centre("working_hours"),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("working_hours_pkey")),
    )
    op.create_index(
        "working_hours_centre_id_user_id_idx",
        "working_hours",
        ["centre_id", "user_id"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _make_absences() -> None:
    op.create_table(
        "absences",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("absences_kind_check")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("absences_times_check")),
        sa.CheckConstraint("cover_id <> user_id", name=op.f("absences_cover_check")),
        ExcludeConstraint(
            (sa.column("centre_id"), "="),
            (sa.column("user_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("deleted_at IS NULL"),
            name=op.f("absences_overlap_excl"),
        ),
        _member("absences", "user_id"),
        _member("absences", "cover_id"),
        _centre("absences"),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("absences_pkey")),
    )
    op.create_index("absences_centre_id_user_id_idx", "absences", ["centre_id", "user_id", "starts_at"], unique=False)
    op.create_index(
        "absences_centre_id_cover_id_idx",
        "absences",
        ["centre_id", "cover_id"],
        unique=False,
        postgresql_where=sa.text("cover_id IS NOT NULL"),
    )


def _make_covered_cases() -> None:
    op.create_table(
        "covered_cases",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_member_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "absence_id"],
            ["absences.centre_id", "absences.id"],
            name=op.f("covered_cases_centre_id_absence_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"],
            ["cases.centre_id", "cases.id"],
            name=op.f("covered_cases_centre_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "team_member_id"],
            ["case_team_members.centre_id", "case_team_members.id"],
            name=op.f("covered_cases_centre_id_team_member_id_fkey"),
        ),
        _centre("covered_cases"),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("covered_cases_pkey")),
    )
    op.create_index(
        "covered_cases_centre_id_absence_id_case_id_key",
        "covered_cases",
        ["centre_id", "absence_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "covered_cases_centre_id_case_id_idx",
        "covered_cases",
        ["centre_id", "case_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _mark_cases_to_triage() -> None:
    op.add_column("cases", sa.Column("triage_reason", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("triage_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("cases_triage_reason_check"),
        "cases",
        "triage_reason IN ('NOBODY_ADVISES', 'NOBODY_HAS_THE_SKILLS', 'NOBODY_HAS_ROOM', 'NOBODY_IS_AVAILABLE')",
        postgresql_not_valid=True,  # looked through by 0052, which blocks nobody
    )
