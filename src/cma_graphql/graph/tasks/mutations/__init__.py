"""Mutations of tasks."""
