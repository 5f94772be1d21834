"""A client is deleted so that the record stays, is listed among the deleted, and is restored."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import events_of

DELETE = document("clientDelete")
RESTORE = document("clientRestore")
DELETED = document("deletedClients")
CLIENT = "query ($id: ID!) { client(id: $id) { id } node(id: $id) { id } clients { totalCount } }"


async def _run(graph: Graph, operation: str, actor: Actor, client: UUID, version: int = 1, **more: Any) -> Any:
    answer = await graph.run(
        operation, as_=actor, input={"id": write_id("client", client), "expectedVersion": version, **more}
    )
    assert answer.errors == []
    (payload,) = answer.data.values()
    return payload


async def test_a_deleted_client_is_gone_from_everywhere_but_the_deleted(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre, first_name="Amara", last_name="Okafor", reference="LEEDS1-C-7")
    deleted = await _run(graph, DELETE, manager, client)
    assert deleted["errors"] == []
    shown = deleted["deletedClient"]
    assert shown.pop("deletedAt") is not None
    assert shown == {
        "id": write_id("client", client),
        "reference": "LEEDS1-C-7",
        "firstName": "Amara",
        "lastName": "Okafor",
        "version": 2,
        "deleter": {"id": write_id("membership", manager.user_id)},
    }
    answer = await graph.run(CLIENT, as_=manager, id=write_id("client", client))
    assert answer.data == {"client": None, "node": None, "clients": {"totalCount": 0}}
    listed = (await graph.run(DELETED, as_=manager)).data["deletedClients"]
    assert (listed["totalCount"], listed["edges"][0]["node"]["reference"]) == (1, "LEEDS1-C-7")


async def test_restoring_brings_back_the_client_with_everything(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    await _run(graph, DELETE, manager, client)
    restored = await _run(graph, RESTORE, manager, client, version=2)
    assert (restored["errors"], restored["client"]["version"]) == ([], 3)
    answer = await graph.run(document("client"), as_=manager, id=write_id("client", client))
    assert answer.data["client"]["dataConsent"] is True
    assert (await graph.run(DELETED, as_=manager)).data["deletedClients"]["totalCount"] == 0
    deleted, back = await events_of(data, centre)
    assert (deleted.name, deleted.version, deleted.audience_after) == ("client.deleted", 2, None)
    assert deleted.audience_before["client_id"] == str(client)
    assert (back.name, back.version, back.audience_before) == ("client.restored", 3, None)
    assert back.audience_after == deleted.audience_before
    assert set(back.changes) == {"deleted_at", "deleted_by"}


async def test_the_last_deleted_come_first_and_page(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    clients = [await data.a_client(centre) for _ in range(3)]
    for client in clients:
        await _run(graph, DELETE, manager, client)
    page = (await graph.run(DELETED, as_=manager, first=2)).data["deletedClients"]
    ids = [edge["node"]["id"] for edge in page["edges"]]
    assert ids == [write_id("client", clients[2]), write_id("client", clients[1])]
    rest = (await graph.run(DELETED, as_=manager, after=page["pageInfo"]["endCursor"])).data["deletedClients"]
    assert [edge["node"]["id"] for edge in rest["edges"]] == [write_id("client", clients[0])]


@pytest.mark.parametrize("status", ["NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "REOPENED", "REFERRED"])
async def test_an_open_case_keeps_its_client(graph: Graph, data: Data, status: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, status=status, restricted=True)
    await data.a_case(centre, client_id=client, status="CLOSED")
    (error,) = (await _run(graph, DELETE, manager, client))["errors"]
    assert (error["rule"], error["path"]) == ("open-cases", ["input", "id"])
    assert error["parameters"] == [{"name": "count", "value": "1"}]
    assert await events_of(data, centre) == []
    assert (await graph.run(CLIENT, as_=manager, id=write_id("client", client))).data["clients"]["totalCount"] == 1


async def test_ended_cases_do_not(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    for status in ("CLOSED", "CANCELLED"):
        await data.a_case(centre, client_id=client, status=status)
    assert (await _run(graph, DELETE, manager, client))["errors"] == []


@pytest.mark.parametrize("operation", [DELETE, RESTORE])
@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_only_managers_delete_and_restore(graph: Graph, data: Data, role: Role, operation: str) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    client = await data.a_client(centre, recorded_by=actor.user_id)
    (error,) = (await _run(graph, operation, actor, client))["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_DELETE")
    assert await events_of(data, centre) == []
    answer = await graph.run(DELETED, as_=actor)
    assert answer.codes == ["FORBIDDEN"]


async def test_another_centres_client_is_not_found_alive_or_deleted(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    mine = await data.a_member(here, Role.CENTRE_MANAGER)
    stranger = await data.a_member(there, Role.CENTRE_MANAGER)
    client = await data.a_client(here)
    (error,) = (await _run(graph, DELETE, stranger, client))["errors"]
    assert error["__typename"] == "NotFoundError"
    await _run(graph, DELETE, mine, client)
    (error,) = (await _run(graph, RESTORE, stranger, client, version=2))["errors"]
    assert error["__typename"] == "NotFoundError"
    assert (await graph.run(DELETED, as_=stranger)).data["deletedClients"]["totalCount"] == 0


async def test_state_and_version_are_asked(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    for operation, version, kind in (
        (RESTORE, 1, "NotFoundError"),
        (DELETE, 7, "ConflictError"),
        (DELETE, 1, None),
        (DELETE, 2, "NotFoundError"),
        (RESTORE, 1, "ConflictError"),
        (RESTORE, 2, None),
    ):
        errors = (await _run(graph, operation, manager, client, version=version))["errors"]
        assert [error["__typename"] for error in errors] == ([kind] if kind else [])
    assert [event.name for event in await events_of(data, centre)] == ["client.deleted", "client.restored"]


async def test_a_replay_deletes_nothing_twice(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    first = await _run(graph, DELETE, manager, client, idempotencyKey="gone")
    again = await _run(graph, DELETE, manager, client, idempotencyKey="gone")
    assert (again["replayed"], again["deletedClient"]) == (True, first["deletedClient"])
    await _run(graph, RESTORE, manager, client, version=2)
    after = await _run(graph, DELETE, manager, client, idempotencyKey="gone")
    assert (after["replayed"], after["deletedClient"]) == (True, None)
    assert len(await events_of(data, centre)) == 2
