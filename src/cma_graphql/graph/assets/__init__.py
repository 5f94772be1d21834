"""Assets, as the schema shows them."""
