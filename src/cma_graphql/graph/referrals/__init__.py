"""Referrals in the schema."""
