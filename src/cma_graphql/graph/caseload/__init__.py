"""A caseload across the rooms, as the schema shows it."""
