"""Referrals: a client handed to another organisation or centre, or handed to this one, and what came of it."""
