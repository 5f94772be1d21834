"""Notes in the schema."""
