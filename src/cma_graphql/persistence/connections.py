"""What is done to connections when pools make them, take them back and hand them out."""

from typing import Any

import orjson
from sqlalchemy.exc import DisconnectionError


async def prepare(connection: Any) -> None:
    """Teach a new connection of the read pool to speak jsonb as Python values."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: orjson.dumps(value).decode(),
        decoder=orjson.loads,
        format="text",
    )


async def keep(_connection: Any) -> None:
    """Leave a connection that comes back as it is: only transaction-local state is ever set on it."""


def refuse_a_lost_one(connection: Any, _record: Any, _proxy: Any) -> None:
    """Make the engine's pool replace a connection that was lost while it lay there, as asyncpg's pool does itself."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
