"""What can be done with documents: their files, and their records."""
