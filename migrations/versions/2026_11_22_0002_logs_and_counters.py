"""Events, audit, access, security, idempotency, counters, keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Partitions have the same row security as their table and no grants of their own: the application reaches them
# through event_log only. A day without a partition falls into event_log_default, so that no write is ever lost.
# Making and dropping a partition locks the whole log: after four seconds of waiting it is given up for this time,
# since every write would wait behind it.
CONFINE_PARTITION = """
CREATE FUNCTION event_log_confine(partition text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format(
        'CREATE POLICY %I ON %I TO cma_app, cma_worker USING (centre_id = '
        'nullif(current_setting(''app.centre_id'', true), '''')::uuid)',
        partition || '_centre', partition);
    EXECUTE format('CREATE POLICY %I ON %I TO cma_owner USING (true) WITH CHECK (true)',
        partition || '_owner', partition);
END $$
"""
MAINTAIN_PARTITIONS = """
CREATE FUNCTION event_log_maintain(today date, ahead integer, keep integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
    wanted date;
    partition text;
    made integer := 0;
BEGIN
    IF keep < 1 OR ahead NOT BETWEEN 1 AND 60 THEN
        RAISE EXCEPTION 'keep and ahead are days' USING ERRCODE = '22023';
    END IF;
    -- Whoever may call this may not use it to drop what is still kept.
    IF today NOT BETWEEN current_date - 1 AND current_date + 1 THEN
        RAISE EXCEPTION 'today is not the present day' USING ERRCODE = '22023';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('event_log_maintain'));
    FOR wanted IN SELECT generate_series(today, today + ahead, interval '1 day')::date LOOP
        partition := 'event_log_' || to_char(wanted, 'YYYYMMDD');
        IF to_regclass(partition) IS NULL AND NOT EXISTS (SELECT FROM event_log_default WHERE day = wanted) THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF event_log FOR VALUES FROM (%L) TO (%L)',
                partition, wanted, wanted + 1);
            PERFORM event_log_confine(partition);
            made := made + 1;
        END IF;
    END LOOP;
    FOR partition IN
        SELECT child.relname FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'event_log'::regclass AND child.relname ~ '^event_log_[0-9]{8}$'
        AND to_date(right(child.relname, 8), 'YYYYMMDD') < today - keep
    LOOP
        EXECUTE format('DROP TABLE %I', partition);
    END LOOP;
    DELETE FROM event_log_default WHERE day < today - keep;
    RETURN made;
END $$
"""


def upgrade() -> None:
    """Make the tables and confine them."""
    op.create_table(
        "event_heads",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("event_heads_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("event_heads_pkey")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("audit_heads_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("audit_heads_pkey")),
    )
    op.create_table(
        "centre_counters",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("centre_counters_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "name", name=op.f("centre_counters_pkey")),
    )
    op.create_table(
        "event_log",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience_before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("audience_after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("day", "centre_id", "seq", name=op.f("event_log_pkey")),
        postgresql_partition_by="RANGE (day)",
    )
    op.create_index("event_log_centre_id_seq_idx", "event_log", ["centre_id", "seq"], unique=False)
    op.create_table(
        "audit_logs",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("remote_address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("audit_logs_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("audit_logs_pkey")),
    )
    op.create_index("audit_logs_centre_id_actor_id_idx", "audit_logs", ["centre_id", "actor_id", "seq"], unique=False)
    op.create_index("audit_logs_centre_id_case_id_idx", "audit_logs", ["centre_id", "case_id", "seq"], unique=False)
    op.create_index("audit_logs_centre_id_client_id_idx", "audit_logs", ["centre_id", "client_id", "seq"], unique=False)
    op.create_index("audit_logs_centre_id_seq_key", "audit_logs", ["centre_id", "seq"], unique=True)
    op.create_index(
        "audit_logs_centre_id_subject_id_idx", "audit_logs", ["centre_id", "subject_id", "seq"], unique=False
    )
    op.create_table(
        "access_log",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("client_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("sensitive_fields", sa.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("access_log_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("access_log_pkey")),
    )
    op.create_index(
        "access_log_centre_id_occurred_at_idx", "access_log", ["centre_id", "occurred_at", "id"], unique=False
    )
    op.create_table(
        "security_log",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("remote_address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("security_log_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("security_log_pkey")),
    )
    op.create_index(
        "security_log_centre_id_occurred_at_idx", "security_log", ["centre_id", "occurred_at", "id"], unique=False
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("mutation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("idempotency_keys_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "actor_id", "mutation", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index(
        "idempotency_keys_centre_id_created_at_idx", "idempotency_keys", ["centre_id", "created_at"], unique=False
    )
    op.create_table(
        "centre_keys",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("master_key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("centre_keys_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "key_id", name=op.f("centre_keys_pkey")),
    )
    op.confine_to_centre("event_heads", client="open")
    # Numbers only, polled for many centres in one statement (decision 20).
    op.execute("CREATE POLICY event_heads_poll ON event_heads FOR SELECT TO cma_app, cma_worker USING (true)")
    op.confine_to_centre("audit_heads", client="open")
    op.confine_to_centre("centre_counters", client="open")
    op.confine_to_centre("event_log", client="open", grants="SELECT, INSERT")
    op.confine_to_centre("audit_logs", client="open", grants="SELECT, INSERT")
    op.confine_to_centre("access_log", client="open", grants="SELECT, INSERT")
    op.confine_to_centre("security_log", client="open", grants="SELECT, INSERT")
    op.confine_to_centre("idempotency_keys", client="open", grants="SELECT, INSERT, UPDATE, DELETE")
    op.confine_to_centre("centre_keys", client="open")
    # A client of the portal writes to these with every change, but reads only what concerns its own record.
    for table in ("event_log", "audit_logs"):
        op.execute(
            f"CREATE POLICY {table}_client_reads ON {table} AS RESTRICTIVE FOR SELECT TO cma_app, cma_worker "
            "USING (nullif(current_setting('app.client_id', true), '')::uuid IS NULL "
            "OR client_id = nullif(current_setting('app.client_id', true), '')::uuid)"
        )
    for table in ("access_log", "security_log"):
        op.execute(
            f"CREATE POLICY {table}_client_reads ON {table} AS RESTRICTIVE FOR SELECT TO cma_app, cma_worker "
            "USING (nullif(current_setting('app.client_id', true), '')::uuid IS NULL)"
        )
    op.execute(CONFINE_PARTITION)
    op.execute(MAINTAIN_PARTITIONS)
    op.execute("REVOKE ALL ON FUNCTION event_log_confine(text) FROM PUBLIC")
    op.execute("REVOKE ALL ON FUNCTION event_log_maintain(date, integer, integer) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION event_log_maintain(date, integer, integer) TO cma_app, cma_worker")
    op.execute("CREATE TABLE event_log_default PARTITION OF event_log DEFAULT")
    op.execute("SELECT event_log_confine('event_log_default')")
    op.execute("SELECT event_log_maintain(current_date, 7, 7)")
    op.execute("INSERT INTO event_heads (centre_id) VALUES ('00000000-0000-7000-8000-000000000001')")
    op.execute(
        "INSERT INTO audit_heads (centre_id, hash) VALUES ('00000000-0000-7000-8000-000000000001', "
        "decode(repeat('00', 32), 'hex'))"
    )


def downgrade() -> None:
    """Take the tables back."""
    op.execute("DROP FUNCTION event_log_maintain(date, integer, integer)")
    op.execute("DROP FUNCTION event_log_confine(text)")
    op.drop_table("centre_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("security_log")
    op.drop_table("access_log")
    op.drop_table("audit_logs")
    op.drop_table("event_log")
    op.drop_table("centre_counters")
    op.drop_table("audit_heads")
    op.drop_table("event_heads")
