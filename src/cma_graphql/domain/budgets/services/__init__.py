"""What a person can do with statements, a file for each kind of act."""
