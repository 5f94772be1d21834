"""Filters that people keep for themselves."""
