"""What a person can do with documents, an act a file."""
