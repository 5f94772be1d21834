"""The enums of documents, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.documents.models import AccessLevel, DocumentType, UploadState
from cma_graphql.graph.enums import described

__all__ = ["AccessLevel", "DocumentOrder", "DocumentType", "UploadState"]

described(
    DocumentType,
    "What a document is to the work on a case.",
    {
        "IDENTITY": "A passport, a driving licence, another proof of who somebody is.",
        "PROOF_OF_ADDRESS": "A bill, a council's letter, another proof of where somebody lives.",
        "PROOF_OF_INCOME": "A payslip, a pension statement, accounts.",
        "BANK_STATEMENT": "A statement of a bank account.",
        "CREDITOR_LETTER": "A letter of a creditor or a collector.",
        "COURT_PAPER": "A claim form, a judgment, an order.",
        "ENFORCEMENT_NOTICE": "A notice of bailiffs, of eviction, of disconnection.",
        "BENEFIT_LETTER": "A decision on a benefit.",
        "TENANCY_OR_MORTGAGE": "A tenancy agreement, a mortgage statement.",
        "AUTHORITY_TO_ACT": "The client's signed authority to act for them.",
        "CONSENT_FORM": "A signed consent to the use of data.",
        "FINANCIAL_STATEMENT": "A budget as it was sent, such as a Standard Financial Statement.",
        "ADVICE_LETTER": "The centre's own letter confirming its advice.",
        "CASELOAD_CSV": "A caseload to import; it belongs to no case.",
        "OTHER": "Something else.",
    },
)
described(
    AccessLevel,
    "Which of the centre's staff see a document. Managers and compliance officers see all of them.",
    {
        "CASE_TEAM": "The case's advisor and team; auditors, and programs with the permission, too.",
        "MANAGERS_AND_COMPLIANCE": "Managers and compliance officers alone: confidential.",
        "CENTRE": "Whoever sees the case.",
    },
)
described(
    UploadState,
    "How far the file of a version has come.",
    {
        "PENDING": "Announced; the file is awaited.",
        "SCANNING": "The file has come and is being looked at.",
        "AVAILABLE": "The file is what it was said to be, and can be downloaded.",
        "QUARANTINED": "The file is not what it claims to be: nobody can download it.",
        "FAILED": "The file is not the one that was announced, by its size or its SHA-256: nobody can download it.",
        "DELETED": "The file was deleted when its time was over.",
    },
)


class DocumentOrder(StrEnum):
    """The orders a list of documents can be in."""

    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    DocumentOrder,
    "The orders a list of documents can be in.",
    {"CREATED_AT_ASC": "Oldest first.", "CREATED_AT_DESC": "Newest first."},
)
