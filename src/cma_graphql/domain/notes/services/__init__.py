"""What a person can do with notes, an act a file."""
