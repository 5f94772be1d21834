"""Clients and consents, as the schema shows them."""
