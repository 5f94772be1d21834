"""Cases, as the schema shows them."""
