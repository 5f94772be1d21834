"""Mutations of cases: a file for the record, for its states, for the people around it."""
