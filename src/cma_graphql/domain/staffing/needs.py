"""What a case asks of its advisor: skills by law or by whoever gives it away, and a language that the client speaks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.persistence.unit_of_work import UnitOfWork

_BY_LAW: Mapping[str, AdvisorSkill] = {"DRO": AdvisorSkill.DRO_APPROVED_INTERMEDIARY}
"""An application for a debt relief order is made through an approved intermediary."""
_EVERYBODYS = "en"


@dataclass(frozen=True, slots=True)
class Needs:
    """What an advisor has to have for one case."""

    skills: frozenset[str]
    language: str | None
    """The language itself, without script and region; None: any advisor's, or an interpreter helps."""

    def spoken_by(self, languages: Iterable[str]) -> bool:
        """Tell whether somebody who advises in these languages can speak with the client."""
        return self.language is None or self.language in {_language(tag) for tag in languages}


def _language(tag: str) -> str:
    return tag.partition("-")[0]


async def needs_of(uow: UnitOfWork, case: Case, asked: Iterable[AdvisorSkill]) -> Needs:
    """Answer what a case, whose client the actor sees, asks of its advisor."""
    kind = await uow.get(CaseType, case.case_type_id)
    client = await uow.get(Client, case.client_id)
    return needs_for(
        asked, code=kind.code, language=client.preferred_language, interpreter_needed=client.interpreter_needed
    )


def needs_for(asked: Iterable[AdvisorSkill], *, code: str, language: str | None, interpreter_needed: bool) -> Needs:
    """Answer what a case of a type with this code asks of its advisor, whose client prefers a language."""
    skills = {skill.value for skill in asked}
    if code in _BY_LAW:
        skills.add(_BY_LAW[code].value)
    spoken = None if language is None or interpreter_needed else _language(language)
    return Needs(frozenset(skills), None if spoken == _EVERYBODYS else spoken)
