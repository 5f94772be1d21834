"""The table of filters that people keep for themselves."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import ACTOR_USER, CentreRow, EnumText, SoftDeleted, Tracked, belongs_to


class FilteredList(StrEnum):
    """A list whose filters can be kept."""

    CASES = "CASES"
    CLIENTS = "CLIENTS"
    DEBTS = "DEBTS"
    DOCUMENTS = "DOCUMENTS"


class SavedFilter(Tracked, SoftDeleted, CentreRow):
    """One person's filter of one list, under a name."""

    __tablename__ = "saved_filters"

    user_id: Mapped[UUID]
    filtered_list: Mapped[str] = mapped_column(EnumText(FilteredList))
    name: Mapped[str]
    name_key: Mapped[str]
    conditions: Mapped[str]
    """The filter as JSON, in the words of the API."""

    __table_args__ = (
        belongs_to("memberships", "user_id"),
        EnumText(FilteredList).check("filtered_list"),
        Index(
            "saved_filters_centre_id_user_id_name_key",
            "centre_id",
            "user_id",
            "filtered_list",
            "name_key",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, _sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the actor's own: what somebody looks for is nobody else's business."""
        own: ColumnElement[bool] = cls.user_id == ACTOR_USER
        return own
