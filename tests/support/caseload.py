"""A caseload of real size: one large centre among twenty, filled by statements for many rows at once.

A room adds its table's rows to `ROWS`, or what is done in cases to `WORK` (caseload_work.py), in the order of foreign
keys, as SQL with these parameters: $1 the centre, $2 how many cases it has, $3 its advisors, $4 its teams. Rows are
skewed as in life: old cases are mostly closed, advisors come and go, some surnames are common, few are restricted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import SYSTEM_ACTOR
from support.caseload_columns import KEY as _KEY
from support.caseload_columns import STAMP as _STAMP
from support.caseload_columns import STAMPED as _STAMPED
from support.caseload_work import WORK
from support.data import Data

SMALL, CENTRES = 100, 20
ADVISORS, TEAMS = 30, 6
OWN, TRAINEES = 150, 30
"""How many cases the first advisor has, and the trainee."""

ROWS: Mapping[str, str] = {
    "clients": f"""
        INSERT INTO clients (centre_id, id, reference, first_name, last_name, name_key, birth_year, email, email_key,
            phone_primary, postcode, postcode_key, {_STAMP})
        SELECT $1, {_KEY}, 'BIG-C-' || n, first, last, lower(last || ' ' || first), 1935 + n % 70,
            'client' || n || '@example.org', 'client' || n || '@example.org', '+447' || lpad(n::text, 9, '0'),
            area || n % 29 || ' ' || n % 10 || 'AB', area || n % 29 || n % 10 || 'AB', {_STAMPED}
        FROM (
            SELECT n, now() - ($2::int - n) * interval '15 minutes' AS at, md5('client' || n) AS mark,
                (ARRAY['Alex', 'Amina', 'Bronwen', 'Callum', 'David', 'Ewan', 'Fatima', 'Grace', 'Hassan', 'Isla',
                    'Jack', 'Kate', 'Lloyd', 'Mary', 'Nia', 'Olivia', 'Priya', 'Rhys', 'Sarah', 'Tom'])[1 + n * 7 % 20]
                    AS first,
                CASE WHEN n % 25 = 0 THEN 'Smith' WHEN n % 25 = 1 THEN 'Jones' WHEN n % 50 = 2 THEN 'Williams'
                    WHEN n % 50 = 3 THEN 'Khan' ELSE initcap(translate((n * 7919 % 30011)::text, '0123456789',
                    'aeioubrmst')) || 'well' END AS last,
                (ARRAY['LS', 'M', 'BD', 'CF', 'EH', 'SW', 'B', 'NE'])[1 + n % 8] AS area
            FROM generate_series(1, $2::int) n
            WHERE $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ) made""",  # noqa: S608 - made of constants
    "cases": f"""
        INSERT INTO cases (centre_id, id, case_number, client_id, case_type_id, advisor_id, team_id, title, description,
            tags, category, status, stage, priority, complexity, risk_level, restricted, compliance_required,
            legal_review_required, billing_method, opened_on, triage_reason, triage_at, next_review_at, {_STAMP})
        SELECT $1, {_KEY}, 'CASE-' || extract(year FROM at) || '-' || lpad(n::text, 6, '0'), client,
            kinds[1 + chance * chance * chance * array_length(kinds, 1) / 1000000],
            CASE WHEN status = 'NEW' THEN NULL
                WHEN n % ($2::int / {OWN} + 1) = 0 THEN ($3::uuid[])[1]
                WHEN n % ($2::int / {TRAINEES} + 1) = 1 THEN ($3::uuid[])[2]
                WHEN n > $2::int * 0.95 THEN ($3::uuid[])[1 + (2 + n % 12) % array_length($3::uuid[], 1)]
                WHEN n < $2::int * 0.30 THEN ($3::uuid[])[1 + (14 + n % 16) % array_length($3::uuid[], 1)]
                ELSE ($3::uuid[])[1 + (5 + n % 20) % array_length($3::uuid[], 1)] END,
            CASE WHEN chance < 12 THEN ($4::uuid[])[1] WHEN chance < 90
                THEN ($4::uuid[])[1 + (1 + n % 5) % array_length($4::uuid[], 1)] END,
            'Debts of ' || n % 977, 'Arrears of rent and council tax',
            CASE WHEN n % 400 = 0 THEN '["council tax", "court", "project"]'::jsonb
                WHEN n % 40 = 0 THEN '["court", "project"]' WHEN n % 3 = 0 THEN '["project"]' ELSE '[]' END,
            (ARRAY['PERSONAL', 'PERSONAL', 'PERSONAL', 'JOINT', 'HOUSING', 'ENFORCEMENT'])[1 + n * 13 % 6], status,
            (ARRAY['ENQUIRY', 'TRIAGE', 'APPOINTMENT', 'FACT_FIND', 'BUDGET', 'ADVICE', 'RECOMMENDATION',
                'IMPLEMENTATION', 'REVIEW', 'CLOSURE'])[1 + n * 17 % 10],
            CASE WHEN chance2 < 4 THEN 'URGENT' WHEN chance2 < 18 THEN 'HIGH' WHEN chance2 < 70 THEN 'MEDIUM'
                ELSE 'LOW' END,
            'LOW', CASE WHEN chance3 < 2 THEN 'CRITICAL' WHEN chance3 < 15 THEN 'HIGH' ELSE 'LOW' END,
            n % 333 = 0, false, false, 'NONE', (at - n % 3 * interval '1 day')::date,
            CASE WHEN status = 'NEW' AND n % 20 = 0 THEN 'NOBODY_HAS_ROOM' END,
            CASE WHEN status = 'NEW' AND n % 20 = 0 THEN at END,
            CASE WHEN status IN ('IN_PROGRESS', 'ON_HOLD') THEN now() + (n % 120 - 10) * interval '1 day' END,
            {_STAMPED}
        FROM (
            SELECT c.n, c.id AS client, c.at, md5('case' || c.n) AS mark, k.kinds,
                c.n * 7919 % 10007 % 100 AS chance, c.n * 104729 % 10009 % 100 AS chance2,
                c.n * 15485863 % 10037 % 100 AS chance3,
                CASE WHEN c.n > $2::int * 0.985 THEN 'NEW' WHEN c.n > $2::int * 0.97 THEN 'ASSIGNED'
                    WHEN c.n > $2::int * 0.88 THEN (ARRAY['IN_PROGRESS', 'IN_PROGRESS', 'ON_HOLD'])[1 + c.n % 3]
                    WHEN c.n % 50 = 0 THEN 'IN_PROGRESS' WHEN c.n % 50 = 1 THEN 'ON_HOLD'
                    WHEN c.n % 1000 = 2 THEN 'REOPENED' WHEN c.n % 20 = 3 THEN 'REFERRED'
                    WHEN c.n % 20 = 4 THEN 'CANCELLED' WHEN c.n % 20 = 5 THEN 'RESOLVED' ELSE 'CLOSED' END AS status
            FROM (
                SELECT row_number() OVER (ORDER BY created_at)::bigint AS n, id, created_at AS at
                FROM clients WHERE centre_id = $1
            ) c, (SELECT array_agg(id ORDER BY position) AS kinds FROM case_types WHERE centre_id = $1) k
        ) made""",  # noqa: S608 - made of constants
    "client_consents": f"""
        INSERT INTO client_consents (centre_id, id, client_id, purpose, channel, wording_version, given_at, recorded_by)
        SELECT centre_id, gen_random_uuid(), id, 'REFERRAL', 'IN_PERSON', '2026-04', created_at, '{SYSTEM_ACTOR}'
        FROM clients WHERE centre_id = $1 AND $2::int > 0 AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
            AND birth_year IN (1953, 1988)""",  # noqa: S608 - made of constants
    "referrals": f"""
        INSERT INTO referrals (centre_id, id, direction, party, state, case_id, client_id, organisation_name,
            organisation_kind, reason, urgency, shared_categories, shared, hands_over, consent_id, sent_at, expires_at,
            answer_note, outcome, {_STAMP})
        SELECT $1, gen_random_uuid(), 'OUT', 'ORGANISATION', state, id, client_id, 'Shelter', 'HOUSING', 'Notice',
            CASE WHEN n % 3 = 0 THEN 'EMERGENCY' ELSE 'SOON' END, ARRAY['NAME'], '\\x00', false, consent, at,
            at + interval '14 days', CASE WHEN state = 'REJECTED' THEN 'No room' END,
            CASE WHEN state = 'COMPLETED' THEN 'HELP_GIVEN' END, {_STAMPED}
        FROM (
            SELECT c.id, c.client_id, c.created_at AS at, consent.id AS consent, c.n,
                CASE WHEN c.n > $2::int * 0.98 THEN 'SENT' WHEN c.n % 11 < 7 THEN 'COMPLETED'
                    WHEN c.n % 11 = 7 THEN 'REJECTED' WHEN c.n % 11 = 8 THEN 'EXPIRED' ELSE 'WITHDRAWN' END AS state
            FROM (SELECT *, row_number() OVER (ORDER BY created_at) AS n FROM cases WHERE centre_id = $1) c
            JOIN client_consents consent ON consent.centre_id = c.centre_id AND consent.client_id = c.client_id
                AND consent.purpose = 'REFERRAL'
            WHERE $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ) made""",  # noqa: S608 - made of constants
    "centre_counters": """
        INSERT INTO centre_counters (centre_id, name, value)
        SELECT $1, 'case:' || extract(year FROM now()), $2::int
        WHERE $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL""",
    "case_team_members": """
        INSERT INTO case_team_members (centre_id, id, case_id, user_id, added_at, added_by)
        SELECT $1, gen_random_uuid(), id, ($3::uuid[])[3 + n % (array_length($3::uuid[], 1) - 2)], created_at,
            ($3::uuid[])[3]
        FROM (SELECT id, created_at, row_number() OVER (ORDER BY created_at) AS n FROM cases WHERE centre_id = $1) c
        WHERE n % 10 = 0 AND $2::int IS NOT NULL AND $4::uuid[] IS NOT NULL""",
    "creditors": f"""
        INSERT INTO creditors (centre_id, id, name, name_key, trading_names, kind, is_collector, active, {_STAMP})
        SELECT $1, gen_random_uuid(), 'Lender ' || word || ' ' || n, 'lender ' || word || ' ' || n, word || ' Cards',
            (ARRAY['BANK_OR_CARD', 'UTILITY', 'LANDLORD', 'DEBT_COLLECTOR'])[1 + n % 4], n % 4 = 3, n % 20 <> 0,
            {_STAMPED}
        FROM (
            SELECT n, now() AS at, initcap(translate((n * 7919 % 997)::text, '0123456789', 'aeioubrmst')) AS word
            FROM generate_series(1, $2::int / 50 + 4) n
            WHERE $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ) made""",  # noqa: S608 - made of constants
    "debts": f"""
        INSERT INTO debts (centre_id, id, case_id, client_id, debt_type_id, creditor_id, collector_id, current_balance,
            balance_as_of, account_number_index, interest_frozen, priority, liability, regulated_credit, jurisdiction,
            next_action_on, due_key, enforcement_stage, fraud_alleged, status, status_changed_at, joint_party_name,
            deleted_at, deleted_by, {_STAMP})
        SELECT $1, {_KEY}, case_id, client_id, kinds[1 + n * n % array_length(kinds, 1)],
            creditors[1 + chance * chance * array_length(creditors, 1) / 10000],
            CASE WHEN n % 5 = 0 THEN creditors[1 + n % array_length(creditors, 1)] END, 100 + n % 4000, current_date,
            decode(md5('account' || n), 'hex'), false, CASE WHEN chance < 25 THEN 'PRIORITY' ELSE 'NON_PRIORITY' END,
            CASE WHEN n % 10 = 0 THEN 'JOINT' ELSE 'SOLE' END, 'YES', 'ENGLAND_AND_WALES', due,
            coalesce(due, 'infinity'), (ARRAY['NONE', 'NONE', 'NONE', 'REMINDER', 'COLLECTOR', 'DEFAULT_NOTICE',
                'LETTER_BEFORE_CLAIM', 'CCJ', 'ENFORCEMENT_AGENT', 'NONE'])[1 + n % 10], false,
            CASE WHEN ended THEN (ARRAY['SETTLED', 'WRITTEN_OFF', 'IN_SOLUTION'])[1 + n % 3] ELSE 'ACTIVE' END, at,
            CASE WHEN n % 10 = 0 THEN 'A former partner' END, CASE WHEN n % 50 = 7 THEN at + interval '2 days' END,
            CASE WHEN n % 50 = 7 THEN '{SYSTEM_ACTOR}'::uuid END, {_STAMPED}
        FROM (
            SELECT c.id AS case_id, c.client_id, c.created_at + interval '1 minute' AS at, n, md5('debt' || n) AS mark,
                n * 7919 % 10007 % 100 AS chance, c.status IN ('CLOSED', 'REFERRED', 'CANCELLED') AS ended,
                CASE WHEN n % 7 = 0 THEN current_date + (n * 13 % 400 - 200)::int END AS due,
                kinds, creditors
            FROM (SELECT id, client_id, status, created_at, row_number() OVER (ORDER BY created_at) AS n FROM cases
                WHERE centre_id = $1) c,
                (SELECT array_agg(id ORDER BY code) AS kinds FROM debt_types WHERE centre_id = $1) k,
                (SELECT array_agg(id ORDER BY name_key) AS creditors FROM creditors WHERE centre_id = $1) d
            WHERE $2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ) made""",  # noqa: S608 - made of constants
    "debt_balances": """
        INSERT INTO debt_balances (centre_id, id, case_id, client_id, debt_id, as_of, amount, recorded_at, recorded_by)
        SELECT $1, gen_random_uuid(), case_id, client_id, id, (created_at + back * interval '1 day')::date,
            current_balance + back, created_at, created_by
        FROM debts, generate_series(0, 2) back
        WHERE centre_id = $1 AND $2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL""",
    "debt_payments": """
        INSERT INTO debt_payments (centre_id, id, case_id, client_id, debt_id, paid_on, amount, lowers_balance,
            recorded_at, recorded_by)
        SELECT $1, gen_random_uuid(), case_id, client_id, id, (created_at + month * interval '30 days')::date, 10, true,
            created_at, created_by
        FROM (SELECT *, row_number() OVER (ORDER BY created_at) AS n FROM debts WHERE centre_id = $1) paid,
            generate_series(1, CASE WHEN n % 100 = 1 THEN 60 WHEN n % 5 IN (0, 3) THEN 3 ELSE 0 END) month
        WHERE $2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL""",
    "documents": f"""
        INSERT INTO documents (centre_id, id, case_id, client_id, title, document_type, access_level,
            shared_with_client, from_client, tags, upload_state, current_version, versions_made, deleted_at,
            deleted_by, {_STAMP})
        SELECT $1, {_KEY}, case_id, client_id, 'Letter of ' || n % 977, (ARRAY['CREDITOR_LETTER', 'CREDITOR_LETTER',
                'BANK_STATEMENT', 'BANK_STATEMENT', 'PROOF_OF_INCOME', 'IDENTITY', 'COURT_PAPER', 'ADVICE_LETTER',
                'OTHER', 'BENEFIT_LETTER'])[1 + n % 10],
            CASE WHEN n % 100 = 1 THEN 'MANAGERS_AND_COMPLIANCE' WHEN n % 3 = 0 THEN 'CENTRE' ELSE 'CASE_TEAM' END,
            case_id IS NOT NULL AND n % 4 = 0, case_id IS NOT NULL AND n % 40 = 1, '["arrears"]',
            CASE WHEN n % 200 = 2 THEN 'PENDING' WHEN n % 1000 = 3 THEN 'FAILED' ELSE 'AVAILABLE' END,
            CASE WHEN n % 200 <> 2 AND n % 1000 <> 3 THEN 1 END, 1,
            CASE WHEN n % 50 = 8 THEN at + interval '2 days' END,
            CASE WHEN n % 50 = 8 THEN '{SYSTEM_ACTOR}'::uuid END, at, advisor, at, advisor
        FROM (
            SELECT c.id AS case_id, c.client_id, c.created_at + interval '2 minutes' AS at, n,
                md5('document' || n) AS mark, coalesce(c.advisor_id, ($3::uuid[])[3]) AS advisor
            FROM (SELECT id, client_id, advisor_id, created_at, row_number() OVER (ORDER BY created_at) AS n
                FROM cases WHERE centre_id = $1) c
            WHERE $2::int IS NOT NULL AND $4::uuid[] IS NOT NULL
            UNION ALL
            SELECT NULL, NULL, now() - n * interval '1 day', n, md5('paper' || n), ($3::uuid[])[3]
            FROM generate_series(1, 20) n
        ) made""",  # noqa: S608 - made of constants
    "document_debts": """
        INSERT INTO document_debts (centre_id, id, document_id, debt_id, client_id, linked_at, linked_by)
        SELECT $1, gen_random_uuid(), d.id, e.id, d.client_id, d.created_at, d.created_by
        FROM documents d JOIN debts e ON e.centre_id = d.centre_id AND e.case_id = d.case_id
        WHERE d.centre_id = $1 AND d.document_type = 'CREDITOR_LETTER' AND $2::int IS NOT NULL
            AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL""",
    "case_compliance": f"""
        INSERT INTO case_compliance (centre_id, id, case_id, client_id, framework_id, checklist_id, begun_on,
            base_status, completion, done_weight, applicable_weight, due_on, {_STAMP})
        SELECT $1, {_KEY}, case_id, client_id, framework_id, checklist_id, at::date, base_status,
            CASE WHEN base_status IN ('COMPLIANT', 'WAIVED') THEN 100 ELSE 0 END, 0, 10,
            CASE WHEN base_status IN ('COMPLIANT', 'WAIVED') OR n % 3 = 0 THEN 'infinity'
                ELSE current_date + (n * 13 % 90 - 5)::int END, {_STAMPED}
        FROM (
            SELECT c.id AS case_id, c.client_id, l.framework_id, l.id AS checklist_id, n, md5('list' || n) AS mark,
                c.created_at + interval '3 minutes' AS at,
                CASE WHEN c.status IN ('CLOSED', 'REFERRED', 'CANCELLED') AND n % 30 <> 0
                    THEN CASE WHEN n % 20 = 0 THEN 'WAIVED' ELSE 'COMPLIANT' END
                    WHEN n % 40 = 1 THEN 'NON_COMPLIANT' WHEN n % 4 = 0 THEN 'PENDING' ELSE 'IN_PROGRESS' END
                    AS base_status
            FROM (SELECT id, client_id, status, created_at, row_number() OVER (ORDER BY created_at) AS n FROM cases
                WHERE centre_id = $1) c
            JOIN (SELECT id, framework_id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS lists
                FROM compliance_checklists WHERE centre_id = $1) l ON l.place = n % l.lists
            WHERE $2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ) made""",  # noqa: S608 - made of constants
    "search_words": """
        INSERT INTO search_words (centre_id, kind, word, record_id, client_id)
        SELECT $1, 'clients', word, id, id
        FROM clients, unnest(string_to_array(name_key, ' ') || lower(reference) || email_key || lower(postcode_key)
            || translate(phone_primary, '+', '')) word
        WHERE centre_id = $1
        UNION ALL
        SELECT $1, 'cases', word, id, client_id
        FROM cases, unnest(string_to_array(lower(case_number), '-') || string_to_array(lower(title), ' ')
            || lower(replace(case_number, '-', ''))
            || (SELECT array_agg('#' || tag) FROM jsonb_array_elements_text(tags) tag)) word
        WHERE centre_id = $1
        UNION ALL
        SELECT $1, 'creditors', word, id, NULL
        FROM creditors, unnest(string_to_array(name_key, ' ') || string_to_array(lower(trading_names), ' ')) word
        WHERE centre_id = $1
        UNION ALL
        SELECT $1, 'documents', word, id, client_id
        FROM documents, unnest(string_to_array(lower(title), ' ') || ARRAY['arrears']) word
        WHERE centre_id = $1 AND $2::int IS NOT NULL AND $3::uuid[] IS NOT NULL AND $4::uuid[] IS NOT NULL
        ON CONFLICT DO NOTHING""",
}


@dataclass(frozen=True, slots=True)
class Caseload:
    """A centre's people, one of each sight, and its records."""

    centre: UUID
    cases: int
    manager: Actor
    advisor: Actor
    """Has 150 cases and no team."""
    trainee: Actor
    """Has 30 cases."""
    member: Actor
    """An advisor whose team has an eighth of the centre's cases."""
    auditor: Actor
    client: Actor
    """Of the portal, with one case."""
    advisors: tuple[UUID, ...]
    teams: tuple[UUID, ...]

    @property
    def viewers(self) -> Mapping[str, Actor]:
        """Name those who look."""
        return {
            "manager": self.manager,
            "auditor": self.auditor,
            "advisor": self.advisor,
            "trainee": self.trainee,
            "team advisor": self.member,
            "client": self.client,
        }


