"""Audit: reading what was changed, seen and refused."""
