"""Search: finding records of several rooms by words."""
