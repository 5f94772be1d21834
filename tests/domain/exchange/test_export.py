"""An export is put on record by whom it may be made, and by nobody else."""

import pytest

from cma_graphql.access.actor import anonymous
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.domain.exchange.export import ExportedList, record_export
from support.acting import Acting
from support.data import Data

CLIENTS = ExportedList(
    name="clients", fields=["id", "lastName"], arguments=["filter.email"], filters='{"email": "a@b"}', operation="Op"
)


@pytest.mark.parametrize("role", [Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER])
async def test_it_is_a_link_of_the_trail_and_an_event(acting: Acting, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    export_id = await acting(actor, record_export, exported=CLIENTS)
    entry = (await acting.audit(centre))[-1]
    assert (entry["action"], entry["entity"], entry["subject_id"]) == ("list.exported", "export", export_id)
    assert entry["changes"]["fields"] == {"old": None, "new": ["id", "lastName"]}
    event = (await acting.events(centre))[-1]
    assert (event["name"], event["actor_id"]) == ("list.exported", actor.user_id)
    assert event["changes"]["operation"] is None
    assert event["audience_after"]["user_ids"] == [str(actor.user_id)]
    assert "a@b" not in str(entry) + str(event)


async def test_centres_and_filters_have_digests_of_their_own(acting: Acting, data: Data) -> None:
    digests = set()
    for _ in range(2):
        centre = await data.a_centre()
        actor = await data.a_member(centre, Role.CENTRE_MANAGER)
        for filters in ("{}", '{"email": "a@b"}', '{"email": "a@b"}'):
            exported = ExportedList(name="clients", fields=[], arguments=[], filters=filters, operation="")
            await acting(actor, record_export, exported=exported)
        digests |= {entry["changes"]["filters_digest"]["new"] for entry in await acting.audit(centre)}
    assert len(digests) == 4


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_others_are_refused_and_leave_nothing(acting: Acting, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    with pytest.raises(Forbidden) as refused:
        await acting(await data.a_member(centre, role), record_export, exported=CLIENTS)
    assert refused.value.permission == "DATA_EXPORT"
    assert await acting.audit(centre) == await acting.events(centre) == []


async def test_a_key_needs_the_scope_and_nobody_is_nobody(acting: Acting, data: Data) -> None:
    centre = await data.a_centre()
    with pytest.raises(Forbidden):
        await acting(await data.a_service(centre, Permission.CLIENT_READ), record_export, exported=CLIENTS)
    await acting(await data.a_service(centre, Permission.DATA_EXPORT), record_export, exported=CLIENTS)
    assert [entry["actor_kind"] for entry in await acting.audit(centre)] == ["SERVICE"]
    with pytest.raises(Unauthenticated):
        await acting(anonymous(), record_export, exported=CLIENTS)
