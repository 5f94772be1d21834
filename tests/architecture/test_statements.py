"""Every statement of the product names its centre, leaves out what is deleted and keeps to the actor's sight."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

import pytest
from sqlalchemy import select

from cma_graphql import domain, graph
from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.diary_models import CalendarFeed
from cma_graphql.domain.appointments.models import AppointmentReminder
from cma_graphql.domain.caseload.timeline import TimelineKind
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.clients import sight as rules
from cma_graphql.domain.clients.models import Client, ClientConsent
from cma_graphql.domain.compliance.selectors import CASE_COMPLIANCES
from cma_graphql.domain.every_table import METADATA
from cma_graphql.domain.saved_filters.models import SavedFilter
from cma_graphql.domain.search.kinds import SEARCHED
from cma_graphql.domain.tasks.diary_selectors import DiaryScope, DiaryShape
from cma_graphql.domain.tasks.rules import RULES
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.base import ACTOR_CENTRE, CentreRow, Row
from cma_graphql.persistence.list_statements import ListStatements
from cma_graphql.persistence.listing import LISTINGS, Shape
from cma_graphql.persistence.reads import STATEMENTS, AnySelect, Compiled, Span, Statement, compile_select, live
from support.everything import import_all_of

for rooms in (domain, graph):
    import_all_of(rooms)  # also what the schema does not need: what falls due by itself, what the commands read

_BOARDS: list[tuple[object, ...]] = [(("status",),), (tuple(sorted(CASES.conditions)),)]
# Statements whose shape has parts of its own.
SHAPES: Mapping[str, list[tuple[object, ...]]] = {
    "clients.selectors.lookalikes": [
        signs
        for length in range(1, 5)
        for signs in combinations(("birth_year", "postcode_key", "national_insurance_index", "email_key"), length)
    ],
    "creditors.selectors.register_entries": [(False, False), (True, False), (False, True)],
    "casework.cases_in_hand.open_cases": [("advisor",), ("team",), ("centre",)],
    "documents.selectors.case_of_document": [(False,), (True,)],
    "notes.selectors.place_of_note": [(False,), (True,)],
    "tasks.upkeep_selectors.dates_without_task": [(code,) for code in RULES],
    "tasks.upkeep_selectors.tasks_out_of_step": [(code,) for code in RULES],
    "tasks.diary_selectors.diary_page": [
        (DiaryShape(scope, backward=way, continued=way),) for scope in DiaryScope for way in (False, True)
    ],
    "tasks.diary_selectors.diary_total": [(scope,) for scope in DiaryScope],
    "audit.selectors.entries_by_key": [(False,), (True,)],
    "search.selectors.found": [(kind, words) for kind in SEARCHED for words in (1, 6)],
    "caseload.timeline.timeline_page": [
        (tuple(TimelineKind), backward, continued) for backward in (False, True) for continued in (False, True)
    ],
    "caseload.timeline.timeline_total": [(tuple(TimelineKind),)],
    "caseload.board.board_columns": _BOARDS,
    "caseload.board.board_cards": _BOARDS,
    "compliance.selectors.compliance_counts": [(("today",),), (tuple(sorted(CASE_COMPLIANCES.conditions)),)],
    "compliance.selectors.open_mandatory_items": [("case_id",), ("case_compliance_id",)],
    "compliance.applicable.requirements_to_begin": [(False,), (True,)],
}

# What looks past the actor's sight, each with its reason. An entry that is not needed any more fails, too.
WHOEVER_ASKS: Mapping[str, str] = {
    "clients.selectors.lookalikes": "a duplicate is one whoever sees the other record; only *possible match* is said",
    "clients.selectors.circles": "the audience of an event does not depend on who makes the change",
    "clients.selectors.open_cases": "a client with an open case nobody here sees must not be deleted; a count",
    "cases.selectors.team_users_by_case": "the audience of an event does not depend on who makes the change",
    "staffing.workload.open_cases_by_advisor": "what an advisor carries does not depend on who asks; counts",
    "staffing.cover.covers_to_begin": "asked by the system alone, for everybody of the centre",
    "staffing.cover.covers_to_end": "so is this",
    "cases.sighted.cases_and_teams": "read with who sees each, by which live updates decide for each viewer",
    "documents.sighted.documents_and_cases": "so are documents",
    "clients.sighted.circles_of_clients": "so does that of one about a client without a case",
    "appointments.audience.appointments_whoever_asks": "read with who sees each, as cases are",
    "notes.sighted.notes_and_cases": "so are notes",
    "tasks.sighted.tasks_and_cases": "so are tasks",
    "appointments.selectors.taken_times": "a time that is taken is taken whoever asks; times alone, and keys",
    "appointments.selectors.appointments_of_feed": "of one advisor, who keeps that diary; no client is read",
    "appointments.diary_selectors.feed_by_digest": "asked before anybody is anybody; the token is the authorisation",
    "debts.selectors.debts_of_case": "a case's bound on debts is the same for everybody; a count",
    "documents.bound_selectors.number_of_case_documents": "a case's bound holds for everybody alike; a count",
    "documents.bound_selectors.number_of_documents_from_client": "of a case that is locked, so in sight; a count",
    "documents.bound_selectors.number_of_centre_documents": "so does the centre's; a count",
    "documents.selectors.links_of_document": "of a document that is locked, so in sight; the bound counts them all",
    "documents.bound_selectors.number_of_links_of_debt": "so does a debt's; a count",
    "notes.selectors.attachments_of_note": "of a note that is locked, so in sight; the bound counts them all",
    "notes.selectors.number_of_notes_of_document": "the bound on a document's notes; a count",
    "appointments.note_selectors.number_of_notes_of_appointment": "the bound on an appointment's notes; a count",
    "appointments.selectors.appointments_to_come_by_case": "of a case that is locked: whoever sees who comes to it",
    "appointments.request_selectors.requests_whoever_asks": "read with who sees each, as appointments are",
    "appointments.request_selectors.number_of_open_requests": "a client's bound holds for everybody alike; a count",
    "appointments.request_selectors.open_requests_by_case": "of a case that is locked: they end with it",
    "appointments.request_selectors.open_requests_by_client": "of a client who is locked: they end with the record",
    "appointments.request_selectors.people_to_answer": "who answers a client does not depend on who asks; a key",
    "tasks.selectors.open_tasks_by_case": "of a case that is locked: confidential ones end with it, too",
    "casework.delete_client.appointments_to_come_by_client": "of a client who is locked: they end with the record",
    "casework.delete_client.open_tasks_by_client": "of a client who is locked: confidential ones end with it, too",
    "notes.selectors.confidentiality_of_note": "of the note that one which is locked corrects; one truth value",
    "tasks.selectors.tasks_of_source": "of a note that is locked: whether it has its task, whoever sees that",
    "casework.cases_in_hand.open_cases": "nobody's end may leave a client without an advisor; a count",
    "referrals.selectors.under_way_by_case": "a case is bound by its referrals whoever asks; a count",
    "referrals.selectors.number_by_case": "a case's bound holds for everybody alike; a count",
    "referrals.sighted.referrals_and_cases": "read with who sees each, by which live updates decide for each viewer",
    "auth.standing.standing_of_session": "asked before anybody is anybody; whether a portal's client is recorded",
    "auth.standing.standings_of_sessions": "the same, for many at once",
    "users.selectors.last_deactivation": "a status is the same whoever asks; nothing else of the entry is read",
    "workflow.selectors.document_types_by_case": "of a case that is locked, so in sight; types, no document",
    "workflow.approval_selectors.holders_of_roles": "who could approve does not depend on who asks",
    "auth.selectors.client_of_centre": "asked by whoever invites a client, who sees the whole centre",
}
# What reads tables of cases and clients beside its own, the deleted ones, too.
DELETED_TOO: Mapping[str, str] = {
    "audit.selectors.entries_by_key": "the trail of a deleted record is still a trail",
    "listing of audit_logs": "the same",
    "notes.selectors.confidentiality_of_note": "what corrects a confidential note says what it said, also afterwards",
}
# What reads no table of one centre at all.
NETWORK_WIDE: Mapping[str, str] = {
    "auth.doors": "functions of the database that answer for one person (decision 3)",
    "cases.case_types.case_type_catalogue": "the network's catalogue, read-only",
    "case_templates.copies.template_catalogue": "the network's catalogue, read-only",
    "compliance.copies.framework_catalogue": "the network's catalogue, read-only",
    "compliance.copies.checklist_catalogue": "the network's catalogue, read-only",
    "compliance.copies.item_catalogue": "the network's catalogue, read-only",
    "creditors.selectors.register_entries": "the network's register, read-only",
    "exchange.importing.selectors.entries_by_code": "the same",
    "debts.debt_types.debt_type_catalogue": "the network's catalogue, read-only",
    "debts.selectors.limitation_rules": "the network's rules of limitation, read-only",
    "households.selectors.age_bands_on": "the same: no centre's rows refer to a band by its key",
    "notes.copies.note_category_catalogue": "the network's catalogue, read-only",
    "budgets.catalogue.statement_lines": "the network's catalogue, read-only",
    "budgets.catalogue.payment_frequencies": "the network's catalogue, read-only",
    "budgets.catalogue.statement_parameters": "the network's catalogue, read-only",
}
OTHER_RULES = {
    Membership: "that somebody is a client of the centre is for those who see all of it",
    SavedFilter: "what a person keeps for themselves is nobody else's to see",
    AppointmentReminder: "seen with its appointment, which hangs on a case or a client",
    CalendarFeed: "whose appointments it shows is that person's own matter",
}
SEEN_ABOVE = {"centres", "memberships", "teams", "team_members"}
"""The tables that row security opens to those above the centres."""

RULED = {
    "cases",
    "clients",
    "client_consents",
    "case_team_members",
    "case_status_history",
    "households",
    "household_members",
    "debts",
    "debt_payments",
    "debt_balances",
    "debt_holders",
    "assets",
    "budget_sheets",
    "budget_lines",
    "documents",
    "document_versions",
    "document_debts",
    "notes",
    "note_attachments",
    "appointment_notes",
    "tasks",
    "audit_logs",
    "case_compliance",
    "case_compliance_items",
    "outcomes",
    "case_workflows",
    "case_stages",
    "case_stage_history",
    "approvals",
    "approval_decisions",
    "referrals",
}
DELETABLE = {table.name for table in METADATA.tables.values() if "deleted_at" in table.columns}
NEEDED_BY_SIGHT: Mapping[Sight, set[str]] = {
    Sight.EVERYTHING: set(),
    Sight.CENTRE: {"actor_user"},
    Sight.TEAM: {"actor_user", "actor_teams"},
    Sight.OWN: {"actor_user"},
    Sight.RECORD: {"actor_client"},
    Sight.NOTHING: set(),
}


def name_of(statement: Statement) -> str:
    """Name a statement by its room, module and function; a list's by its table."""
    listing = listing_of(statement)
    if listing is not None:
        return f"listing of {listing.entity.__tablename__}"
    return f"{statement.__module__.removeprefix('cma_graphql.').removeprefix('domain.')}.{statement.__name__}"


