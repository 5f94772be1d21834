"""Budgets, as the schema shows them."""
