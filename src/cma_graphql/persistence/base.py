"""What every table is made of: keys that begin with the centre, names of constraints, columns kept on all rows."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    bindparam,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from cma_graphql.access.actor import Sight
from cma_graphql.core.formats.words import WordsOf

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

ACTOR_CENTRE: Any = bindparam("actor_centre", type_=Uuid())
ACTOR_USER: Any = bindparam("actor_user", type_=Uuid())
ACTOR_CLIENT: Any = bindparam("actor_client", type_=Uuid())
ACTOR_TEAMS: Any = bindparam("actor_teams", type_=ARRAY(Uuid()))
"""Filled from the actor of the transaction by whoever runs a statement; never by its author."""


class Sealed(TypeDecorator[bytes]):
    """A column whose value is readable only with the centre's data key (decision 22): bytes in and out.

    It changes nothing on the way; sealing and opening are explicit, in services and visibility rules.
    The type is what the architecture tests look for.
    """

    impl = LargeBinary
    cache_ok = True


class EnumText(TypeDecorator[str]):
    """A column of one enum's values: text with a CHECK (decision 6). It reads as text and compares as text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def check(self, column: str, *, name: str | None = None) -> CheckConstraint:
        """Answer the CHECK that confines the column to the enum's values."""
        values = ", ".join(f"'{member.value}'" for member in self.kind)
        return CheckConstraint(f"{column} IN ({values})", name=name or column)


class BlindIndex(TypeDecorator[bytes]):
    """A keyed hash of a sealed value, for finding it exactly within one centre."""

    impl = LargeBinary
    cache_ok = True


class Row(DeclarativeBase):
    """A table of the product."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
    }


class CentreRow(Row):
    """A table of one centre's records: PRIMARY KEY (centre_id, id), row security forced (decision 1)."""

    __abstract__ = True

    @declared_attr
    @classmethod
    def centre_id(cls) -> Mapped[UUID]:
        """Name the centre whose record this is."""
        return mapped_column(ForeignKey("centres.id"), primary_key=True, sort_order=-20)

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)

    searched: ClassVar[Mapping[str, WordsOf]] = {}
    """The columns in whose words records are found by `search`, each with how its words are told; never a sealed one.

    Whoever changes it runs `cma-graphql reindex` once.
    """
    searched_under: ClassVar[str] = "id"
    """The column that names the record so found: another one where the words are those of what this row hangs on."""

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:  # noqa: ARG003 - rooms override it
        """Tell which records of the centre an actor with this sight sees; None: all of them."""
        return None


class Tracked:
    """Who made and last changed a record, when, and its version (decision 12)."""

    created_at: Mapped[datetime] = mapped_column(sort_order=90)
    created_by: Mapped[UUID] = mapped_column(sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(sort_order=90)
    updated_by: Mapped[UUID] = mapped_column(sort_order=90)
    version: Mapped[int] = mapped_column(server_default="1", sort_order=91)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Make SQLAlchemy count the version up and refuse an update of another version."""
        return {"version_id_col": cls.version}


class SoftDeleted:
    """A record that stays when it is deleted, so that history does (decision 14)."""

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=92)
    deleted_by: Mapped[UUID | None] = mapped_column(sort_order=92)


def belongs_to(table: str, *columns: str, deferrable: bool = False) -> ForeignKeyConstraint:
    """Refer to another table of the same centre: the key always carries the centre (decision 1).

    Foreign-key checks bypass row security, so a single-column key could name another centre's record.
    `columns` is the local column; the target's is `id`, or `user_id` for memberships.
    """
    target = "user_id" if table == "memberships" else "id"
    return ForeignKeyConstraint(
        ("centre_id", *columns),
        (f"{table}.centre_id", f"{table}.{target}"),
        deferrable=deferrable or None,
        initially="DEFERRED" if deferrable else None,
    )
