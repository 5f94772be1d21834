"""Assets: what a case's clients own that counts in a solution."""
