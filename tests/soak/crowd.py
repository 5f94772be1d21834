"""Very many changes in one transaction, as an import makes them: by no server, so that no bell is rung for them."""

from dataclasses import dataclass

from cma_graphql.access.actor import Actor
from cma_graphql.core.settings import Settings
from cma_graphql.domain.casework.update import CaseEdits, update_case
from cma_graphql.parts import make_database, make_vault
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from soak.network import CaseInHand

_TIMEOUT_MS = 60_000


@dataclass
class Crowd:
    """Cases that are changed together."""

    settings: Settings
    manager: Actor
    cases: list[CaseInHand]
    times: int = 0
    """How often they were."""

    async def change_all(self) -> None:
        """Change each of them, in one transaction."""
        edits: CaseEdits = {"summary": f"Change {self.times + 1} of all"}
        database = await make_database(self.settings).open()
        try:
            keys = CentreKeys(make_vault(self.settings))
            async with unit_of_work(database, keys, self.manager, timeout_ms=_TIMEOUT_MS) as uow:
                for case in self.cases:
                    await update_case(uow, case_id=case.id, version=case.version, edits=edits)
        finally:
            await database.close()
        self.times += 1
        for case in self.cases:
            case.version += 1
