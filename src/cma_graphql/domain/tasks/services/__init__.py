"""What a person can do with tasks, an act a file."""
