"""What a story is told over: live updates, people who are signed in, a store of files."""

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.node import write_id
from cma_graphql.integrations.storage.folder import FolderStore
from graph.live.conftest import access_log, bus, following, soon
from stories.telling import Cast, Somebody, Story
from support.asking import Graph
from support.data import Data
from support.following import Following
from support.signing_in import SigningIn

__all__ = ["access_log", "bus", "following", "soon"]


@pytest.fixture
async def story(
    graph: Graph, data: Data, signing_in: SigningIn, storage: DocumentStorage, following: Following
) -> Story:
    """Open a centre with its people, and nothing else."""
    centre = await data.a_centre()
    roles = {
        "manager": Role.CENTRE_MANAGER,
        "deputy": Role.CENTRE_MANAGER,
        "officer": Role.COMPLIANCE_OFFICER,
        "advisor": Role.ADVISOR,
        "trainee": Role.TRAINEE,
    }
    people = {name: await signing_in.a_person(centre, role) for name, role in roles.items()}
    cast = Cast(
        **{
            name: Somebody((await signing_in.log_in(person)).header, write_id("membership", person.user_id))
            for name, person in people.items()
        }
    )
    assert isinstance(storage.store, FolderStore)
    return Story(graph, centre, cast, storage.store, following)
