"""Plausible papers: what people bring to an adviser, what creditors and courts send, what the centre writes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from cma_graphql.demo.files import bank_statement, caseload_csv, pdf_page, png_scan
from cma_graphql.domain.documents.models import AccessLevel, DocumentType

PDF, PNG, CSV, TEXT = "application/pdf", "image/png", "text/csv; charset=utf-8", "text/plain; charset=utf-8"
_TEAM, _CENTRE, _HIDDEN = AccessLevel.CASE_TEAM, AccessLevel.CENTRE, AccessLevel.MANAGERS_AND_COMPLIANCE


class Fate(StrEnum):
    """What becomes of a paper's file."""

    KEPT = "KEPT"
    NEVER_SENT = "NEVER_SENT"
    ALTERED = "ALTERED"
    """It comes as another file than the one that was announced."""
    DISGUISED = "DISGUISED"
    """It is not what its name says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """One kind of papers."""

    title: str
    document_type: DocumentType
    stem: str
    """What its file is called, but for the ending."""
    media_type: str = PDF
    tags: tuple[str, ...] = ()
    access_level: AccessLevel = _TEAM
    shared: bool = False
    of_debt: bool = False
    """Whether it is evidence of a debt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausiblePaper:
    """A paper with its file."""

    kind: PaperKind
    file_name: str
    content: bytes
    fate: Fate = Fate.KEPT


KINDS = (
    PaperKind(
        title="Passport", document_type=DocumentType.IDENTITY, stem="passport", media_type=PNG, access_level=_CENTRE
    ),
    PaperKind(title="Council tax bill", document_type=DocumentType.PROOF_OF_ADDRESS, stem="council-tax-bill"),
    PaperKind(title="Payslip", document_type=DocumentType.PROOF_OF_INCOME, stem="payslip", tags=("income",)),
    PaperKind(
        title="Bank statement",
        document_type=DocumentType.BANK_STATEMENT,
        stem="statement",
        media_type=CSV,
        tags=("income", "spending"),
    ),
    PaperKind(
        title="Letter of demand",
        document_type=DocumentType.CREDITOR_LETTER,
        stem="demand",
        tags=("arrears",),
        access_level=_CENTRE,
        of_debt=True,
    ),
    PaperKind(
        title="Claim form of the county court",
        document_type=DocumentType.COURT_PAPER,
        stem="n1-claim",
        tags=("court", "urgent"),
        access_level=_CENTRE,
        of_debt=True,
    ),
    PaperKind(
        title="Notice of enforcement",
        document_type=DocumentType.ENFORCEMENT_NOTICE,
        stem="notice-of-enforcement",
        media_type=PNG,
        tags=("bailiffs", "urgent"),
        access_level=_CENTRE,
        of_debt=True,
    ),
    PaperKind(title="Award of Universal Credit", document_type=DocumentType.BENEFIT_LETTER, stem="uc-award"),
    PaperKind(title="Tenancy agreement", document_type=DocumentType.TENANCY_OR_MORTGAGE, stem="tenancy"),
    PaperKind(
        title="Authority to act, signed",
        document_type=DocumentType.AUTHORITY_TO_ACT,
        stem="authority-signed",
        media_type=PNG,
        access_level=_CENTRE,
        shared=True,
    ),
    PaperKind(title="Consent to advice", document_type=DocumentType.CONSENT_FORM, stem="consent", shared=True),
    PaperKind(
        title="Standard Financial Statement",
        document_type=DocumentType.FINANCIAL_STATEMENT,
        stem="sfs",
        access_level=_CENTRE,
        shared=True,
    ),
    PaperKind(title="What we advised, and why", document_type=DocumentType.ADVICE_LETTER, stem="advice", shared=True),
    PaperKind(
        title="Note on a worrying call",
        document_type=DocumentType.OTHER,
        stem="note",
        media_type=TEXT,
        tags=("safeguarding",),
        access_level=_HIDDEN,
    ),
)
"""What lies in cases."""
HANDED_IN = PaperKind(
    title="Photograph of a letter", document_type=DocumentType.CREDITOR_LETTER, stem="photo", media_type=PNG
)
"""What a client sends through the portal."""
CASELOAD = PaperKind(
    title="Cases of the former system",
    document_type=DocumentType.CASELOAD_CSV,
    stem="caseload",
    media_type=CSV,
    access_level=_HIDDEN,
)
"""What belongs to no case."""
ENDINGS = {PDF: "pdf", PNG: "png", CSV: "csv", TEXT: "txt"}


def make_paper(random: Random, kind: PaperKind, person: str, *, year: int) -> PlausiblePaper:
    """Make a paper of one kind, in a person's name."""
    month = random.randint(1, 12)
    file_name = f"{kind.stem}-{year}-{month:02d}.{ENDINGS[kind.media_type]}"
    return PlausiblePaper(kind=kind, file_name=file_name, content=_content(random, kind, person, year, month))


def papers_of_case(random: Random, person: str, most: int, *, year: int) -> list[PlausiblePaper]:
    """Make up to so many papers of a case, each of another kind."""
    chosen = random.sample(KINDS, random.randint(1, most))
    return [make_paper(random, kind, person, year=year) for kind in chosen]


def mishaps(random: Random, person: str, *, year: int) -> Iterator[PlausiblePaper]:
    """Make papers with which something goes wrong, one of each sort."""
    for fate, title in (
        (Fate.NEVER_SENT, "Payslip to come"),
        (Fate.ALTERED, "Loan agreement, altered on its way"),
        (Fate.DISGUISED, "Bill that is none"),
    ):
        kind = PaperKind(title=title, document_type=DocumentType.OTHER, stem="upload")
        yield replace(make_paper(random, kind, person, year=year), fate=fate)


def _content(random: Random, kind: PaperKind, person: str, year: int, month: int) -> bytes:
    match kind.media_type:
        case "image/png":
            return png_scan(random)
        case "text/csv; charset=utf-8" if kind is CASELOAD:
            return caseload_csv([person] * 3)
        case "text/csv; charset=utf-8":
            return bank_statement(random, year=year, month=month)
        case "text/plain; charset=utf-8":
            return f"{person} called and was afraid of whoever stood beside them. Call back alone.\n".encode()
        case _:
            lines = (f"For {person}", f"Dated {year}-{month:02d}-{random.randint(1, 28):02d}", "", "A demonstration.")
            return pdf_page(kind.title, lines)