def listing_of(statement: Statement) -> ListStatements | None:
    return next((item for item in LISTINGS if statement in (item._page, item._count, item._facet)), None)


def shapes_of(statement: Statement) -> Iterator[tuple[object, ...]]:
    """Answer every shape that matters: each order, direction, parent and span, without filters and with all."""
    listing = listing_of(statement)
    if listing is None:
        parts = SHAPES.get(name_of(statement), [()])
        yield from ((*([span] if span else []), *part) for span in (statement.spans or (None,)) for part in parts)
        return
    everything = tuple(sorted(listing.conditions))
    for parent in (None, *listing.parents):
        beyond = listing.above is not Span.CENTRE and (listing.above is Span.NETWORK or parent == "centre_id")
        for span in (Span.CENTRE, listing.above) if beyond else (Span.CENTRE,):
            if statement is listing._count:
                yield from ((span, filters, parent) for filters in ((), everything))
                continue
            if statement is listing._facet:
                yield from ((span, everything, parent, facet) for facet in listing.facets)
                continue
            for order in listing.orders:
                yield (Shape(span, order, (), False, True, parent),)
                yield (Shape(span, order, everything, True, False, parent),)
                if listing.merged and parent is None:
                    yield (Shape(span, order, everything, True, False, parent, next(iter(listing.merged))),)


