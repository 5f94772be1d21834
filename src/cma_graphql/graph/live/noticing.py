"""Notices whether an answer depends on who asks, so that it is shared only where it does not (decision 23).

It is seen while the answer is made, never declared: an actor that notices when somebody asks who it is, and a reader
that notices statements with the actor's parameters. What depends on roles alone is alike for all of the same roles.
"""

from dataclasses import fields
from typing import Any, Self

from cma_graphql.access.actor import Actor

_OF_A_PERSON = frozenset({"user_id", "team_ids", "client_id", "session_id"})


class NoticingActor(Actor):
    """An actor like another, that knows whether it was asked for what a colleague of the same roles has not."""

    @classmethod
    def like(cls, actor: Actor) -> Self:
        """Make one that has not been asked for anything."""
        made = cls(**{field.name: getattr(actor, field.name) for field in fields(actor)})
        object.__setattr__(made, "asked", False)
        return made

    def __getattribute__(self, name: str) -> Any:
        """Answer like the other, and notice."""
        if name in _OF_A_PERSON:
            object.__setattr__(self, "asked", True)
        return super().__getattribute__(name)

    @property
    def was_asked(self) -> bool:
        """Whether the answer may be of this person alone."""
        asked: bool = self.__dict__["asked"]
        return asked
