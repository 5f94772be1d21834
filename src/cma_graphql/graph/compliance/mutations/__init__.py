"""Mutations of compliance."""