def span_of(shape: tuple[object, ...]) -> Span:
    for part in shape:
        if isinstance(part, Span):
            return part
        if isinstance(part, Shape):
            return part.span
    return Span.CENTRE


def tables_in(text: str) -> list[tuple[str, str]]:
    """Find the tables that a statement reads, each with the name it has there, as often as it reads it."""
    found: list[tuple[str, str]] = []
    for table in METADATA.tables:
        matches = re.finditer(rf"(?:\bFROM|\bJOIN|,)\s+{table}(?:\s+AS\s+(\w+))?(?=[\s,)]|$)", text)
        found += [(table, match[1] or table) for match in matches]
    return found


def faults_of(name: str, sight: Sight, span: Span, compiled: Compiled) -> list[str]:  # noqa: C901 - one check after another
    """Tell what a statement forgets."""
    text, faults = compiled.text, list[str]()
    if sight is Sight.NOTHING and re.search(r"\bWHERE false\b", text):
        return faults  # the conditions have come down to this one
    read = tables_in(text)
    for table, alias in read:
        column = f"{alias}.id" if table == "centres" else f"{alias}.centre_id"
        if "centre_id" not in METADATA.tables[table].columns and table != "centres":
            continue
        times = sum(other == alias for _, other in read)
        said = len(re.findall(rf"\b{re.escape(column)} = (?:\$\d+::UUID|\w+\.(?:centre_id|id)|ANY \(\$\d+)", text))
        said += len(re.findall(rf"= {re.escape(column)}(?![\w.])", text))
        if said < times and not (span is Span.NETWORK and table == "centres"):
            faults.append(f"{alias} is read {times} times, and its centre is said {said} times")
        if span is not Span.CENTRE and table not in SEEN_ABOVE:
            faults.append(f"{table} is closed to those above the centres")
        if table in DELETABLE and name not in DELETED_TOO:
            asked = len(re.findall(rf"\b{alias}\.deleted_at IS (?:NOT )?NULL", text))
            if asked < times:
                faults.append(f"{alias} is read {times} times, and deletion is asked about {asked} times")
    if {table for table, _ in read} & RULED and name not in WHOEVER_ASKS:
        lacking = NEEDED_BY_SIGHT[sight] - set(compiled.parameters)
        if lacking:
            faults.append(f"the record rule is missing: {sorted(lacking)}")
        if sight is Sight.NOTHING and "audit_logs" not in dict(read):
            faults.append("whoever sees no record sees some")
        if sight in {Sight.CENTRE, Sight.TEAM} and "restricted" not in text:
            faults.append("restricted cases are not left out")
    return faults


