"""Signing in, as the schema shows them."""
