"""The functions through which signing in reaches what no application role may read (decision 3)."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Each does as little as possible and is told the time. They run as the owner, so each fixes its search path.
# A function that answers rows answers those of one person, named by e-mail, key, or a secret's digest.
FUNCTIONS = {
    "auth_find_sign_in(text)": """
        CREATE FUNCTION auth_find_sign_in(given_email_key text)
        RETURNS TABLE (user_id uuid, email text, first_name text, last_name text, password_hash text,
            centre_id uuid, roles text[], usable boolean)
        LANGUAGE sql STABLE
        AS $$
            SELECT u.id, u.email, u.first_name, u.last_name, u.password_hash,
                m.centre_id, m.roles, m.status = 'ACTIVE' AND c.status = 'ACTIVE'
            FROM users u
            LEFT JOIN memberships m ON m.user_id = u.id
            LEFT JOIN centres c ON c.id = m.centre_id
            WHERE u.email_key = given_email_key
            ORDER BY (SELECT max(s.created_at) FROM sessions s WHERE s.user_id = u.id AND s.centre_id = m.centre_id)
                DESC NULLS LAST, c.name, m.centre_id
        $$""",
    "auth_find_user(uuid)": """
        CREATE FUNCTION auth_find_user(given_user_id uuid)
        RETURNS TABLE (user_id uuid, email text, email_key text, first_name text, last_name text,
            password_hash text)
        LANGUAGE sql STABLE
        AS $$
            SELECT u.id, u.email, u.email_key, u.first_name, u.last_name, u.password_hash
            FROM users u WHERE u.id = given_user_id
        $$""",
    "auth_memberships(uuid)": """
        CREATE FUNCTION auth_memberships(given_user_id uuid)
        RETURNS TABLE (centre_id uuid, centre_code text, centre_name text, roles text[], usable boolean)
        LANGUAGE sql STABLE
        AS $$
            SELECT m.centre_id, c.code, c.name, m.roles, m.status = 'ACTIVE' AND c.status = 'ACTIVE'
            FROM memberships m JOIN centres c ON c.id = m.centre_id
            WHERE m.user_id = given_user_id
            ORDER BY c.name, c.code
        $$""",
    "auth_make_user(uuid, text, text, text, text, timestamptz)": """
        CREATE FUNCTION auth_make_user(given_id uuid, given_email text, given_email_key text,
            given_first_name text, given_last_name text, at timestamptz)
        RETURNS uuid
        LANGUAGE plpgsql
        AS $$
        DECLARE
            found uuid;
        BEGIN
            INSERT INTO users (id, email, email_key, first_name, last_name, created_at, updated_at)
            VALUES (given_id, given_email, given_email_key, given_first_name, given_last_name, at, at)
            ON CONFLICT (email_key) DO NOTHING;
            SELECT u.id INTO STRICT found FROM users u WHERE u.email_key = given_email_key;
            RETURN found;
        END $$""",
    "auth_set_password(uuid, text, text, timestamptz)": """
        CREATE FUNCTION auth_set_password(given_user_id uuid, new_hash text, expected_hash text, at timestamptz)
        RETURNS boolean
        LANGUAGE plpgsql
        AS $$
        BEGIN
            -- Without a time it is the same password, hashed anew: nothing has changed for anybody.
            UPDATE users SET password_hash = new_hash, password_changed_at = coalesce(at, password_changed_at),
                updated_at = coalesce(at, updated_at)
            WHERE id = given_user_id AND (expected_hash IS NULL OR password_hash = expected_hash);
            RETURN FOUND;
        END $$""",
    "auth_set_profile(uuid, text, text, text, uuid, timestamptz)": """
        CREATE FUNCTION auth_set_profile(given_user_id uuid, given_first_name text, given_last_name text,
            given_name_key text, given_by uuid, at timestamptz)
        RETURNS SETOF uuid
        LANGUAGE plpgsql
        AS $$
        BEGIN
            UPDATE users SET first_name = given_first_name, last_name = given_last_name, updated_at = at
            WHERE id = given_user_id;
            -- An invitation keeps the name it was written with, so that it says nothing of whom the network knows.
            RETURN QUERY
            UPDATE memberships m SET first_name = given_first_name, last_name = given_last_name,
                name_key = given_name_key, email = u.email, updated_at = at, updated_by = given_by,
                version = m.version + 1
            FROM users u
            WHERE u.id = given_user_id AND m.user_id = given_user_id AND m.status <> 'INVITED'
                AND (m.first_name, m.last_name, m.email) IS DISTINCT FROM (given_first_name, given_last_name, u.email)
            RETURNING m.centre_id;
        END $$""",
    "auth_open_session(uuid, uuid, uuid, text, text, text, timestamptz, timestamptz, bytea, timestamptz)": """
        CREATE FUNCTION auth_open_session(given_id uuid, given_user_id uuid, given_centre_id uuid,
            given_authenticated_by text, given_remote_address text, given_user_agent text, at timestamptz,
            ends_at timestamptz, token_digest bytea, token_expires_at timestamptz)
        RETURNS boolean
        LANGUAGE plpgsql
        AS $$
        BEGIN
            INSERT INTO sessions (id, user_id, centre_id, authenticated_by, remote_address, user_agent, created_at,
                last_used_at, expires_at)
            SELECT given_id, m.user_id, m.centre_id, given_authenticated_by, given_remote_address, given_user_agent,
                at, at, ends_at
            FROM memberships m JOIN centres c ON c.id = m.centre_id
            WHERE m.centre_id = given_centre_id AND m.user_id = given_user_id
                AND m.status = 'ACTIVE' AND c.status = 'ACTIVE';
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            INSERT INTO refresh_tokens (digest, session_id, issued_at, expires_at)
            VALUES (token_digest, given_id, at, token_expires_at);
            UPDATE users SET last_login_at = at WHERE id = given_user_id;
            RETURN true;
        END $$""",
    "auth_session(uuid)": """
        CREATE FUNCTION auth_session(given_id uuid)
        RETURNS TABLE (user_id uuid, centre_id uuid, authenticated_by text, expires_at timestamptz,
            revoked_at timestamptz)
        LANGUAGE sql STABLE
        AS $$
            SELECT s.user_id, s.centre_id, s.authenticated_by, s.expires_at, s.revoked_at
            FROM sessions s WHERE s.id = given_id
        $$""",
    "auth_sessions(uuid, timestamptz)": """
        CREATE FUNCTION auth_sessions(given_user_id uuid, at timestamptz)
        RETURNS TABLE (session_id uuid, centre_id uuid, centre_code text, centre_name text, authenticated_by text,
            remote_address text, user_agent text, created_at timestamptz, last_used_at timestamptz,
            expires_at timestamptz)
        LANGUAGE sql STABLE
        AS $$
            SELECT s.id, s.centre_id, c.code, c.name, s.authenticated_by, s.remote_address, s.user_agent,
                s.created_at, s.last_used_at, least(s.expires_at, t.expires_at)
            FROM sessions s
            JOIN centres c ON c.id = s.centre_id
            JOIN refresh_tokens t ON t.session_id = s.id AND t.used_at IS NULL
            WHERE s.user_id = given_user_id AND s.revoked_at IS NULL AND s.expires_at > at AND t.expires_at > at
            ORDER BY s.last_used_at DESC, s.id DESC
            LIMIT 200
        $$""",
    "auth_rotate(bytea, bytea, timestamptz, timestamptz, interval)": """
        CREATE FUNCTION auth_rotate(given_digest bytea, new_digest bytea, at timestamptz, new_expires_at timestamptz,
            grace interval)
        RETURNS TABLE (outcome text, session_id uuid, user_id uuid, centre_id uuid, expires_at timestamptz)
        LANGUAGE plpgsql
        AS $$
        DECLARE
            token refresh_tokens;
            after refresh_tokens;
            opened sessions;
            ends timestamptz;
        BEGIN
            SELECT r.* INTO token FROM refresh_tokens r WHERE r.digest = given_digest;
            IF NOT FOUND THEN
                RETURN QUERY SELECT 'UNKNOWN', NULL::uuid, NULL::uuid, NULL::uuid, NULL::timestamptz;
                RETURN;
            END IF;
            -- The session first: whoever ends it and whoever renews it take their locks in one order.
            SELECT s.* INTO opened FROM sessions s WHERE s.id = token.session_id FOR NO KEY UPDATE;
            SELECT r.* INTO token FROM refresh_tokens r WHERE r.digest = given_digest FOR NO KEY UPDATE;
            ends := least(new_expires_at, opened.expires_at);
            IF opened.revoked_at IS NOT NULL THEN
                outcome := 'REVOKED';
            ELSIF token.used_at IS NOT NULL THEN
                SELECT r.* INTO after FROM refresh_tokens r WHERE r.digest = token.successor;
                -- An answer may be lost on its way: the same question then has the same answer, but not for long,
                -- and not once somebody has gone on from that answer.
                IF after.digest = new_digest AND after.used_at IS NULL AND token.used_at + grace > at THEN
                    outcome := 'REPEATED';
                    ends := after.expires_at;
                ELSE
                    outcome := 'REUSED';
                    UPDATE sessions s SET revoked_at = at, revoked_because = 'TOKEN_REUSE' WHERE s.id = opened.id;
                END IF;
            ELSIF token.expires_at <= at OR opened.expires_at <= at THEN
                outcome := 'EXPIRED';
            ELSIF NOT EXISTS (
                SELECT FROM memberships m JOIN centres c ON c.id = m.centre_id
                WHERE m.centre_id = opened.centre_id AND m.user_id = opened.user_id
                    AND m.status = 'ACTIVE' AND c.status = 'ACTIVE'
            ) THEN
                outcome := 'NO_MEMBERSHIP';
            ELSE
                outcome := 'ROTATED';
                INSERT INTO refresh_tokens (digest, session_id, issued_at, expires_at)
                VALUES (new_digest, opened.id, at, ends);
                UPDATE refresh_tokens r SET used_at = at, successor = new_digest WHERE r.digest = given_digest;
                UPDATE sessions s SET last_used_at = at WHERE s.id = opened.id;
            END IF;
            RETURN QUERY SELECT outcome, opened.id, opened.user_id, opened.centre_id, ends;
        END $$""",
    "auth_revoke_session(uuid, uuid, text, timestamptz)": """
        CREATE FUNCTION auth_revoke_session(given_id uuid, given_user_id uuid, because text, at timestamptz)
        RETURNS boolean
        LANGUAGE plpgsql
        AS $$
        BEGIN
            UPDATE sessions s SET revoked_at = at, revoked_because = because
            WHERE s.id = given_id AND s.user_id = given_user_id AND s.revoked_at IS NULL AND s.expires_at > at;
            RETURN FOUND;
        END $$""",
    "auth_revoke_sessions(uuid, uuid, uuid, text, timestamptz)": """
        CREATE FUNCTION auth_revoke_sessions(given_user_id uuid, given_centre_id uuid, but uuid, because text,
            at timestamptz)
        RETURNS SETOF uuid
        LANGUAGE sql
        AS $$
            UPDATE sessions s SET revoked_at = at, revoked_because = because
            WHERE s.user_id = given_user_id AND s.revoked_at IS NULL
                AND (given_centre_id IS NULL OR s.centre_id = given_centre_id) AND (but IS NULL OR s.id <> but)
            RETURNING s.id
        $$""",
    "auth_make_link(bytea, text, uuid, uuid, timestamptz, timestamptz)": """
        CREATE FUNCTION auth_make_link(given_digest bytea, given_purpose text, given_user_id uuid,
            given_centre_id uuid, at timestamptz, ends_at timestamptz)
        RETURNS void
        LANGUAGE sql
        AS $$
            UPDATE one_time_links l SET ended_at = at
            WHERE l.user_id = given_user_id AND l.purpose = given_purpose
                AND l.centre_id IS NOT DISTINCT FROM given_centre_id AND l.ended_at IS NULL;
            INSERT INTO one_time_links (digest, purpose, user_id, centre_id, created_at, expires_at)
            VALUES (given_digest, given_purpose, given_user_id, given_centre_id, at, ends_at);
        $$""",
    "auth_read_link(bytea, text, timestamptz)": """
        CREATE FUNCTION auth_read_link(given_digest bytea, given_purpose text, at timestamptz)
        RETURNS TABLE (user_id uuid, centre_id uuid, email text, email_key text, first_name text, last_name text,
            password_hash text)
        LANGUAGE sql STABLE
        AS $$
            SELECT u.id, l.centre_id, u.email, u.email_key, u.first_name, u.last_name, u.password_hash
            FROM one_time_links l JOIN users u ON u.id = l.user_id
            WHERE l.digest = given_digest AND l.purpose = given_purpose AND l.ended_at IS NULL AND l.expires_at > at
        $$""",
    "auth_use_link(bytea, text, timestamptz)": """
        CREATE FUNCTION auth_use_link(given_digest bytea, given_purpose text, at timestamptz)
        RETURNS boolean
        LANGUAGE plpgsql
        AS $$
        BEGIN
            UPDATE one_time_links l SET ended_at = at
            WHERE l.digest = given_digest AND l.purpose = given_purpose AND l.ended_at IS NULL AND l.expires_at > at;
            RETURN FOUND;
        END $$""",
    "auth_find_service_key(bytea)": """
        CREATE FUNCTION auth_find_service_key(given_digest bytea)
        RETURNS TABLE (key_id uuid, centre_id uuid, scopes text[], expires_at timestamptz, revoked_at timestamptz,
            last_used_at timestamptz, centre_active boolean)
        LANGUAGE sql STABLE
        AS $$
            SELECT k.id, k.centre_id, k.scopes, k.expires_at, k.revoked_at, k.last_used_at, c.status = 'ACTIVE'
            FROM service_keys k JOIN centres c ON c.id = k.centre_id
            WHERE k.digest = given_digest
        $$""",
    "auth_forget(timestamptz)": """
        CREATE FUNCTION auth_forget(before timestamptz)
        RETURNS bigint
        LANGUAGE sql
        AS $$
            WITH links AS (DELETE FROM one_time_links l WHERE l.expires_at < before RETURNING 1),
            ended AS (DELETE FROM sessions s WHERE s.expires_at < before RETURNING 1)
            SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM ended)
        $$""",
}


def upgrade() -> None:
    """Make the functions; only the application's roles may call them."""
    for signature, text in FUNCTIONS.items():
        op.execute(text.replace("AS $$", "SECURITY DEFINER SET search_path = public, pg_temp AS $$"))
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO cma_app, cma_worker")


def downgrade() -> None:
    """Take the functions back."""
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
