"""What happened to templates of cases, and to which of them cases begin with."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TemplateEvent(Event):
    """Something happened to a template."""

    entity: ClassVar[str] = "casetemplate"


@dataclass(frozen=True, kw_only=True)
class TemplateCreated(TemplateEvent):
    """A centre has a template of its own, as a draft."""

    name: ClassVar[str] = "case_template.created"


@dataclass(frozen=True, kw_only=True)
class TemplateUpdated(TemplateEvent):
    """A template is called or meant otherwise."""

    name: ClassVar[str] = "case_template.updated"


@dataclass(frozen=True, kw_only=True)
class DraftChanged(TemplateEvent):
    """What a template's next version is to say has changed; cases are not concerned."""

    name: ClassVar[str] = "case_template.draft_changed"


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(TemplateEvent):
    """What a template's next version was to say was given up."""

    name: ClassVar[str] = "case_template.draft_discarded"


@dataclass(frozen=True, kw_only=True)
class TemplatePublished(TemplateEvent):
    """A template has a new version, with which cases begin from now on."""

    name: ClassVar[str] = "case_template.published"


@dataclass(frozen=True, kw_only=True)
class TemplateRetired(TemplateEvent):
    """Cases do not begin with a template any more; those that did go on with it."""

    name: ClassVar[str] = "case_template.retired"


@dataclass(frozen=True, kw_only=True)
class TemplateActivated(TemplateEvent):
    """Cases may begin with a template again."""

    name: ClassVar[str] = "case_template.activated"


@dataclass(frozen=True, kw_only=True)
class DefaultTemplateChanged(TemplateEvent):
    """A template is the centre's default now, or is it no longer."""

    name: ClassVar[str] = "case_template.default_changed"


@dataclass(frozen=True, kw_only=True)
class CaseTypeTemplateChanged(Event):
    """Cases of a type begin with another template from now on."""

    name: ClassVar[str] = "case_type.template_changed"
    entity: ClassVar[str] = "casetype"
