"""Every select of templates and their versions."""

from collections.abc import Mapping
from dataclasses import fields
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.definition import TemplateVersion
from cma_graphql.domain.case_templates.models import CaseTemplate, CaseTemplateVersion, CaseTypeTemplate
from cma_graphql.domain.case_templates.said import definition_of
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.cases.type_selectors import MOST_CASE_TYPES
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, aligned, live, statement

VERSION_COLUMNS = (
    CaseTemplateVersion.id.label("key"),
    CaseTemplateVersion.template_id,
    CaseTemplateVersion.number,
    CaseTemplateVersion.note,
    CaseTemplateVersion.published_at,
    CaseTemplateVersion.published_by.label("published_by_id"),
)


@statement
def versions_by_key(sight: Sight) -> AnySelect:
    """Select these versions, each with its template's code and name."""
    return (
        select(
            *VERSION_COLUMNS,
            CaseTemplate.code.label("template_code"),
            CaseTemplate.name.label("template_name"),
        )
        .join(
            CaseTemplate,
            (CaseTemplate.centre_id == CaseTemplateVersion.centre_id)
            & (CaseTemplate.id == CaseTemplateVersion.template_id),
        )
        .where(live(CaseTemplateVersion, sight), live(CaseTemplate, sight), CaseTemplateVersion.id == any_(KEYS))
    )


@statement
def parents_of_case_types(sight: Sight) -> AnySelect:
    """Select which case type is a kind of which."""
    return select(CaseType.id.label("key"), CaseType.parent_id).where(live(CaseType, sight)).limit(MOST_CASE_TYPES)


@statement
def templates_of_case_types(sight: Sight) -> AnySelect:
    """Select the newest versions that cases begin with: those of case types, and the centre's default of no type."""
    version, template, link = CaseTemplateVersion, CaseTemplate, CaseTypeTemplate
    return (
        select(version.id.label("key"), link.case_type_id, template.is_default)
        .select_from(template)
        .join(
            version,
            (version.centre_id == template.centre_id)
            & (version.template_id == template.id)
            & (version.number == template.published_number),
        )
        .outerjoin(link, (link.centre_id == template.centre_id) & (link.template_id == template.id))
        .where(
            live(template, sight),
            live(version, sight),
            template.active,
            link.case_type_id.is_not(None) | template.is_default,
        )
    )


async def version_of(reads: Reads, version_id: UUID) -> TemplateVersion | None:
    """Answer one published version with all that it says; None where the centre has no such version."""
    (version,) = await aligned(reads, versions_by_key, [version_id])
    if version is None:
        return None
    said = await definition_of(reads, version_id)
    return TemplateVersion(
        id=version["key"],
        template_id=version["template_id"],
        template_code=version["template_code"],
        template_name=version["template_name"],
        number=version["number"],
        published_at=version["published_at"],
        published_by=version["published_by_id"],
        note=version["note"],
        **{field.name: getattr(said, field.name) for field in fields(said)},
    )


async def default_version_for(reads: Reads, case_type_id: UUID) -> TemplateVersion | None:
    """Answer what cases of a type begin with now, with all that it says (`default_version_id`)."""
    version_id = await default_version_id(reads, case_type_id)
    return None if version_id is None else await version_of(reads, version_id)


async def default_version_id(reads: Reads, case_type_id: UUID) -> UUID | None:
    """Answer what cases of a type begin with now: its own template, that of the type above it, or the centre's.

    None: the centre has no default any more. Retired templates and those never published count for nothing.
    """
    parents = {row["key"]: row["parent_id"] for row in await reads.all(parents_of_case_types)}
    chosen = await reads.all(templates_of_case_types)
    by_type: dict[UUID, UUID] = {row["case_type_id"]: row["key"] for row in chosen if row["case_type_id"] is not None}
    version_id = next((by_type[key] for key in _upwards(parents, case_type_id) if key in by_type), None)
    return version_id or next((row["key"] for row in chosen if row["is_default"]), None)


def _upwards(parents: Mapping[UUID, UUID | None], case_type_id: UUID) -> list[UUID]:
    """Answer a case type and those above it, the nearest first."""
    line: list[UUID] = []
    here: UUID | None = case_type_id
    while here is not None and here not in line:
        line.append(here)
        here = parents.get(here)
    return line
