"""Taking over a centre's existing caseload from a CSV file: all of it, or nothing."""
