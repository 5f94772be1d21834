"""A query is read as an export, or refused by the name of what has no place in one."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLError

from cma_graphql.graph.exchange.export_plan import ExportPlan, plan_export
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import RequestRefused


def planned(schema: strawberry.Schema, query: str, **variables: Any) -> ExportPlan:
    prepared = Documents(schema, Limits(), suggestions=False).prepare(query)
    operations = Operations(schema, suggestions=False)
    return plan_export(operations.executor(prepared, prepared.operation(None), variables))


def refusal_of(schema: strawberry.Schema, query: str, **variables: Any) -> GraphQLError:
    with pytest.raises(RequestRefused) as raised:
        planned(schema, query, **variables)
    [refusal] = raised.value.errors
    return refusal


REFUSED = [
    ("mutation { logout { replayed } }", "query", None),
    ("{ cases { edges { node { id } } } clients { edges { node { id } } } }", "one-list", None),
    ("{ me { user { id } } }", "connection", "me"),
    ("{ __typename }", "connection", "__typename"),
    ("{ __schema { queryType { name } } }", "connection", "__schema"),
    ("{ caseTypes { id } }", "connection", "caseTypes"),
    ("{ cases(first: 3) { edges { node { id } } } }", "paging", "cases.first"),
    ('{ cases(after: "x") { edges { node { id } } } }', "paging", "cases.after"),
    ("query ($n: Int = 5) { cases(last: $n) { edges { node { id } } } }", "paging", "cases.last"),
    ("{ cases { totalCount edges { node { id } } } }", "rows-only", "cases.totalCount"),
    ("{ cases { pageInfo { endCursor } edges { node { id } } } }", "rows-only", "cases.pageInfo"),
    ("{ cases { facets { byStatus { count } } edges { node { id } } } }", "rows-only", "cases.facets"),
    ("{ cases { edges { cursor node { id } } } }", "rows-only", "cases.edges.cursor"),
    ("{ cases { a: edges { node { id } } b: edges { node { id } } } }", "one-selection", "cases.edges"),
    ("{ cases { edges { a: node { id } b: node { id } } } }", "one-selection", "cases.edges.node"),
    ("{ cases { __typename } }", "one-selection", "cases.edges"),
    ("{ cases { edges { node { __typename } } } }", "columns", "cases"),
    ("{ cases { edges { node { x: teamMembers { addedAt } } } } }", "several-records", "teamMembers"),
    ("{ cases { edges { node { client { consents { id } } } } } }", "several-records", "client.consents"),
    ("{ cases { edges { node { history { totalCount } } } } }", "several-records", "history"),
    ("{ auditLogs { edges { node { subject { id } } } } }", "varying-type", "subject"),
]


@pytest.mark.parametrize(("query", "rule", "place"), REFUSED)
def test_what_has_no_place_in_a_file_is_refused_by_name(
    schema: strawberry.Schema, query: str, rule: str, place: str | None
) -> None:
    refusal = refusal_of(schema, query)
    wanted = {"code": "NOT_EXPORTABLE", "rule": rule}
    assert refusal.extensions == (wanted if place is None else {**wanted, "field": place})
    assert place is None or place.rpartition(".")[2] in refusal.message or rule in {"columns", "paging"}


def test_paging_that_is_declared_and_not_given_is_none(schema: strawberry.Schema) -> None:
    query = "query ($n: Int, $after: String) { cases(first: $n, after: $after, last: null) { edges { node { id } } } }"
    assert planned(schema, query).root.arguments == ()
    assert planned(schema, query, n=None).arguments == ()
    refusal = refusal_of(schema, query, after="x")
    assert refusal.extensions is not None
    assert refusal.extensions["field"] == "cases.after"


def test_only_what_its_type_keeps_from_being_a_formula_goes_without_apostrophe(schema: strawberry.Schema) -> None:
    query = """{ cases { edges { node { id title estimatedValue version openedOn createdAt status restricted
        client { employmentStatuses fullName } } } } }"""
    plan = planned(schema, query)
    assert {column.name for column in plan.columns if not column.typed} == {"id", "title", "client.fullName"}
    values = {name: None for name in plan.header if "." not in name}
    node = {**values, "title": "-1", "estimatedValue": "-1.00", "version": -1, "client": None}
    line = dict(zip(plan.header, next(plan.lines({"cases": {"edges": [{"node": node}]}})), strict=True))
    assert (line["title"], line["estimatedValue"], line["version"]) == ("'-1", "-1.00", "-1")
    assert (line["client.fullName"], line["client.employmentStatuses"]) == ("", "")


def test_what_is_told_of_an_export_is_told_in_words_of_the_schema(schema: strawberry.Schema) -> None:
    query = """query ($filter: CaseFilter, $order: CaseOrder! = OPENED_ON_DESC) {
        x: cases(filter: $filter, orderBy: $order) { edges { node { mrsSmith: title c: client { d: fullName } } } } }"""
    plan = planned(schema, query, filter={"open": True, "status": ["NEW"]})
    assert plan.list_name == "cases"
    assert plan.header == ["mrsSmith", "c.d"]
    assert [column.field for column in plan.columns] == ["title", "client.fullName"]
    assert plan.arguments == ("filter.open", "filter.status", "orderBy")
    assert plan.filters == '{"filter": {"open": true, "status": ["NEW"]}, "orderBy": "OPENED_ON_DESC"}'


def test_the_same_filter_is_the_same_however_it_was_written(schema: strawberry.Schema) -> None:
    literal = "{ cases(orderBy: OPENED_ON_DESC, filter: { status: [NEW], open: true }) { edges { node { id } } } }"
    partly = """query ($s: [CaseStatus!]) {
        cases(filter: { open: true, status: $s }, orderBy: OPENED_ON_DESC) { edges { node { id } } } }"""
    assert planned(schema, literal).filters == planned(schema, partly, s=["NEW"]).filters
    assert planned(schema, literal).filters != planned(schema, partly, s=["CLOSED"]).filters
    assert planned(schema, partly).arguments == ("filter.open", "filter.status", "orderBy")


def test_a_document_of_several_fragments_is_one_list(schema: strawberry.Schema) -> None:
    query = """query { ...A ...B } fragment A on Query { cases { edges { node { id } } } }
        fragment B on Query { cases { edges { node { title client { id } } } } ...C }
        fragment C on Query { cases { edges { node { client { fullName } } } } }"""
    assert planned(schema, query).header == ["id", "title", "client.id", "client.fullName"]


def test_a_root_field_that_is_left_out_is_none(schema: strawberry.Schema) -> None:
    query = """query ($no: Boolean!) { cases { edges { node { id } } }
        clients @include(if: $no) { edges { node { id } } } }"""
    assert planned(schema, query, no=False).list_name == "cases"
    refusal = refusal_of(schema, query, no=True)
    assert refusal.extensions is not None
    assert refusal.extensions["rule"] == "one-list"
