"""Every select of templates as such: lists of them, which is the default, which case types begin with which."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, and_, bindparam, func, not_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.definition import Definition
from cma_graphql.domain.case_templates.drafts import read_draft
from cma_graphql.domain.case_templates.models import CaseTemplate, CaseTemplateVersion, CaseTypeTemplate
from cma_graphql.domain.case_templates.selectors import VERSION_COLUMNS, versions_by_key
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.cases.type_selectors import CASE_TYPE_COLUMNS
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    aligned_optional,
    grouped,
    live,
    statement,
)

TEMPLATE_COLUMNS = (
    CaseTemplate.id.label("key"),
    CaseTemplate.catalogue_id,
    CaseTemplate.code,
    CaseTemplate.name,
    CaseTemplate.description,
    CaseTemplate.category,
    CaseTemplate.case_type_id,
    CaseTemplate.is_default,
    CaseTemplate.active,
    CaseTemplate.published_number,
    CaseTemplate.draft.is_not(None).label("has_draft"),
    CaseTemplate.created_at,
    CaseTemplate.updated_at,
    CaseTemplate.version,
)
TEMPLATES = Listing(
    CaseTemplate,
    columns=TEMPLATE_COLUMNS,
    orders={"CODE_ASC": Order((CaseTemplate.code,)), "CODE_DESC": Order((CaseTemplate.code,), descending=True)},
    conditions={
        "active": CaseTemplate.active,
        "retired": not_(CaseTemplate.active),
        "published": CaseTemplate.published_number > 0,
        "unpublished": CaseTemplate.published_number == 0,
        "category": CaseTemplate.category == any_(bindparam("category", type_=ARRAY(Text()))),
        "case_type": CaseTemplate.case_type_id == any_(bindparam("case_type", type_=ARRAY(Uuid()))),
    },
)


@statement
def templates_by_key(sight: Sight) -> AnySelect:
    """Select these templates."""
    return select(*TEMPLATE_COLUMNS).where(live(CaseTemplate, sight), CaseTemplate.id == any_(KEYS))


@statement
def drafts_by_key(sight: Sight) -> AnySelect:
    """Select what the drafts of these templates say."""
    return select(CaseTemplate.id.label("key"), CaseTemplate.draft).where(
        live(CaseTemplate, sight), CaseTemplate.id == any_(KEYS), CaseTemplate.draft.is_not(None)
    )


@statement
def default_template(sight: Sight) -> AnySelect:
    """Select the centre's default template."""
    return select(CaseTemplate.id.label("key")).where(live(CaseTemplate, sight), CaseTemplate.is_default)


@statement
def count_of_templates(sight: Sight) -> AnySelect:
    """Count the centre's templates, the retired ones, too."""
    return select(func.count().label("total")).select_from(CaseTemplate).where(live(CaseTemplate, sight))


@statement
def versions_by_template(sight: Sight) -> AnySelect:
    """Select the versions of these templates, the newest first."""
    version = CaseTemplateVersion
    return (
        select(*VERSION_COLUMNS)
        .where(live(version, sight), version.template_id == any_(KEYS))
        .order_by(version.template_id, version.number.desc())
    )


@statement
def newest_versions_by_template(sight: Sight) -> AnySelect:
    """Select the newest version of each of these templates."""
    version = CaseTemplateVersion
    return (
        select(*VERSION_COLUMNS)
        .join(
            CaseTemplate,
            and_(
                CaseTemplate.centre_id == version.centre_id,
                CaseTemplate.id == version.template_id,
                CaseTemplate.published_number == version.number,
            ),
        )
        .where(live(version, sight), live(CaseTemplate, sight), CaseTemplate.id == any_(KEYS))
    )


@statement
def version_by_number(sight: Sight) -> AnySelect:
    """Select one version of a template by its number."""
    version = CaseTemplateVersion
    return select(version.id.label("key")).where(
        live(version, sight),
        version.template_id == any_(KEYS),
        version.number == bindparam("number", type_=Integer()),
    )


