"""Casework: what is done to a case and needs several rooms, with its guards; a file each."""
