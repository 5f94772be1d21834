"""Every table is confined to its centre in the database itself, and no role of the application can leave it."""

import asyncpg
import pytest
from sqlalchemy import ARRAY, Text

from cma_graphql.domain.every_table import METADATA
from cma_graphql.persistence.roles import OWNER, SEARCH
from support.catalogue import APPLICATION, HIDDEN, Catalogue, ForeignKey, read_catalogue
from support.databases import Databases

SCOPE = "(NULLIF(current_setting('app.centre_id'::text, true), ''::text))::uuid"

# What stands outside the rules below, each with its reason. An entry that is not needed any more fails, too.

PRIMARY_KEYS = {
    "centres": "the table of the centres themselves: its id is the centre",
    "event_log": "partitioned by day, and a partitioned table's key has to hold its partition's column",
}
UNIQUE_INDEXES = {
    "centres_pkey": "the table of the centres themselves",
    "centres_code_key": "a centre's code is unique in the network, which publishes it",
    "event_log_pkey": "partitioned by day",
}
INDEXES = {
    "memberships_user_id_idx": "signing in finds a person's centres before any centre is known",
    "service_keys_digest_idx": "a program's key is found by its digest before any centre is known",
}
KEYS_TO_THE_NETWORK = {
    "memberships_user_id_fkey": "a person is one in the whole network, a member of some centres (decision 3)",
}
KEYS_FROM_THE_NETWORK = {
    "centres_manager_id_fkey": "carries the centre's own id, so that it names a member of that centre only",
}
OPEN_TO_CLIENTS = {
    "centres": "a client sees the name and telephone of the centre",
    "case_types": "a catalogue's copy; nothing in it is about anybody",
    "debt_types": "a catalogue's copy; nothing in it is about anybody",
    "note_categories": "a catalogue's copy; nothing in it is about anybody",
    "diary_settings": "whose bank holidays a centre keeps; row security lets nobody of the portal write it",
    "opening_days": "when a centre is open stands on its door; the same",
    "opening_exceptions": "and when it is not after all; the same",
    "centre_keys": "opening one's own sealed values takes the centre's key, wrapped as it is",
    "centre_counters": "every write may take a number",
    "event_heads": "every write takes the next number",
    "audit_heads": "every write goes on from the chain's end",
    "idempotency_keys": "every write may carry a key",
}
LOGS_CLIENTS_APPEND_TO = {"event_log", "audit_logs", "access_log", "security_log"}
ABOVE = "(current_setting('app.platform'::text, true) = 'on'::text)"
SEEN_FROM_THE_PLATFORM = {
    "centres": ABOVE,
    "memberships": f"({ABOVE} AND (client_id IS NULL))",  # staff only: who is a client is nobody's to know above
    "teams": ABOVE,
    "team_members": ABOVE,
}
OTHER_PERMISSIVE = {"event_heads_poll": "numbers only, polled for all centres in one statement (decision 20)"}
TRIGGERS = {"tg_pgqueuer_changed": "pgqueuer's own, on its queue: it wakes the workers and writes nothing"}
DELETED_WITH = {"refresh_tokens_session_id_fkey": "a session's tokens are nothing without it, and no history"}
ARRAYS_OF_TEXT = {
    "clients.employment_statuses": "values of an enum",
    "household_members.employment_statuses": "values of an enum",
    "memberships.roles": "values of an enum",
    "access_log.sensitive_fields": "names of columns",
    "service_keys.scopes": "values of an enum",
    "advisor_profiles.skills": "values of an enum",
    "advisor_profiles.languages": "tags of languages",
    "compliance_checklist_catalogue.case_types": "codes of case types",
    "compliance_item_catalogue.case_types": "codes of case types",
    "compliance_checklists.case_types": "codes of case types",
    "compliance_requirements.case_types": "codes of case types",
    "case_workflows.documents": "types of documents",
    "case_stages.approver_roles": "roles",
    "case_stages.depends_on": "codes of stages",
    "case_stages.documents": "types of documents",
    "approvals.roles": "roles",
    "approvals.asked_roles": "roles",
    "case_template_stages.depends_on": "codes of stages",
    "case_template_stages.approver_roles": "values of an enum",
    "case_template_approvals.approver_roles": "values of an enum",
    "debt_type_catalogue.excluded_from": "values of an enum",
    "debt_types.excluded_from": "values of an enum",
    "referrals.shared_categories": "values of an enum",
}


