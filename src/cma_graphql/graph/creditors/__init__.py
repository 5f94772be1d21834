"""Creditors, as the schema shows them."""
