"""What hangs together can be followed in both directions, and what happened to a record leads back to it."""

from collections.abc import Mapping

from graphql import GraphQLObjectType, get_named_type

from cma_graphql import domain
from cma_graphql.core.events import Event
from cma_graphql.graph.node import NODE_KINDS
from cma_graphql.graph.schema import make_schema
from support.everything import import_all_of

# Relations without a way back, each with its reason. An entry that is not needed any more fails, too.
ONE_WAY: Mapping[tuple[str, str], str] = {
    ("Asset", "Client"): "a shortcut: from a client one goes by the cases, whose assets they are",
    ("BudgetSheet", "Client"): "a shortcut: from a client one goes by the cases, whose statements they are",
    ("CaseCompliance", "Client"): "a shortcut: from a client one goes by the cases, whose checklists they are",
    ("CaseCompliance", "ComplianceChecklist"): "`complianceOverview(filter: {checklist})` lists them, with counts",
    ("CaseCompliance", "ComplianceFramework"): "`complianceOverview(filter: {framework})` lists them, with counts",
    ("AppointmentRequest", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("BudgetSheet", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("Client", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("ComplianceItem", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("Consent", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("Debt", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("Outcome", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("CaseTemplateVersion", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("Referral", "Client"): "a shortcut: from a client one goes by the cases, whose referrals they are",
    ("Referral", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("ServiceKey", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("CaseloadImport", "Membership"): "who did it: `auditLogs(filter: {actor})` lists what a person did",
    ("CaseloadImport", "Document"): "`caseloadImports` lists the few that a centre has, each with its file",
    ("CaseWorkflow", "CaseTemplateVersion"): "a version never changes, whatever cases began with it",
    ("WorkflowStage", "Membership"): "`workflowStages(filter: {assignee})` lists a person's",
    ("Approval", "Membership"): "`approvals(filter: {requester})` lists a person's; `approvalsAwaitingMe` one's own",
    ("NoteTemplate", "NoteCategory"): "`noteTemplates` lists the few that a centre has, each with its category",
    ("Centre", "Membership"): "a centre's people see that centre alone: `me { centre }`",
    ("Centre", "Team"): "a centre's people see that centre alone: `me { centre }`",
}


NO_RECORD = {"export"}
"""Acts that leave no record but their entry: an export is found in the trail and in the access log alone."""


def relations() -> set[tuple[str, str]]:
    """Answer which types of node lead to which, a list's type standing for its items'."""
    kinds = make_schema()._schema.type_map
    nodes = {kind.type.__strawberry_definition__.name for kind in NODE_KINDS.values()}
    found = set()
    for name in nodes:
        kind = kinds[name]
        assert isinstance(kind, GraphQLObjectType)
        for field in kind.fields.values():
            target = get_named_type(field.type).name.removesuffix("Connection")
            if target in nodes and target != name:
                found.add((name, target))
    return found


def test_every_relation_has_a_way_back() -> None:
    found = relations()
    # A history's entries lead back by `subject`, which is a node of any type.
    one_way = {(here, there) for here, there in found if (there, here) not in found and there != "AuditEntry"}
    assert one_way == set(ONE_WAY)
    assert len(found) > 40


def test_an_event_names_its_record_as_ids_do() -> None:
    import_all_of(domain)
    events = [Event]
    for kind in events:
        events += kind.__subclasses__()
    ours = [kind for kind in events if kind.__module__.startswith(domain.__name__)]  # tests make others
    entities = {kind.entity for kind in ours if "entity" in vars(kind)}
    assert entities - set(NODE_KINDS) == NO_RECORD
    assert len(entities) > 15
