"""What an actor sees follows from the farthest of its permissions to read."""

import pytest

from cma_graphql.access.actor import Actor, ActorKind, Sight
from cma_graphql.access.permissions import Permission, Reach, Role
from cma_graphql.core.ids import new_id


def _program(*scopes: Permission) -> Actor:
    return Actor(
        kind=ActorKind.SERVICE,
        centre_id=new_id(),
        user_id=new_id(),
        roles=frozenset({Role.SERVICE}),
        scopes=frozenset(scopes),
    )


@pytest.mark.parametrize("scope", [Permission.CASE_READ, Permission.CLIENT_READ])
def test_a_program_whose_key_names_either_kind_of_record_sees_the_centres(scope: Permission) -> None:
    assert _program(scope).sight is Sight.CENTRE


def test_a_program_whose_key_names_neither_sees_nothing() -> None:
    assert _program(Permission.CLIENT_CREATE, Permission.USER_READ).sight is Sight.NOTHING


@pytest.mark.parametrize(
    ("roles", "sight"),
    [
        ({Role.CENTRE_MANAGER}, Sight.EVERYTHING),
        ({Role.COMPLIANCE_OFFICER}, Sight.EVERYTHING),
        ({Role.AUDITOR}, Sight.CENTRE),
        ({Role.ADVISOR}, Sight.TEAM),
        ({Role.TRAINEE}, Sight.OWN),
        ({Role.CLIENT}, Sight.RECORD),
        ({Role.ADVISOR, Role.AUDITOR}, Sight.CENTRE),
        ({Role.SYSTEM_ADMIN}, Sight.NOTHING),
    ],
)
def test_a_person_sees_as_far_as_the_farthest_role(roles: set[Role], sight: Sight) -> None:
    actor = Actor(kind=ActorKind.STAFF, centre_id=new_id(), user_id=new_id(), roles=frozenset(roles))
    assert actor.sight is sight


@pytest.mark.parametrize(
    "role", [Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR]
)
def test_confidences_of_own_cases_are_put_in_whom_the_table_says(role: Role) -> None:
    actor = Actor(kind=ActorKind.STAFF, centre_id=new_id(), user_id=new_id(), roles=frozenset({role}))
    reaches_own_cases = actor.reach(Permission.NOTE_READ_CONFIDENTIAL) in {Reach.OWN, Reach.CENTRE}
    assert actor.sight.confided_in == reaches_own_cases
