"""The database's sign-in functions as statements: the only way to people, sessions and links (decision 3)."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, DateTime, Interval, LargeBinary, Text, Uuid, bindparam, column, func, select

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.reads import AnySelect, Statement, statement

_UUID, _TEXT, _BYTES, _TIME = Uuid(), Text(), LargeBinary(), DateTime(timezone=True)


def function_of(name: str, parameters: dict[str, Any], columns: dict[str, Any]) -> Any:
    """Answer a function that returns rows, as a table that can be selected from and joined."""
    given = [bindparam(parameter, type_=kind) for parameter, kind in parameters.items()]
    return getattr(func, name)(*given).table_valued(
        *(column(title, kind) for title, kind in columns.items()), name=name
    )


def _rows(name: str, parameters: dict[str, Any], columns: dict[str, Any]) -> Statement:
    def build(_sight: Sight) -> AnySelect:
        return select(*function_of(name, parameters, columns).c)

    build.__name__ = name
    build.__doc__ = f"Call {name}."
    return statement(build)


def _value(name: str, **parameters: Any) -> Statement:
    def build(_sight: Sight) -> AnySelect:
        given = [bindparam(parameter, type_=kind) for parameter, kind in parameters.items()]
        return select(getattr(func, name)(*given).label("answer"))

    build.__name__ = name
    build.__doc__ = f"Call {name}."
    return statement(build)


_PERSON = {
    "user_id": _UUID,
    "email": _TEXT,
    "email_key": _TEXT,
    "first_name": _TEXT,
    "last_name": _TEXT,
    "password_hash": _TEXT,
}
SESSION_COLUMNS: dict[str, Any] = {
    "user_id": _UUID,
    "centre_id": _UUID,
    "authenticated_by": _TEXT,
    "expires_at": _TIME,
    "revoked_at": _TIME,
}

find_sign_in = _rows(
    "auth_find_sign_in",
    {"email_key": _TEXT},
    {
        "user_id": _UUID,
        "email": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "password_hash": _TEXT,
        "centre_id": _UUID,
        "roles": ARRAY(Text()),
        "usable": Boolean(),
    },
)
"""The person with this e-mail key, a row per membership; those last signed in to come first."""

find_user = _rows("auth_find_user", {"user_id": _UUID}, _PERSON)
"""One person."""

memberships_everywhere = _rows(
    "auth_memberships",
    {"user_id": _UUID},
    {
        "centre_id": _UUID,
        "centre_code": _TEXT,
        "centre_name": _TEXT,
        "roles": ARRAY(Text()),
        "usable": Boolean(),
    },
)
"""One person's memberships of all centres, by the centres' names."""

make_user = _value(
    "auth_make_user",
    new_user_id=_UUID,
    email=_TEXT,
    email_key=_TEXT,
    first_name=_TEXT,
    last_name=_TEXT,
    at=_TIME,
)
"""Make a person unless the e-mail key is known; answer the key of the one or the other."""

set_password = _value("auth_set_password", user_id=_UUID, new_hash=_TEXT, expected_hash=_TEXT, at=_TIME)
"""Set a person's password hash, if it is still the expected one; `at` None: the same password, hashed anew."""

set_profile = _value(
    "auth_set_profile",
    user_id=_UUID,
    first_name=_TEXT,
    last_name=_TEXT,
    name_key=_TEXT,
    by=_UUID,
    at=_TIME,
)
"""Set a person's names and copy them, with the e-mail address, to the memberships; answer their centres."""

open_session = _value(
    "auth_open_session",
    session_id=_UUID,
    user_id=_UUID,
    centre_id=_UUID,
    authenticated_by=_TEXT,
    remote_address=_TEXT,
    user_agent=_TEXT,
    at=_TIME,
    ends_at=_TIME,
    token_digest=_BYTES,
    token_expires_at=_TIME,
)
"""Open a session with its first refresh token; False where the membership does not allow it any more."""

read_session = _rows("auth_session", {"session_id": _UUID}, SESSION_COLUMNS)
"""One session."""

live_sessions = _rows(
    "auth_sessions",
    {"user_id": _UUID, "at": _TIME},
    {
        "session_id": _UUID,
        "centre_id": _UUID,
        "centre_code": _TEXT,
        "centre_name": _TEXT,
        "authenticated_by": _TEXT,
        "remote_address": _TEXT,
        "user_agent": _TEXT,
        "created_at": _TIME,
        "last_used_at": _TIME,
        "expires_at": _TIME,
    },
)
"""One person's sessions that can still be renewed, the last used first."""

rotate = _rows(
    "auth_rotate",
    {
        "given_digest": _BYTES,
        "new_digest": _BYTES,
        "at": _TIME,
        "new_expires_at": _TIME,
        "grace": Interval(native=True),
    },
    {"outcome": _TEXT, "session_id": _UUID, "user_id": _UUID, "centre_id": _UUID, "expires_at": _TIME},
)
"""Exchange a refresh token for its successor; `outcome` says what came of it."""

revoke_session = _value("auth_revoke_session", session_id=_UUID, user_id=_UUID, because=_TEXT, at=_TIME)
"""End one session of this person; False where there is none to end."""

revoke_sessions = _value("auth_revoke_sessions", user_id=_UUID, centre_id=_UUID, but=_UUID, because=_TEXT, at=_TIME)
"""End a person's sessions, of one centre where it is given, but one where it is given; answer which."""

make_link = _value(
    "auth_make_link",
    digest=_BYTES,
    purpose=_TEXT,
    user_id=_UUID,
    centre_id=_UUID,
    at=_TIME,
    ends_at=_TIME,
)
"""Make a one-time link; earlier ones for the same purpose end."""

read_link = _rows("auth_read_link", {"digest": _BYTES, "purpose": _TEXT, "at": _TIME}, {**_PERSON, "centre_id": _UUID})
"""The person whose good link this is."""

use_link = _value("auth_use_link", digest=_BYTES, purpose=_TEXT, at=_TIME)
"""Use a link up; False where it is not good any more."""

find_service_key = _rows(
    "auth_find_service_key",
    {"digest": _BYTES},
    {
        "key_id": _UUID,
        "centre_id": _UUID,
        "scopes": ARRAY(Text()),
        "expires_at": _TIME,
        "revoked_at": _TIME,
        "last_used_at": _TIME,
        "centre_active": Boolean(),
    },
)
"""The key with this digest."""

forget = _value("auth_forget", before=_TIME)
"""Delete sessions and links that ended before an instant; answer how many."""
