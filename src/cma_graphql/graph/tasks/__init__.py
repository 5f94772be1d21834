"""Tasks and the diary in the schema."""
