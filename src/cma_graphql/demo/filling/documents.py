"""The documents of filled cases: their rows alone. There are no files behind them, so none can be downloaded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import orjson

from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.demo.papers import ENDINGS, KINDS, PaperKind
from cma_graphql.domain.documents.models import AccessLevel, Document, DocumentDebt, DocumentVersion, UploadState
from cma_graphql.integrations.storage.port import StorageKey

_HOW_MANY = (0, 1, 1, 2, 2, 3)
_STATES = (UploadState.AVAILABLE, UploadState.PENDING, UploadState.FAILED, UploadState.QUARANTINED)
_HOW_OFTEN = (970, 20, 5, 5)


def fill_documents(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather up to three documents a case, each with one version; what creditors and courts sent is linked to a debt.

    Those that may serve as evidence are noted at their case.
    """
    for case in cases:
        for kind in random.sample(KINDS, random.choice(_HOW_MANY)):
            _add(rows, centre, random, case, kind)


def _add(rows: Rows, centre: FilledCentre, random: Random, case: FilledCase, kind: PaperKind) -> None:
    document_id = new_id()
    at = case.opened_at + timedelta(minutes=random.randint(10, 600))
    state: UploadState = random.choices(_STATES, _HOW_OFTEN)[0]
    available = state is UploadState.AVAILABLE
    rows.add(
        Document,
        centre_id=centre.centre_id,
        id=document_id,
        case_id=case.case_id,
        client_id=case.client_id,
        title=kind.title,
        document_type=kind.document_type.value,
        access_level=kind.access_level.value,
        shared_with_client=kind.shared,
        from_client=random.random() < 1 / 50,
        tags=orjson.dumps(kind.tags).decode(),
        upload_state=state.value,
        current_version=1 if available else None,
        versions_made=1,
        **tracked(at, case.advisor_id),
    )
    refused = (
        {
            "failure_field": "sha256",
            "failure_rule": "sha256-mismatch",
            "failure_reason": "The file was changed on its way.",
        }
        if state in {UploadState.FAILED, UploadState.QUARANTINED}
        else {}
    )
    rows.add(
        DocumentVersion,
        centre_id=centre.centre_id,
        id=new_id(),
        document_id=document_id,
        client_id=case.client_id,
        number=1,
        file_name=f"{kind.stem}.{ENDINGS[kind.media_type]}",
        declared_media_type=kind.media_type,
        verified_media_type=kind.media_type if available else None,
        size=random.randint(2_000, 900_000),
        sha256=sha256(document_id.bytes).hexdigest(),
        storage_key=StorageKey.of_new(centre.centre_id, document_id).text,
        encryption_key_id=str(centre.ring.newest.key_id) if available else None,
        upload_state=state.value,
        requested_at=at,
        requested_by=case.advisor_id,
        completed_at=None if state is UploadState.PENDING else at,
        **refused,
    )
    if kind.of_debt and case.debts:
        _link(rows, centre, random, case, document_id, at)
    if available and kind.access_level is not AccessLevel.MANAGERS_AND_COMPLIANCE:
        case.papers.append(document_id)


def _link(  # noqa: PLR0917 - what a link is made of
    rows: Rows, centre: FilledCentre, random: Random, case: FilledCase, document_id: object, at: datetime
) -> None:
    rows.add(
        DocumentDebt,
        centre_id=centre.centre_id,
        id=new_id(),
        document_id=document_id,
        debt_id=random.choice(case.debts),
        client_id=case.client_id,
        linked_at=at,
        linked_by=case.advisor_id,
    )
