"""Compliance, as the schema shows it."""
