"""Filling a database for measurements: whole caseloads written as rows, many thousands at a time."""
