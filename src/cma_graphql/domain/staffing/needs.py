"""What a case asks of its advisor: skills by law or by whoever gives it away, and a language that the client speaks."""

from collections.abc import Collection, Iterable, Mapping
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

    def met_by(self, skills: Collection[str], languages: Iterable[str]) -> bool:
        """Tell whether somebody with these skills and languages can advise on the case."""
        spoken = {_language(tag) for tag in languages}
        return self.skills <= set(skills) and (self.language is None or self.language in spoken)


def _language(tag: str) -> str:
    return tag.partition("-")[0]


async def needs_of(uow: UnitOfWork, case: Case, asked: Iterable[AdvisorSkill]) -> Needs:
    """Answer what a case, whose client the actor sees, asks of its advisor."""
    kind = await uow.get(CaseType, case.case_type_id)
    client = await uow.get(Client, case.client_id)
    skills = {skill.value for skill in asked}
    if kind.code in _BY_LAW:
        skills.add(_BY_LAW[kind.code].value)
    tag = client.preferred_language
    language = None if tag is None or client.interpreter_needed else _language(tag)
    return Needs(frozenset(skills), None if language == _EVERYBODYS else language)