@statement
def links_by_case_type(sight: Sight) -> AnySelect:
    """Select which templates these case types name themselves."""
    link = CaseTypeTemplate
    return select(link.id.label("key"), link.case_type_id, link.template_id).where(
        live(link, sight), link.case_type_id == any_(KEYS)
    )


@statement
def case_types_by_template(sight: Sight) -> AnySelect:
    """Select the case types that name these templates themselves, in their order."""
    return (
        select(CaseTypeTemplate.template_id, *CASE_TYPE_COLUMNS)
        .join(
            CaseType,
            and_(CaseType.centre_id == CaseTypeTemplate.centre_id, CaseType.id == CaseTypeTemplate.case_type_id),
        )
        .where(live(CaseTypeTemplate, sight), live(CaseType, sight), CaseTypeTemplate.template_id == any_(KEYS))
        .order_by(CaseType.position, CaseType.code)
    )


@statement
def counts_by_role(sight: Sight) -> AnySelect:
    """Count the people of the centre who can act, by role."""
    role = func.unnest(Membership.roles).label("role")
    return (
        select(role, func.count().label("total"))
        .where(live(Membership, sight), Membership.status == MembershipStatus.ACTIVE.value)
        .group_by(role)
    )


async def templates_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these templates, in their order."""
    return await aligned(reads, templates_by_key, keys)


async def templates_by_optional_id(reads: Reads, keys: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `templates_by_id` where some ids are absent."""
    return await aligned_optional(reads, templates_by_key, keys)


async def drafts_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Definition | None]:
    """Answer what the draft of each of these templates says, None for those without one."""
    found = await aligned(reads, drafts_by_key, keys)
    return [None if row is None else read_draft(row["draft"]) for row in found]


async def versions_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these versions, in their order."""
    return await aligned(reads, versions_by_key, keys)


async def versions_by_optional_id(reads: Reads, keys: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `versions_by_id` where some ids are absent."""
    return await aligned_optional(reads, versions_by_key, keys)


async def versions_of_templates(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer each template's versions, the newest first."""
    return await grouped(reads, versions_by_template, keys, by="template_id")


async def newest_versions(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer each template's newest version, None for those never published."""
    found = await grouped(reads, newest_versions_by_template, keys, by="template_id")
    return [rows[0] if rows else None for rows in found]


async def newest_version_id(reads: Reads, template_id: UUID, number: int) -> UUID:
    """Answer the version of this number, which the template has."""
    row = await reads.one(version_by_number, keys=[template_id], number=number)
    if row is None:
        raise LookupError(template_id)
    found: UUID = row["key"]
    return found


async def templates_named_by_types(reads: Reads, keys: Sequence[UUID]) -> list[UUID | None]:
    """Answer which template each of these case types names itself."""
    found = await grouped(reads, links_by_case_type, keys, by="case_type_id")
    return [rows[0]["template_id"] if rows else None for rows in found]


async def case_types_naming_templates(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the case types that name each of these templates themselves."""
    return await grouped(reads, case_types_by_template, keys, by="template_id")


async def link_of_case_type(reads: Reads, case_type_id: UUID) -> UUID | None:
    """Answer the row that says which template a case type names."""
    row = await reads.one(links_by_case_type, keys=[case_type_id])
    return None if row is None else row["key"]


async def default_template_id(reads: Reads) -> UUID | None:
    """Answer the centre's default template."""
    row = await reads.one(default_template)
    return None if row is None else row["key"]


async def number_of_templates(reads: Reads) -> int:
    """Answer how many templates the centre has."""
    row = await reads.one(count_of_templates)
    return 0 if row is None else int(row["total"])


async def people_by_role(reads: Reads) -> Mapping[Role, int]:
    """Answer how many people of the centre hold each role and can act."""
    return {Role(row["role"]): row["total"] for row in await reads.all(counts_by_role)}
