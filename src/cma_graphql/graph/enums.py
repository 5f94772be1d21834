"""Gives the domain's enums their descriptions in the schema: each value's, too."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from cma_graphql.access.permissions import Permission, Role

E = TypeVar("E", bound=type[Enum])


def described(kind: E, description: str, values: Mapping[str, str], *, name: str | None = None) -> E:
    """Publish a domain enum under its own name; a value without a description raises KeyError."""
    if not hasattr(kind, "__strawberry_definition__"):
        strawberry.enum(kind)
    # A type that uses the enum may have been made before: then the definition it holds is completed, not replaced.
    definition: Any = kind.__strawberry_definition__  # type: ignore[attr-defined]
    definition.name = name or kind.__name__
    definition.description = description
    for value in definition.values:
        value.description = values[value.name]
    return kind


def _spoken(permission: Permission) -> str:
    """Say a permission in words: `case:change_status` is *change status: case*."""
    noun, verb = permission.value.split(":")
    return f"{verb.replace('_', ' ').capitalize()}: {noun.replace('_', ' ')}."


described(
    Permission,
    "One thing that one may be allowed to do; docs/permissions.md says which role may what.",
    {permission.name: _spoken(permission) for permission in Permission},
)
described(
    Role,
    "What somebody is at a centre, or at the platform.",
    {
        "SYSTEM_ADMIN": "Administers the platform; sees no client.",
        "NETWORK_ADMIN": "Administers the network's centres and people; sees no client.",
        "CENTRE_MANAGER": "Runs one centre and sees everything in it.",
        "COMPLIANCE_OFFICER": "Watches over one centre's compliance and sees everything in it.",
        "ADVISOR": "Gives advice; sees own cases and those of own teams.",
        "TRAINEE": "Learns to give advice; sees own cases; outward acts need approval.",
        "AUDITOR": "Inspects one centre; reads, with sensitive values masked.",
        "CLIENT": "A client of the centre, in the portal; sees the own record.",
        "SERVICE": "A program with a key of one centre.",
    },
)
