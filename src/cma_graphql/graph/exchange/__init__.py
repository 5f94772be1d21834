"""Import and export, as the schema shows them."""
