"""Filters that people keep, as the schema shows them."""
