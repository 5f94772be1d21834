"""Mutations of notes, their templates and categories."""
