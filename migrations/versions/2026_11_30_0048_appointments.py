"""Appointments, which nobody has two of at once, the reminders of them, and the diaries of centres."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_CLIENT_ACCESS = {
    "appointments": "own",
    "appointment_reminders": "denied",
    "diary_settings": "denied",
    "opening_days": "denied",
    "opening_exceptions": "denied",
    "calendar_feeds": "denied",
}
_NOBODY_TWICE = """
ALTER TABLE appointments ADD CONSTRAINT appointments_{whose}_excl EXCLUDE USING gist
    (centre_id WITH =, {whose}_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('SCHEDULED', 'CONFIRMED'))
"""


def upgrade() -> None:
    """Make the tables; a client of the portal reaches their own appointments alone."""
    # Compares uuids in a GiST index, beside ranges. PostgreSQL trusts it, so that an owner who is no superuser may.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _make_appointments()
    for whose in ("advisor", "client"):
        op.execute(_NOBODY_TWICE.format(whose=whose))
    _make_diaries()
    for table, access in _CLIENT_ACCESS.items():
        op.confine_to_centre(table, client=access)


def downgrade() -> None:
    """Drop them; the extension stays, since others use it."""
    for table in reversed(_CLIENT_ACCESS):
        op.drop_table(table)


def _make_appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("advisor_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("meeting_mode", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("preparation_notes", sa.Text(), nullable=True),
        sa.Column("outcome_summary", sa.Text(), nullable=True),
        sa.Column("follow_up_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("rescheduled_from_id", sa.Uuid(), nullable=True),
        sa.Column("outcome_missing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "appointment_type IN ('FIRST_ADVICE', 'FACT_FIND', 'BUDGET', 'ADVICE', 'SIGNING', 'REVIEW', 'EMERGENCY', 'OTHER')",
            name=op.f("appointments_appointment_type_check"),
        ),
        sa.CheckConstraint(
            "ends_at = starts_at + duration_minutes * interval '1 minute'", name=op.f("appointments_ends_at_check")
        ),
        sa.CheckConstraint(
            "meeting_mode IN ('IN_PERSON', 'PHONE', 'VIDEO', 'HOME_VISIT', 'OUTREACH')",
            name=op.f("appointments_meeting_mode_check"),
        ),
        sa.CheckConstraint(
            "status IN ('SCHEDULED', 'CONFIRMED', 'ATTENDED', 'NO_SHOW', 'CANCELLED_BY_CLIENT', 'CANCELLED_BY_CENTRE', 'RESCHEDULED')",
            name=op.f("appointments_status_check"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('CANCELLED_BY_CLIENT', 'CANCELLED_BY_CENTRE') OR cancellation_reason IS NOT NULL",
            name=op.f("appointments_cancellation_reason_check"),
        ),
        sa.CheckConstraint("duration_minutes BETWEEN 5 AND 480", name=op.f("appointments_duration_minutes_check")),
        sa.CheckConstraint("follow_up_on IS NULL OR follow_up_required", name=op.f("appointments_follow_up_on_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "advisor_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("appointments_centre_id_advisor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("appointments_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("appointments_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "rescheduled_from_id"],
            ["appointments.centre_id", "appointments.id"],
            name=op.f("appointments_centre_id_rescheduled_from_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("appointments_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("appointments_pkey")),
    )
    op.create_index(
        "appointments_centre_id_advisor_id_idx",
        "appointments",
        ["centre_id", "advisor_id", "starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "appointments_centre_id_case_id_idx", "appointments", ["centre_id", "case_id", "starts_at", "id"], unique=False
    )
    op.create_index(
        "appointments_centre_id_client_id_idx",
        "appointments",
        ["centre_id", "client_id", "starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "appointments_centre_id_rescheduled_from_id_key",
        "appointments",
        ["centre_id", "rescheduled_from_id"],
        unique=True,
        postgresql_where=sa.text("rescheduled_from_id IS NOT NULL"),
    )
    op.create_index(
        "appointments_centre_id_starts_at_idx", "appointments", ["centre_id", "starts_at", "id"], unique=False
    )
    op.create_index(
        "appointments_centre_id_status_idx", "appointments", ["centre_id", "status", "starts_at", "id"], unique=False
    )
    op.create_table(
        "appointment_reminders",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('EVENT', 'EMAIL', 'SMS')", name=op.f("appointment_reminders_channel_check")),
        sa.CheckConstraint("hours_before BETWEEN 1 AND 336", name=op.f("appointment_reminders_hours_before_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "appointment_id"],
            ["appointments.centre_id", "appointments.id"],
            name=op.f("appointment_reminders_centre_id_appointment_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("appointment_reminders_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("appointment_reminders_pkey")),
    )
    op.create_index(
        "appointment_reminders_centre_id_appointment_id_key",
        "appointment_reminders",
        ["centre_id", "appointment_id", "channel", "hours_before"],
        unique=True,
    )


def _make_diaries() -> None:
    op.create_table(
        "diary_settings",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holiday_region", sa.Text(), nullable=False),
        sa.Column("reminder_hours", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "holiday_region IN ('ENG', 'WLS', 'SCT', 'NIR')", name=op.f("diary_settings_holiday_region_check")
        ),
        sa.CheckConstraint(
            "cardinality(reminder_hours) BETWEEN 0 AND 5", name=op.f("diary_settings_reminder_hours_check")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("diary_settings_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("diary_settings_pkey")),
    )
    op.create_index("diary_settings_centre_id_key", "diary_settings", ["centre_id"], unique=True)
    op.create_table(
        "opening_days",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=True),
        sa.Column("closes_minute", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(opens_minute IS NULL) = (closes_minute IS NULL) AND 0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440",
            name=op.f("opening_days_hours_check"),
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("opening_days_weekday_check")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("opening_days_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("opening_days_pkey")),
    )
    op.create_index("opening_days_centre_id_weekday_key", "opening_days", ["centre_id", "weekday"], unique=True)
    op.create_table(
        "opening_exceptions",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=True),
        sa.Column("closes_minute", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(opens_minute IS NULL) = (closes_minute IS NULL) AND 0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440",
            name=op.f("opening_exceptions_hours_check"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("opening_exceptions_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("opening_exceptions_pkey")),
    )
    op.create_index(
        "opening_exceptions_centre_id_on_day_key",
        "opening_exceptions",
        ["centre_id", "on_day"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "user_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("calendar_feeds_centre_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("calendar_feeds_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("calendar_feeds_pkey")),
    )
    op.create_index("calendar_feeds_centre_id_digest_key", "calendar_feeds", ["centre_id", "digest"], unique=True)
    op.create_index(
        "calendar_feeds_centre_id_user_id_idx",
        "calendar_feeds",
        ["centre_id", "user_id", "created_at", "id"],
        unique=False,
    )
