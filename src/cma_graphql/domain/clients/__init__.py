"""Clients: the people who come for advice, and what they consented to."""
