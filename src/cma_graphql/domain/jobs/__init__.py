"""Work done later: how it is queued, and what becomes of what could not be done."""
