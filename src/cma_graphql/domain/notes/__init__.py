"""Notes on cases and clients: what was said, done and found, with who may read it."""