@pytest.mark.parametrize("sight", list(Sight))
def test_every_statement_keeps_to_its_centre_and_sight(sight: Sight) -> None:
    faults: dict[str, list[str]] = {}
    looked_at = 0
    for statement in STATEMENTS:
        name = name_of(statement)
        for shape in shapes_of(statement):
            compiled = statement.compiled.__wrapped__(sight, *shape)  # past the cache, which is the product's
            looked_at += 1
            found = faults_of(name, sight, span_of(shape), compiled)
            if found:
                faults.setdefault(name, found)
    exempt = {"audit.selectors.chain_after"}  # walked as a whole by whoever may verify the trail
    assert {name: found for name, found in faults.items() if name not in exempt} == {}
    assert looked_at > 150


def test_what_looks_past_the_actors_sight_is_listed_and_no_more() -> None:
    known = {name_of(statement) for statement in STATEMENTS}
    assert set(WHOEVER_ASKS) | set(DELETED_TOO) | set(SHAPES) <= known
    for name, statement in ((name_of(statement), statement) for statement in STATEMENTS):
        if name in WHOEVER_ASKS:
            shape = next(iter(shapes_of(statement)))
            parameters = set(statement.compiled.__wrapped__(Sight.TEAM, *shape).parameters)
            assert not NEEDED_BY_SIGHT[Sight.TEAM] <= parameters, f"{name} keeps to the actor's sight after all"