@pytest.fixture(scope="session")
async def catalogue(overseer: "asyncpg.Connection[asyncpg.Record]") -> Catalogue:
    """Read the migrated schema."""
    return await read_catalogue(overseer)


def test_there_is_something_to_look_at(catalogue: Catalogue) -> None:
    assert {"centres", "clients", "cases", "event_log", "users"} <= set(catalogue.tables)
    assert len(catalogue.partitions()) >= 8
    assert {"event_log_maintain", "event_log_confine"} <= {function.name for function in catalogue.functions}


def test_row_security_is_enabled_and_forced(catalogue: Catalogue) -> None:
    lacking = [
        table.name
        for table in [*catalogue.of_centres(), *catalogue.partitions()]
        if not (table.secured and table.forced)
    ]
    assert lacking == []


def test_every_table_of_a_centre_has_the_centre_policy_for_reads_and_writes(catalogue: Catalogue) -> None:
    for table in catalogue.of_centres():
        policy = table.policy("centre")
        assert policy is not None, table.name
        rule = f"({table.centre_column} = {SCOPE})"
        assert (policy.using, policy.check) == (rule, rule), table.name
        assert (policy.permissive, policy.command, policy.roles) == (True, "ALL", APPLICATION), table.name


def test_no_other_policy_shows_the_application_more(catalogue: Catalogue) -> None:
    others = {
        policy.name: (policy.command, policy.using)
        for table in catalogue.of_centres()
        for policy in table.policies
        if policy.permissive and set(policy.roles) & {*APPLICATION, "public"} and policy is not table.policy("centre")
    }
    platform = {f"{name}_platform": ("SELECT", rule) for name, rule in SEEN_FROM_THE_PLATFORM.items()}
    assert others == {**platform, **dict.fromkeys(OTHER_PERMISSIVE, ("SELECT", "true"))}


def test_what_a_client_of_the_portal_reaches_is_decided_for_every_table(catalogue: Catalogue) -> None:
    client = "NULLIF(current_setting('app.client_id'::text, true), ''::text)"
    unset = "(COALESCE(current_setting('app.client_id'::text, true), ''::text) = ''::text)"
    nobody = f"( CASE WHEN {unset} THEN 0 ELSE 1 END <> 1)"
    for table in catalogue.of_centres():
        policy = table.policy("client")
        if table.name in OPEN_TO_CLIENTS:
            assert policy is None, f"{table.name} is not open any more"
        elif table.name in LOGS_CLIENTS_APPEND_TO:
            reads = table.policy("client_reads")
            assert reads is not None, table.name
            assert (reads.permissive, reads.command, reads.roles) == (False, "SELECT", APPLICATION)
        else:
            assert policy is not None, f"{table.name} does not say what clients of the portal reach"
            assert (policy.permissive, policy.command, policy.roles) == (False, "ALL", APPLICATION)
            assert policy.using is not None
            assert client in policy.using or " ".join(policy.using.split()) == nobody, table.name
    assert set(OPEN_TO_CLIENTS) | LOGS_CLIENTS_APPEND_TO <= {table.name for table in catalogue.of_centres()}


def test_the_owner_and_the_search_role_see_rows_but_search_writes_none(catalogue: Catalogue) -> None:
    for table in catalogue.of_centres():
        owner, search = table.policy("owner"), table.policy("search")
        assert owner is not None, table.name
        assert search is not None, table.name
        assert (owner.roles, owner.using, owner.check) == ((OWNER,), "true", "true")
        assert (search.roles, search.command, search.using) == ((SEARCH,), "SELECT", "true")


def test_primary_keys_begin_with_the_centre(catalogue: Catalogue) -> None:
    tables = {table.name for table in catalogue.of_centres()}
    exceptions = {
        index.table
        for index in catalogue.indexes
        if index.primary and index.table in tables and index.columns[0] != "centre_id"
    }
    assert exceptions == set(PRIMARY_KEYS)


