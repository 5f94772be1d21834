"""Every select of templates and their versions."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.definition import Course, TemplateVersion
from cma_graphql.domain.case_templates.models import CaseTemplate, CaseTemplateVersion, CaseTypeTemplate
from cma_graphql.domain.case_templates.said import definition_of, document_rules_of_versions, stages_of_versions
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
def what_case_types_begin_with(sight: Sight) -> AnySelect:
    """Select the case types, each with the one above it and the newest version of the template that it names itself.

    Beside each stands that of the centre's default. Retired templates, and those never published, count for nothing.
    """
    named, default = aliased(CaseTemplate, name="named"), aliased(CaseTemplate, name="default_template")
    newest, usual = (aliased(CaseTemplateVersion, name=name) for name in ("newest", "usual"))
    own = (
        select(newest.id)
        .select_from(CaseTypeTemplate)
        .join(named, (named.centre_id == CaseTypeTemplate.centre_id) & (named.id == CaseTypeTemplate.template_id))
        .join(newest, _newest_of(newest, named))
        .where(
            live(CaseTypeTemplate, sight),
            live(named, sight),
            live(newest, sight),
            named.active,
            CaseTypeTemplate.case_type_id == CaseType.id,
        )
        .correlate(CaseType)
        .scalar_subquery()
    )
    centres = (
        select(usual.id)
        .select_from(default)
        .join(usual, _newest_of(usual, default))
        .where(live(default, sight), live(usual, sight), default.active, default.is_default)
        .scalar_subquery()
    )
    return (
        select(
            CaseType.id.label("key"),
            CaseType.parent_id,
            own.label("version_id"),
            centres.label("default_version_id"),
        )
        .where(live(CaseType, sight))
        .limit(MOST_CASE_TYPES)
    )


def _newest_of(version: type[CaseTemplateVersion], template: type[CaseTemplate]) -> ColumnElement[bool]:
    return and_(
        version.centre_id == template.centre_id,
        version.template_id == template.id,
        version.number == template.published_number,
    )


@statement
def retired_by_version(sight: Sight) -> AnySelect:
    """Select those of these versions whose templates are retired."""
    return (
        select(CaseTemplateVersion.id.label("key"))
        .join(
            CaseTemplate,
            (CaseTemplate.centre_id == CaseTemplateVersion.centre_id)
            & (CaseTemplate.id == CaseTemplateVersion.template_id),
        )
        .where(
            live(CaseTemplateVersion, sight),
            live(CaseTemplate, sight),
            CaseTemplateVersion.id == any_(KEYS),
            CaseTemplate.active.is_(False),
        )
    )


async def is_retired(reads: Reads, version_id: UUID) -> bool:
    """Tell whether no case begins any more with a version's template."""
    return await reads.one(retired_by_version, keys=[version_id]) is not None


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
    types = {row["key"]: row for row in await reads.all(what_case_types_begin_with)}
    seen: set[UUID] = set()
    here = types.get(case_type_id)
    while here is not None and here["key"] not in seen:
        if here["version_id"] is not None:
            found: UUID = here["version_id"]
            return found
        seen.add(here["key"])
        here = types.get(here["parent_id"])
    return next((row["default_version_id"] for row in types.values()), None)


async def default_course(reads: Reads, case_type_id: UUID) -> Course | None:
    """Answer what a case of a type takes over from what it begins with (`default_version_id`); three statements."""
    version_id = await default_version_id(reads, case_type_id)
    return None if version_id is None else await course_of(reads, version_id)


async def course_of(reads: Reads, version_id: UUID) -> Course | None:
    """Answer what a case takes over from a version; None where the centre has no such version: each has a stage."""
    (stages,) = await stages_of_versions(reads, [version_id])
    (documents,) = await document_rules_of_versions(reads, [version_id])
    return Course(version_id=version_id, stages=tuple(stages), document_rules=tuple(documents)) if stages else None
