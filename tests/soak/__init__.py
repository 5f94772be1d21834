"""Live updates under faults: writers, subscribers and two server processes, and what everybody was told of it."""
