"""What is done to connections when pools make them, take them back and hand them out."""

from typing import Any

import orjson


async def prepare(connection: Any) -> None:
    """Teach a new connection of a pool to speak jsonb as Python values."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: orjson.dumps(value).decode(),
        decoder=orjson.loads,
        format="text",
    )


async def keep(_connection: Any) -> None:
    """Leave a connection that comes back as it is: only transaction-local state is ever set on it."""