def test_unique_keys_begin_with_the_centre(catalogue: Catalogue) -> None:
    tables = {table.name for table in catalogue.of_centres()}
    exceptions = {
        index.name
        for index in catalogue.indexes
        if index.unique and index.table in tables and index.columns[0] != "centre_id"
    }
    assert exceptions == set(UNIQUE_INDEXES)


def test_list_indexes_begin_with_the_centre(catalogue: Catalogue) -> None:
    tables = {table.name for table in catalogue.of_centres()}
    exceptions = {
        index.name
        for index in catalogue.indexes
        if not index.unique and index.table in tables and index.columns[0] != "centre_id"
    }
    assert exceptions == set(INDEXES)


def _keys(catalogue: Catalogue, *, from_centres: bool, to_centres: bool) -> list[ForeignKey]:
    def of_centres(name: str) -> bool:
        return catalogue.tables[name].of_centres and name != "centres"

    return [
        key
        for key in catalogue.foreign_keys
        if of_centres(key.table) is from_centres and of_centres(key.target) is to_centres
    ]


def test_keys_between_tables_of_centres_carry_the_centre(catalogue: Catalogue) -> None:
    found = _keys(catalogue, from_centres=True, to_centres=True)
    assert len(found) >= 10
    for key in found:
        assert (key.columns[0], key.target_columns[0]) == ("centre_id", "centre_id"), key.name
        assert len(key.columns) == 2, key.name


def test_tables_of_centres_refer_to_the_network_by_their_centre_only(catalogue: Catalogue) -> None:
    found = _keys(catalogue, from_centres=True, to_centres=False)
    to_centres = [key for key in found if key.target == "centres"]
    assert {(key.columns, key.target_columns) for key in to_centres} == {(("centre_id",), ("id",))}
    assert {key.name for key in found if key.target != "centres"} == set(KEYS_TO_THE_NETWORK)


def test_the_network_refers_to_no_table_of_centres(catalogue: Catalogue) -> None:
    found = _keys(catalogue, from_centres=False, to_centres=True)
    assert {key.name for key in found} == set(KEYS_FROM_THE_NETWORK)
    (manager,) = found
    assert (manager.columns, manager.target_columns) == (("id", "manager_id"), ("centre_id", "user_id"))


def test_deleting_a_row_changes_no_other(catalogue: Catalogue) -> None:
    # SET NULL would empty centre_id as well; CASCADE would take history with it.
    assert {key.name: key.on_delete for key in catalogue.foreign_keys if key.on_delete != "a"} == dict.fromkeys(
        DELETED_WITH, "c"
    )


def test_the_application_may_select_insert_update_and_rarely_delete(catalogue: Catalogue) -> None:
    allowed = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for table in catalogue.tables.values():
        held = {privilege for role, privilege in table.grants if role in {*APPLICATION, ""}}
        assert held <= allowed, f"{table.name}: {held - allowed}"
        assert not any(role == "" for role, _ in table.grants), f"{table.name} is granted to everybody"
    deleting = {table.name for table in catalogue.tables.values() if ("cma_app", "DELETE") in table.grants}
    assert deleting == {"idempotency_keys", "search_words"}


def test_logs_and_histories_cannot_be_rewritten(catalogue: Catalogue) -> None:
    for name in (*LOGS_CLIENTS_APPEND_TO, "case_status_history"):
        held = {privilege for role, privilege in catalogue.tables[name].grants if role in APPLICATION}
        assert held == {"SELECT", "INSERT"}, name


def test_partitions_are_reached_through_their_table_only(catalogue: Catalogue) -> None:
    for partition in catalogue.partitions():
        assert {role for role, _ in partition.grants} <= {OWNER}, partition.name
        centre = partition.policy("centre")
        assert centre is not None, partition.name
        assert (centre.using, centre.check) == (f"(centre_id = {SCOPE})", None)


