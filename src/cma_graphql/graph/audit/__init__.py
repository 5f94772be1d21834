"""Histories and logs, as the schema shows them."""
