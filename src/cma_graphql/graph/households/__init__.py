"""Households, as the schema shows them."""
