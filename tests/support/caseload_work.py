"""What is done in the cases of a large centre: its notes, tasks, appointments, workflows, approvals and outcomes.

A case has two notes, a task or two, an appointment; those that are open, and one in ten that is not, run by a workflow.
Each table has a few rows of every state: those that are still to come belong to the newest cases.
"""

from collections.abc import Mapping

from support.caseload_columns import CASES, GIVEN, KEY, STAMP, STAMPED

WORK: Mapping[str, str] = {
    "notes": f"""
        INSERT INTO notes (centre_id, id, case_id, client_id, category_id, priority, body, tags, confidential,
            visible_to_client, follow_up_on, deleted_at, deleted_by, deletion_reason, {STAMP})
        SELECT $1, {KEY}, case_id, client_id, kinds[1 + m * m % array_length(kinds, 1)],
            CASE WHEN m % 25 = 0 THEN 'URGENT' WHEN m % 5 = 0 THEN 'HIGH' ELSE 'MEDIUM' END, 'Rang about the arrears.',
            CASE WHEN m % 40 = 0 THEN '["court"]'::jsonb ELSE '["arrears"]' END, m % 50 = 3, m % 4 = 0,
            CASE WHEN m % 30 = 0 THEN current_date + m % 90 - 60 END, CASE WHEN m % 50 = 7 THEN at END,
            CASE WHEN m % 50 = 7 THEN advisor END, CASE WHEN m % 50 = 7 THEN 'Twice' END, at, advisor, at, advisor
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor, kinds,
                c.n * 2 + twice AS m, md5('note' || c.n || '-' || twice) AS mark,
                c.created_at + (5 + twice * 700) * interval '1 minute' AS at
            FROM {CASES}, generate_series(0, 1) twice,
                (SELECT array_agg(id ORDER BY code) AS kinds FROM note_categories WHERE centre_id = $1) k
            WHERE {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "tasks": f"""
        INSERT INTO tasks (centre_id, id, case_id, client_id, title, kind, priority, due_on, due_at, timed, assignee_id,
            confidential, state, origin, snoozes, completed_at, completed_by, cancelled_at, {STAMP})
        SELECT $1, {KEY}, case_id, client_id, 'Ring about ' || m % 977,
            (ARRAY['CALL', 'LETTER', 'MEETING', 'REVIEW', 'COURT'])[1 + m % 5],
            CASE WHEN m % 25 = 0 THEN 'URGENT' WHEN m % 5 = 0 THEN 'HIGH' ELSE 'MEDIUM' END, due,
            timezone('Europe/London', (due + 1)::timestamp), false, CASE WHEN m % 3 = 0 THEN advisor END, m % 60 = 5,
            state, 'HAND', 0, CASE WHEN state = 'DONE' THEN at + interval '1 day' END,
            CASE WHEN state = 'DONE' THEN advisor END, CASE WHEN state = 'CANCELLED' THEN at END,
            at, advisor, at, advisor
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor,
                c.n * 2 + twice AS m, md5('task' || c.n || '-' || twice) AS mark,
                c.created_at + (9 + twice * 900) * interval '1 minute' AS at,
                CASE WHEN c.ended OR twice = 0 THEN (c.created_at + interval '9 days')::date
                    ELSE current_date + c.n * 13 % 90 - 10 END AS due,
                CASE WHEN c.n % 20 = 4 THEN 'CANCELLED' WHEN c.ended OR twice = 0 THEN 'DONE' ELSE 'OPEN' END AS state
            FROM {CASES}, generate_series(0, 1) twice
            WHERE (twice = 0 OR c.n % 2 = 0 OR NOT c.ended) AND {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "appointments": f"""
        INSERT INTO appointments (centre_id, id, case_id, client_id, advisor_id, appointment_type, status, starts_at,
            ends_at, duration_minutes, meeting_mode, follow_up_required, cancellation_reason, outcome_missing_at,
            {STAMP})
        SELECT $1, {KEY}, case_id, client_id, advisor, (ARRAY['FIRST_ADVICE', 'BUDGET', 'ADVICE', 'REVIEW'])[1 + n % 4],
            status, starts_at, starts_at + interval '15 minutes', 15, (ARRAY['PHONE', 'IN_PERSON', 'VIDEO'])[1 + n % 3],
            false, CASE WHEN status = 'CANCELLED_BY_CLIENT' THEN 'Ill' END,
            CASE WHEN status = 'CONFIRMED' AND starts_at < now() THEN now() END, {STAMPED}
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor, c.n,
                md5('appointment' || c.n) AS mark, c.created_at + interval '12 minutes' AS at,
                CASE WHEN c.n > $2::int * 0.97 THEN 'SCHEDULED' WHEN c.n % 400 = 0 THEN 'CONFIRMED'
                    WHEN c.n % 12 = 1 THEN 'NO_SHOW' WHEN c.n % 12 = 2 THEN 'CANCELLED_BY_CLIENT'
                    ELSE 'ATTENDED' END AS status,
                CASE WHEN c.n > $2::int * 0.97 THEN now() + (c.n - $2::int * 0.97 + 1) * interval '15 minutes'
                    ELSE c.created_at - interval '1 day' END AS starts_at
            FROM {CASES} WHERE {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "appointment_requests": f"""
        INSERT INTO appointment_requests (centre_id, id, client_id, case_id, from_portal, status, meeting_mode,
            preferred_times, note, decline_reason, appointment_id, decided_at, decided_by, {STAMP})
        SELECT $1, {KEY}, client_id, CASE WHEN n % 3 > 0 THEN case_id END, true, status, 'PHONE', ARRAY[at], 'Soon',
            CASE WHEN status = 'DECLINED' THEN 'Please ring' END, CASE WHEN status = 'BOOKED' THEN appointment END,
            CASE WHEN status <> 'OPEN' THEN at END, CASE WHEN status <> 'OPEN' THEN ($3::uuid[])[1] END, {STAMPED}
        FROM (
            SELECT c.id AS case_id, c.client_id, c.n, a.id AS appointment, md5('request' || c.n) AS mark,
                c.created_at + interval '25 minutes' AS at,
                CASE WHEN c.n > $2::int * 0.98 THEN 'OPEN' WHEN c.n % 5 = 0 THEN 'WITHDRAWN'
                    WHEN c.n % 16 = 0 THEN 'DECLINED' ELSE 'BOOKED' END AS status
            FROM {CASES} JOIN appointments a ON a.centre_id = $1 AND a.case_id = c.id
            WHERE (c.n % 8 = 0 OR c.n > $2::int * 0.98) AND {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "case_workflows": f"""
        INSERT INTO case_workflows (centre_id, id, case_id, client_id, state, started_at, ended_at, documents, {STAMP})
        SELECT $1, gen_random_uuid(), id, client_id, CASE WHEN ended THEN 'COMPLETED' ELSE 'ACTIVE' END, at,
            CASE WHEN ended THEN at + interval '90 days' END, ARRAY[]::text[], {STAMPED}
        FROM (SELECT c.*, c.created_at AS at FROM {CASES} WHERE (NOT c.ended OR c.n % 10 = 0) AND {GIVEN}) made""",  # noqa: S608
    "case_stages": f"""
        INSERT INTO case_stages (centre_id, id, case_id, client_id, workflow_id, code, name, stage_type, advice_stage,
            position, required, parallel, auto_assign, condition, depends_on, approver_roles, min_approvers, wait_days,
            gate_evidence, documents, state, assignee_id, completed_at, completed_by, deadline_at, reason,
            ended_with_case, {STAMP})
        SELECT $1, {KEY}, case_id, client_id, workflow, 'S' || place, 'Stage ' || place,
            (ARRAY['TASK', 'DOCUMENT', 'REVIEW'])[1 + place % 3], 'BUDGET', place, true, false, false, 'ALWAYS',
            ARRAY[]::text[], ARRAY[]::text[], 1, ARRAY[]::int[], 'NONE', ARRAY[]::text[], state,
            CASE WHEN state <> 'PENDING' THEN advisor END, CASE WHEN state = 'COMPLETED' THEN at END,
            CASE WHEN state = 'COMPLETED' THEN advisor END,
            CASE WHEN state IN ('READY', 'IN_PROGRESS') AND n % 3 > 0
                THEN now() + (n * 13 % 60 - 8) * interval '1 day' END,
            CASE WHEN state = 'SKIPPED' THEN 'Not needed' END, false, {STAMPED}
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor, c.n, place,
                w.id AS workflow, md5('stage' || c.n || '-' || place) AS mark,
                c.created_at + (1 + place) * interval '1 minute' AS at,
                CASE WHEN place = 2 AND c.n % 4 = 0 THEN 'SKIPPED' WHEN c.ended OR place < 1 + c.n % 5 THEN 'COMPLETED'
                    WHEN place > 1 + c.n % 5 THEN 'PENDING' WHEN c.n % 2 = 0 THEN 'IN_PROGRESS' ELSE 'READY' END
                    AS state
            FROM {CASES} JOIN case_workflows w ON w.centre_id = $1 AND w.case_id = c.id, generate_series(1, 6) place
            WHERE {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "case_stage_history": f"""
        INSERT INTO case_stage_history (centre_id, id, case_id, stage_id, from_state, to_state, reason, changed_at,
            changed_by)
        SELECT $1, gen_random_uuid(), s.case_id, s.id, CASE WHEN step > 0 THEN 'PENDING' END,
            CASE WHEN step = 0 THEN 'PENDING' ELSE s.state END, s.reason, s.created_at + step * interval '1 hour',
            s.created_by
        FROM case_stages s, generate_series(0, 1) step
        WHERE s.centre_id = $1 AND (step = 0 OR s.state <> 'PENDING') AND {GIVEN}""",  # noqa: S608 - made of constants
    "approvals": f"""
        INSERT INTO approvals (centre_id, id, case_id, client_id, subject, approval_type, roles, needed, state,
            requested_at, requested_by, asked_roles, deadline_at, settled_at, settled_by, {STAMP})
        SELECT $1, {KEY}, case_id, client_id, 'LEGAL_REVIEW', 'SINGLE', ARRAY['CENTRE_MANAGER'], 1, state, at, advisor,
            CASE WHEN state = 'PENDING' THEN ARRAY['CENTRE_MANAGER'] ELSE ARRAY[]::text[] END,
            at + interval '7 days', CASE WHEN state <> 'PENDING' THEN at + interval '1 day' END,
            CASE WHEN state <> 'PENDING' THEN ($3::uuid[])[4] END, at, advisor, at, advisor
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor,
                md5('approval' || c.n) AS mark, c.created_at + interval '20 minutes' AS at,
                CASE WHEN c.n > $2::int * 0.98 THEN 'PENDING' WHEN c.n % 5 = 0 THEN 'REJECTED' ELSE 'APPROVED' END
                    AS state
            FROM {CASES} WHERE (c.n % 8 = 0 OR c.n > $2::int * 0.98) AND {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "approval_decisions": f"""
        INSERT INTO approval_decisions (centre_id, id, case_id, approval_id, user_id, decision, role, decided_at)
        SELECT $1, gen_random_uuid(), case_id, id, settled_by,
            CASE WHEN state = 'APPROVED' THEN 'APPROVE' ELSE 'REJECT' END,
            'CENTRE_MANAGER', settled_at
        FROM approvals WHERE centre_id = $1 AND settled_by IS NOT NULL AND {GIVEN}""",  # noqa: S608 - made of constants
    "outcomes": f"""
        INSERT INTO outcomes (centre_id, id, case_id, client_id, code, occurred_on, amount, basis, certainty, main,
            withdrawn_at, withdrawn_by, withdrawal_reason, {STAMP})
        SELECT $1, {KEY}, case_id, client_id, code, at::date,
            CASE WHEN code = 'DEBT_WRITTEN_OFF' THEN 100 + n % 4000 END,
            CASE WHEN code = 'DEBT_WRITTEN_OFF' THEN 'ONE_OFF' END,
            CASE WHEN code = 'DEBT_WRITTEN_OFF' THEN CASE WHEN n % 5 = 0 THEN 'ESTIMATED' ELSE 'CONFIRMED' END END,
            n % 40 <> 1 AND n % 2 = 0, CASE WHEN n % 40 = 1 THEN at END, CASE WHEN n % 40 = 1 THEN advisor END,
            CASE WHEN n % 40 = 1 THEN 'Another case' END, at, advisor, at, advisor
        FROM (
            SELECT c.id AS case_id, c.client_id, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor, c.n,
                md5('outcome' || c.n) AS mark, c.created_at + interval '40 minutes' AS at,
                CASE WHEN c.n % 30 = 0 THEN 'NO_CHANGE' WHEN c.n % 4 = 0 THEN 'DRO_MADE'
                    ELSE 'DEBT_WRITTEN_OFF' END AS code
            FROM {CASES} WHERE c.ended AND c.n % 3 > 0 AND {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "saved_filters": f"""
        INSERT INTO saved_filters (centre_id, id, user_id, filtered_list, name, name_key, conditions, {STAMP})
        SELECT $1, gen_random_uuid(), person, 'CASES', 'Mine ' || n, 'mine ' || n, '{{}}', {STAMPED}
        FROM (SELECT person, n, now() AS at FROM unnest($3::uuid[]) person, generate_series(1, 40) n
            WHERE {GIVEN}) made""",  # noqa: S608
    "note_templates": f"""
        INSERT INTO note_templates (centre_id, id, category_id, name, body, priority, tags, active, {STAMP})
        SELECT $1, gen_random_uuid(), kind, 'Letter ' || n, 'Dear', 'MEDIUM', '[]', n % 10 = 0, {STAMPED}
        FROM (
            SELECT n, now() AS at, (SELECT id FROM note_categories WHERE centre_id = $1 ORDER BY code LIMIT 1) AS kind
            FROM generate_series(1, 200) n WHERE {GIVEN}
        ) made""",  # noqa: S608 - made of constants
    "case_templates": f"""
        INSERT INTO case_templates (centre_id, id, code, name, category, is_default, active, published_number, draft,
            {STAMP})
        SELECT $1, gen_random_uuid(), 'T-' || n, 'Template ' || n, 'GENERAL', false, n % 5 = 0, n % 2, '{{}}', {STAMPED}
        FROM (SELECT n, now() AS at FROM generate_series(1, 60) n WHERE {GIVEN}) made""",  # noqa: S608
}
