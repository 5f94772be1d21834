"""Centres, as the schema shows them."""
