"""Makes the demonstration network in a test's database, its files in a test's folder."""

from pathlib import Path
from random import Random

from cma_graphql.demo.network import DemoMaker, Say
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.integrations.storage.port import UploadTarget
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.documents import LARGEST, a_folder_store, hand_in


def a_demo_maker(  # noqa: PLR0917 - what a demonstration needs
    database: Database, keys: CentreKeys, owner: str, folder: Path, random: Random, say: Say = lambda _: None
) -> DemoMaker:
    """Make its maker; the folder holds the key and the files."""
    store = a_folder_store(folder / "documents", database, keys)

    async def send(target: UploadTarget, content: bytes) -> None:
        await hand_in(store, target.url, content)

    return DemoMaker(
        database=database,
        keys=keys,
        owner=owner,
        key_file=folder / "key",
        random=random,
        say=say,
        storage=DocumentStorage(store, largest=LARGEST),
        hand_in=send,
    )
