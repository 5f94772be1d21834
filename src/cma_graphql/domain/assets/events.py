"""What happens to assets."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AssetAdded(Event):
    """An asset was recorded."""

    name: ClassVar[str] = "asset.added"
    entity: ClassVar[str] = "asset"


@dataclass(frozen=True, kw_only=True)
class AssetUpdated(Event):
    """What is known of an asset changed."""

    name: ClassVar[str] = "asset.updated"
    entity: ClassVar[str] = "asset"


@dataclass(frozen=True, kw_only=True)
class AssetDeleted(Event):
    """An asset was deleted; the record stays and can be restored."""

    name: ClassVar[str] = "asset.deleted"
    entity: ClassVar[str] = "asset"


@dataclass(frozen=True, kw_only=True)
class AssetRestored(Event):
    """A deleted asset is back."""

    name: ClassVar[str] = "asset.restored"
    entity: ClassVar[str] = "asset"
