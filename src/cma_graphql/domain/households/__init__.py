"""Households: who lives with a client, in what home."""
