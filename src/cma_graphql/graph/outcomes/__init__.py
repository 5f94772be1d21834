"""Outcomes, as the schema shows them."""