def test_what_reads_no_centre_is_listed_and_no_more() -> None:
    found = set()
    for statement in STATEMENTS:
        texts = [statement.compiled.__wrapped__(Sight.EVERYTHING, *shape).text for shape in shapes_of(statement)]
        tables = {table for text in texts for table, _ in tables_in(text)}
        if not any("centre_id" in METADATA.tables[table].columns or table == "centres" for table in tables):
            name = name_of(statement)
            found.add(name.rpartition(".")[0] if name.startswith("auth.doors") else name)
    assert found == set(NETWORK_WIDE)


def test_whatever_hangs_on_a_case_or_a_client_has_their_rule() -> None:
    for mapper in Row.registry.mappers:
        entity = mapper.class_
        if not issubclass(entity, CentreRow):
            continue
        targets = {key.column.table.name for key in mapper.local_table.foreign_keys}
        hangs = bool(targets & {"cases", "clients"}) or entity in {Case, Client}
        for sight in Sight:
            rule = entity.record_rule(sight)
            if hangs and sight is not Sight.EVERYTHING:
                assert rule is not None, f"{entity.__name__} shows every record to {sight}"
            assert hangs or rule is None or entity in OTHER_RULES


def test_the_rules_read_columns_that_there_are() -> None:
    for table in (rules.CASES, rules.CASE_TEAM):
        model = METADATA.tables[table.name]
        assert {column.name for column in table.columns} <= set(model.columns.keys())


# The rules themselves


@pytest.mark.parametrize(
    ("forgetful", "sight", "fault"),
    [
        (select(Membership.id), Sight.OWN, "centre is said 0 times"),
        (select(Client.id).where(Client.centre_id == ACTOR_CENTRE), Sight.EVERYTHING, "deletion is asked about 0"),
        (
            select(Client.id).where(Client.centre_id == ACTOR_CENTRE, Client.deleted_at.is_(None)),
            Sight.TEAM,
            "record rule is missing",
        ),
        (
            select(Client.id, Case.id).join(Case, Case.client_id == Client.id).where(live(Client, Sight.OWN)),
            Sight.OWN,
            "cases is read 1 times, and its centre",
        ),
        (
            select(ClientConsent.id).where(ClientConsent.centre_id == ACTOR_CENTRE),
            Sight.NOTHING,
            "sees no record sees some",
        ),
    ],
)
def test_a_statement_that_forgets_is_found(forgetful: AnySelect, sight: Sight, fault: str) -> None:
    assert any(fault in found for found in faults_of("a test", sight, Span.CENTRE, compile_select(forgetful)))


def test_a_statement_above_the_centres_reads_what_is_open_there() -> None:
    compiled = compile_select(select(Case.id).where(live(Case, Sight.EVERYTHING, span=Span.CENTRES)))
    assert faults_of("a test", Sight.EVERYTHING, Span.CENTRES, compiled) == [
        "cases is closed to those above the centres"
    ]
