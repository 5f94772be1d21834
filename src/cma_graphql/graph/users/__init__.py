"""Memberships and teams, as the schema shows them."""
