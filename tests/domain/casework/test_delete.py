"""A case goes only where nothing is going on, its number and history stay, and it comes back as it was."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Invalid, NotFound
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.selectors import DELETED_CASES, cases_by_id
from cma_graphql.domain.casework.delete import delete_case, restore_case
from cma_graphql.domain.casework.update import update_case
from cma_graphql.persistence.window import Window
from support.acting import Acting
from support.data import Data


async def test_a_deleted_case_is_gone_until_it_is_restored(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="CLOSED")
    before = await acting.case(case_id)
    await acting(manager, delete_case, case_id=case_id, version=1, reason="Twice")
    row = await acting.case(case_id)
    assert (row["deleted_by"], row["version"], row["case_number"]) == (manager.user_id, 2, before["case_number"])
    async with acting.database.read(manager) as reader:
        assert await cases_by_id(reader, [case_id]) == [None]
        page = await DELETED_CASES.page(reader, order="DELETED_AT_DESC", window=Window(), filters={})
        assert [record["key"] for record in page.rows] == [case_id]
        assert await page.count() == 1
    with pytest.raises(NotFound):
        await acting(manager, update_case, case_id=case_id, version=2, edits={"title": "Rent"})
    with pytest.raises(NotFound):
        await acting(manager, delete_case, case_id=case_id, version=2, reason="Twice")
    with pytest.raises(Conflict):
        await acting(manager, restore_case, case_id=case_id, version=1)
    await acting(manager, restore_case, case_id=case_id, version=2)
    after = await acting.case(case_id)
    assert {**after, "version": 1, "updated_at": None, "updated_by": None} == {
        **before,
        "updated_at": None,
        "updated_by": None,
    }
    assert after["version"] == 3
    with pytest.raises(NotFound):
        await acting(manager, restore_case, case_id=case_id, version=3)
    deleted, restored = await acting.events(centre)
    assert (deleted["name"], restored["name"]) == ("case.deleted", "case.restored")
    assert deleted["audience_before"]["user_ids"] == restored["audience_after"]["user_ids"] == [str(advisor.user_id)]
    assert (deleted["audience_after"], restored["audience_before"]) == (None, None)
    assert (await acting.audit(centre))[0]["changes"]["reason"] == {"old": None, "new": "Twice"}


@pytest.mark.parametrize("status", list(CaseStatus))
async def test_a_case_with_work_under_way_is_not_deleted(data: Data, acting: Acting, status: CaseStatus) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre, status=status.value)
    if status in {CaseStatus.NEW, CaseStatus.CLOSED, CaseStatus.CANCELLED}:
        await acting(manager, delete_case, case_id=case_id, version=1, reason="Twice")
        return
    with pytest.raises(Invalid) as refused:
        await acting(manager, delete_case, case_id=case_id, version=1, reason="Twice")
    assert (refused.value.rule, refused.value.params) == ("case-open", {"status": status.value})
    assert (await acting.case(case_id))["deleted_at"] is None


@pytest.mark.parametrize("needed", ["compliance_required", "legal_review_required"])
async def test_a_new_case_with_a_review_to_come_is_not_deleted(data: Data, acting: Acting, needed: str) -> None:
    review: dict[str, Any] = {needed: True}
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    new = await data.a_case(centre, **review)
    with pytest.raises(Invalid) as refused:
        await acting(manager, delete_case, case_id=new, version=1, reason="Twice")
    assert refused.value.rule == "requirement-open"
    cancelled = await data.a_case(centre, status="CANCELLED", **review)
    await acting(manager, delete_case, case_id=cancelled, version=1, reason="Twice")


async def test_a_deletion_has_a_reason(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    with pytest.raises(Invalid) as refused:
        await acting(manager, delete_case, case_id=case_id, version=1, reason="")
    assert (refused.value.field, refused.value.rule) == ("reason", "blank")


async def test_a_case_comes_back_after_its_client_only(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    case_id = await data.a_case(centre, client_id=client)
    await acting(manager, delete_case, case_id=case_id, version=1, reason="Twice")
    await acting.rows.execute("UPDATE clients SET deleted_at = now() WHERE id = $1", client)
    with pytest.raises(Invalid) as refused:
        await acting(manager, restore_case, case_id=case_id, version=2)
    assert (refused.value.field, refused.value.rule) == ("id", "client-deleted")


async def test_who_restores_cases(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="CLOSED")
    await acting(manager, delete_case, case_id=case_id, version=1, reason="Twice")
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    assert [
        await acting.attempt(actor, restore_case, case_id=case_id, version=2) for actor in (advisor, stranger, manager)
    ] == ["Forbidden", "NotFound", "done"]
