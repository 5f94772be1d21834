"""What is done to connections when pools make them."""

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
