"""Does the work that is queued or falls due by itself, for one centre at a time, as that centre's system actor."""
