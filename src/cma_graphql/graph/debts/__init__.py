"""Debts, as the schema shows them."""
