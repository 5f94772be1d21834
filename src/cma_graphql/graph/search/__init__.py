"""Search, as the schema shows it."""
