"""The one table of permissions is complete, and its edges are where they have to be."""

from itertools import combinations

import pytest

from cma_graphql.access.permissions import PLATFORM_ROLES, STAFF_ROLES, TABLE, Permission, Reach, Role, reach_of

OF_CLIENTS = [
    permission
    for permission in Permission
    if permission.value.partition(":")[0]
    in {
        "case",
        "client",
        "debt",
        "budget",
        "advice",
        "application",
        "appointment",
        "note",
        "document",
        "file",
        "insight",
    }
]


def test_every_permission_has_a_row_with_every_role() -> None:
    assert list(TABLE) == list(Permission)
    assert all(set(row) == set(Role) for row in TABLE.values())
    assert set(Role) == {*PLATFORM_ROLES, *STAFF_ROLES, Role.CLIENT, Role.SERVICE}


def test_names_and_values_say_the_same() -> None:
    # `case:change_status` is CASE_CHANGE_STATUS.
    assert {permission.name for permission in Permission} == {
        permission.value.replace(":", "_").upper() for permission in Permission
    }


@pytest.mark.parametrize("role", sorted(PLATFORM_ROLES))
@pytest.mark.parametrize("permission", OF_CLIENTS)
def test_nobody_above_the_centres_reaches_a_client(role: Role, permission: Permission) -> None:
    assert TABLE[permission][role] is Reach.NONE


def test_reaches_above_the_centres_are_held_there_only() -> None:
    beyond = {Reach.NETWORK, Reach.ALL}
    for permission, row in TABLE.items():
        for role, reach in row.items():
            assert reach not in beyond or role in PLATFORM_ROLES, f"{role} reaches {reach} by {permission}"
            assert reach is not Reach.RECORD or role is Role.CLIENT
            assert reach is not Reach.SCOPED or role is Role.SERVICE


def test_an_auditor_changes_nothing_and_reads_no_sensitive_value() -> None:
    held = {permission.name for permission, row in TABLE.items() if row[Role.AUDITOR] is not Reach.NONE}
    assert held == {
        "CASE_READ",
        "CLIENT_READ",
        "DOCUMENT_ACCESS",
        "FILE_REVIEW",
        "REFERENCE_READ",
        "USER_READ",
        "AUDIT_READ",
        "ANALYTICS_READ",
        "COMPLAINT_HANDLE",
        "SUBJECT_REQUEST_HANDLE",
    }
    of_clients = {TABLE[permission][Role.AUDITOR] for permission in OF_CLIENTS}
    assert of_clients == {Reach.NONE, Reach.MASKED}


def test_a_manager_reaches_at_least_as_far_as_an_advisor_and_an_advisor_as_a_trainee() -> None:
    for row in TABLE.values():
        assert row[Role.CENTRE_MANAGER].rank >= row[Role.ADVISOR].rank >= row[Role.TRAINEE].rank


def test_of_several_roles_the_farthest_reach_counts() -> None:
    for permission in Permission:
        for one, other in combinations(Role, 2):
            both = reach_of(frozenset({one, other}), permission)
            assert both.rank == max(TABLE[permission][one].rank, TABLE[permission][other].rank)
    assert reach_of(frozenset(), Permission.CASE_READ) is Reach.NONE


def test_reading_cases_and_their_clients_goes_equally_far() -> None:
    assert TABLE[Permission.CASE_READ] == TABLE[Permission.CLIENT_READ]