def test_tables_that_are_no_centres_are_read_only_or_hidden(catalogue: Catalogue) -> None:
    network = [table for table in catalogue.tables.values() if not table.of_centres and not table.is_partition]
    assert set(HIDDEN) < {table.name for table in network}
    for table in network:
        held = {privilege for role, privilege in table.grants if role in APPLICATION}
        assert held == (set() if table.name in HIDDEN else {"SELECT"}), table.name


def test_everything_is_the_owners(catalogue: Catalogue) -> None:
    assert {table.owner for table in catalogue.tables.values()} == {OWNER}
    assert {function.owner for function in catalogue.functions} <= {OWNER, SEARCH}


def test_functions_that_see_more_have_a_fixed_path_and_chosen_callers(catalogue: Catalogue) -> None:
    for function in catalogue.functions:
        assert "" not in function.executors, f"{function.name} may be called by everybody"
        if function.definer:
            paths = [setting for setting in function.settings if setting.startswith("search_path=")]
            assert paths == ["search_path=public, pg_temp"], function.name


def test_views_show_what_their_reader_may_see(catalogue: Catalogue) -> None:
    assert [name for name, options in catalogue.views.items() if "security_invoker=true" not in options] == []


def test_no_trigger_acts_at_a_distance(catalogue: Catalogue) -> None:
    assert catalogue.triggers == list(TRIGGERS)


def test_an_array_of_text_holds_no_free_text() -> None:
    """Events show arrays in clear, since those there are hold values of enums (persistence/unit_of_work.py)."""
    found = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text)
    }
    assert found == set(ARRAYS_OF_TEXT)


# Roles


async def test_no_role_of_the_application_can_pass_row_security(
    overseer: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    rows = await overseer.fetch(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, "
        "array(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = r.oid) AS member_of "
        "FROM pg_roles r WHERE rolname LIKE 'cma_%' ORDER BY rolname"
    )
    found = {row["rolname"]: tuple(row.values())[1:] for row in rows}
    none: tuple[object, ...] = (False, False, False, False, False, [])
    assert found == {
        "cma_app": none,
        "cma_backup": (False, True, False, False, False, ["pg_read_all_data"]),
        "cma_owner": (False, False, False, False, False, ["cma_search"]),
        "cma_search": none,
        "cma_worker": none,
    }


async def test_the_application_makes_nothing(
    overseer: "asyncpg.Connection[asyncpg.Record]", databases: Databases, template: str
) -> None:
    for role in APPLICATION:
        assert not await overseer.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", role)
        assert not await overseer.fetchval("SELECT has_database_privilege($1, $2, 'TEMP')", role, template)
        assert not await overseer.fetchval("SELECT has_database_privilege($1, $2, 'CREATE')", role, template)
        assert await overseer.fetchval("SELECT has_database_privilege($1, $2, 'CONNECT')", role, template)
    assert databases.superuser


# The rules themselves


@pytest.mark.own_database
async def test_the_look_at_the_schema_sees_what_is_wrong(databases: Databases, own_database: str) -> None:
    connection = await asyncpg.connect(databases.owner(own_database))
    try:
        await connection.execute(
            "CREATE TABLE loose (centre_id uuid, id uuid PRIMARY KEY, of uuid REFERENCES users ON DELETE SET NULL);"
            "GRANT ALL ON loose TO cma_app; GRANT SELECT ON loose TO PUBLIC; GRANT UPDATE (id) ON loose TO cma_worker;"
            "CREATE VIEW seen AS SELECT * FROM clients;"
            "CREATE FUNCTION leaks() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM clients'"
        )
        found = await read_catalogue(connection)
    finally:
        await connection.close()
    loose = found.tables["loose"]
    assert loose.of_centres
    assert (loose.secured, loose.forced, loose.policies) == (False, False, ())
    assert {("cma_app", "TRUNCATE"), ("cma_app", "TRIGGER"), ("", "SELECT"), ("cma_worker", "UPDATE")} <= loose.grants
    assert next(key for key in found.foreign_keys if key.table == "loose").on_delete == "n"
    assert next(index for index in found.indexes if index.table == "loose").columns == ("id",)
    assert found.views["seen"] == ()
    leaks = next(function for function in found.functions if function.name == "leaks")
    assert (leaks.definer, leaks.settings, "" in leaks.executors) == (True, (), True)
