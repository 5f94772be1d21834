"""Documents, as the schema shows them."""