async def caseloads(data: Data, *, cases: int, small: int = SMALL, centres: int = CENTRES) -> tuple[Caseload, Caseload]:
    """Fill a database; answer its large centre and one of the small ones."""
    owner = await asyncpg.connect(data.owner)
    try:
        filled = [
            await _a_centre(data, owner, cases if number == 0 else small, ADVISORS if number == 0 else 3)
            for number in range(centres)
        ]
        await owner.execute(
            "SET default_statistics_target = 1000"
        )  # all rows are looked at: each run has the same plans
        await owner.execute("ANALYZE")
    finally:
        await owner.close()
    return filled[0], filled[1]


async def _a_centre(data: Data, owner: "asyncpg.Connection[asyncpg.Record]", cases: int, advisors: int) -> Caseload:
    centre = await data.a_centre()
    teams = [await data.a_team(centre) for _ in range(TEAMS if advisors == ADVISORS else 1)]
    advisor = await data.a_member(centre, Role.ADVISOR)
    trainee = await data.a_member(centre, Role.TRAINEE)
    member = await data.a_member(centre, Role.ADVISOR, team_ids=(teams[0],))
    others = [await data.a_member(centre, Role.ADVISOR) for _ in range(advisors - 3)]
    people = [person.user_id for person in (advisor, trainee, member, *others)]
    for statement in (*ROWS.values(), *WORK.values()):
        await owner.execute(statement, centre, cases, people, teams)
    client = await owner.fetchval(
        "SELECT client_id FROM cases WHERE centre_id = $1 ORDER BY id OFFSET 7 LIMIT 1", centre
    )
    return Caseload(
        centre=centre,
        cases=cases,
        manager=await data.a_member(centre, Role.CENTRE_MANAGER),
        advisor=advisor,
        trainee=trainee,
        member=member,
        auditor=await data.a_member(centre, Role.AUDITOR),
        client=await data.a_member(centre, Role.CLIENT, client_id=client),
        advisors=tuple(people),
        teams=tuple(teams),
    )
